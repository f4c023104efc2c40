"""Participants enough that no two calls of a load are the same person's: German, with 1234 points each."""

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
POINTS: Final = 1234
_FIRST_NUMBER: Final = 30000001
_FIRST_PIN: Final = 418267


@dataclass(frozen=True, slots=True)
class Member:
    """One of the crowd, and what he keys."""

    id: ParticipantId
    number: str = field(repr=False)
    pin: str = field(repr=False)

    @property
    def groups(self) -> tuple[str, ...]:
        """The balance call: number, PIN, and the first choice of the menu."""
        return f"{self.number}#", f"{self.pin}#", "1"


def members(count: int) -> Sequence[Member]:
    return [
        Member(
            ParticipantId(f"crowd-{place}"), str(_FIRST_NUMBER + place), str(_FIRST_PIN + 3 * place)
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
            uow.ledger.add(LedgerEntry(member.id, POINTS, "purchase", utc_now()))
        uow.commit()
