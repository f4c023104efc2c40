"""Commands as actions of Asterisk's manager; what can't be done comes back as a fact."""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from actions.dial import KnownCaller, RungNow
from cti.ami import ActionRefused, ActionUncertain, Ami, BadValue, LinkDown
from cti.dialplan import Place, Ringing, put_variables, ring, send
from cti.lines import Lines
from cti.rooms import House, Rooms
from cti.routing.commands import (
    ACTOR,
    Deed,
    Note,
    OfferElse,
    RaiseAlarm,
    RingAgent,
    RingCaller,
    RingGuest,
    TellWait,
    Transfer,
    WithdrawOffer,
)
from cti.routing.field_call import CallBack, Dialled, ToRing
from domain.dial_facts import DialEnded, DialResult
from domain.dialling import Refusal, Refused
from domain.fact import Body, Origin
from domain.field_facts import (
    CallBackPutOff,
    CallBackResult,
    CallBackTried,
    CallEnded,
    LineEnded,
    OfferEnded,
    OfferResult,
    Side,
    TransferLapsed,
)
from domain.ports import StorageDown
from domain.transfer import ToLine

log = structlog.get_logger()

_BREATH_S: Final = 0.3
"""How long a phone that may have rung in vain is quiet: who declines one call mustn't decline the next."""

NO_CHANNEL: Final = "No such channel"
"""How Asterisk begins to say that the caller is gone."""


@dataclass(frozen=True, slots=True)
class CarryOut:
    """Carries commands out on one Asterisk."""

    ami: Ami
    lines: Lines
    house: House

    async def __call__(self, command: Deed) -> Note | None:
        """Carry it out, once. What comes back is to be logged: what came of it, or that it couldn't be done."""
        try:
            body = await self._do(command)
        except (LinkDown, ActionRefused, BadValue, StorageDown, _NotSaid) as error:
            log.warning("not carried out", command=type(command).__name__, reason=str(error))
            body = _failed(command, error)
        except ActionUncertain as error:
            # the offer may ring all the same: its end will be told, or found when the link is back
            log.warning("uncertain", command=type(command).__name__, reason=str(error))
            return None
        return None if body is None else _note(command, body)

    async def _do(self, command: Deed) -> Body | None:
        match command:
            case RingAgent(to_ring=to_ring):
                if to_ring is not None:
                    return await self._ring_first(command, to_ring)
                await self._ring(command)
            case RingCaller():
                return await self._ring_caller(command)
            case WithdrawOffer(call, line):
                await send(self.ami, self.lines.callers(call, line), Place.FIELD_MUSIC)
            case TellWait():
                told = {
                    "WAIT_LEAST_S": str(command.at_least_s),
                    "WAIT_MOST_S": "" if command.at_most_s is None else str(command.at_most_s),
                    "WAIT_POSITION": str(command.position),  # without it the others aren't read
                }
                caller = self.lines.callers(command.call, command.line)
                await put_variables(self.ami, caller, told)
            case OfferElse(call, overflow, line):
                caller = self.lines.callers(call, line)
                await put_variables(self.ami, caller, {"WAIT_OFFER": overflow.value})
                await send(self.ami, caller, Place.FIELD)
            case RaiseAlarm(call=call, tenant=tenant):
                log.error("nobody signed in may take this call", call=call, tenant=tenant)
            case _:
                await Rooms(self.ami, self.lines, self.house)(command)
        return None

    async def _ring(self, command: RingAgent) -> None:
        """Where the phone doesn't exist nothing is sent: a redirect to nowhere would hang the caller up."""
        sounds = "&".join(self.house.sounds(command.whisper))
        offer = "|".join(
            (str(command.offer), self.house.dialled(command.phone), str(command.ring_s), sounds)
        )
        caller = self.lines.callers(command.call, command.line)
        try:
            await put_variables(self.ami, caller, {"OFFER": offer})
        except ActionUncertain as error:
            raise _NotSaid(str(error)) from None
        await send(self.ami, caller, Place.OFFER)

    async def _ring_first(self, command: RingAgent, whom: ToRing) -> Body | None:
        """Her phone rings only where the caller's may."""
        dialled, tenant = self.house.dialled(command.phone), command.whisper.tenant
        cleared = await self.house.gate(tenant, KnownCaller(whom.caller, command.call))
        if isinstance(cleared, Refused):
            if cleared.until is not None and isinstance(whom, CallBack):
                return CallBackPutOff(command.agent, command.offer, cleared.until)
            return _refused(command, whom, cleared)
        is_called_back = isinstance(
            whom, CallBack
        )  # who dials herself knows whom, and waits for it
        sounds = self.house.sounds(command.whisper) if is_called_back else ()
        variables = {
            "PHONE": f"{dialled}-",
            "WHISPER": "&".join(sounds),
            "__SPOKEN": command.whisper.language,
            "__TENANT": tenant,
        }
        line = self.lines.agents(command.call, command.offer)
        if is_called_back:
            await asyncio.sleep(_BREATH_S)
        ringing = Ringing(dialled, line, Place.CALL_BACK, cleared.show, command.ring_s, variables)
        await ring(self.ami, ringing)
        return None

    async def _ring_caller(self, command: RingCaller) -> Body | None:
        """The gate is asked again: it counts for the dial that follows at once."""
        agents = self.lines.agents(command.call, command.offer)
        whom = RungNow(command.to_ring.caller, command.call)
        cleared = await self.house.gate(command.tenant, whom)
        if isinstance(cleared, Refused):
            await send(self.ami, agents, Place.CALL_BACK_OVER)
            return _refused(command, command.to_ring, cleared)
        await put_variables(self.ami, agents, {"SHOWN": cleared.show, "WHOM": cleared.number})
        return None


class _NotSaid(Exception):
    """Whether the offer was told to Asterisk isn't known, but nothing can ring yet."""


def _refused(command: RingAgent | RingCaller, whom: ToRing, answer: Refused) -> Body:
    log.warning("may not be rung", call=command.call, refusal=answer.refusal)
    if isinstance(whom, Dialled):
        return DialEnded(command.agent, DialResult.REFUSED)
    by_us = answer.refusal is Refusal.UNDER_WAY
    result = CallBackResult.BUSY if by_us else CallBackResult.REFUSED
    return CallBackTried(command.agent, whom.tries + 1, result, None)


def _failed(command: Deed, error: Exception) -> Body | None:
    """What an offer that couldn't be made means; the others change nothing that a fact would have to say."""
    if isinstance(command, RingGuest):
        if isinstance(command.who, ToLine):
            return LineEnded(command.offer)
        return OfferEnded(command.who.agent, command.offer, OfferResult.FAILED)
    if isinstance(command, Transfer):
        return TransferLapsed()
    if isinstance(command, RingCaller) and isinstance(command.to_ring, Dialled):
        return DialEnded(command.agent, DialResult.FAILED)
    if not isinstance(command, RingAgent):
        return None
    if isinstance(error, ActionRefused) and str(error).startswith(NO_CHANNEL):
        return CallEnded(Side.NETWORK)  # the caller hung up, and that wasn't heard of
    return OfferEnded(command.agent, command.offer, OfferResult.FAILED)


def _note(command: Deed, body: Body) -> Note | None:
    match command:
        case RingAgent():
            tenant = command.whisper.tenant
        case RingCaller() | RingGuest() | Transfer():
            tenant = command.tenant
        case _:
            return None
    return Note(Origin(tenant, command.call, ACTOR), body)
