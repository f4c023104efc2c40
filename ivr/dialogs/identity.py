"""What callers key to say who they are."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from actions.log_in import ByNumber, ByZipAndBirthDate, Claim
from ivr.dialog import Caller, Question, Way
from ivr.keypad import EntryRule
from ivr.steps import keyed_date

_NUMBER_RULE: Final = EntryRule(4, 12, first_digit_s=8, next_digit_s=4)

NUMBER: Final = Question(
    "login.number",
    "login.number_help",
    EntryRule(4, 12, first_digit_s=8, next_digit_s=4, empty=True),
    other=True,
)
NUMBER_AFTER_SEVERAL: Final = Question("login.several", "login.several", _NUMBER_RULE)
NUMBER_TO_BLOCK: Final = Question("lost.number", "lost.number", _NUMBER_RULE)
ZIP: Final = Question("login.zip", "login.zip_help", EntryRule(4, 10))
BORN: Final = Question(
    "login.born",
    "login.born_help",
    EntryRule(8, 8, first_digit_s=8, next_digit_s=4),
    fits=lambda digits: keyed_date(digits) is not None,
    misfit="try.no_date",
)


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives, and when he was born."""

    zip_code: str = field(repr=False)
    born: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keyed:
    """All that a caller has said of himself: at least one of the two."""

    number: str | None = field(default=None, repr=False)
    home: Home | None = field(default=None, repr=False)

    @property
    def claim(self) -> Claim:
        """What he is to be logged in by."""
        if self.number is not None:
            return ByNumber(self.number)
        assert self.home is not None, "who says nothing claims nothing"
        return ByZipAndBirthDate(self.home.zip_code, self.home.born)


def ask_home(caller: Caller) -> Home | None:
    """ZIP, then birth date; None is back."""
    while True:
        zip_code = caller.enter(ZIP)
        if isinstance(zip_code, Way):
            return None
        digits = caller.enter(BORN)
        if isinstance(digits, Way):
            continue
        born = keyed_date(digits)
        assert born is not None, "the question lets nothing else pass"
        return Home(zip_code, born)
