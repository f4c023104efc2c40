"""Whom a dunning call would reach, and where that is as far as it can be told."""

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.dialling import TelephoneNumber


@dataclass(frozen=True, slots=True)
class Party:
    """A debtor's number, and where he may be.

    ``zones`` are the time zones that he may be in, one at least. ``states`` are the subdivisions (ISO 3166-2, without
    the country) of ``country`` (ISO 3166) that he may live in; none where the country has none with holidays of its
    own. Where it is ambiguous the stricter counts: he is rung when each zone allows it, and on no state's holiday.
    """

    number: TelephoneNumber
    country: str | None
    zones: frozenset[ZoneInfo]
    states: frozenset[str]

    def __post_init__(self) -> None:
        if not self.zones:
            raise ValueError("a party without a zone would be rung at any hour")


class Whereabouts(Protocol):
    def __call__(
        self, number: TelephoneNumber, country: str | None = None, zip_code: str | None = None
    ) -> Party:
        """Where the owner of ``number`` may be, by the number and by his address: its ``country`` (ISO 3166; None is
        the number's) and ZIP.
        """
        ...
