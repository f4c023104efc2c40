"""A day in the waiting field in virtual time: what is planned happens in order, and the switchboard takes its turns."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Self

from cti.routing.commands import Command, Note, RingAgent
from cti.routing.engine import decide, next_deadline, step
from cti.routing.state import Field
from domain.agent import Agent
from domain.fact import Body, Fact, Origin


class PaperDay(ABC):
    """``log`` is what was written, ``field`` what it left; ``play`` makes both.

    ``lag`` says anew, whenever the switchboard has something to see to, how long it takes to come to it. ``digits`` are
    those of a second to which moments are rounded.
    """

    def __init__(
        self, begin: datetime, until: datetime, lag: Callable[[], timedelta], digits: int
    ) -> None:
        self.field = Field()
        self.log: list[Fact] = []
        self.at = begin
        self.until = until
        self._lag = lag
        self._digits = digits
        self._plans: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        self._notes: list[Note] = []
        self._looks_at: datetime | None = None

    @abstractmethod
    def rings(self, ring: RingAgent) -> None:
        """An agent is to be rung: plan what comes of it."""

    @abstractmethod
    def begins(self, agent: Agent) -> None:
        """A state of hers begins: plan what she does in it."""

    def play(self) -> Self:
        while True:
            due = next_deadline(self.field)
            moments = [self._plans[0][0]] if self._plans else []
            moments += [self._looks_at] if self._looks_at is not None else []
            if due is not None and self._looks_at is None:
                moments.append(max(due + self._lag(), self.at))
            if not moments or min(moments) >= self.until:
                return self
            self.at = min(moments)
            if self._plans and self._plans[0][0] == self.at:
                heappop(self._plans)[-1]()
                if self._looks_at is None:
                    self._looks_at = self.at + self._lag()
            if self._looks_at is None or self._looks_at <= self.at:
                self._looks_at = None
                self._turn()

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self._count += 1
        seconds = round(seconds, self._digits)
        heappush(self._plans, (self.at + timedelta(seconds=seconds), self._count, act))

    def write(self, origin: Origin, body: Body) -> None:
        """What another process writes: it stands in the log before the switchboard has seen it."""
        self.log.append(Fact(len(self.log) + 1, self.at, origin, "a", body))

    def note(self, origin: Origin, body: Body) -> None:
        """What the switchboard hears from Asterisk, and writes when it comes to it."""
        self._notes.append(Note(origin, body))

    def _turn(self) -> None:
        """As the switchboard's ``Desk.turn``."""
        before, commands = self.field, list[Command]()
        notes, self._notes = self._notes, []
        while True:
            for note in notes:
                self.write(note.origin, note.body)
            notes = []
            for fact in self.log[self.field.seq :]:
                self.field, called_for = step(self.field, fact)
                notes += [one for one in called_for if isinstance(one, Note)]
                commands += called_for
            if not notes and (decided := decide(self.field, self.at)) is not None:
                notes = [decided]
            if not notes:
                break
        for command in commands:
            if isinstance(command, RingAgent):
                self.rings(command)
        for agent in self.field.agents.values():
            was = before.agents.get(agent.id)
            if was is None or was.state is not agent.state:
                self.begins(agent)
