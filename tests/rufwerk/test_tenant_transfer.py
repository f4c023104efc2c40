"""Lines outside that callers may be sent to, and listening, in a tenant's file."""

from pathlib import Path

import pytest

from rufwerk.tenant_files import load
from tests.rufwerk.bikes import BIKES, SHIPPED, knows_prompt, mistakes


def test_lines_outside_have_a_name_and_one_number(tmp_path: Path) -> None:
    written = '\n[transfer]\npay-office = "030 23125000"\nworkshop = "+49 171 3920010"\n'
    (tmp_path / "bikes.toml").write_text(BIKES + written)
    (tenant,) = load(tmp_path, knows_prompt).tenants.values()
    assert tenant.transfer == {"pay-office": "+493023125000", "workshop": "+491713920010"}


@pytest.mark.parametrize(
    ("name", "number"),
    [("workshop", "abc"), ("workshop", "+49 30 1;exten"), ('"Work shop"', "+49 30 23125000")],
)
def test_what_is_no_line_is_named(tmp_path: Path, name: str, number: str) -> None:
    (tmp_path / "bikes.toml").write_text(f'{BIKES}\n[transfer]\n{name} = "{number}"\n')
    (said,) = mistakes(tmp_path)
    assert "transfer." in said
    assert "is no telephone number, or the name isn't one of small letters" in said


def test_nobody_listens_at_a_shipped_tenants() -> None:
    tenants = load(SHIPPED, knows_prompt).tenants.values()
    assert not any(tenant.field.listening for tenant in tenants)
