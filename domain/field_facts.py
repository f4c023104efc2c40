"""What happens in the waiting field, and in an agent's day, as facts.

A fact about a call stands under that call's id. ``offer`` counts the offers of a call from 1, so that a late fact is
never taken for one of the offer after it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from domain.fact import Body
from domain.ids import AgentId, CallerId, CallId, LineId, Phone
from domain.waiting_field import Overflow


class OfferResult(StrEnum):
    """How an offer that led to no conversation ended. The first two are hers, the others never count against her."""

    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CALLER_LEFT = "caller_left"
    FAILED = "failed"


class Side(StrEnum):
    """Who ended something."""

    CALLER = "caller"
    AGENT = "agent"
    PORTAL = "portal"
    NETWORK = "network"


class EndedBy(StrEnum):
    """Why wrap-up was over."""

    AGENT = "agent"
    TIME = "time"


class Control(StrEnum):
    """What an agent may do with a call that she is in."""

    HOLD = "hold"
    RESUME = "resume"
    """Back to the caller; whoever was asked in meanwhile is let go."""
    TRANSFER = "transfer"
    """Blind: the caller goes, and she is out of it."""
    CONSULT = "consult"
    """Ask somebody in, while the caller is on hold."""
    JOIN = "join"
    """All three talk."""
    HAND_ON = "hand_on"
    """The caller stays with whom she asked in."""
    RECLAIM = "reclaim"
    """Her phone has lost the call, as where a browser's page was loaded again: it is rung once more."""


class Listening(StrEnum):
    """How a supervisor takes part in a conversation."""

    LISTEN = "listen"
    WHISPER = "whisper"
    """The agent alone hears him."""
    JOIN = "join"


class CallBackResult(StrEnum):
    """What came of one try to ring a caller back."""

    REACHED = "reached"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    """It may not be dialled, or there is no such number; no other try is made."""
    FAILED = "failed"


# Of a call


@dataclass(frozen=True, slots=True)
class WaitAsked(Body):
    """The caller is about to be told where he stands."""


@dataclass(frozen=True, slots=True)
class WaitTold(Body):
    """Where he stands, and within which seconds from now he will be answered; ``at_most_s`` None: no promise."""

    position: int
    at_least_s: int
    at_most_s: int | None


@dataclass(frozen=True, slots=True)
class SteppedAside(Body):
    """The caller went back to self-service and keeps his place."""


@dataclass(frozen=True, slots=True)
class CameBack(Body):
    """He waits again."""


@dataclass(frozen=True, slots=True)
class Relaxed(Body):
    """He has waited so long that fewer skills are asked for; ``stage`` counts from 1."""

    stage: int


@dataclass(frozen=True, slots=True)
class Overflowed(Body):
    """He has waited as long as his tenant lets him."""

    to: Overflow


@dataclass(frozen=True, slots=True)
class TakerMissing(Body):
    """An alarm: nobody signed in may take this call, now or relaxed."""


@dataclass(frozen=True, slots=True)
class Offered(Body):
    """``reason`` says in words why this agent and this call (``domain.offer_reason``)."""

    agent: AgentId
    offer: int
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhoneRang(Body):
    agent: AgentId
    offer: int


@dataclass(frozen=True, slots=True)
class OfferEnded(Body):
    agent: AgentId
    offer: int
    result: OfferResult


@dataclass(frozen=True, slots=True)
class Connected(Body):
    """Caller and agent hear each other."""

    agent: AgentId
    offer: int


@dataclass(frozen=True, slots=True)
class FoundTalking(Body):
    """Caller and agent were found in conversation after a time out of sight."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class Held(Body):
    agent: AgentId


@dataclass(frozen=True, slots=True)
class Resumed(Body):
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ControlAsked(Body):
    """What she wants done with the call she is in; ``to`` as ``read_target`` reads it, "" where nobody is meant."""

    agent: AgentId
    control: Control
    to: str


@dataclass(frozen=True, slots=True)
class RoomMade(Body):
    """Caller and agents meet in a room from now on, where there is place for more than two."""


@dataclass(frozen=True, slots=True)
class Transferred(Body):
    """The caller is on his way to where she sent him."""


@dataclass(frozen=True, slots=True)
class TransferLapsed(Body):
    """The colleague he was sent to didn't take him: anybody fit may now."""


@dataclass(frozen=True, slots=True)
class LineAnswered(Body):
    """The line outside that was asked in, by its offer's number."""

    offer: int


@dataclass(frozen=True, slots=True)
class LineEnded(Body):
    """The line outside is gone, or couldn't be reached."""

    offer: int


@dataclass(frozen=True, slots=True)
class ListeningAsked(Body):
    """A supervisor takes part from this phone; both are told before."""

    agent: AgentId
    listener: Phone
    how: Listening


@dataclass(frozen=True, slots=True)
class LegEnded(Body):
    """The conversation is over for this agent."""

    agent: AgentId
    by: Side


@dataclass(frozen=True, slots=True)
class CallEnded(Body):
    """The caller's line is gone; a call-back he asked for lives on."""

    by: Side


@dataclass(frozen=True, slots=True)
class PrioritySet(Body):
    """A supervisor's change; it counts for who is waiting already."""

    priority: int


@dataclass(frozen=True, slots=True)
class CallBackAsked(Body):
    """He may hang up and keeps his place; ``caller`` is whom to ring, ``not_before`` when that may be first.
    ``wanted_until`` is the end of the window that he wishes to be rung in; after it he is rung all the same.
    """

    caller: CallerId
    not_before: datetime | None
    wanted_until: datetime | None = None

    version: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class CallBackStands(Body):
    """He had asked for one before: that one keeps its place, and he needn't wait in this call too."""


@dataclass(frozen=True, slots=True)
class CallBackSettled(Body):
    """He rang again, and was answered or asked for another one: nobody needs to ring him for this one."""

    by: CallId


@dataclass(frozen=True, slots=True)
class CallBackDue(Body):
    """He is next in his turn again."""


@dataclass(frozen=True, slots=True)
class CallBackPutOff(Body):
    """It is her offer, but he may not be rung at this hour. It isn't a try."""

    agent: AgentId
    offer: int
    until: datetime


@dataclass(frozen=True, slots=True)
class CallBackTried(Body):
    """``tries`` is how many there have been, this one included; ``line`` is the caller's where he was reached."""

    agent: AgentId
    tries: int
    result: CallBackResult
    line: LineId | None


@dataclass(frozen=True, slots=True)
class CallBackGivenUp(Body):
    """It is on the team lead's list now."""

    tries: int


@dataclass(frozen=True, slots=True)
class CallBackSeenTo(Body):
    """Who is named as the actor took him off the list of those nobody reached; the waiting field has him no more."""


# Of an agent


@dataclass(frozen=True, slots=True)
class SignedIn(Body):
    """``skills`` as ``read_skills`` reads them; ``in_page`` says that she works where services are recorded."""

    version: ClassVar[int] = 2

    agent: AgentId
    phone: Phone
    skills: tuple[str, ...]
    in_page: bool = False


@dataclass(frozen=True, slots=True)
class SignOutAsked(Body):
    """In force at once, or in a call after wrap-up."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class WentReady(Body):
    """She asked for it; in wrap-up that ends it, in a call it takes back a pause that was pending."""

    agent: AgentId


@dataclass(frozen=True, slots=True)
class PauseAsked(Body):
    """In force at once, or in a call after wrap-up."""

    agent: AgentId
    reason: str


@dataclass(frozen=True, slots=True)
class WrapUpEnded(Body):
    agent: AgentId
    by: EndedBy


@dataclass(frozen=True, slots=True)
class SkillsSet(Body):
    """A supervisor's change; ``skills`` as ``read_skills`` reads them."""

    agent: AgentId
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhoneLost(Body):
    """A phone doesn't answer, or no sound comes from it."""

    phone: Phone


@dataclass(frozen=True, slots=True)
class PhoneFound(Body):
    phone: Phone


# Of the switchboard


@dataclass(frozen=True, slots=True)
class SightRegained(Body):
    """Asterisk is in sight again. What happened after ``since``, the fact before, wasn't all seen."""

    since: datetime | None


# Of a tenant


@dataclass(frozen=True, slots=True)
class FieldRulesSet(Body):
    """The rules of a tenant's waiting field came into force, as ``write_rules`` writes them."""

    rules: tuple[str, ...]


FIELD_FACTS: Final[tuple[type[Body], ...]] = (
    WaitAsked,
    WaitTold,
    SteppedAside,
    CameBack,
    Relaxed,
    Overflowed,
    TakerMissing,
    Offered,
    PhoneRang,
    OfferEnded,
    Connected,
    FoundTalking,
    Held,
    Resumed,
    ControlAsked,
    RoomMade,
    Transferred,
    TransferLapsed,
    LineAnswered,
    LineEnded,
    ListeningAsked,
    LegEnded,
    CallEnded,
    PrioritySet,
    CallBackAsked,
    CallBackStands,
    CallBackSettled,
    CallBackDue,
    CallBackPutOff,
    CallBackTried,
    CallBackGivenUp,
    CallBackSeenTo,
    SignedIn,
    SignOutAsked,
    WentReady,
    PauseAsked,
    WrapUpEnded,
    SkillsSet,
    PhoneLost,
    PhoneFound,
    SightRegained,
    FieldRulesSet,
)
