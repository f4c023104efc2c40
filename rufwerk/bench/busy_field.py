"""A busy waiting field on paper: facts as they come in a call centre, with about as many callers waiting all along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - seeded, so that each measurement sees the same day
from typing import Final

from cti.routing.commands import Note
from cti.routing.engine import decide, step
from cti.routing.field_call import Aside, FieldCall, Leaving, OfferedTo, TalkingTo, Waiting
from cti.routing.state import Field
from domain import field_facts as facts
from domain.agent import Agent, OnHold, Paused, Ringing, Talking, WrapUp, write_skills
from domain.call import Certainty, Concern
from domain.fact import Body, Fact, Origin
from domain.ids import AgentId, CallId, ParticipantId, Phone, Skill, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver
from domain.waiting_field import FieldRules, write_rules

_BEGINS: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_SEED: Final = 22
_NODE: Final = "a"
_TENANTS: Final = tuple(TenantId(f"brand-{number:02}") for number in range(31))
_QUIET: Final = 3
"""Of the tenants, those whom nobody rings today: their agents are ready all along."""
_LANGUAGES: Final = tuple(Language)
_OFTEN: Final = (6, 2, 1, 1)
"""How the languages share the callers, and what agents speak."""
_DUNNING: Final = Skill("dunning")
_CONCERNS: Final = tuple(one for one in Concern if one is not Concern.DUNNING)
SKILLS: Final = len(_TENANTS) + len(_LANGUAGES) + len(_CONCERNS) + 1

_ENDS: Final = (
    *(facts.OfferResult.NO_ANSWER, facts.OfferResult.NO_ANSWER, facts.OfferResult.REJECTED),
    *(facts.OfferResult.UNREACHABLE, facts.OfferResult.FAILED),
)
_ANSWERED: Final = 0.9
_WAITED_S: Final = 500.0
"""How long ago, at most, those came who wait when it begins."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many callers wait, and how many agents are signed in."""

    waiting: int
    agents: int


@dataclass(frozen=True, slots=True)
class _Chance:
    """What may happen next: ``often`` times a second, one of ``make``."""

    often: float
    make: Callable[[], tuple[Origin, Body]]


def settled(field: Field, fact: Fact) -> Field:
    """The field after a fact and all that follows from it at once, as the switchboard does it, without its log."""
    field, commands = step(field, fact)
    while True:
        notes = [one for one in commands if isinstance(one, Note)]
        if not notes:
            decided = decide(field, fact.at)
            if decided is None:
                return field
            notes = [decided]
        commands = ()
        for note in notes:
            follows = Fact(field.seq + 1, fact.at, note.origin, _NODE, note.body)
            field, called_for = step(field, follows)
            commands += called_for


class BusyField:
    """A field of that size and its day: ``next_fact`` says what happens now, ``field`` is for who settles it."""

    def __init__(self, size: Size) -> None:
        self._random = Random(_SEED)  # noqa: S311 - no secret
        self._size = size
        self._at = _BEGINS
        self._entered = 0
        self._rung: set[tuple[CallId, int]] = set()
        self.field = Field()
        for tenant in _TENANTS:
            self._settle(Origin(tenant, None, "operator"), facts.FieldRulesSet(_rules(tenant)))
        for number in range(size.agents):
            self._sign_in(number)
        self._fill()

    def next_fact(self) -> Fact:
        """What happens next, and when; each thing as often as it does in a day."""
        chances = [one for one in self._chances() if one.often > 0]
        often = [one.often for one in chances]
        self._at += timedelta(seconds=self._random.expovariate(sum(often)))
        (chance,) = self._random.choices(chances, often)
        return self._fact(*chance.make())

    def _fact(self, origin: Origin, body: Body) -> Fact:
        return Fact(self.field.seq + 1, self._at, origin, _NODE, body)

    def _settle(self, origin: Origin, body: Body) -> None:
        self.field = settled(self.field, self._fact(origin, body))

    def _sign_in(self, number: int) -> None:
        """Each twentieth serves the quiet tenants alone; each seventh stays in her pause."""
        agent = AgentId(f"agent-{number:04}")
        signed_in = facts.SignedIn(agent, Phone(str(2000 + number)), self._skills(number % 20 == 0))
        self._settle(Origin(None, None, agent), signed_in)
        if number % 7:
            self._settle(Origin(None, None, agent), facts.WentReady(agent))

    def _skills(self, is_quiet: bool) -> tuple[str, ...]:
        tenants = _TENANTS[:_QUIET] if is_quiet else _TENANTS[_QUIET:]
        chosen: set[str] = {
            *self._random.sample(tenants, self._random.randint(1, len(tenants) // 7 + 1)),
            *self._random.choices(_LANGUAGES, _OFTEN, k=2),
            *self._random.sample(_CONCERNS, self._random.randint(2, len(_CONCERNS))),
        }
        if self._random.random() < 0.1:
            chosen.add(_DUNNING)
        return write_skills({Skill(str(one)): self._random.randint(1, 5) for one in chosen})

    def _fill(self) -> None:
        """Whoever rings while an agent is free talks at once; then the others come, and wait."""
        for _ in range(self._size.agents):
            self._settle(*self._enters())
            for agent in self._agents(Ringing):
                self._settle(*self._answers(agent))
        while (missing := self._size.waiting - len(self._calls(Waiting))) > 0:
            self._at += timedelta(seconds=_WAITED_S / self._size.waiting)
            for _ in range(min(missing, 1 + self._random.randrange(2))):
                self._settle(*self._enters())

    def _calls(self, place: type) -> Sequence[FieldCall]:
        return [one for one in self.field.calls.values() if isinstance(one.place, place)]

    def _agents(self, state: type) -> Sequence[Agent]:
        return [one for one in self.field.agents.values() if isinstance(one.state, state)]

    def _chances(self) -> Sequence[_Chance]:
        waiting = self._calls(Waiting)
        missing = max(self._size.waiting - len(waiting), 0)
        return [_Chance(float(missing), self._enters), *self._of_calls(waiting), *self._of_agents()]

    def _of_calls(self, waiting: Sequence[FieldCall]) -> Sequence[_Chance]:
        """Each kind with the calls it may happen to, and after how many seconds it does on average."""
        aside = [one for one in self._calls(Aside) if one.place == Aside(None)]
        leaving, offered = self._calls(Leaving), self._calls(OfferedTo)
        by_caller = facts.CallEnded(facts.Side.CALLER)
        return [
            self._to_call(waiting, 30, facts.WaitAsked()),
            self._to_call(waiting, 600, by_caller),
            self._to_call(waiting, 300, facts.SteppedAside()),
            self._to_call(waiting, 1800, facts.PrioritySet(self._random.randint(0, 3))),
            self._to_call(aside, 60, facts.CameBack()),
            self._to_call(offered, 120, by_caller),
            self._to_call(self._calls(TalkingTo), 2000, by_caller),
            self._to_call(leaving, 0.2, facts.CallEnded(facts.Side.PORTAL)),
        ]

    def _of_agents(self) -> Sequence[_Chance]:
        everybody = tuple(self.field.agents.values())
        ringing = self._agents(Ringing)
        lost = [one for one in everybody if one.phone in self.field.lost_phones]
        quiet = [one for one in ringing if _offer(one) not in self._rung]
        return [
            self._to_agent(quiet, 0.1, self._rings),
            self._to_agent([one for one in ringing if _offer(one) in self._rung], 4, self._answers),
            self._to_agent(self._agents(Talking), 200, self._stops),
            self._to_agent(self._agents(Talking), 400, lambda one: self._in_call(one, facts.Held)),
            self._to_agent(self._agents(OnHold), 20, lambda one: self._in_call(one, facts.Resumed)),
            self._to_agent(self._agents(WrapUp), 60, _wraps_up),
            self._to_agent(self._agents(Paused), 600, _goes_ready),
            self._to_agent(everybody, 3600, _pauses),
            self._to_agent(everybody, 3600, self._learns),
            self._to_agent(everybody, 3600, lambda one: _of_phone(facts.PhoneLost(one.phone))),
            self._to_agent(lost, 30, lambda one: _of_phone(facts.PhoneFound(one.phone))),
        ]

    def _to_call(self, calls: Sequence[FieldCall], after_s: float, body: Body) -> _Chance:
        return _Chance(len(calls) / after_s, lambda: (self._random.choice(calls).origin, body))

    def _to_agent(
        self,
        agents: Sequence[Agent],
        after_s: float,
        make: Callable[[Agent], tuple[Origin, Body]],
    ) -> _Chance:
        return _Chance(len(agents) / after_s, lambda: make(self._random.choice(agents)))

    def _enters(self) -> tuple[Origin, Body]:
        self._entered += 1
        call = CallId(f"{_NODE}-{self._entered}")
        (language,) = self._random.choices(_LANGUAGES, _OFTEN)
        concern = self._random.choice((None, *_CONCERNS))
        participant = ParticipantId(f"participant-{self._random.randrange(20_000)}")
        (priority,) = self._random.choices((0, 1, 2), (8, 1, 1))
        body = HandedOver(
            language, participant, Certainty.PIN_VERIFIED, concern, (), None, priority
        )
        return Origin(self._random.choice(_TENANTS[_QUIET:]), call, "ivr"), body

    def _rings(self, agent: Agent) -> tuple[Origin, Body]:
        self._rung.add(_offer(agent))
        return self._in_call(agent, facts.PhoneRang)

    def _answers(self, agent: Agent) -> tuple[Origin, Body]:
        assert isinstance(agent.state, Ringing)
        origin, offer = self.field.calls[agent.state.call].origin, agent.state.offer
        if self._random.random() < _ANSWERED:
            return origin, facts.Connected(agent.id, offer)
        return origin, facts.OfferEnded(agent.id, offer, self._random.choice(_ENDS))

    def _stops(self, agent: Agent) -> tuple[Origin, Body]:
        sides = (facts.Side.CALLER, facts.Side.AGENT, facts.Side.NETWORK)
        (side,) = self._random.choices(sides, (50, 49, 1))
        return self._in_call(agent, lambda one: facts.LegEnded(one, side))

    def _in_call(self, agent: Agent, body: Callable[..., Body]) -> tuple[Origin, Body]:
        assert isinstance(agent.state, Ringing | Talking | OnHold)
        origin = self.field.calls[agent.state.call].origin
        offer = (agent.state.offer,) if isinstance(agent.state, Ringing) else ()
        return origin, body(agent.id, *offer)

    def _learns(self, agent: Agent) -> tuple[Origin, Body]:
        level = self._random.randint(1, 5)
        skills = write_skills({**agent.skills, _DUNNING: level})
        return Origin(None, None, "lead"), facts.SkillsSet(agent.id, skills)


def _rules(tenant: TenantId) -> tuple[str, ...]:
    """As brands have them that help each other out: a skill asked for at first, relaxed, then another's team."""
    helper = _TENANTS[(_TENANTS.index(tenant) + 1) % len(_TENANTS)]
    return write_rules(
        FieldRules(
            skilled=(Concern.RETURN, Concern.PAY_OUT),
            relax_s=120,
            others_s=300,
            others=(helper,),
            last_agent_s=86400,
        )
    )


def _offer(agent: Agent) -> tuple[CallId, int]:
    assert isinstance(agent.state, Ringing)
    return agent.state.call, agent.state.offer


def _wraps_up(agent: Agent) -> tuple[Origin, Body]:
    return Origin(None, None, agent.id), facts.WrapUpEnded(agent.id, facts.EndedBy.AGENT)


def _goes_ready(agent: Agent) -> tuple[Origin, Body]:
    return Origin(None, None, agent.id), facts.WentReady(agent.id)


def _pauses(agent: Agent) -> tuple[Origin, Body]:
    return Origin(None, None, agent.id), facts.PauseAsked(agent.id, "lunch")


def _of_phone(body: Body) -> tuple[Origin, Body]:
    return Origin(None, None, "cti"), body
