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


@dataclass(frozen=True, slots=True)
class LetIn:
    """How many are new, and of how many something has changed."""

    new: int
    changed: int


class ParticipantImports(Protocol):
    """Participants and changes are written a few at a time, found by nobody, and then let in all at once. One import of
    a tenant at a time: it has the turn.
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
        """Nothing is changed yet."""
        ...

    def let_in(self, tenant: TenantId, at: datetime) -> LetIn:
        """All that was added and noted; who has left meanwhile stays as he is."""
        ...

    def left_over(self, tenant: TenantId, before: datetime) -> bool:
        """Whether something is left of an import that began before then and broke off."""
        ...

    def clear(self, tenant: TenantId, limit: int) -> int:
        """Delete up to ``limit`` rows of what was added or noted and never let in, or noted and done; how many."""
        ...

    def forget(self, participant: ParticipantId) -> None:
        """Delete what was noted of him."""
        ...

    def listed(self, tenant: TenantId, after: str, limit: int) -> Sequence[tuple[Participant, int]]:
        """Active ones and their points, by customer number, from the one that follows ``after`` ("": the first)."""
        ...
