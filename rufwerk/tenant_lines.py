"""What a tenant's file says of its lines taken together: whom each is for, and what is shown of them."""

from domain.tenant import LineDialog
from rufwerk.tenant_dunning import Complain
from rufwerk.tenant_schema import TenantFile


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
