"""Which PINs a participant may take, and why not the others: pure rules (conventions of the trade, "PIN"; NIST SP
800-63B 5.1.1.2: no sequences, no repetitions, nothing that the account itself tells).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise, product
from typing import Final

from domain.participant import Participant


class Objection(StrEnum):
    """Why a PIN is refused; the first that holds is told."""

    SAME = "same"
    """As the old one."""
    RUN = "run"
    """123456, 654321, and through the zero: 789012."""
    REPEATED = "repeated"
    """111111, 121212, 123123."""
    BIRTH_DATE = "birth_date"
    ZIP = "zip"
    NUMBER = "number"
    """The customer number."""
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class NewPin:
    """Digits that may be a PIN; ``allowed`` makes it."""

    digits: str = field(repr=False)


def allowed(digits: str, old: str, participant: Participant) -> NewPin | Objection:
    """Of ``digits``, 0 to 9 only, or why not. How many there must be is the tenant's policy."""
    refusals = (
        (Objection.SAME, digits == old),
        (Objection.RUN, _is_run(digits)),
        (Objection.REPEATED, digits in (digits + digits)[1:-1]),
        (Objection.BIRTH_DATE, digits in _written(participant.born)),
        (Objection.ZIP, _is_told_by(participant.zip_code, digits)),
        (Objection.NUMBER, _is_told_by(participant.number, digits)),
        (Objection.PHONE, _is_told_by(participant.phone or "", digits)),
    )
    return next((objection for objection, holds in refusals if holds), NewPin(digits))


def _is_run(digits: str) -> bool:
    """As on a telephone's keys, where 0 follows 9."""
    return {(int(b) - int(a)) % 10 for a, b in pairwise(digits)} in ({1}, {9})


def _written(born: date) -> Iterator[str]:
    """All usual ways to write a birth date, or a part of it, without a sign between: day and month with and without
    their zeros, the year in full and in short, whatever comes first.
    """
    days, months = ({f"{part:02}", f"{part}"} for part in (born.day, born.month))
    years = (f"{born.year:04}", f"{born.year % 100:02}")
    yield from years
    for day, month, year in product(days, months, years):
        yield from (day + month + year, month + day + year, year + month + day, year + day + month)
        yield from (month + year, year + month, day + month, month + day, year)


_TELLING: Final = re.compile(r"[0-9]{4,}")
"""Fewer digits in a row tell nothing: they stand in many a PIN by chance."""


def _is_told_by(known: str, digits: str) -> bool:
    """Whether digits stand in what is known of him, its tail above all, or the other way round."""
    return any(digits in run or run in digits for run in _TELLING.findall(known))
