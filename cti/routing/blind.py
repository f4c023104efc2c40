"""When the switchboard had something to do and hadn't done it yet: it was on its way, busy, or down.

A recorded log tells: what it ought to have written was written later.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.routing.commands import ACTOR, Command, Note
from cti.routing.engine import decide, next_deadline
from cti.routing.state import Field
from domain import field_facts as facts
from domain.fact import Fact

Key = tuple[datetime, int]
"""A place in the log: when, and among facts of one instant the place in the recorded log."""

BEFORE_ALL = -1
"""The place before every fact of an instant: something falls due."""

_DECIDED = (facts.Offered, facts.Relaxed, facts.Overflowed, facts.CallBackDue)
_NOTED = (facts.WaitTold, facts.TakerMissing, facts.CallBackGivenUp)
"""What only the switchboard says: on looking at the field, and on taking in a fact."""


@dataclass(frozen=True, slots=True)
class Blind:
    """When the switchboard hadn't yet seen to what was there to do: it was on its way, busy, or down.

    Each time reaches from a key up to another one, and they don't overlap.
    """

    times: Sequence[tuple[Key, Key]]

    def until(self, key: Key) -> Key | None:
        """When it looks again; None where it sees."""
        place = bisect_right(self.times, key, key=lambda one: one[0]) - 1
        if place < 0 or key >= self.times[place][1]:
            return None
        return self.times[place][1]


def _is_written(note: Note, fact: Fact) -> bool:
    """Whether the fact is what was to be noted; the numbers in it may be others where the rules were."""
    if isinstance(fact.body, _NOTED):
        return isinstance(fact.body, type(note.body))
    return (note.origin.call, note.body) == (fact.origin.call, fact.body)


def notes_in(commands: Iterable[Command]) -> list[Note]:
    return [one for one in commands if isinstance(one, Note)]


class Look:
    """Finds out when the switchboard was blind: there was something to do, and it hadn't done it."""

    def __init__(self, before: Field, at: datetime) -> None:
        self.times: list[tuple[Key, Key]] = []
        self._last: Key = (at, BEFORE_ALL)
        self._wanting: Key | None = None if decide(before, at) is None else self._last
        self._notes: list[Note] = []

    def is_own(self, before: Field, fact: Fact) -> bool:
        """Whether the switchboard itself wrote this fact: nobody else can, or it was what followed then."""
        if isinstance(fact.body, _DECIDED + _NOTED):
            return True
        if fact.origin.actor != ACTOR:
            return False
        decided = decide(before, fact.at)
        follows = self._notes if decided is None else [*self._notes, decided]
        said = fact.origin.call, fact.body
        return any((one.origin.call, one.body) == said for one in follows)

    def before(self, state: Field, at: datetime, place: int, *, own: bool) -> None:
        """A fact, the switchboard's own or not, comes at this key."""
        fresh = self._wanting is None or self._wanting == self._last
        due = next_deadline(state)
        if self._wanting is None and due is not None and due <= at:
            self._wanting = due, BEFORE_ALL
        if own and self._wanting is not None:
            if not (fresh and self._wanting[0] == at):
                self.times.append((self._wanting, (at, place)))
            self._wanting = None

    def after(self, state: Field, fact: Fact, notes: Iterable[Note], *, own: bool) -> None:
        written = [one for one in self._notes if _is_written(one, fact)]
        if written:
            self._notes.remove(written[0])
        elif own and not isinstance(fact.body, _NOTED):
            self._notes.clear()  # it decides when it has written all that was to be noted
        self._notes += notes
        self._last = (fact.at, fact.seq)
        wants = bool(self._notes) or decide(state, fact.at) is not None
        if self._wanting is None and wants:
            self._wanting = self._last
        elif self._wanting is not None and not wants:
            self.times.append((self._wanting, self._last))
            self._wanting = None

    def done(self, state: Field, until: datetime) -> None:
        self.before(state, until, BEFORE_ALL, own=True)
