"""After each (re)connect: ask Asterisk what lives, and say the difference to the field as facts.

What happened out of sight is not made up: a caller who is gone has ended, one who talks is talking, and the fact
``SightRegained`` says since when nobody looked.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cti.ami import ActionRefused, ActionUncertain, Ami, Event, LinkDown
from cti.routing.commands import ACTOR, Note
from cti.routing.field_call import Aside, FieldCall, OfferedTo, TalkingTo, Waiting
from cti.routing.state import Field
from cti.translate import agent_on, phone_notes, stranded
from domain.fact import Body, Origin
from domain.field_facts import (
    CallEnded,
    CameBack,
    Connected,
    FoundTalking,
    LegEnded,
    OfferEnded,
    OfferResult,
    Side,
    SightRegained,
    SteppedAside,
)
from domain.ids import CallId, Phone, TenantId

FIELD: Final = frozenset({"field", "waiting", "offer", "degraded"})
"""The dialplan's contexts where a caller is in the field."""

_TECHNOLOGY: Final = "PJSIP/"

Bridged = Mapping[str, Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Reconcile:
    """``node`` and ``phones`` as ``Translator`` has them."""

    ami: Ami
    node: str
    phones: frozenset[Phone]

    async def __call__(self, field: Field) -> Sequence[Note] | None:
        """The facts that bring the field to what Asterisk has; None where it couldn't be asked. What has ended comes
        first, so that who is free for the rest is free.
        """
        try:
            channels = (await self.ami.act("CoreShowChannels")).events
            devices = (await self.ami.act("DeviceStateList")).events
            tenants = {
                one.get("Uniqueid"): await self._tenant(one.get("Uniqueid"))
                for one in channels
                if self._is_unknown(one, field)
            }
        except (LinkDown, ActionRefused, ActionUncertain):
            return None
        notes = [Note(Origin(None, None, ACTOR), SightRegained(field.seen))]
        bridged = _bridged(channels)
        notes += sorted(self._calls(field, channels, bridged), key=_is_no_end)
        for one in channels:
            tenant = tenants.get(one.get("Uniqueid"))
            if tenant:
                origin = Origin(TenantId(tenant), self._call_id(one), ACTOR)
                notes += [Note(origin, body) for body in self._unknown(field, one, bridged)]
        for device in devices:
            phone = Phone(device.get("Device").removeprefix(_TECHNOLOGY))
            if phone in self.phones:
                notes += phone_notes(phone, device.get("State"), field)
        return notes

    async def _tenant(self, uniqueid: str) -> str:
        """Whose line a caller rang; "" where the channel is gone."""
        try:
            answer = await self.ami.act("Getvar", {"Channel": uniqueid, "Variable": "TENANT"})
        except ActionRefused:
            return ""
        return str(answer.fields.get("Value", ""))

    def _call_id(self, channel: Event) -> CallId:
        return CallId(f"{self.node}-{channel.get('Uniqueid')}")

    def _is_unknown(self, channel: Event, field: Field) -> bool:
        is_callers = channel.get("Uniqueid") == channel.get("Linkedid")
        return (
            is_callers
            and channel.get("Context") in FIELD
            and self._call_id(channel) not in field.calls
        )

    def _unknown(self, field: Field, channel: Event, bridged: Bridged) -> Iterator[Body]:
        """A caller nobody handed over, and what he is doing in the degraded queue."""
        yield stranded(channel.get("Language"))
        talks_to = agent_on(field, _others(channel, bridged))
        if talks_to is not None:
            yield FoundTalking(talks_to)
        elif channel.get("Context") == "degraded":
            yield SteppedAside()

    def _calls(self, field: Field, channels: Sequence[Event], bridged: Bridged) -> Iterator[Note]:
        by_call = {self._call_id(one): one for one in channels}
        for call in field.calls.values():
            if not call.on_line:
                continue
            channel = by_call.get(call.id)
            body: Body | None = CallEnded(Side.NETWORK)
            if channel is not None:
                body = _difference(field, call, channel, _others(channel, bridged))
            if body is not None:
                yield Note(replace(call.origin, actor=ACTOR), body)


def _difference(
    field: Field, call: FieldCall, channel: Event, others: Sequence[Event]
) -> Body | None:
    context, plays = channel.get("Context"), channel.get("Application")
    talks_to = agent_on(field, others)
    match call.place:
        case OfferedTo(agent) if talks_to == agent:
            return Connected(agent, call.offers)
        case OfferedTo(agent) if context != "offer":
            return OfferEnded(agent, call.offers, OfferResult.FAILED)
        case TalkingTo(agent) if not others and plays != "Dial":
            return LegEnded(agent, Side.NETWORK)
        case Waiting() | Aside() if talks_to is not None:
            return FoundTalking(talks_to)
        case Waiting() if context == "degraded":
            return SteppedAside()
        case Aside() if context == "waiting" and plays == "MusicOnHold":
            return CameBack()
        case _:
            return None


def _bridged(channels: Sequence[Event]) -> Bridged:
    """Channels by the bridge they are in."""
    found: dict[str, list[Event]] = defaultdict(list)
    for one in channels:
        if one.get("BridgeId"):
            found[one.get("BridgeId")].append(one)
    return found


def _others(channel: Event, bridged: Bridged) -> Sequence[Event]:
    """Who is in the same bridge."""
    return [one for one in bridged.get(channel.get("BridgeId"), ()) if one is not channel]


def _is_no_end(note: Note) -> bool:
    return not isinstance(note.body, CallEnded | LegEnded | OfferEnded)
