"""A random but plausible day in the waiting field, written by the engine as the switchboard would write it.

Callers enter by a Poisson process that follows a profile, wait with their patience and ask where they stand; phones
ring, are answered or missed; agents talk, hold, wrap up, pause and leave; phones are lost and found.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from typing_extensions import override

from cti.routing.commands import RingAgent
from cti.routing.field_call import Dialled, TalkingTo, Waiting
from domain import dial_facts
from domain import field_facts as facts
from domain.agent import MISSED, Agent, Paused, Ringing, Talking, WrapUp
from domain.call import Certainty, Concern
from domain.desk_facts import NoConcern
from domain.fact import Body, Origin
from domain.ids import AgentId, CallerId, CallId, LineId, ParticipantId, Phone, RecordId, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver
from domain.waiting_field import FieldRules, write_rules
from tests.cti.paper_day import PaperDay
from tests.cti.random_talks import RandomTalks

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
    record=True,
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
    begin: datetime = MORNING


class RandomDay(PaperDay):
    """A day whose people, and what they do, are drawn from the seed."""

    def __init__(self, seed: int, habits: Habits) -> None:
        self.rng = random.Random(seed)
        self.habits = habits
        until = habits.begin + timedelta(hours=len(habits.profile))
        super().__init__(habits.begin, until, self._comes_to_it, 0 if habits.coarse else 3)
        self._talks = RandomTalks(self, self.rng, self._oddly, tuple(habits.agents))
        self._open()

    def _comes_to_it(self) -> timedelta:
        return timedelta(seconds=self.rng.random() * self.habits.latency_s)

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
        begin, in_page = self.rng.random() * 120, int(phone) % 2 == 0
        self.later(begin, lambda: self.write(origin, facts.SignedIn(agent, phone, skills, in_page)))
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
            self.later(self.rng.random() * day_s, lambda: self._dial(agent))
        if self._oddly():
            out = facts.SignOutAsked(agent)
            self.later(self.rng.uniform(0.6, 1) * day_s, lambda: self.write(origin, out))

    def _dial(self, agent: AgentId) -> None:
        """She dials, and again some time later, whether it fits or not."""
        purpose = self.rng.choice(list(dial_facts.DialledFor))
        call, caller = CallId(f"a-d{len(self.log)}"), CallerId(f"dialled-{len(self.log)}")
        body = dial_facts.DialAsked(agent, caller, None, Language.DE, purpose, None)
        self.write(Origin(ALPENRAD, call, agent), body)
        self.later(self.rng.uniform(60, 900), lambda: self._dial(agent))

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
        self._waits(Origin(tenant, call, "ivr"), body)

    def _waits(self, origin: Origin, body: HandedOver) -> None:
        self.write(origin, body)
        self._ask(origin)
        self.later(self.rng.expovariate(1 / self.habits.patience_s), lambda: self._give_up(origin))
        if self._oddly():
            self.later(10, lambda: self.note(origin, facts.SteppedAside()))
            self.later(40, lambda: self.note(origin, facts.CameBack()))
        if self._oddly():
            asked = facts.CallBackAsked(CallerId(f"caller-{origin.call}"), None)
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

    @override
    def rings(self, ring: RingAgent) -> None:
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
            if isinstance(ring.to_ring, Dialled):
                self._dials(origin, ring, lasts)
            elif ring.to_ring is not None:
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

    def _dials(self, origin: Origin, ring: RingAgent, lasts: float) -> None:
        """What becomes of whom she has dialled."""
        agent, reached = ring.agent, self.rng.random() < 0.6
        body: Body = dial_facts.DialReached(agent, LineId("9.9"))
        if not reached:
            body = dial_facts.DialEnded(agent, self.rng.choice(list(dial_facts.DialResult)))
            over = facts.LegEnded(agent, facts.Side.PORTAL)
            self.later(lasts + 9, lambda: self._of_dial(origin, over))
        self.later(lasts + 1, lambda: self._of_dial(origin, dial_facts.DialRang(agent)))
        self.later(lasts + 7, lambda: self._of_dial(origin, body))
        if self._oddly():
            self.later(lasts, lambda: self._of_dial(origin, dial_facts.DialCancelled(agent)))

    def _of_dial(self, origin: Origin, body: Body) -> None:
        call = self.field.calls.get(origin.call or CallId(""))
        if call is not None and call.is_dialling:
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

    @override
    def begins(self, agent: Agent) -> None:
        match agent.state:
            case Talking(call=call) if self.field.calls[call].place == TalkingTo(agent.id):
                spread = 0.6
                mean = math.log(self.habits.talk_s) - spread**2 / 2
                lasts = self.rng.lognormvariate(mean, spread)
                self._talks.begin(agent.id, call, lasts)
            case WrapUp(call=call, recorded=False):
                after = self.rng.uniform(2, 60)
                self.later(after, lambda: self._if_wraps_up(agent.id, call, _recorded(call)))
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

    def _if_wraps_up(self, agent: AgentId, call: CallId, body: Body) -> None:
        known = self.field.agents.get(agent)
        if known is not None and isinstance(known.state, WrapUp) and known.state.call == call:
            self.write(Origin(None, call if isinstance(body, NoConcern) else None, agent), body)


def _recorded(call: CallId) -> NoConcern:
    return NoConcern(RecordId(f"record-{call}"), None)
