"""What the switchboard is told to do; each is carried out once, and never on replay."""

from dataclasses import dataclass

from cti.routing.field_call import ToRing
from domain.call import Concern
from domain.fact import Body, Origin
from domain.field_facts import Listening
from domain.ids import AgentId, CallId, LineId, Phone, TenantId
from domain.language import Language
from domain.transfer import ToAgent, ToLine
from domain.waiting_field import Overflow

ACTOR = "cti"
"""Who causes what follows by itself."""


@dataclass(frozen=True, slots=True)
class Note:
    """Write this fact: it follows from what is known."""

    origin: Origin
    body: Body


@dataclass(frozen=True, slots=True)
class Whisper:
    """What the agent hears before the caller is joined."""

    tenant: TenantId
    language: Language
    concern: Concern | None
    call_back: bool = False


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring the phone for ``ring_s`` seconds and join the waiting caller when it is answered.

    ``to_ring`` is who is rung once the agent has answered, where nobody waits on the line. ``line`` in each command is
    the caller's, where it isn't the one that started the call.
    """

    call: CallId
    agent: AgentId
    phone: Phone
    offer: int
    ring_s: int
    whisper: Whisper
    to_ring: ToRing | None = None
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class RingCaller:
    """The agent has answered: ring who wants to be rung back, or whom she dials."""

    call: CallId
    agent: AgentId
    offer: int
    tenant: TenantId
    to_ring: ToRing


@dataclass(frozen=True, slots=True)
class WithdrawOffer:
    """Stop ringing; the caller goes on waiting."""

    call: CallId
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Take a caller whom his agent's end left alone back into the field."""

    call: CallId
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class PutOnHold:
    """Let the caller hear music, and take the agent at this phone into a room of the call."""

    call: CallId
    phone: Phone
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class BringBack:
    """Take the caller into the room."""

    call: CallId
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Take the caller out of the conversation; ``outside`` is the line that is rung for him, None is the field."""

    call: CallId
    tenant: TenantId
    outside: str | None
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class RingGuest:
    """Ring somebody whom the agent at the phone ``by`` asks in, and take him into the room: a colleague's ``phone``, or
    a line outside. Without a ``whisper`` it is her own phone, which has lost the call.
    """

    call: CallId
    who: ToAgent | ToLine
    phone: Phone | None
    by: Phone
    offer: int
    ring_s: int
    whisper: Whisper | None
    tenant: TenantId


@dataclass(frozen=True, slots=True)
class HangUp:
    """End what agents' phones and guests have to do with a call."""

    call: CallId
    phones: tuple[Phone, ...] = ()
    offers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LetGo:
    """End the call of a caller with whom nobody talks any more."""

    call: CallId
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class Listen:
    """Tell caller and agent that a supervisor takes part, and then ring his phone."""

    call: CallId
    phone: Phone
    listener: Phone
    how: Listening
    offer: int
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class TellWait:
    """Let the caller hear where he stands; ``at_most_s`` None: no promise."""

    call: CallId
    position: int
    at_least_s: int
    at_most_s: int | None
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class OfferElse:
    """Offer the caller something else than waiting."""

    call: CallId
    overflow: Overflow
    line: LineId | None = None


@dataclass(frozen=True, slots=True)
class RaiseAlarm:
    """Nobody signed in may take this call."""

    call: CallId
    tenant: TenantId


InCall = PutOnHold | BringBack | Transfer | RingGuest | HangUp | LetGo | Reconnect | Listen
Deed = RingAgent | RingCaller | WithdrawOffer | InCall | TellWait | OfferElse | RaiseAlarm
"""What is to be done on Asterisk about a call."""

Command = Note | Deed
