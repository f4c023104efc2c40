"""What Asterisk's events mean as facts; besides ``reconcile`` the only place that knows Asterisk's field names.

The field says what an event is about: an offer's end belongs to the agent whom the field is ringing for that call. An
event of a call that isn't in the field means nothing here, but that one was refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from cti.ami import Event
from cti.dial_results import call_back_result, dial_result, offer_result, originate_result
from cti.lines import Lines
from cti.routing.commands import ACTOR, Note
from cti.routing.field_call import (
    Aside,
    FieldCall,
    Leaving,
    OfferedTo,
    Outside,
    TalkingTo,
    Waiting,
)
from cti.routing.state import Field
from domain.agent import OnHold, Talking
from domain.call import Certainty
from domain.dial_facts import DialEnded, DialRang, DialReached, DialResult
from domain.fact import Body, Origin
from domain.field_facts import (
    CallBackResult,
    CallBackTried,
    CallEnded,
    CameBack,
    Connected,
    FoundTalking,
    Held,
    LegEnded,
    LineAnswered,
    LineEnded,
    OfferEnded,
    PhoneFound,
    PhoneLost,
    PhoneRang,
    Resumed,
    RoomMade,
    Side,
    SteppedAside,
    Transferred,
    WaitAsked,
)
from domain.ids import AgentId, CallId, LineId, Phone, TenantId
from domain.language import Language
from domain.portal_facts import CallRefused, HandedOver, WhoseLimit

K = TypeVar("K")
V = TypeVar("V")

EVENTS: Final = (
    "UserEvent",
    "DialState",
    "BridgeEnter",
    "HangupRequest",
    "OriginateResponse",
    "Hangup",
    "Hold",
    "Unhold",
    "DeviceStateChange",
)
"""All that is asked of Asterisk."""

_MOST: Final = 1000
"""How many lines are remembered that rang or are gone: what follows of them is told within moments, or never. What
came of a phone that we rang ourselves may be told before its line's end or after it.
"""

PORTAL_FAILED: Final = "portal"
"""Where a caller was failed whom no dialog handed over."""

_NORMAL: Final = "16"
_BROKEN: Final = frozenset({"18", "27", "34", "38", "41", "42", "44"})
"""Causes (Q.850) of a line that broke: no answer to signalling, out of order, congestion, no sound."""

_GONE: Final = frozenset({"UNAVAILABLE", "INVALID"})
"""States of a device that can't ring."""


class Translator:
    """From events to facts. It remembers which lines have rung and which asked to be hung up, until they are, and the
    last that were before they stood in the field.
    """

    def __init__(self, lines: Lines, phones: frozenset[Phone]) -> None:
        """``phones`` are those of agents."""
        self._lines = lines
        self._phones = phones
        self._asked: dict[str, str] = {}
        self._dialled: dict[str, str] = {}
        self._rang: dict[str, None] = {}
        self._gone: dict[CallId, Side] = {}

    def follows_a_dialog(self, event: Event) -> bool:
        """Whether a dialog may have written to the log what this event means."""
        return event.get("UserEvent") in {"FieldEntered", "Degraded"}

    def is_without_us(self, event: Event) -> bool:
        """Whether a caller helps himself, as if nobody decided."""
        return event.get("UserEvent") == "Degraded"

    def about(self, event: Event) -> CallId | None:
        """The call an event may be about; None for a device's."""
        if event.name == "DeviceStateChange":
            return None
        linked = event.get("Linkedid") or event.get("DestLinkedid")
        return self._lines.call(linked or event.get("Uniqueid"))

    def facts(self, event: Event, field: Field) -> Iterator[Note]:
        """What an event means; usually nothing."""
        if event.name == "DeviceStateChange":
            yield from self._device(event, field)
            return
        uniqueid = event.get("Uniqueid")
        if event.name == "HangupRequest":
            cause = event.get("Cause")
            # a dial that failed leaves its cause on the line that dialled
            self._asked[uniqueid] = _NORMAL if cause == self._dialled.get(uniqueid) else cause
            return
        about = self.about(event)
        assert about is not None, "no device"
        if event.get("UserEvent") == "CallRefused":
            yield _refused(event, about)
            return
        call = field.calls.get(about)
        if event.name == "UserEvent" and self.follows_a_dialog(event):
            yield from self._entered(event, about, call)
            return
        if event.name == "DialState" and event.get("DialStatus") == "RINGING":
            _remember(self._rang, event.get("DestUniqueid"), None)
        if event.get("UserEvent") == "CallBackEnded":
            _remember(self._dialled, uniqueid, event.get("Cause"))
        hers = event.get("Linkedid") in self._asked
        past = _Past(uniqueid in self._rang, self._asked.get(uniqueid), hers)
        if event.name == "Hangup":
            self._asked.pop(uniqueid, None)
        if call is None:
            if event.name == "Hangup":
                _remember(self._gone, about, _by_caller(past))
            return
        for body in _of_line(event, self._of(call, uniqueid), field, past):
            yield Note(replace(call.origin, actor=ACTOR), body)

    def late_ends(self, field: Field) -> Iterator[Note]:
        """The ends of calls that were handed over when their line was gone already."""
        for call_id in self._gone.keys() & field.calls.keys():
            call = field.calls[call_id]
            yield Note(replace(call.origin, actor=ACTOR), CallEnded(self._gone.pop(call_id)))

    def _of(self, call: FieldCall, uniqueid: str) -> "_Known":
        is_callers = uniqueid == self._lines.callers(call.id, call.line)
        return _Known(call, is_callers, self._lines.offer(uniqueid))

    def _entered(self, event: Event, about: CallId, call: FieldCall | None) -> Iterator[Note]:
        """Who comes from a dialog is in the log by then, and so in the field; whom the portal failed is not."""
        origin = (
            Origin(TenantId(event.get("Tenant")), about, ACTOR) if call is None else call.origin
        )
        if call is None:
            yield Note(origin, stranded(event.get("Language")))
        if event.get("UserEvent") == "Degraded":
            yield Note(origin, SteppedAside())
        elif call is not None and isinstance(call.place, Aside):
            yield Note(origin, CameBack())

    def _device(self, event: Event, field: Field) -> Iterator[Note]:
        phone = Phone(event.get("Device").removeprefix("PJSIP/"))
        if phone in self._phones:
            yield from phone_notes(phone, event.get("State"), field)


def _remember(newest: dict[K, V], key: K, value: V) -> None:
    newest[key] = value
    if len(newest) > _MOST:
        del newest[next(iter(newest))]


@dataclass(frozen=True, slots=True)
class _Past:
    """Of a line: whether it rang, and with which cause it asked to be hung up (None: it didn't); and whether that of
    the agent we rang for its call did.
    """

    rang: bool
    asked: str | None
    hers: bool = False


def _by_caller(past: _Past) -> Side:
    return Side.PORTAL if past.asked is None else Side.CALLER


@dataclass(frozen=True, slots=True)
class _Known:
    """A call, whether an event is about its caller's line, and the offer that we rang that line for, if we did."""

    call: FieldCall
    is_callers: bool
    offer: int | None

    @property
    def awaits_dialled(self) -> bool:
        """Whether somebody is dialled, and it isn't known yet what comes of it."""
        dial = self.call.dial
        return dial is not None and not self.call.on_line and not dial.ended


def stranded(language: str) -> HandedOver:
    """A caller who reached the field without a dialog's handover."""
    known = Language(language) if language in set(Language) else Language.DE
    return HandedOver(known, None, Certainty.UNKNOWN, None, (), PORTAL_FAILED, 0)


def _refused(event: Event, about: CallId) -> Note:
    """A caller for whom no place of the portal was free. Our own monitoring's calls have no account."""
    synthetic = not event.get("Account")
    origin = Origin(TenantId(event.get("Tenant")), about, ACTOR, synthetic)
    limit = WhoseLimit.TENANT if event.get("Limit") == WhoseLimit.TENANT else WhoseLimit.HOUSE
    return Note(origin, CallRefused(event.get("Dialled"), limit))


def agent_on(field: Field, channels: Iterable[Event]) -> AgentId | None:
    """Who is signed in at the telephone of one of these channels."""
    for one in channels:
        phone = one.get("Channel").removeprefix("PJSIP/").rpartition("-")[0]
        agent = field.at_phone(Phone(phone))
        if agent is not None:
            return agent.id
    return None


def _talks(field: Field, agent: AgentId) -> bool:
    """Whether she is in another call as far as we know: the end of that one was out of sight, and a look finds both."""
    return isinstance(field.agents[agent].state, Talking | OnHold)


def phone_notes(phone: Phone, state: str, field: Field) -> Iterator[Note]:
    """Whether a phone was lost or found, if that is news; one that failed in a call counts as lost till then."""
    lost = state in _GONE
    agent = field.at_phone(phone)
    was_lost = phone in field.lost_phones or (agent is not None and not agent.reachable)
    if lost != was_lost:
        yield Note(Origin(None, None, ACTOR), PhoneLost(phone) if lost else PhoneFound(phone))


def _of_line(event: Event, known: _Known, field: Field, past: _Past) -> Sequence[Body]:
    call = known.call
    match event.name, call.place:
        case "UserEvent", _:
            return _told_by_dialplan(event, known)
        case "OriginateResponse", _ if event.get("Response") == "Failure":
            return _not_reached(event, known, rang=past.rang)
        case "DialState", _ if event.get("DialStatus") == "RINGING":
            return _rang(known, call)
        case "BridgeEnter", _:
            return _joined(event, known, field)
        case (("Hold" | "Unhold"), TalkingTo(agent)) if agent_on(field, [event]) == agent:
            # only her own key: a caller who puts us on hold isn't on hold; in a room he is where we took him
            own = Held(agent) if event.name == "Hold" else Resumed(agent)
            return () if call.in_room else (own,)
        case "Hangup", _ if call.on_line and known.is_callers:
            return (CallEnded(_by_caller(past)),)
        case "Hangup", _:
            return _line_gone(event, known, field, past)
        case _:
            return ()


def _joined(event: Event, known: _Known, field: Field) -> Sequence[Body]:
    call = known.call
    if known.is_callers or known.offer is not None:
        return ()  # whom we rang ourselves comes late here, into an empty room
    match call.place:
        case TalkingTo(agent) if known.awaits_dialled:
            # who hangs up at once is joined and gone before the dialplan tells that he answered
            return (DialReached(agent, LineId(event.get("Uniqueid"))),)
        case OfferedTo(agent) if call.on_line:
            return (Connected(agent, call.offers),)
        case Waiting() | Aside() | Leaving():
            # in degraded mode the phones ring by themselves
            found = agent_on(field, [event])
            return () if found is None or _talks(field, found) else (FoundTalking(found),)
        case _:
            return ()


def _rang(known: _Known, call: FieldCall) -> Sequence[Body]:
    match call.place:
        case OfferedTo(agent):
            return (PhoneRang(agent, call.offers),)
        case TalkingTo(agent) if call.dial is not None and known.awaits_dialled:
            return () if call.dial.rings else (DialRang(agent),)
        case TalkingTo() if call.guest is not None and call.guest.offer == known.offer:
            colleague = call.guest.agent
            return () if colleague is None else (PhoneRang(colleague, call.guest.offer),)
        case _:
            return ()


def _not_reached(event: Event, known: _Known, *, rang: bool) -> Sequence[Body]:
    """Whom we rang ourselves didn't answer."""
    call, guest = known.call, known.call.guest
    result = originate_result(event.get("Reason"), rang=rang)
    if guest is not None and guest.offer == known.offer:
        if guest.agent is None:
            return (LineEnded(guest.offer),)
        return (OfferEnded(guest.agent, guest.offer, result),)
    match call.place:
        case OfferedTo(agent) if call.offers == known.offer:
            return (OfferEnded(agent, call.offers, result),)
        case _:
            return ()


def _line_gone(event: Event, known: _Known, field: Field, past: _Past) -> Sequence[Body]:
    """A line other than the caller's: of whom she dials, of an agent who talked, or of a line outside. That of an agent
    who was dialled for the caller, and talks with him still as far as we know, is told of by the dialplan (OfferEnded);
    but if he was taken from her to be sent on, this may come first.
    """
    call = known.call
    if known.awaits_dialled and known.offer is None and isinstance(call.place, TalkingTo):
        # cut short by her, it is told with a cause that means nothing
        result = DialResult.CANCELLED if past.hers else _dial_result(event, call)
        return (DialEnded(call.place.agent, result),)
    agent = agent_on(field, [event])
    if agent is not None and field.agents[agent].talks_about(call.id):
        rung_by_us, by = known.offer is not None or call.in_room, _who_ended(event, past)
        if rung_by_us or call.place != TalkingTo(agent):
            return (LegEnded(agent, by),)
        if call.going is not None and by is Side.PORTAL:
            return (Transferred(), LegEnded(agent, by))
    elif agent is None and known.offer is not None:
        return (LineEnded(known.offer),)
    return ()


def _who_ended(event: Event, past: _Past) -> Side:
    """Of an agent's line that is gone: she herself, the network (no sound came from her phone), or else we. A hang-up
    out of a prompt or an unanswered dial has no cause, or another than the usual one.
    """
    cause = event.get("Cause") if past.asked is None else past.asked
    if cause in _BROKEN:
        return Side.NETWORK
    return Side.PORTAL if past.asked is None else Side.AGENT


def _told_by_dialplan(event: Event, known: _Known) -> Sequence[Body]:
    call, said = known.call, event.get("UserEvent")
    match said, call.place:
        case "WaitAsked", _:
            return (WaitAsked(),)
        case "OfferEnded", TalkingTo(agent) if call.guest is not None and not call.in_room:
            # her line ended before the room was made, whoever was asked in meanwhile
            return _talk_ended(event, agent)
        case "OfferEnded", _ if event.get("Offer") == str(call.offers):
            ended = _offer_ended(event, call)
            return () if ended is None else (ended,)
        case "AgentOnLine", OfferedTo(agent) if known.offer == call.offers:
            return (Connected(agent, call.offers),)
        case (("CallerReached" | "CallBackEnded"), TalkingTo(agent)) if not call.on_line:
            return _rung_back(event, known, agent)
        case (("OnHold" | "InRoom"), TalkingTo(agent)) if known.is_callers:
            there = Held(agent) if said == "OnHold" else Resumed(agent)
            return (there,) if call.in_room else (RoomMade(), there)
        case _:
            return _of_others(said, known)


def _rung_back(event: Event, known: _Known, agent: AgentId) -> Sequence[Body]:
    """What came of ringing the caller; a dial's end is told by his line, if he had one."""
    if known.awaits_dialled:
        if event.get("UserEvent") == "CallerReached":
            return (DialReached(agent, LineId(event.get("Uniqueid"))),)
        return (DialEnded(agent, _dial_result(event, known.call)),)
    call = known.call
    if call.call_back is None:
        return ()
    result, line = CallBackResult.REACHED, LineId(event.get("Uniqueid"))
    if event.get("UserEvent") == "CallerReached":
        return (CallBackTried(agent, call.call_back.tries + 1, result, line),)
    result = call_back_result(event.get("Status"), event.get("Cause"))
    return (CallBackTried(agent, call.call_back.tries + 1, result, None),)


def _dial_result(event: Event, call: FieldCall) -> DialResult:
    rang = call.dial is not None and call.dial.rings
    return dial_result(event.get("Cause"), rang=rang)


def _of_others(said: str, known: _Known) -> Sequence[Body]:
    """Of somebody who was asked in, and of a caller who was sent away."""
    call, guest = known.call, known.call.guest
    match said:
        case "AgentOnLine" if guest is not None and guest.offer == known.offer:
            return () if guest.agent is None else (Connected(guest.agent, guest.offer),)
        case "LineAnswered" if guest is not None and guest.offer == known.offer:
            return (LineAnswered(guest.offer),)
        case "Transferred" if known.is_callers and call.going is not None:
            return (Transferred(),)
        case "TransferFailed" if known.is_callers and isinstance(call.place, Outside):
            return (LineEnded(call.offers),)
        case _:
            return ()


def _talk_ended(event: Event, agent: AgentId) -> Sequence[Body]:
    if event.get("Status") != "ANSWER":
        return ()
    return (LegEnded(agent, Side.AGENT if event.get("Cause") == _NORMAL else Side.NETWORK),)


def _offer_ended(event: Event, call: FieldCall) -> Body | None:
    status, cause = event.get("Status"), event.get("Cause")
    match call.place:
        case TalkingTo(agent):
            return next(iter(_talk_ended(event, agent)), None)
        case OfferedTo(agent):
            return OfferEnded(agent, call.offers, offer_result(status, cause))
        case _:
            return None
