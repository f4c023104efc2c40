"""What a tenant's file says of its lines: what calling one costs, whom each is for, and what is shown of them."""

from typing import Final

from domain.service_record import Price, read_price
from domain.tenant import DEARER, LineDialog, Tariff
from rufwerk.tenant_dunning import Complain
from rufwerk.tenant_schema import LineSection, TenantFile

_SPOKEN: Final = "EUR"
"""The currency that there are clips for."""


def read_tariff(line: LineSection, key: str, wrong: Complain) -> tuple[Tariff, Price | None]:
    """The class of the line's numbers, and what a call costs where that is more than usual."""
    if line.tariff not in set(Tariff):
        wrong(f"{key}.tariff", f"{line.tariff!r} isn't known. Write one of {', '.join(Tariff)}.")
        return Tariff.LOCAL, None
    tariff, written = Tariff(line.tariff), line.price_per_call
    if line.price_per_minute is not None:
        wrong(
            f"{key}.price_per_minute",
            "callers may wait for a person, and not at their own cost (TKG section 115). Use tariff"
            " local or free, or a number with a price_per_call.",
        )
    elif tariff in DEARER and written is None:
        wrong(f"{key}.price_per_call", f"missing for tariff {tariff}. Add it, such as 0.20 EUR.")
    elif tariff not in DEARER and written is not None:
        wrong(f"{key}.price_per_call", f"tariff {tariff} has none. Use shared or premium.")
    elif written is not None:
        return tariff, _spoken_price(written, f"{key}.price_per_call", wrong)
    return tariff, None


def _spoken_price(written: str, key: str, wrong: Complain) -> Price | None:
    try:
        price = read_price(written)
    except ValueError as error:
        wrong(key, str(error))
        return None
    if price.currency != _SPOKEN or price.amount <= 0 or price.amount * 100 % 1:
        wrong(key, f"{written!r} can't be spoken. Write whole cents, such as 0.20 EUR.")
    return price


def check_dialogs(file: TenantFile, wrong: Complain) -> None:
    debtors = [line for line in file.lines if line.dialog == LineDialog.DEBTORS]
    if len(debtors) > 1:
        wrong("lines", "two have the dialog debtors. Give the numbers to one of them.")
    if debtors and file.dunning is None:
        wrong("lines", "debtors have one, and nobody rings them. Add [dunning], or take it out.")
    if len(debtors) == len(file.lines):
        wrong("lines", "customers have none. Add one with the dialog portal.")


def shown(file: TenantFile, dialog: LineDialog) -> str | None:
    """What people see who are to ring such a line back (E.164): its first number that the world can dial."""
    own = (number for line in file.lines if line.dialog == dialog for number in line.numbers)
    return next((number.replace(" ", "") for number in own if number.startswith("+")), None)
