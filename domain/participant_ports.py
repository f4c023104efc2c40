"""What an import of participants needs of the outside, as a Protocol; part of a unit of work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.ids import CardId, ParticipantId, TenantId
from domain.participant import Participant
from domain.participant_plan import Changed, Known


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody new with a card; ``pin_hash`` is "" where he has no PIN, ``points`` are what his account opens with."""

    participant: Participant
    card: CardId
    points: int
    pin_hash: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Amended:
    """What of a participant shall be otherwise; ``pin_hash`` counts only where he has none yet."""

    participant: ParticipantId
    changed: Changed = field(repr=False)
    pin_hash: str | None = field(default=None, repr=False)


class ParticipantImports(Protocol):
    """Participants and changes wait, written a few at a time and found by nobody, until all are let in at once: from
    then on the new ones are there with their points. Then what waits is settled, a few at a time again: only so do
    changes of known ones come into force. One import of a tenant at a time: it has the turn.
    """

    def turn(self, tenant: TenantId) -> str | None:
        """Whose it is or was last, None where nobody has had it."""
        ...

    def take_turn(self, tenant: TenantId, name: str, at: datetime) -> None:
        """Whoever had it before has it no longer."""
        ...

    def known(self, tenant: TenantId, numbers: Collection[str]) -> Mapping[str, Known]:
        """By customer number: active ones, and who has left."""
        ...

    def add(self, new: Sequence[Admitted]) -> None:
        """Nobody finds them yet."""
        ...

    def note(self, tenant: TenantId, changes: Sequence[Amended]) -> None:
        """Nothing is changed yet; of who isn't active any more nothing is noted."""
        ...

    def let_in(self, tenant: TenantId, at: datetime) -> None:
        """All that waits counts from now on: it is only settled, and never cleared."""
        ...

    def waiting(self, tenant: TenantId) -> Sequence[ParticipantId]:
        """Who was added, or of whom something was noted, and neither is settled nor cleared."""
        ...

    def is_let_in(self, tenant: TenantId) -> bool:
        """Whether what waits counts already."""
        ...

    def began(self, tenant: TenantId) -> datetime | None:
        """When the newest import began, or let all in."""
        ...

    def settle(self, tenant: TenantId, few: Sequence[ParticipantId]) -> None:
        """Write them as if they had never waited, but for whatever somebody has changed since it was noted: that stays,
        and so do those who have left. Nothing where all isn't let in.
        """
        ...

    def clear(self, tenant: TenantId, few: Sequence[ParticipantId]) -> None:
        """Delete what was added and noted of them; nothing where all is let in."""
        ...

    def forget(self, participant: ParticipantId) -> None:
        """Delete what was noted of him, but for his points."""
        ...

    def listed(self, tenant: TenantId, after: str, limit: int) -> Sequence[tuple[Participant, int]]:
        """Active ones and their points, by customer number, from the one that follows ``after`` ("": the first)."""
        ...
