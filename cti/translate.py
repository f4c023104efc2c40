"""What Asterisk's events mean as facts; besides ``reconcile`` the only place that knows Asterisk's field names.

The field says what an event is about: an offer's end belongs to the agent whom the field is ringing for that call. An
event of a call that isn't in the field means nothing here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from cti.ami import Event
from cti.lines import Lines
from cti.routing.commands import ACTOR, Note
from cti.routing.field_call import Aside, FieldCall, OfferedTo, TalkingTo, Waiting
from cti.routing.state import Field
from domain.call import Certainty
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
    OfferEnded,
    OfferResult,
    PhoneFound,
    PhoneLost,
    PhoneRang,
    Resumed,
    Side,
    SteppedAside,
    WaitAsked,
)
from domain.ids import AgentId, CallId, LineId, Phone, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver

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

_MOST_GONE: Final = 200
"""How many lines are remembered that are gone; a handover is written within moments of the hang-up, or never."""

PORTAL_FAILED: Final = "portal"
"""Where a caller was failed whom no dialog handed over."""

_CALL_REJECTED: Final = "21"
_NORMAL: Final = "16"
_GONE: Final = frozenset({"UNAVAILABLE", "INVALID"})
"""States of a device that can't ring."""


class Translator:
    """From events to facts. It remembers which lines asked to be hung up, until they are, and the last that were
    before they stood in the field.
    """

    def __init__(self, lines: Lines, phones: frozenset[Phone]) -> None:
        """``phones`` are those of agents."""
        self._lines = lines
        self._phones = phones
        self._asked: set[str] = set()
        self._gone: dict[CallId, Side] = {}

    def follows_a_dialog(self, event: Event) -> bool:
        """Whether a dialog may have written to the log what this event means."""
        return event.get("UserEvent") in {"FieldEntered", "Degraded"}

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
            self._asked.add(uniqueid)
            return
        about = self.about(event)
        assert about is not None, "no device"
        call = field.calls.get(about)
        if event.name == "UserEvent" and self.follows_a_dialog(event):
            yield from self._entered(event, about, call)
            return
        asked = uniqueid in self._asked
        if event.name == "Hangup":
            self._asked.discard(uniqueid)
        if call is None:
            if event.name == "Hangup":
                self._remember(about, Side.CALLER if asked else Side.PORTAL)
            return
        body = _of_line(event, self._of(call), field, asked=asked)
        if body is not None:
            yield Note(replace(call.origin, actor=ACTOR), body)

    def late_ends(self, field: Field) -> Iterator[Note]:
        """The ends of calls that were handed over when their line was gone already."""
        for call_id in self._gone.keys() & field.calls.keys():
            call = field.calls[call_id]
            yield Note(replace(call.origin, actor=ACTOR), CallEnded(self._gone.pop(call_id)))

    def _remember(self, call: CallId, by: Side) -> None:
        self._gone[call] = by
        if len(self._gone) > _MOST_GONE:
            del self._gone[next(iter(self._gone))]

    def _of(self, call: FieldCall) -> "_Known":
        callers = self._lines.callers(call.id, call.line)
        return _Known(call, callers, self._lines.agents(call.id, call.offers))

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


@dataclass(frozen=True, slots=True)
class _Known:
    """A call of the field, its caller's line, and that of the agent whom we ring on his behalf."""

    call: FieldCall
    callers: LineId
    agents: LineId


def stranded(language: str) -> HandedOver:
    """A caller who reached the field without a dialog's handover."""
    known = Language(language) if language in set(Language) else Language.DE
    return HandedOver(known, None, Certainty.UNKNOWN, None, (), PORTAL_FAILED, 0)


def agent_on(field: Field, channels: Iterable[Event]) -> AgentId | None:
    """Who is signed in at the telephone of one of these channels."""
    for one in channels:
        phone = one.get("Channel").removeprefix("PJSIP/").rpartition("-")[0]
        agent = field.at_phone(Phone(phone))
        if agent is not None:
            return agent.id
    return None


def phone_notes(phone: Phone, state: str, field: Field) -> Iterator[Note]:
    """Whether a phone was lost or found, if that is news; one that failed in a call counts as lost till then."""
    lost = state in _GONE
    agent = field.at_phone(phone)
    was_lost = phone in field.lost_phones or (agent is not None and not agent.reachable)
    if lost != was_lost:
        yield Note(Origin(None, None, ACTOR), PhoneLost(phone) if lost else PhoneFound(phone))


def _of_line(event: Event, known: _Known, field: Field, *, asked: bool) -> Body | None:
    """``asked`` says that this line asked to be hung up."""
    call, uniqueid = known.call, event.get("Uniqueid")
    match event.name, call.place:
        case "UserEvent", _:
            return _told_by_dialplan(event, known)
        case "OriginateResponse", OfferedTo(agent) if uniqueid == known.agents:
            if event.get("Response") == "Failure":
                return OfferEnded(agent, call.offers, originate_result(event.get("Reason"), asked))
        case "DialState", OfferedTo(agent) if event.get("DialStatus") == "RINGING":
            return PhoneRang(agent, call.offers)
        case "BridgeEnter", OfferedTo(agent) if call.on_line and uniqueid != known.callers:
            return Connected(agent, call.offers)
        case "BridgeEnter", Waiting() | Aside() if uniqueid != known.callers:
            # in degraded mode the phones ring by themselves
            found = agent_on(field, [event])
            return None if found is None else FoundTalking(found)
        case "Hold", TalkingTo(agent) if uniqueid != known.callers:
            return Held(agent)  # only her own key: a caller who puts us on hold isn't on hold
        case "Unhold", TalkingTo(agent) if uniqueid != known.callers:
            return Resumed(agent)
        case "Hangup", _ if call.on_line and uniqueid == known.callers:
            return CallEnded(Side.CALLER if asked else Side.PORTAL)
        case "Hangup", TalkingTo(agent) if uniqueid == known.agents:
            return LegEnded(agent, _who_ended(event, asked=asked))
        case _:
            pass
    return None


def _who_ended(event: Event, *, asked: bool) -> Side:
    """Of an agent's line that is gone: she herself, the network (no sound came from her phone), or else we."""
    if event.get("Cause") != _NORMAL:
        return Side.NETWORK
    return Side.AGENT if asked else Side.PORTAL


def _told_by_dialplan(event: Event, known: _Known) -> Body | None:
    call = known.call
    match event.get("UserEvent"), call.place:
        case "WaitAsked", _:
            return WaitAsked()
        case "OfferEnded", _ if event.get("Offer") == str(call.offers):
            return _offer_ended(event, call)
        case "AgentOnLine", OfferedTo(agent) if event.get("Uniqueid") == known.agents:
            return Connected(agent, call.offers)
        case "CallerReached", TalkingTo(agent) if call.call_back is not None and not call.on_line:
            tries, line = call.call_back.tries + 1, LineId(event.get("Uniqueid"))
            return CallBackTried(agent, tries, CallBackResult.REACHED, line)
        case "CallBackEnded", TalkingTo(agent) if call.call_back is not None and not call.on_line:
            result = call_back_result(event.get("Status"), event.get("Cause"))
            return CallBackTried(agent, call.call_back.tries + 1, result, None)
        case _:
            return None


def _offer_ended(event: Event, call: FieldCall) -> Body | None:
    status, cause = event.get("Status"), event.get("Cause")
    match call.place:
        case TalkingTo(agent) if status == "ANSWER":
            return LegEnded(agent, Side.AGENT if cause == _NORMAL else Side.NETWORK)
        case OfferedTo(agent):
            return OfferEnded(agent, call.offers, offer_result(status, cause))
        case _:
            return None


def originate_result(reason: str, declined: bool) -> OfferResult:
    """How an offer ended that we rang ourselves, from OriginateResponse as Asterisk 22 gives it: reason 3 is that the
    time is over, 5 busy, 0 anything else; a phone that declines asks to be hung up before.
    """
    if declined or reason == "5":
        return OfferResult.REJECTED
    return OfferResult.NO_ANSWER if reason == "3" else OfferResult.UNREACHABLE


def call_back_result(status: str, cause: str) -> CallBackResult:
    """What came of ringing a caller, from DIALSTATUS and HANGUPCAUSE as Asterisk 22 gives them."""
    match status, cause:
        case "ANSWER", _:
            return CallBackResult.FAILED  # answered and gone before he was joined
        case "CHANUNAVAIL", ("1" | "28"):
            return CallBackResult.REFUSED  # there is no such number
        case ("BUSY", _) | ("CHANUNAVAIL", "21"):
            return CallBackResult.BUSY
        case "NOANSWER", _:
            return CallBackResult.NO_ANSWER
        case _:
            return CallBackResult.FAILED


def offer_result(status: str, cause: str) -> OfferResult:
    """How an offer ended, from DIALSTATUS and HANGUPCAUSE as Asterisk 22 gives them."""
    match status, cause:
        case "NOANSWER", _:
            return OfferResult.NO_ANSWER
        case (("BUSY" | "ANSWER"), _):
            return OfferResult.REJECTED  # answered and hung up before the caller was joined
        case "CHANUNAVAIL", str(number) if number == _CALL_REJECTED:
            return OfferResult.REJECTED
        case (("CHANUNAVAIL" | "CONGESTION"), _):
            return OfferResult.UNREACHABLE
        case "CANCEL", _:
            return OfferResult.CALLER_LEFT
        case _:
            return OfferResult.FAILED
