"""What agents do, at random, with the calls they are in: hold, send on, ask somebody in, hang up."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cti.routing.field_call import Outside, TalkingTo
from domain import field_facts as facts
from domain.fact import Body
from domain.field_facts import Control
from domain.ids import AgentId, CallId
from tests.cti.paper_day import PaperDay


@dataclass(frozen=True)
class RandomTalks:
    """``oddly`` draws whether something out of the ordinary happens; any of ``agents`` may be sent a caller."""

    day: PaperDay
    rng: random.Random
    oddly: Callable[[], bool]
    agents: Sequence[str]

    def begin(self, agent: AgentId, call: CallId, lasts: float) -> None:
        """She and the caller talk from now on, for so many seconds if nothing else comes of it."""
        self.day.later(lasts, lambda: self._over(agent, call))
        if self.oddly():
            self.day.later(lasts / 3, lambda: self._hold(agent, call))
        if self.oddly():
            self.day.later(lasts / 4, lambda: self._send(agent, call))
        if self.oddly():
            self.day.later(lasts / 5, lambda: self._ask_in(agent, call))

    def _hold(self, agent: AgentId, call: CallId) -> None:
        known = self.day.field.calls.get(call)
        if known is not None and known.place == TalkingTo(agent):
            self.day.note(known.origin, facts.Held(agent))
            self.day.later(15, lambda: self.day.note(known.origin, facts.Resumed(agent)))

    def _wishes(self, agent: AgentId, call: CallId, control: Control, to: str = "") -> bool:
        """Whether she is with him still; then it is written."""
        known = self.day.field.calls.get(call)
        if known is None or known.place != TalkingTo(agent) or not known.on_line:
            return False
        self.day.write(replace(known.origin, actor=agent), facts.ControlAsked(agent, control, to))
        return True

    def _tell(self, call: CallId, body: Body) -> None:
        known = self.day.field.calls.get(call)
        if known is not None:
            self.day.note(known.origin, body)

    def _send(self, agent: AgentId, call: CallId) -> None:
        """A blind transfer, that may fail."""
        other = self.rng.choice(self.agents)
        to = self.rng.choice((f"agent:{other}", "skill:de", "skill:pay_out", "line:workshop"))
        if not self._wishes(agent, call, Control.TRANSFER, to):
            return
        if self.oddly():
            self.day.later(1, lambda: self._tell(call, facts.TransferLapsed()))
            return
        self.day.later(0.3, lambda: self._tell(call, facts.Transferred()))
        self.day.later(0.5, lambda: self._tell(call, facts.LegEnded(agent, facts.Side.PORTAL)))
        if to == "line:workshop":
            ended = facts.LineEnded if self.oddly() else None
            self.day.later(20, lambda: self._line_over(call, reached=ended is None))

    def _line_over(self, call: CallId, *, reached: bool) -> None:
        known = self.day.field.calls.get(call)
        if known is None or not isinstance(known.place, Outside):
            return
        over = facts.CallEnded(facts.Side.CALLER) if reached else facts.LineEnded(known.offers)
        self.day.note(known.origin, over)

    def _ask_in(self, agent: AgentId, call: CallId) -> None:
        to = self.rng.choice(("skill:de", "skill:fr", "line:workshop"))
        if not self._wishes(agent, call, Control.CONSULT, to):
            return
        self.day.later(0.2, lambda: self._tell(call, facts.RoomMade()))
        self.day.later(0.2, lambda: self._tell(call, facts.Held(agent)))
        self.day.later(5, lambda: self._guest(call))
        then = self.rng.choice((Control.RESUME, Control.JOIN, Control.HAND_ON))
        self.day.later(30, lambda: self._go_on(agent, call, then))

    def _guest(self, call: CallId) -> None:
        """Whoever was asked in comes, or doesn't."""
        known = self.day.field.calls.get(call)
        guest = None if known is None else known.guest
        if guest is None or guest.talks:
            return
        comes = not self.oddly()
        if guest.agent is None:
            answer = facts.LineAnswered if comes else facts.LineEnded
            self._tell(call, answer(guest.offer))
        elif comes:
            self._tell(call, facts.Connected(guest.agent, guest.offer))
        else:
            no = facts.OfferEnded(guest.agent, guest.offer, facts.OfferResult.REJECTED)
            self._tell(call, no)

    def _go_on(self, agent: AgentId, call: CallId, control: Control) -> None:
        known = self.day.field.calls.get(call)
        guest = None if known is None else known.guest
        if not self._wishes(agent, call, control):
            return
        if control is Control.HAND_ON and guest is not None and guest.talks:
            self.day.later(0.3, lambda: self._tell(call, facts.LegEnded(agent, facts.Side.PORTAL)))
            if guest.agent is None:
                self.day.later(60, lambda: self._line_over(call, reached=True))
            return
        self.day.later(0.3, lambda: self._tell(call, facts.Resumed(agent)))
        left = None if guest is None else guest.agent
        if left is not None:
            self.day.later(1, lambda: self._tell(call, facts.LegEnded(left, facts.Side.PORTAL)))

    def _over(self, agent: AgentId, call: CallId) -> None:
        known = self.day.field.calls.get(call)
        if known is None or known.place != TalkingTo(agent):
            return
        if self.oddly():
            self.day.note(known.origin, facts.LegEnded(agent, facts.Side.NETWORK))
            return
        if self.rng.random() < 0.5:
            self.day.note(known.origin, facts.LegEnded(agent, facts.Side.AGENT))
        self.day.note(known.origin, facts.CallEnded(facts.Side.CALLER))
