"""A random but plausible day in the waiting field, written by the engine as the switchboard would write it.

Callers enter by a Poisson process that follows a profile, wait with their patience and ask where they stand; phones
ring, are answered or missed; agents talk, hold, wrap up, pause and leave; phones are lost and found.
"""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from cti.routing.commands import Command, Note, RingAgent
from cti.routing.engine import decide, next_deadline, step
from cti.routing.field_call import Outside, TalkingTo, Waiting
from cti.routing.state import Field
from domain import field_facts as facts
from domain.agent import MISSED, Agent, Paused, Ringing, Talking, WrapUp
from domain.call import Certainty, Concern
from domain.fact import Body, Fact, Origin
from domain.field_facts import Control
from domain.ids import AgentId, CallerId, CallId, ParticipantId, Phone, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver
from domain.waiting_field import FieldRules, write_rules

MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ALPENRAD, MAISON_LUNE = TenantId("alpenrad"), TenantId("maison-lune")

DEMO_AGENTS = {
    "eva": "de=5 en=4 alpenrad=5 maison-lune=4 pay_out=5 return=5",
    "luis": "es=5 de=4 alpenrad=4 maison-lune=4 pay_out=4",
    "chloe": "fr=5 en=4 maison-lune=5 alpenrad=3 return=5",
    "tom": "de=5 alpenrad=4 maison-lune=2",
    "anne": "fr=5 de=3 maison-lune=5",
    "ben": "de=5 en=5 alpenrad=5 return=3",
    "cleo": "fr=4 de=4 es=3 maison-lune=4 alpenrad=4 pay_out=2",
    "dora": "de=4 alpenrad=4 maison-lune=3 pay_out=5 return=5",
}
RULES = FieldRules(
    skilled=(Concern.RETURN,),
    relax_s=30,
    others_s=90,
    others=(MAISON_LUNE,),
    overflow_s=900,
    wrap_up_s=25,
    last_agent_s=3600,
    call_back_again_s=120,
)

_HEARD = (
    facts.OfferEnded,
    facts.Connected,
    facts.LegEnded,
    facts.CallEnded,
    facts.Held,
    facts.CameBack,
    facts.PhoneRang,
)


@dataclass(frozen=True)
class Habits:
    """What a day is like. Chances per event; times in seconds; ``profile`` are callers an hour, for each hour."""

    profile: Sequence[float] = (40.0,)
    agents: Mapping[str, str] = field(default_factory=lambda: DEMO_AGENTS)
    rules: FieldRules = RULES
    talk_s: float = 180.0
    patience_s: float = 240.0
    misses: float = 0.08
    oddities: float = 0.05
    latency_s: float = 0.0
    coarse: bool = False


class RandomDay:
    """``log`` is what was written, ``field`` what it left; ``play`` makes both."""

    def __init__(self, seed: int, habits: Habits) -> None:
        self.rng = random.Random(seed)
        self.habits = habits
        self.field = Field()
        self.log: list[Fact] = []
        self.at = MORNING
        self.until = MORNING + timedelta(hours=len(habits.profile))
        self._plans: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = 0
        self._notes: list[Note] = []
        self._looks_at: datetime | None = None

    def play(self) -> "RandomDay":
        self._open()
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

    def _lag(self) -> timedelta:
        return timedelta(seconds=self.rng.random() * self.habits.latency_s)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self._count += 1
        seconds = round(seconds, 0 if self.habits.coarse else 3)
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
                self._ring(command)
        for agent in self.field.agents.values():
            was = before.agents.get(agent.id)
            if was is None or was.state is not agent.state:
                self._agent(agent)

    # The house opens

    def _open(self) -> None:
        for tenant in (ALPENRAD, MAISON_LUNE):
            rules = facts.FieldRulesSet(write_rules(self.habits.rules))
            self.write(Origin(tenant, None, "operator"), rules)
        for number, (name, skills) in enumerate(self.habits.agents.items(), start=201):
            self._shift(AgentId(name), Phone(str(number)), tuple(skills.split()))
        start = 0.0
        for count, hourly in enumerate(self.habits.profile):
            start = max(start, 3600.0 * count)
            while (start := start + self.rng.expovariate(hourly / 3600)) < 3600 * (count + 1):
                self.later(start, self._enter)

    def _shift(self, agent: AgentId, phone: Phone, skills: tuple[str, ...]) -> None:
        origin, day_s = Origin(None, None, agent), 3600.0 * len(self.habits.profile)
        begin = self.rng.random() * 120
        self.later(begin, lambda: self.write(origin, facts.SignedIn(agent, phone, skills)))
        self.later(begin + 5, lambda: self.write(origin, facts.WentReady(agent)))
        pause = self.rng.uniform(0.2, 0.9) * day_s
        self.later(pause, lambda: self.write(origin, facts.PauseAsked(agent, "lunch")))
        self.later(pause + 0.05 * day_s, lambda: self.write(origin, facts.WentReady(agent)))
        if self._oddly():
            gone, cti = self.rng.random() * day_s, Origin(None, None, "cti")
            self.later(gone, lambda: self.note(cti, facts.PhoneLost(phone)))
            self.later(gone + 90, lambda: self.note(cti, facts.PhoneFound(phone)))
        if self._oddly():
            more = facts.SkillsSet(agent, (*skills, "dunning=2"))
            lena = Origin(None, None, "lena")
            self.later(self.rng.random() * day_s, lambda: self.write(lena, more))
        if self._oddly():
            out = facts.SignOutAsked(agent)
            self.later(self.rng.uniform(0.6, 1) * day_s, lambda: self.write(origin, out))

    def _oddly(self) -> bool:
        return self.rng.random() < self.habits.oddities

    # Callers

    def _enter(self) -> None:
        tenant = self.rng.choices((ALPENRAD, MAISON_LUNE), (3, 2))[0]
        mostly = "de" if tenant == ALPENRAD else "fr"
        language = self.rng.choices((mostly, "de", "en", "fr", "es"), (70, 15, 5, 5, 5))[0]
        call = CallId(f"a-{len(self.log)}")
        body = HandedOver(
            Language(language),
            ParticipantId(f"p{self.rng.randrange(50)}"),
            Certainty.UNKNOWN,
            self.rng.choice((None, None, Concern.RETURN, Concern.PAY_OUT)),
            (),
            None,
            self.rng.choices((0, 1), (9, 1))[0],
        )
        origin = Origin(tenant, call, "ivr")
        self.write(origin, body)
        self._ask(origin)
        self.later(self.rng.expovariate(1 / self.habits.patience_s), lambda: self._give_up(origin))
        if self._oddly():
            self.later(10, lambda: self.note(origin, facts.SteppedAside()))
            self.later(40, lambda: self.note(origin, facts.CameBack()))
        if self._oddly():
            asked = facts.CallBackAsked(CallerId(f"caller-{call}"), None)
            self.later(45, lambda: self._if_waits(origin, asked))
            self.later(50, lambda: self._hang_up_for_call_back(origin))
        if self._oddly():
            self.later(20, lambda: self.write(origin, facts.PrioritySet(2)))
        if self._oddly():
            agent = AgentId(self.rng.choice(list(self.habits.agents)))
            self.later(30, lambda: self._if_waits(origin, facts.FoundTalking(agent)))
        if self._oddly():
            self.later(60, self._again)

    def _again(self) -> None:
        """Something is heard of twice, late."""
        heard = [fact for fact in self.log if isinstance(fact.body, _HEARD)]
        if heard:
            fact = self.rng.choice(heard)
            self.note(fact.origin, fact.body)

    def _ask(self, origin: Origin) -> None:
        """The dialplan asks where he stands: at once, and again every 36 s while he waits."""
        call = self.field.calls.get(origin.call or CallId(""))
        if call is None or isinstance(call.place, Waiting):
            self.note(origin, facts.WaitAsked())
        self.later(36, lambda: self._ask_again(origin))

    def _ask_again(self, origin: Origin) -> None:
        call = self.field.calls.get(origin.call or CallId(""))
        if call is not None and call.answered is None and call.on_line:
            self._ask(origin)

    def _if_waits(self, origin: Origin, body: Body) -> None:
        call = self.field.calls.get(origin.call or CallId(""))
        if call is not None and isinstance(call.place, Waiting):
            self.note(origin, body)

    def _hang_up_for_call_back(self, origin: Origin) -> None:
        call = self.field.calls.get(origin.call or CallId(""))
        if call is not None and call.call_back is not None and call.on_line:
            self.note(origin, facts.CallEnded(facts.Side.CALLER))

    def _give_up(self, origin: Origin) -> None:
        call = self.field.calls.get(origin.call or CallId(""))
        if call is not None and call.on_line and call.answered is None:
            self.note(origin, facts.CallEnded(facts.Side.CALLER))

    # Phones and agents

    def _ring(self, ring: RingAgent) -> None:
        origin = Origin(ring.whisper.tenant, ring.call, "cti")
        chance = self.rng.random()
        if chance < self.habits.misses:
            missed = facts.OfferEnded(ring.agent, ring.offer, facts.OfferResult.NO_ANSWER)
            self.later(ring.ring_s, lambda: self._if_rings(ring, origin, missed))
        elif chance < self.habits.misses + self.habits.oddities / 5:
            result = self.rng.choice((facts.OfferResult.FAILED, facts.OfferResult.UNREACHABLE))
            failed = facts.OfferEnded(ring.agent, ring.offer, result)
            self.later(1, lambda: self._if_rings(ring, origin, failed))
        else:
            connected = facts.Connected(ring.agent, ring.offer)
            lasts = self.rng.uniform(1, 8)
            rang = facts.PhoneRang(ring.agent, ring.offer)
            self.later(0.2, lambda: self._if_rings(ring, origin, rang))
            self.later(lasts, lambda: self._if_rings(ring, origin, connected))
            if ring.call_back is not None:
                self.later(lasts + 9, lambda: self._try(origin, ring.agent))
                if self._oddly():
                    until = self.at + timedelta(minutes=10)
                    off = facts.CallBackPutOff(ring.agent, ring.offer, until)
                    self._if_rings(ring, origin, off)

    def _if_rings(self, ring: RingAgent, origin: Origin, body: Body) -> None:
        agent = self.field.agents.get(ring.agent)
        state = None if agent is None else agent.state
        if isinstance(state, Ringing) and (state.call, state.offer) == (ring.call, ring.offer):
            self.note(origin, body)

    def _try(self, origin: Origin, agent: AgentId) -> None:
        call = self.field.calls.get(origin.call or CallId(""))
        if call is None or call.place != TalkingTo(agent) or call.call_back is None:
            return
        reached = self.rng.random() < 0.6
        result = facts.CallBackResult.REACHED if reached else facts.CallBackResult.BUSY
        self.note(origin, facts.CallBackTried(agent, call.call_back.tries + 1, result, None))
        if not reached:
            self.note(origin, facts.LegEnded(agent, facts.Side.AGENT))

    def _agent(self, agent: Agent) -> None:
        """What she does when a state of hers begins."""
        match agent.state:
            case Talking(call=call) if self.field.calls[call].place == TalkingTo(agent.id):
                spread = 0.6
                mean = math.log(self.habits.talk_s) - spread**2 / 2
                lasts = self.rng.lognormvariate(mean, spread)
                self.later(lasts, lambda: self._over(agent.id, call))
                if self._oddly():
                    self.later(lasts / 3, lambda: self._hold(agent.id, call))
                if self._oddly():
                    self.later(lasts / 4, lambda: self._send(agent.id, call))
                if self._oddly():
                    self.later(lasts / 5, lambda: self._ask_in(agent.id, call))
            case WrapUp(call=call) if self.rng.random() < 0.3:
                by_hand = facts.WrapUpEnded(agent.id, facts.EndedBy.AGENT)
                body = by_hand if self.rng.random() < 0.7 else facts.WentReady(agent.id)
                after = self.rng.uniform(3, 20)
                self.later(after, lambda: self._if_wraps_up(agent.id, call, body))
            case Paused(reason=reason) if reason == MISSED:
                origin = Origin(None, None, agent.id)
                after = self.rng.uniform(30, 90)
                self.later(after, lambda: self.write(origin, facts.WentReady(agent.id)))
            case _:
                pass

    def _hold(self, agent: AgentId, call: CallId) -> None:
        known = self.field.calls.get(call)
        if known is not None and known.place == TalkingTo(agent):
            self.note(known.origin, facts.Held(agent))
            self.later(15, lambda: self.note(known.origin, facts.Resumed(agent)))

    def _wishes(self, agent: AgentId, call: CallId, control: Control, to: str = "") -> bool:
        """Whether she is with him still; then it is written."""
        known = self.field.calls.get(call)
        if known is None or known.place != TalkingTo(agent) or not known.on_line:
            return False
        self.write(replace(known.origin, actor=agent), facts.ControlAsked(agent, control, to))
        return True

    def _tell(self, call: CallId, body: Body) -> None:
        known = self.field.calls.get(call)
        if known is not None:
            self.note(known.origin, body)

    def _send(self, agent: AgentId, call: CallId) -> None:
        """A blind transfer, that may fail."""
        other = self.rng.choice(list(self.habits.agents))
        to = self.rng.choice((f"agent:{other}", "skill:de", "skill:pay_out", "line:workshop"))
        if not self._wishes(agent, call, Control.TRANSFER, to):
            return
        if self._oddly():
            self.later(1, lambda: self._tell(call, facts.TransferLapsed()))
            return
        self.later(0.3, lambda: self._tell(call, facts.Transferred()))
        self.later(0.5, lambda: self._tell(call, facts.LegEnded(agent, facts.Side.PORTAL)))
        if to == "line:workshop":
            ended = facts.LineEnded if self._oddly() else None
            self.later(20, lambda: self._line_over(call, reached=ended is None))

    def _line_over(self, call: CallId, *, reached: bool) -> None:
        known = self.field.calls.get(call)
        if known is None or not isinstance(known.place, Outside):
            return
        over = facts.CallEnded(facts.Side.CALLER) if reached else facts.LineEnded(known.offers)
        self.note(known.origin, over)

    def _ask_in(self, agent: AgentId, call: CallId) -> None:
        to = self.rng.choice(("skill:de", "skill:fr", "line:workshop"))
        if not self._wishes(agent, call, Control.CONSULT, to):
            return
        self.later(0.2, lambda: self._tell(call, facts.RoomMade()))
        self.later(0.2, lambda: self._tell(call, facts.Held(agent)))
        self.later(5, lambda: self._guest(call))
        then = self.rng.choice((Control.RESUME, Control.JOIN, Control.HAND_ON))
        self.later(30, lambda: self._go_on(agent, call, then))

    def _guest(self, call: CallId) -> None:
        """Whoever was asked in comes, or doesn't."""
        known = self.field.calls.get(call)
        guest = None if known is None else known.guest
        if guest is None or guest.talks:
            return
        comes = not self._oddly()
        if guest.agent is None:
            answer = facts.LineAnswered if comes else facts.LineEnded
            self._tell(call, answer(guest.offer))
        elif comes:
            self._tell(call, facts.Connected(guest.agent, guest.offer))
        else:
            no = facts.OfferEnded(guest.agent, guest.offer, facts.OfferResult.REJECTED)
            self._tell(call, no)

    def _go_on(self, agent: AgentId, call: CallId, control: Control) -> None:
        known = self.field.calls.get(call)
        guest = None if known is None else known.guest
        if not self._wishes(agent, call, control):
            return
        if control is Control.HAND_ON and guest is not None and guest.talks:
            self.later(0.3, lambda: self._tell(call, facts.LegEnded(agent, facts.Side.PORTAL)))
            if guest.agent is None:
                self.later(60, lambda: self._line_over(call, reached=True))
            return
        self.later(0.3, lambda: self._tell(call, facts.Resumed(agent)))
        left = None if guest is None else guest.agent
        if left is not None:
            self.later(1, lambda: self._tell(call, facts.LegEnded(left, facts.Side.PORTAL)))

    def _over(self, agent: AgentId, call: CallId) -> None:
        known = self.field.calls.get(call)
        if known is None or known.place != TalkingTo(agent):
            return
        if self._oddly():
            self.note(known.origin, facts.LegEnded(agent, facts.Side.NETWORK))
            return
        if self.rng.random() < 0.5:
            self.note(known.origin, facts.LegEnded(agent, facts.Side.AGENT))
        self.note(known.origin, facts.CallEnded(facts.Side.CALLER))

    def _if_wraps_up(self, agent: AgentId, call: CallId, body: Body) -> None:
        known = self.field.agents.get(agent)
        if known is not None and isinstance(known.state, WrapUp) and known.state.call == call:
            self.write(Origin(None, None, agent), body)
