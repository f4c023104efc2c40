"""Steps that dialogs share."""

from datetime import date

from ivr.dialog import Caller, NoUsableInput, Question, Way

TRIES = 3
"""How often anything is asked before a person takes over (ISO/IEC 13714; practice)."""


def birth_date(caller: Caller, question: Question) -> date | None:
    """A date keyed as DDMMYYYY; None is back."""
    for _ in range(TRIES):
        keyed = caller.enter(question)
        if isinstance(keyed, Way):
            return None
        try:
            return date(int(keyed[4:]), int(keyed[2:4]), int(keyed[:2]))
        except ValueError:
            caller.sorry("try.no_date")
    raise NoUsableInput(question.prompt)
