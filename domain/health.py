"""How the parts of an instance are, as the operator reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    WELL = "well"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part; ``remedy`` says what to do where it isn't well."""

    part: str
    condition: Condition
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class NumberToRing:
    """A line to try: the number as the world dials it, as the demo dials it, whose it is, what it
    greets in, whether it is for debtors who ring back.
    """

    number: str
    extension: str
    tenant: str
    language: str
    for_debtors: bool = False


@dataclass(frozen=True, slots=True)
class PersonToTry:
    """A demo participant: open to read, and there only while the demo is on. ``phone`` is as people write it."""

    number: str
    pin: str
    name: str
    tenant: str
    language: str
    phone: str


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one instance. ``calls`` is the number of calls at this moment, None where
    Asterisk is away; ``reports_overdue`` how many should be out and aren't, ``calls_refused`` for how many the portal
    had no place in the last minutes, None where nobody can tell.
    """

    version: str
    findings: Sequence[Finding]
    calls: int | None
    numbers: Sequence[NumberToRing]
    people: Sequence[PersonToTry]
    reports_overdue: int | None = None
    calls_refused: int | None = None

    @property
    def condition(self) -> Condition:
        """The worst of the findings."""
        conditions = {finding.condition for finding in self.findings}
        if Condition.BROKEN in conditions:
            return Condition.BROKEN
        return Condition.WARNING if Condition.WARNING in conditions else Condition.WELL
