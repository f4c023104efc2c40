"""Commands as actions of Asterisk's manager; what can't be done comes back as a fact."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from cti.ami import ActionRefused, ActionUncertain, Ami, BadValue, LinkDown
from cti.routing.commands import (
    ACTOR,
    Command,
    Note,
    OfferElse,
    RaiseAlarm,
    RingAgent,
    TellWait,
    Whisper,
    WithdrawOffer,
)
from domain.fact import Body, Origin
from domain.field_facts import CallEnded, OfferEnded, OfferResult, Side
from domain.ids import CallId, Phone

log = structlog.get_logger()

NO_CHANNEL: Final = "No such channel"
"""How Asterisk begins to say that the caller is gone."""


@dataclass(frozen=True, slots=True)
class CarryOut:
    """``dial_string`` is how Asterisk dials a phone, None where there is no such phone; ``sounds`` are the files
    (without their extension) that an agent hears before the caller is joined.
    """

    ami: Ami
    node: str
    dial_string: Callable[[Phone], str | None]
    sounds: Callable[[Whisper], Sequence[str]]

    async def __call__(self, command: Command) -> Note | None:
        """Carry it out, once. What comes back is to be logged: it couldn't be done."""
        try:
            await self._do(command)
        except (LinkDown, ActionRefused, BadValue, _NotSaid) as error:
            log.warning("not carried out", command=type(command).__name__, reason=str(error))
            if not isinstance(command, RingAgent):
                return None
            gone = isinstance(error, ActionRefused) and str(error).startswith(NO_CHANNEL)
            return _note(command, _HUNG_UP if gone else _failed(command))
        except ActionUncertain as error:
            # the offer may ring all the same: its end will be told, or found when the link is back
            log.warning("uncertain", command=type(command).__name__, reason=str(error))
        return None

    async def _do(self, command: Command) -> None:
        match command:
            case RingAgent():
                await self._ring(command)
            case WithdrawOffer(call=call):
                await self._redirect(call, "waiting", "music")
            case TellWait():
                told = {
                    "WAIT_LEAST_S": str(command.at_least_s),
                    "WAIT_MOST_S": "" if command.at_most_s is None else str(command.at_most_s),
                    "WAIT_POSITION": str(command.position),  # without it the others aren't read
                }
                await self._set(command.call, told)
            case OfferElse(call=call, overflow=overflow):
                await self._set(call, {"WAIT_OFFER": overflow.value})
                await self._redirect(call, "waiting", "1")
            case RaiseAlarm(call=call, tenant=tenant):
                log.error("nobody signed in may take this call", call=call, tenant=tenant)
            case Note():
                raise AssertionError("a note is written, not carried out")

    async def _ring(self, command: RingAgent) -> None:
        """Where the phone doesn't exist nothing is sent: a redirect to nowhere would hang the caller up."""
        if command.call_back is not None:
            raise BadValue("nobody is rung back yet")
        dialled = self.dial_string(command.phone)
        if dialled is None:
            raise BadValue(f"there is no phone {command.phone!r}; name it in sip.phones")
        sounds = "&".join(self.sounds(command.whisper))
        offer = "|".join((str(command.offer), dialled, str(command.ring_s), sounds))
        try:
            await self._set(command.call, {"OFFER": offer})
        except ActionUncertain as error:
            raise _NotSaid(str(error)) from None
        await self._redirect(command.call, "offer", "1")

    async def _set(self, call: CallId, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            fields = {"Channel": self._channel(call), "Variable": name, "Value": value}
            await self.ami.act("Setvar", fields)

    async def _redirect(self, call: CallId, context: str, priority: str) -> None:
        where = {"Context": context, "Exten": "s", "Priority": priority}
        await self.ami.act("Redirect", {"Channel": self._channel(call), **where})

    def _channel(self, call: CallId) -> str:
        """Asterisk takes a channel's Uniqueid for its name."""
        return call.removeprefix(f"{self.node}-")


class _NotSaid(Exception):
    """Whether the offer was told to Asterisk isn't known, but nothing can ring yet."""


_HUNG_UP: Final = CallEnded(Side.NETWORK)
"""The caller did, and that wasn't heard of."""


def _failed(command: RingAgent) -> OfferEnded:
    return OfferEnded(command.agent, command.offer, OfferResult.FAILED)


def _note(command: RingAgent, body: Body) -> Note:
    return Note(Origin(command.whisper.tenant, command.call, ACTOR), body)
