"""What Asterisk's events mean as facts; besides ``reconcile`` the only place that knows Asterisk's field names.

The field says what an event is about: an offer's end belongs to the agent whom the field is ringing for that call. An
event of a call that isn't in the field means nothing here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from cti.ami import Event
from cti.routing.commands import ACTOR, Note
from cti.routing.field_call import Aside, FieldCall, OfferedTo, TalkingTo, Waiting
from cti.routing.state import Field
from domain.call import Certainty
from domain.fact import Body, Origin
from domain.field_facts import (
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
from domain.ids import AgentId, CallId, Phone, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver

EVENTS: Final = (
    "UserEvent",
    "DialState",
    "BridgeEnter",
    "HangupRequest",
    "Hangup",
    "Hold",
    "Unhold",
    "DeviceStateChange",
)
"""All that is asked of Asterisk."""

PORTAL_FAILED: Final = "portal"
"""Where a caller was failed whom no dialog handed over."""

_CALL_REJECTED: Final = "21"
_NORMAL: Final = "16"
_GONE: Final = frozenset({"UNAVAILABLE", "INVALID"})
"""States of a device that can't ring."""


class Translator:
    """From events to facts. It remembers only which lines asked to be hung up, until they are."""

    def __init__(self, node: str, phones: frozenset[Phone]) -> None:
        """``node`` stands before Asterisk's Uniqueid in a call's id; ``phones`` are those of agents."""
        self._node = node
        self._phones = phones
        self._asked: set[str] = set()

    def call_id(self, uniqueid: str) -> CallId:
        return CallId(f"{self._node}-{uniqueid}")

    def follows_a_dialog(self, event: Event) -> bool:
        """Whether a dialog may have written to the log what this event means."""
        return event.get("UserEvent") in {"FieldEntered", "Degraded"}

    def about(self, event: Event) -> CallId | None:
        """The call an event may be about; None for a device's."""
        if event.name == "DeviceStateChange":
            return None
        of = "Linkedid" if event.name in {"BridgeEnter", "Hold", "Unhold"} else "Uniqueid"
        return self.call_id(event.get(of))

    def facts(self, event: Event, field: Field) -> Iterator[Note]:
        """What an event means; usually nothing."""
        if event.name == "DeviceStateChange":
            yield from self._device(event, field)
            return
        if event.name == "HangupRequest":
            self._asked.add(event.get("Uniqueid"))
            return
        if event.name == "UserEvent" and event.get("UserEvent") in {"FieldEntered", "Degraded"}:
            yield from self._entered(event, field)
            return
        about = self.about(event)
        call = None if about is None else field.calls.get(about)
        by_caller = event.get("Uniqueid") in self._asked
        if event.name == "Hangup":
            self._asked.discard(event.get("Uniqueid"))
        if call is None:
            return
        body = _of_call(event, call, field, by_caller=by_caller)
        if body is not None:
            yield Note(replace(call.origin, actor=ACTOR), body)

    def _entered(self, event: Event, field: Field) -> Iterator[Note]:
        """Who comes from a dialog is in the log by then, and so in the field; whom the portal failed is not."""
        call_id = self.call_id(event.get("Uniqueid"))
        call = field.calls.get(call_id)
        origin = (
            Origin(TenantId(event.get("Tenant")), call_id, ACTOR) if call is None else call.origin
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


def _of_call(event: Event, call: FieldCall, field: Field, *, by_caller: bool) -> Body | None:
    match event.name:
        case "UserEvent":
            return _told_by_dialplan(event, call)
        case "DialState" if event.get("DialStatus") == "RINGING":
            if isinstance(call.place, OfferedTo):
                return PhoneRang(call.place.agent, call.offers)
        case "BridgeEnter" if event.get("Uniqueid") != event.get("Linkedid"):
            if isinstance(call.place, OfferedTo):
                return Connected(call.place.agent, call.offers)
            if isinstance(
                call.place, Waiting | Aside
            ):  # in degraded mode the phones ring by themselves
                found = agent_on(field, [event])
                return None if found is None else FoundTalking(found)
        case "Hold" | "Unhold" if isinstance(call.place, TalkingTo):
            return _held(event, call.place.agent)
        case "Hangup":
            return CallEnded(Side.CALLER if by_caller else Side.PORTAL)
        case _:
            pass
    return None


def _held(event: Event, agent: AgentId) -> Body | None:
    """Only the agent's own key counts: a caller who puts us on hold isn't on hold."""
    if event.get("Uniqueid") == event.get("Linkedid"):
        return None
    return Held(agent) if event.name == "Hold" else Resumed(agent)


def _told_by_dialplan(event: Event, call: FieldCall) -> Body | None:
    if event.get("UserEvent") == "WaitAsked":
        return WaitAsked()
    if event.get("UserEvent") != "OfferEnded":
        return None
    offer, status, cause = event.get("Offer"), event.get("Status"), event.get("Cause")
    match call.place:
        case TalkingTo(agent) if status == "ANSWER" and offer == str(call.offers):
            return LegEnded(agent, Side.AGENT if cause == _NORMAL else Side.NETWORK)
        case OfferedTo(agent) if offer == str(call.offers):
            return OfferEnded(agent, call.offers, offer_result(status, cause))
        case _:
            return None


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
