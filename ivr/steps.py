"""Steps that dialogs share."""

from datetime import date

TRIES = 3
"""How often anything is asked before a person takes over (ISO/IEC 13714; practice)."""


def keyed_date(digits: str) -> date | None:
    """A date keyed as DDMMYYYY; None where there is no such day."""
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None
