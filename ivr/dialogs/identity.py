"""What callers key to say who they are."""

from dataclasses import replace
from typing import Final

from actions.log_in import Home
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
YES: Final = "1"
NO: Final = "2"
GO_ON: Final = Question(
    "login.go_on", "login.go_on_help", replace(NUMBER.rule, also=(YES, NO)), other=True
)
"""The first question of whose last call broke off. A number answers it as ever: who knows the keys needn't listen."""

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
