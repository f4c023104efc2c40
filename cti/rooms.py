"""Carries out what is done with a call that an agent is in: hold, transfer, somebody asked in, a supervisor."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog

from actions.dial import GivenNumber, Whom
from cti.ami import ActionRefused, Ami, BadValue, Event
from cti.dialplan import Place, Ringing, put_variables, ring, send, send_both
from cti.lines import Lines
from cti.routing.commands import (
    BringBack,
    HangUp,
    InCall,
    LetGo,
    Listen,
    PutOnHold,
    Reconnect,
    RingGuest,
    Transfer,
    Whisper,
)
from domain.dialling import Cleared, Refused
from domain.field_facts import Listening
from domain.ids import CallId, LineId, Phone, TenantId
from domain.transfer import ToLine

log = structlog.get_logger()

Gate = Callable[[TenantId, Whom], Awaitable[Cleared | Refused]]
"""``actions.dial.Dial``, in a thread. Raises StorageDown."""

_LONGER_S: Final = 10
"""How much longer than an agent's phone a line outside rings."""
_HELPED_HIMSELF: Final = frozenset({"field", "waiting", "degraded"})
"""The dialplan's contexts that a caller comes to by himself, where nobody takes him anywhere."""

_LISTENER_S: Final = 30

_SPYING: Final[Mapping[Listening, str]] = {
    Listening.LISTEN: "qES",
    Listening.WHISPER: "qESw",
    Listening.JOIN: "",
}
"""ChanSpy's options: quiet, over when the one listened to has hung up; and to be heard by her alone. None: the room."""

ANNOUNCED: Final = "field/listened"


@dataclass(frozen=True, slots=True)
class House:
    """``dial_string`` is how Asterisk dials a phone, None where there is no such phone; ``sounds`` are the files
    (without their extension) that an agent hears before the caller is joined; ``gate`` clears outgoing calls;
    ``outside`` is the number (E.164) of a tenant's line outside, None where it names none so.
    """

    dial_string: Callable[[Phone], str | None]
    sounds: Callable[[Whisper], Sequence[str]]
    gate: Gate
    outside: Callable[[TenantId, str], str | None]

    def dialled(self, phone: Phone) -> str:
        """Raises BadValue where there is no such phone."""
        dialled = self.dial_string(phone)
        if dialled is None:
            raise BadValue(f"there is no phone {phone!r}; name it in sip.phones or pbx.extensions")
        return dialled

    async def cleared(self, tenant: TenantId, line: str) -> Cleared:
        """The number of a line outside. Raises BadValue where it may not be rung, StorageDown."""
        number = self.outside(tenant, line)
        if number is None:
            raise BadValue(f"{tenant} has no line {line!r}; name it in its file under [transfer]")
        answer = await self.gate(tenant, GivenNumber(number))
        if isinstance(answer, Refused):
            raise BadValue(f"{tenant}'s line {line!r} may not be rung: {answer.refusal}")
        return answer


@dataclass(frozen=True, slots=True)
class Rooms:
    """A call whose agent does more than talk is taken apart: the caller hears music (context ``hold``), or is in a room
    with the agents (``room`` and ``desk``), which is named for the call.
    """

    ami: Ami
    lines: Lines
    house: House

    async def __call__(self, command: InCall) -> None:
        """Raises what ``Ami.act`` raises, BadValue and StorageDown."""
        match command:
            case PutOnHold(call, phone, line):
                await self._part(call, phone, self.lines.callers(call, line))
            case BringBack(call, line):
                await send(self.ami, self.lines.callers(call, line), Place.ROOM)
            case Transfer():
                await self._transfer(command)
            case RingGuest():
                await self._ring(command)
            case HangUp():
                await self._hang_up(command)
            case LetGo(call, line):
                await self._fetch(call, self.lines.callers(call, line), Place.OFFER_OVER)
            case Reconnect(call, line):
                await self._fetch(call, self.lines.callers(call, line), Place.OFFER_BROKEN)
            case Listen():
                await self._listen(command)

    async def _fetch(self, call: CallId, caller: LineId, place: Place) -> None:
        """From wherever his agent's end has left him; where nobody came in time he may talk with somebody else."""
        for one in await self._channels(call):
            if one.get("Uniqueid") == caller and one.get("Context") not in _HELPED_HIMSELF:
                await send(self.ami, caller, place)

    async def _part(self, call: CallId, phone: Phone, caller: LineId) -> None:
        agent = await self._agents_line(call, phone)
        await put_variables(self.ami, caller, {"ROOM": call})
        if agent.get("Application") == "ConfBridge":
            await send(self.ami, caller, Place.HOLD)
            return
        await put_variables(self.ami, LineId(agent.get("Uniqueid")), {"ROOM": call})
        await send_both(self.ami, caller, Place.HOLD, agent.get("Channel"), Place.DESK)

    async def _transfer(self, command: Transfer) -> None:
        caller = self.lines.callers(command.call, command.line)
        whom = {"WHOM": ""}
        if command.outside is not None:
            cleared = await self.house.cleared(command.tenant, command.outside)
            whom = {"SHOWN": cleared.show, "WHOM": cleared.number}
        await put_variables(self.ami, caller, whom)
        await send(self.ami, caller, Place.TRANSFER)

    async def _ring(self, command: RingGuest) -> None:
        variables: dict[str, str] = {"ROOM": command.call}
        if isinstance(command.who, ToLine):
            cleared = await self.house.cleared(command.tenant, command.who.line)
            channel, shown = f"PJSIP/{cleared.number}@carrier", cleared.show
            place, ring_s = Place.GUEST_LINE, command.ring_s + _LONGER_S
        else:
            assert command.phone is not None, "a colleague sits at a phone"
            channel, shown = self.house.dialled(command.phone), str(command.by)
            place, ring_s = Place.GUEST, command.ring_s
            whisper = command.whisper
            sounds = "" if whisper is None else "&".join(self.house.sounds(whisper))
            variables |= {"PHONE": f"{channel}-", "WHISPER": sounds}
        line = self.lines.agents(command.call, command.offer)
        await ring(self.ami, Ringing(channel, line, place, shown, ring_s, variables))

    async def _hang_up(self, command: HangUp) -> None:
        prefixes = tuple(f"PJSIP/{phone}-" for phone in command.phones)
        ours = {self.lines.agents(command.call, offer) for offer in command.offers}
        for one in await self._channels(command.call):
            if one.get("Uniqueid") in ours or one.get("Channel").startswith(prefixes):
                with suppress(ActionRefused):  # it has just gone by itself
                    await self.ami.act("Hangup", {"Channel": one.get("Uniqueid"), "Cause": "16"})

    async def _listen(self, command: Listen) -> None:
        """Both hear of it before anybody listens."""
        caller = self.lines.callers(command.call, command.line)
        agent = await self._agents_line(command.call, command.phone)
        told = {"ROOM": command.call, "ANNOUNCED": ANNOUNCED, "SHARED(TOLD)": ""}
        await put_variables(self.ami, caller, told)
        await put_variables(self.ami, LineId(agent.get("Uniqueid")), told)
        await send_both(self.ami, caller, Place.ROOM, agent.get("Channel"), Place.DESK)
        dialled = self.house.dialled(command.listener)
        variables = {
            "PHONE": f"{dialled}-",
            "ROOM": command.call,
            "SPIED": agent.get("Channel"),
            "HEARD": await self._name(command.call, caller),
            "SPYING": _SPYING[command.how],
        }
        line = self.lines.agents(command.call, command.offer)
        log.info("listening", call=command.call, at=command.listener, how=command.how)
        await ring(
            self.ami,
            Ringing(dialled, line, Place.LISTEN, command.phone, _LISTENER_S, variables),
        )

    async def _name(self, call: CallId, line: LineId) -> str:
        for one in await self._channels(call):
            if one.get("Uniqueid") == line:
                return one.get("Channel")
        raise BadValue(f"the caller's line in {call} is gone")

    async def _agents_line(self, call: CallId, phone: Phone) -> Event:
        for one in await self._channels(call):
            if one.get("Channel").startswith(f"PJSIP/{phone}-"):
                return one
        raise BadValue(f"the line of phone {phone} in {call} is gone")

    async def _channels(self, call: CallId) -> Sequence[Event]:
        listed = (await self.ami.act("CoreShowChannels")).events
        return [one for one in listed if self.lines.call(one.get("Linkedid")) == call]
