"""Steps that dialogs share."""

from collections.abc import Iterable
from datetime import date, time

TRIES = 3
"""How often anything is asked before a person takes over (ISO/IEC 13714; practice)."""


def keyed_date(digits: str) -> date | None:
    """A date keyed as DDMMYYYY; None where there is no such day."""
    try:
        return date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    except ValueError:
        return None


def keyed_day(digits: str, days: Iterable[date]) -> date | None:
    """The one of ``days``, which are of less than a year, that is keyed as DDMM."""
    return next((day for day in days if f"{day:%d%m}" == digits), None)


def keyed_time(digits: str) -> time | None:
    """A time of day keyed as HHMM or HMM; None where there is no such time."""
    try:
        return time(int(digits[:-2]), int(digits[-2:]))
    except ValueError:
        return None
