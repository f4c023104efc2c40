"""After each (re)connect: ask Asterisk what lives, and say the difference to the field as facts.

What happened out of sight is not made up: a caller who is gone has ended, one who talks is talking, and the fact
``SightRegained`` says since when nobody looked.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from cti.ami import ActionRefused, ActionUncertain, Ami, Event, LinkDown
from cti.dialplan import Place, send
from cti.lines import Lines
from cti.routing.commands import ACTOR, Note
from cti.routing.field_call import (
    Aside,
    FieldCall,
    Guest,
    Leaving,
    OfferedTo,
    Outside,
    TalkingTo,
    Waiting,
)
from cti.routing.state import Field
from cti.translate import agent_on, phone_notes, stranded
from domain.agent import OnHold
from domain.dial_facts import DialReached
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
    OfferResult,
    Resumed,
    RoomMade,
    Side,
    SightRegained,
    Transferred,
)
from domain.ids import AgentId, CallId, LineId, Phone, TenantId

FIELD: Final = frozenset({"field", "waiting", "offer", "degraded"})
"""The dialplan's contexts where a caller is in the field."""

_TECHNOLOGY: Final = "PJSIP/"

Bridged = Mapping[str, Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Reconcile:
    """``lines`` and ``phones`` as ``Translator`` has them."""

    ami: Ami
    lines: Lines
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
            await self._take_back(channels)
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

    def _guest(self, call: FieldCall, mine: Sequence[Event]) -> Sequence[Body]:
        """What has become of whom the agent asked in, or of the line that the caller was handed on to."""
        offer = call.place.offer if isinstance(call.place, Outside) else None
        if call.guest is not None:
            offer = call.guest.offer
        if offer is None:
            return ()
        line = self.lines.agents(call.id, offer)
        found = next((one for one in mine if one.get("Uniqueid") == line), None)
        if call.guest is None:
            return () if found is not None else (LineEnded(offer),)
        body = _guest_found(call.guest, found)
        return () if body is None else (body,)

    async def _take_back(self, channels: Sequence[Event]) -> None:
        """Somebody decides again: the phones that ring in turn stop, and who waited for them waits in the field."""
        for one in channels:
            if one.get("Context") == "degraded" and not one.get("BridgeId"):
                with suppress(ActionRefused):  # he has just hung up
                    await send(self.ami, LineId(one.get("Uniqueid")), Place.FIELD_MUSIC)

    async def _tenant(self, uniqueid: str) -> str:
        """Whose line a caller rang; "" where the channel is gone."""
        try:
            answer = await self.ami.act("Getvar", {"Channel": uniqueid, "Variable": "TENANT"})
        except ActionRefused:
            return ""
        return str(answer.fields.get("Value", ""))

    def _call_id(self, channel: Event) -> CallId:
        return self.lines.call(channel.get("Uniqueid"))

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

    def _calls(self, field: Field, channels: Sequence[Event], bridged: Bridged) -> Iterator[Note]:
        by_line = {LineId(one.get("Uniqueid")): one for one in channels}
        by_call: dict[CallId, list[Event]] = defaultdict(list)
        for one in channels:
            by_call[self.lines.call(one.get("Linkedid"))].append(one)
        for call in field.calls.values():
            if call.on_line:
                found = by_line.get(self.lines.callers(call.id, call.line))
                mine = by_call[call.id]
                bodies = tuple(_difference(field, call, found, bridged, mine))
                if found is not None:
                    bodies = (*bodies, *_left(field, call, mine, bodies), *self._guest(call, mine))
            else:
                found = by_line.get(self.lines.agents(call.id, call.offers))
                bodies = tuple(_rung_back(call, found, bridged))
            yield from (Note(replace(call.origin, actor=ACTOR), body) for body in bodies)


def _difference(
    field: Field, call: FieldCall, channel: Event | None, bridged: Bridged, mine: Sequence[Event]
) -> Iterator[Body]:
    """What is otherwise with a caller on the line than the field has it; ``mine`` are all lines of his call."""
    if channel is None:
        yield CallEnded(Side.NETWORK)
        return
    is_talking = isinstance(call.place, TalkingTo)
    if is_talking and call.going is not None and channel.get("Context") in {"transfer", "waiting"}:
        yield Transferred()
        return
    if isinstance(call.place, TalkingTo) and channel.get("Context") in {"hold", "room"}:
        yield from _in_room(field, call, call.place.agent, channel)
    # on hold he is alone, and his agent in the room
    others = mine if channel.get("Context") == "hold" else _others(channel, bridged)
    found = _found(field, call, channel, [one for one in others if one is not channel])
    if found is not None:
        yield found


def _in_room(field: Field, call: FieldCall, agent: AgentId, channel: Event) -> Iterator[Body]:
    """Whether he is on hold, where he and his agent were taken apart."""
    if not call.in_room:
        yield RoomMade()
    is_held = isinstance(field.agents[agent].state, OnHold)
    if is_held != (channel.get("Context") == "hold"):
        yield Resumed(agent) if is_held else Held(agent)


def _left(
    field: Field, call: FieldCall, mine: Sequence[Event], known: Sequence[Body]
) -> Iterator[Body]:
    """Whoever talks about the call as far as we know, and has no line in it any more; but for guests of ours."""
    there = {agent_on(field, [one]) for one in mine}
    for agent in field.agents.values():
        gone = LegEnded(agent.id, Side.NETWORK)
        if (
            agent.talks_about(call.id)
            and agent.id not in there
            and not call.has_guest(agent.id)
            and gone not in known
        ):
            yield gone


def _guest_found(guest: Guest, line: Event | None) -> Body | None:
    """What has become of somebody who was asked in; ``line`` is his, if there is one."""
    is_up = line is not None and line.get("ChannelStateDesc") == "Up"
    match guest.agent:
        case None if line is None:
            return LineEnded(guest.offer)
        case None:
            return LineAnswered(guest.offer) if is_up and not guest.talks else None
        case agent if line is None:
            if guest.talks:
                return LegEnded(agent, Side.NETWORK)
            return OfferEnded(agent, guest.offer, OfferResult.FAILED)
        case agent:
            return Connected(agent, guest.offer) if is_up and not guest.talks else None


def _rung_back(call: FieldCall, agents: Event | None, bridged: Bridged) -> Iterator[Body]:
    """The same of a caller who is being rung; ``agents`` is the line of the agent who is to speak with him."""
    match call.place:
        case OfferedTo(agent) if agents is None:
            yield OfferEnded(agent, call.offers, OfferResult.FAILED)
            return
        case OfferedTo(agent) if agents is not None and agents.get("ChannelStateDesc") == "Up":
            yield Connected(agent, call.offers)
        case TalkingTo(agent) if agents is None:
            yield LegEnded(agent, Side.NETWORK)
            return
        case TalkingTo(agent):
            pass
        case _:
            return
    others = () if agents is None else _others(agents, bridged)
    line = LineId(others[0].get("Uniqueid")) if others else None
    if line is not None and call.dial is not None:
        yield DialReached(agent, line)
    elif line is not None and call.call_back is not None:
        yield CallBackTried(agent, call.call_back.tries + 1, CallBackResult.REACHED, line)


def _found(field: Field, call: FieldCall, channel: Event, others: Sequence[Event]) -> Body | None:
    context, plays = channel.get("Context"), channel.get("Application")
    talks_to = agent_on(field, others)
    match call.place:
        case OfferedTo(agent) if talks_to == agent:
            return Connected(agent, call.offers)
        case OfferedTo(agent) if context != "offer":
            return OfferEnded(agent, call.offers, OfferResult.FAILED)
        case TalkingTo(agent) if not others and plays != "Dial" and context != "left":
            return LegEnded(agent, Side.NETWORK)
        case Outside(offer=None) if context in FIELD:
            return LineEnded(call.offers)
        case Waiting() | Aside() | Leaving() if talks_to is not None:
            return FoundTalking(talks_to)
        case Aside() if context == "degraded":
            return CameBack()  # he has been taken back
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
    return not isinstance(note.body, CallEnded | LegEnded | OfferEnded | Transferred)
