"""Lines in a tenant's file: the one for debtors who ring back, and what calling one costs."""

from decimal import Decimal
from pathlib import Path

import pytest

from domain.ids import TenantId
from domain.service_record import Price
from domain.tenant import LineDialog, Tariff
from rufwerk.tenant_files import load
from tests.rufwerk.bikes import BIKES, SHIPPED, changed, knows_prompt, mistakes

DEBTORS = """
[[lines]]
name = "debtors"
numbers = ["555101", "+49 30 23125101"]
languages = ["de"]
dialog = "debtors"
"""
DUNNING = '\n[dunning]\nprofile = "DE"\n'
FIRST = "[[lines]]"


def with_text(folder: Path, text: str) -> Path:
    (folder / "bikes.toml").write_text(text)
    return folder


def test_debtors_see_their_line_and_everybody_else_the_others(tmp_path: Path) -> None:
    """Wherever it stands in the file."""
    for text in (BIKES + DEBTORS, BIKES.replace(FIRST, DEBTORS + FIRST)):
        (tenant,) = load(with_text(tmp_path, text + DUNNING), knows_prompt).tenants.values()
        assert tenant.dunning is not None
        assert tenant.dunning.show == "+493023125101"
        assert tenant.dialling.show == "+493023125100"
        assert sorted(line.dialog for line in tenant.lines) == ["debtors", "portal"]


def test_without_such_a_line_they_see_what_everybody_sees(tmp_path: Path) -> None:
    (tenant,) = load(with_text(tmp_path, BIKES + DUNNING), knows_prompt).tenants.values()
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
    assert mistakes(with_text(tmp_path, text)) == [f"bikes.toml: {message}"]


LANGUAGES = 'languages = ["de", "en"]\n'


@pytest.mark.parametrize(
    ("written", "tariff", "price"),
    [
        ("", Tariff.LOCAL, None),
        ('tariff = "local"', Tariff.LOCAL, None),
        ('tariff = "free"', Tariff.FREE, None),
        ('tariff = "shared"\nprice_per_call = "0.20 EUR"', Tariff.SHARED, "0.20"),
        ('tariff = "premium"\nprice_per_call = "1.99 EUR"', Tariff.PREMIUM, "1.99"),
    ],
)
def test_what_calling_a_line_costs(
    tmp_path: Path, written: str, tariff: Tariff, price: str | None
) -> None:
    text = BIKES.replace(LANGUAGES, LANGUAGES + written + "\n")
    (tenant,) = load(with_text(tmp_path, text), knows_prompt).tenants.values()
    (line,) = tenant.lines
    assert line.tariff is tariff
    assert line.price_per_call == (price and Price(Decimal(price), "EUR"))


WAITING = (
    "price_per_minute: callers may wait for a person, and not at their own cost (TKG section 115)."
    " Use tariff local or free, or a number with a price_per_call."
)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            'tariff = "cheap"',
            "tariff: 'cheap' isn't known. Write one of free, local, shared, premium.",
        ),
        (
            'tariff = "premium"',
            "price_per_call: missing for tariff premium. Add it, such as 0.20 EUR.",
        ),
        (
            'tariff = "shared"',
            "price_per_call: missing for tariff shared. Add it, such as 0.20 EUR.",
        ),
        (
            'price_per_call = "0.20 EUR"',
            "price_per_call: tariff local has none. Use shared or premium.",
        ),
        (
            'tariff = "free"\nprice_per_call = "0.20 EUR"',
            "price_per_call: tariff free has none. Use shared or premium.",
        ),
        ('tariff = "premium"\nprice_per_minute = "0.99 EUR"', WAITING),
        ('tariff = "shared"\nprice_per_minute = "0.14 EUR"', WAITING),
        (
            'tariff = "premium"\nprice_per_call = "0.99 EUR"\nprice_per_minute = "0.99 EUR"',
            WAITING,
        ),
        ('price_per_minute = "0.14 EUR"', WAITING),
        (
            'tariff = "premium"\nprice_per_call = "20 ct"',
            "price_per_call: '20 ct' is no price. Write it as 2.40 EUR.",
        ),
        *(
            (
                f'tariff = "premium"\nprice_per_call = "{price}"',
                f"price_per_call: '{price}' can't be spoken. Write whole cents, such as 0.20 EUR.",
            )
            for price in ("1.00 CHF", "0.125 EUR", "0 EUR")
        ),
    ],
)
def test_a_price_that_is_wrong_is_named(tmp_path: Path, written: str, message: str) -> None:
    found = changed(tmp_path, LANGUAGES, LANGUAGES + written + "\n")
    assert found == [f"bikes.toml: lines[1].{message}"]
