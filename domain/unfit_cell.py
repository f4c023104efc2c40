"""Why a row of a client's file isn't taken, each reason with what to change."""

from enum import StrEnum


class Unfit(StrEnum):
    """English sentences; pages know the reason by its name and say it in the reader's language. ``{other}`` is another
    row's number, or what else is said.
    """

    MISSING = "is empty: fill it in"
    ERROR_CELL = "holds a formula that fails: mend the formula or write the value"
    UNCALCULATED = (
        "holds a formula whose result isn't in the file: open it in Excel and save it once"
    )
    TOO_LONG = "is too long: shorten it"
    DIGITS_LOST = "has lost digits in Excel: format the column as text and write the number anew"
    MADE_A_DATE = "was made a date by Excel: format the column as text and write it anew"
    NO_PHONE = "is no telephone number: write it with its area code, or as +49..."
    SEVERAL_PHONES = "holds several telephone numbers: leave the one to be rung"
    UNCLEAR_PHONE = (
        "could begin with the code of a country or of a town: write it with its nought or its plus"
    )
    NO_ZIP = "is no ZIP of the country: mend it, or put the country before it, as in CH-8001"
    NO_AMOUNT = "is no amount: write it as a number"
    AMBIGUOUS_AMOUNT = (
        "could be thousands or decimals, and no other cell tells: write it with two decimals"
    )
    TOO_FINE = "has more decimals than its currency: round it"
    NOT_POSITIVE = "isn't above zero: take the row out of the list"
    TOO_LARGE = "is too large an amount: check it"
    NO_CURRENCY = "names a currency that isn't known: write its three letters, as in EUR"
    CURRENCY_CONFLICT = (
        "is in another currency than another place says ({other}): make them the same"
    )
    NO_DATE = "is no date that can be due: write it as 31.12.2026"
    AMBIGUOUS_DATE = (
        "could be the day or the month first, and no other cell tells: write it as 2026-12-31"
    )
    DUPLICATE = "stands in row {other} already: leave one of the two"
    HIDDEN = "is hidden in the sheet: show it, or take it out"
    NO_CUSTOMER_NUMBER = "is no customer number that can be keyed: write 4 to 12 digits"
    NO_LANGUAGE = "is no language of the portal: write de, en, es or fr"
    NO_BIRTH_DATE = "is no birth date: write it as 31.12.1985"
    NO_MAIL_ADDRESS = "is no e-mail address: write it as anna@example.com"
    NO_POINTS = "is no opening balance: write whole points, 0 or more"
    NO_PRIORITY = "is no priority: write a whole number from -100 to 100"
    PIN_DIGITS = "isn't {other} digits long: format the column as text and write the PIN anew"
    PIN_EASY = "is too easy to guess: choose another PIN"
    HAS_LEFT = "is that of a customer who has left: take the row out, or give him a new number"


class UnfitCell(ValueError):
    """``other`` fills the reason's hole."""

    def __init__(self, why: Unfit, other: str = "") -> None:
        super().__init__(why.value.format(other=other))
        self.why = why
        self.other = other
