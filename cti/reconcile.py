"""After each (re)connect: ask Asterisk what lives, and say the difference to the field as facts.

What happened out of sight is not made up: a caller who is gone has ended, one who talks is talking, and the fact
``SightRegained`` says since when nobody looked.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cti.ami import ActionRefused, ActionUncertain, Ami, Event, LinkDown
from cti.routing.commands import Note
from cti.routing.engine import ACTOR
from cti.routing.state import Aside, Field, FieldCall, OfferedTo, TalkingTo, Waiting
from cti.translate import phone_notes, stranded
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
from domain.ids import AgentId, CallId, Phone, TenantId

FIELD: Final = frozenset({"field", "waiting", "offer", "degraded"})
"""The dialplan's contexts where a caller is in the field."""

_TECHNOLOGY: Final = "PJSIP/"


@dataclass(frozen=True, slots=True)
class Reconcile:
    """``node`` and ``phones`` as ``Translator`` has them."""

    ami: Ami
    node: str
    phones: frozenset[Phone]

    async def __call__(self, field: Field) -> Sequence[Note]:
        """The facts that bring the field to what Asterisk has; none where the link is gone again already."""
        try:
            channels = (await self.ami.act("CoreShowChannels")).events
            devices = (await self.ami.act("DeviceStateList")).events
            tenants = {
                one.get("Uniqueid"): await self._tenant(one.get("Uniqueid"))
                for one in channels
                if self._is_unknown(one, field)
            }
        except (LinkDown, ActionRefused, ActionUncertain):
            return ()
        notes = [Note(Origin(None, None, ACTOR), SightRegained(field.seen))]
        notes += self._calls(field, channels)
        for one in channels:
            tenant = tenants.get(one.get("Uniqueid"))
            if tenant:
                origin = Origin(TenantId(tenant), self._call_id(one), ACTOR)
                notes.append(Note(origin, stranded(one.get("Language"))))
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

    def _calls(self, field: Field, channels: Sequence[Event]) -> Iterator[Note]:
        by_call = {self._call_id(one): one for one in channels}
        bridged: Mapping[str, list[Event]] = defaultdict(list)
        for one in channels:
            if one.get("BridgeId"):
                bridged[one.get("BridgeId")].append(one)
        for call in field.calls.values():
            if not call.on_line:
                continue
            channel = by_call.get(call.id)
            body: Body | None = CallEnded(Side.NETWORK)
            if channel is not None:
                others = [one for one in bridged[channel.get("BridgeId")] if one is not channel]
                body = self._difference(field, call, channel, others)
            if body is not None:
                yield Note(replace(call.origin, actor=ACTOR), body)

    def _difference(
        self, field: Field, call: FieldCall, channel: Event, others: Sequence[Event]
    ) -> Body | None:
        context, plays = channel.get("Context"), channel.get("Application")
        talks_to = self._agent(field, others)
        match call.place:
            case OfferedTo(agent) if talks_to == agent:
                return Connected(agent, call.offers)
            case OfferedTo(agent) if context != "offer":
                return OfferEnded(agent, call.offers, OfferResult.FAILED)
            case TalkingTo(agent) if not others and context != "offer":
                return LegEnded(agent, Side.NETWORK)
            case Waiting() | Aside() if talks_to is not None:
                return FoundTalking(talks_to)
            case Waiting() if context == "degraded":
                return SteppedAside()
            case Aside() if context == "waiting" and plays == "MusicOnHold":
                return CameBack()
            case _:
                return None

    def _agent(self, field: Field, others: Sequence[Event]) -> AgentId | None:
        """Who is signed in at the telephone at the other end."""
        for one in others:
            phone = one.get("Channel").removeprefix(_TECHNOLOGY).rpartition("-")[0]
            agent = field.at_phone(Phone(phone))
            if agent is not None:
                return agent.id
        return None
