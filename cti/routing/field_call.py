"""A call in the waiting field, and when something happens to it by itself.

A call in the field is in exactly one place:

    HandedOver --> Waiting <--> Offered --Connected--> Talking --LegEnded--> (out, or Waiting where a phone failed)
                    ^                                     |
                    +-----------Transferred---------------+--> Outside
                    ^   ^
           CameBack |   | CallBackDue
                    v   v
                Aside   AwaitsCallBack (he has hung up, and keeps his place)

One that an agent makes begins with Offered, to her alone (``cti.routing.dials``).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from domain.call import Concern
from domain.fact import Origin
from domain.ids import AgentId, CallerId, CallId, LineId, ParticipantId, TenantId
from domain.language import Language
from domain.transfer import Target, ToAgent, ToLine, ToSkill
from domain.waiting_field import Band, FieldRules


@dataclass(frozen=True, slots=True)
class Waiting:
    """Hears music."""


@dataclass(frozen=True, slots=True)
class OfferedTo:
    """An agent's phone rings for him."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class Aside:
    """Is in self-service, or can't be offered before ``until``; keeps his place."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class TalkingTo:
    agent: AgentId


@dataclass(frozen=True, slots=True)
class Outside:
    """Talks on a line outside that he was sent to; ``offer`` is its number where it was asked in before."""

    line: str
    offer: int | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """His conversation is over, his line isn't gone yet."""


@dataclass(frozen=True, slots=True)
class AwaitsCallBack:
    """Is rung back at his turn, but not before ``not_before``."""

    not_before: datetime


Place = Waiting | OfferedTo | Aside | TalkingTo | Outside | Leaving | AwaitsCallBack


class Group(NamedTuple):
    """Callers whom the same agents may take; the one who entered first is the next of them.

    ``sent_to`` is where an agent sent them: to a colleague alone, or to who has a skill.
    """

    tenant: TenantId
    language: Language
    concern: Concern | None
    stage: int
    priority: int
    sent_to: ToAgent | ToSkill | None = None


@dataclass(frozen=True, slots=True)
class CallBack:
    """Whom to ring back, from when on (None: at once), and how often that was tried."""

    caller: CallerId
    not_before: datetime | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Dialled:
    """Whom an agent has dialled. ``rings``: at his; ``ended``: he wasn't reached, and her line is about to end."""

    caller: CallerId
    rings: bool = False
    ended: bool = False


ToRing = CallBack | Dialled
"""Who is rung once an agent has answered."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom the agent asked in: a colleague, or a line outside. ``offer`` is its number; who doesn't talk yet rings.

    She herself is a guest while her phone, which has lost the call, rings once more; ``resumes``: the caller is only on
    hold till then.
    """

    who: ToAgent | ToLine
    offer: int
    talks: bool = False
    resumes: bool = False

    @property
    def agent(self) -> AgentId | None:
        return self.who.agent if isinstance(self.who, ToAgent) else None


@dataclass(frozen=True, slots=True)
class FieldCall:
    """A call in the field. ``entered`` starts its clock; ``told`` is the last it heard of its position and wait.

    ``refused`` are the agents who let it pass: others come first. ``answered`` is when it was first connected.
    ``call_back`` is set where he wants to be rung back; that begins when he is no longer ``on_line``. ``line`` is the
    caller's where it isn't the one that started the call. ``dial`` is set where an agent did. ``in_room`` says that he
    and his agents meet in a room; ``listener`` is the number of a supervisor's line who takes part; ``going`` is where
    he is being sent, ``sent_to`` where he was. ``recorded`` says that an agent has recorded something for it.
    """

    id: CallId
    origin: Origin
    language: Language
    concern: Concern | None
    participant: ParticipantId | None
    priority: int
    entered: datetime
    place: Place = field(default_factory=Waiting)
    stage: int = 0
    offers: int = 0
    offered_at: datetime | None = None
    told: tuple[int, Band] | None = None
    refused: frozenset[AgentId] = frozenset()
    call_back: CallBack | None = None
    on_line: bool = True
    line: LineId | None = None
    dial: Dialled | None = None
    in_room: bool = False
    guest: Guest | None = None
    listener: int | None = None
    going: Target | None = None
    sent_to: ToAgent | ToSkill | None = None
    overflowed: bool = False
    answered: datetime | None = None
    recorded: bool = False

    @property
    def tenant(self) -> TenantId:
        assert self.origin.tenant is not None, "a call in the field belongs to a tenant"
        return self.origin.tenant

    @property
    def group(self) -> Group:
        return Group(
            self.tenant, self.language, self.concern, self.stage, self.priority, self.sent_to
        )

    @property
    def to_ring(self) -> ToRing | None:
        """Who isn't on the line yet."""
        return None if self.on_line else self.dial or self.call_back

    @property
    def is_dialling(self) -> bool:
        """Whether an agent has dialled somebody who isn't on the line; till then nothing else can happen to it."""
        return self.dial is not None and not self.on_line

    def has_guest(self, agent: AgentId) -> bool:
        """Whether she is the colleague who was asked in."""
        return self.guest is not None and self.guest.agent == agent

    def is_reclaimed_by(self, agent: AgentId) -> bool:
        """Whether her phone, which has lost the call, is rung once more."""
        return self.has_guest(agent) and self.place == TalkingTo(agent)

    def waited_s(self, at: datetime) -> float:
        return (at - self.entered).total_seconds()


SENT_S: Final = 45
"""How long a caller waits for the colleague he was sent to, before anybody fit may take him."""

_OFFER_ENDS_BY = timedelta(seconds=20)
"""How long after the last ring, a whisper included, the end of an offer is awaited; then it is taken for lost."""


def next_stage(call: FieldCall, rules: FieldRules) -> tuple[int, int] | None:
    """The next stage of relaxing and after how many seconds of waiting it begins; None after the last."""
    for stage, after_s in enumerate(rules.stages, start=1):
        if stage > call.stage and after_s is not None:
            return stage, after_s
    return None


def call_due(call: FieldCall, rules: FieldRules) -> datetime | None:
    """When something happens to the call by itself."""
    match call.place:
        case AwaitsCallBack(not_before):
            return not_before
        case Aside(until) if until is not None:
            return until
        case OfferedTo() if call.offered_at is not None:
            return call.offered_at + timedelta(seconds=rules.ring_s) + _OFFER_ENDS_BY
        case TalkingTo() if call.guest is not None and not call.guest.talks:
            assert call.offered_at is not None, "somebody was asked in"
            return call.offered_at + timedelta(seconds=rules.ring_s) + _OFFER_ENDS_BY
        case Waiting() if call.call_back is None:
            stage = next_stage(call, rules)
            waits = [] if stage is None else [stage[1]]
            if rules.overflow_s is not None and not call.overflowed:
                waits.append(rules.overflow_s)
            if isinstance(call.sent_to, ToAgent):
                waits.append(SENT_S)
            return call.entered + timedelta(seconds=min(waits)) if waits else None
        case _:
            return None


def is_last_try(call: FieldCall, rules: FieldRules) -> bool:
    """Whether a caller who wasn't reached is rung no more."""
    return call.call_back is not None and call.call_back.tries >= rules.call_back_tries


def agent_of_call(call: FieldCall) -> AgentId | None:
    """Whose phone rings for it, or who speaks with the caller."""
    match call.place:
        case OfferedTo(agent) | TalkingTo(agent):
            return agent
        case _:
            return None
