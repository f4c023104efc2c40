"""A line for debtors who ring back: what they are shown, and what can't be."""

from pathlib import Path

import pytest

from domain.ids import TenantId
from domain.tenant import LineDialog
from rufwerk.tenant_files import load
from tests.rufwerk.bikes import BIKES, SHIPPED, knows_prompt, mistakes

DEBTORS = """
[[lines]]
name = "debtors"
numbers = ["555101", "+49 30 23125101"]
languages = ["de"]
dialog = "debtors"
"""
DUNNING = '\n[dunning]\nprofile = "DE"\n'
FIRST = "[[lines]]"


def written(folder: Path, text: str) -> Path:
    (folder / "bikes.toml").write_text(text)
    return folder


def test_debtors_see_their_line_and_everybody_else_the_others(tmp_path: Path) -> None:
    """Wherever it stands in the file."""
    for text in (BIKES + DEBTORS, BIKES.replace(FIRST, DEBTORS + FIRST)):
        (tenant,) = load(written(tmp_path, text + DUNNING), knows_prompt).tenants.values()
        assert tenant.dunning is not None
        assert tenant.dunning.show == "+493023125101"
        assert tenant.dialling.show == "+493023125100"
        assert sorted(line.dialog for line in tenant.lines) == ["debtors", "portal"]


def test_without_such_a_line_they_see_what_everybody_sees(tmp_path: Path) -> None:
    (tenant,) = load(written(tmp_path, BIKES + DUNNING), knows_prompt).tenants.values()
    assert tenant.dunning is not None
    assert tenant.dunning.show is None
    assert [line.dialog for line in tenant.lines] == [LineDialog.PORTAL]


def test_the_demos_brands_have_one() -> None:
    book = load(SHIPPED, knows_prompt)
    for tenant, extension, shown in (
        ("alpenrad", "555101", "+493023125101"),
        ("maison-lune", "555201", "+33199005201"),
    ):
        found = book.dialled(extension)
        assert found is not None
        assert (found.tenant.id, found.line.dialog) == (TenantId(tenant), LineDialog.DEBTORS)
        assert book.dialled(shown) == found
        assert found.tenant.dunning is not None
        assert found.tenant.dunning.show == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            BIKES + DEBTORS,
            "lines: debtors have one, and nobody rings them. Add [dunning], or take it out.",
        ),
        (
            BIKES.replace('["de", "en"]', '["de", "en"]\ndialog = "debtors"') + DUNNING,
            "lines: customers have none. Add one with the dialog portal.",
        ),
        (
            BIKES
            + DEBTORS
            + DEBTORS.replace("555101", "555102").replace("25101", "25102")
            + DUNNING,
            "lines: two have the dialog debtors. Give the numbers to one of them.",
        ),
        (
            BIKES + DEBTORS.replace('"debtors"\n', '"dunning"\n') + DUNNING,
            "lines[2].dialog: 'dunning' isn't known. Write one of portal, debtors.",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    assert mistakes(written(tmp_path, text)) == [f"bikes.toml: {message}"]
