"""Numbers in a tenant's file whose callers it serves no longer."""

from pathlib import Path

import pytest

from domain.ids import TenantId
from rufwerk.tenant_files import load
from tests.rufwerk.bikes import BIKES, changed, knows_prompt

FIRST = 'zone = "'


def test_numbers_are_read_as_people_of_the_country_write_them(tmp_path: Path) -> None:
    locked = 'locked_out = ["+49 171 3920077", "0171 3920078", "+33 6 39 98 00 99"]\n'
    (tmp_path / "bikes.toml").write_text(BIKES.replace(FIRST, locked + FIRST))
    bikes = load(tmp_path, knows_prompt).tenants[TenantId("bikes")]
    assert bikes.locked_out == {"+491713920077", "+491713920078", "+33639980099"}


def test_left_out_there_are_none(tmp_path: Path) -> None:
    (tmp_path / "bikes.toml").write_text(BIKES)
    assert not load(tmp_path, knows_prompt).tenants[TenantId("bikes")].locked_out


@pytest.mark.parametrize("written", ["anonymous", "", "201", "+49 171"])
def test_what_is_no_number_is_named_by_its_place(tmp_path: Path, written: str) -> None:
    """Not by what it is: it may be somebody's."""
    locked = f'locked_out = ["+49 171 3920077", "{written}"]\n'
    assert changed(tmp_path, FIRST, locked + FIRST) == [
        "bikes.toml: locked_out[2]: is no telephone number. Write it as +49 171 3920001."
    ]


def test_what_is_no_list_is_named(tmp_path: Path) -> None:
    (message,) = changed(tmp_path, FIRST, f'locked_out = "+49 171 3920077"\n{FIRST}')
    assert message == "bikes.toml: locked_out: Expected `array`, got `str`. Correct it."
