"""Participants enough that no two calls of a load are the same person's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from domain.ids import ParticipantId
from domain.language import Language
from domain.loyalty import LedgerEntry
from domain.participant import Participant
from domain.ports import PinHasher, Transactions
from rufwerk import demo_data
from rufwerk.wiring import utc_now

LINE: Final = "555100"
_FIRST_NUMBER: Final = 30000001
_FIRST_PIN: Final = 418267
_FIRST_POINTS: Final = 1234


@dataclass(frozen=True, slots=True)
class Member:
    """One of the crowd: he speaks German. ``wants`` are his choices of menus."""

    id: ParticipantId
    number: str = field(repr=False)
    pin: str = field(repr=False)
    points: int
    wants: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """What he keys: number, PIN, and what he wants."""
        return f"{self.number}#", f"{self.pin}#", *self.wants


def members(
    count: int,
    more_each: int = 0,
    points: int = _FIRST_POINTS,
    wants: tuple[str, ...] = ("1",),
) -> Sequence[Member]:
    """The first has ``points``, and each other ``more_each`` more than the one before; all want their balance, or
    something else.
    """
    return [
        Member(
            ParticipantId(f"crowd-{place}"),
            str(_FIRST_NUMBER + place),
            str(_FIRST_PIN + 3 * place),
            points + more_each * place,
            wants,
        )
        for place in range(count)
    ]


def add(transactions: Transactions, hasher: PinHasher, crowd: Sequence[Member]) -> None:
    """Add them to the database. Raises StorageDown."""
    hashes = [hasher.hash(member.id, member.pin) for member in crowd]
    with transactions.write() as uow:
        for member, pin_hash in zip(crowd, hashes, strict=True):
            someone = Participant(
                member.id, demo_data.ALPENRAD, member.number, "Bench", Language.DE,
                "10115", date(1970, 1, 1), f"+4917139{member.number[-5:]}",
            )  # fmt: skip
            uow.participants.add(someone, pin_hash)
            uow.ledger.add(LedgerEntry(member.id, member.points, "purchase", utc_now()))
        uow.commit()
