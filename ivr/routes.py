"""From a call on the wire to its dialog and back: what runs once for each call, and for each time a waiting caller is
spoken to.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from actions.take_call import Arrival, LeaveDialog, TakeCall
from actions.wait import RecallCaller
from domain.call import Call
from domain.handover import Handover
from domain.ids import CallId
from domain.language import Language
from domain.portal_facts import DialogEnd
from domain.ports import StorageDown
from domain.tenant import DialledLine, Line, LineDialog, Tenant, TenantBook
from domain.waiting_field import BANDS, LONGER, Overflow
from ivr.agi_channel import AgiChannel, AgiRequest
from ivr.caller import PhoneCaller
from ivr.dialog import CalledLine, Caller, CallerHungUp, End, Farewell, Standing, WaitEnd
from ivr.dialogs.locked_out import turn_away
from ivr.dialogs.waiting import Visit
from ivr.spoken import Euros
from ivr.voice import Voice

log = structlog.get_logger()

NEXT: Final = "AGIDONE"
"""The channel variable that tells the dialplan how to go on; set last, so that its absence means
that we failed.
"""

INBOUND: Final = "inbound"
"""The route of calls. A request for a route that is none is answered by an end at once, which shows that we live."""

WAITING: Final = "waiting"
"""The route of the waiting field's announcements."""

TO_FIELD: Final = "field"
TO_FAREWELL: Final = "farewell"
TO_UNASSIGNED: Final = "unassigned"
TO_WAITING: Final = "waiting"


class Dialog(Protocol):
    def __call__(self, caller: Caller, line: CalledLine) -> End: ...


class WaitingDialog(Protocol):
    def __call__(self, caller: Caller, line: CalledLine, visit: Visit) -> WaitEnd: ...


@dataclass(frozen=True, slots=True)
class Telephone:
    """How a calling number is read, and which one is our own monitoring's."""

    e164: Callable[[str, str], str | None]
    """From a number as the carrier sends it and the line's country to E.164."""
    monitoring: str


@dataclass(frozen=True, slots=True)
class House:
    """What the routes share: the tenants, the voice, and how a caller is met and leaves."""

    node: str
    book: Callable[[], TenantBook]
    voice: Voice
    workers: Executor
    monotonic: Callable[[], float]
    telephone: Telephone
    leave_dialog: LeaveDialog

    def caller(
        self, channel: AgiChannel, dialled: DialledLine, language: Language | None = None
    ) -> PhoneCaller:
        """Who is at the other end; the line's first language, unless another is known."""
        return PhoneCaller(
            channel,
            self.voice,
            dialled.tenant,
            language or dialled.line.languages[0],
            workers=self.workers,
            monotonic=self.monotonic,
        )

    def arrival(self, request: AgiRequest, dialled: DialledLine) -> Arrival:
        sent, country = request.caller_number, dialled.tenant.country
        number = self.telephone.e164(sent, country) if sent else None
        ours = number is not None and number == self.telephone.monitoring
        return Arrival(CallId(f"{self.node}-{request.uniqueid}"), request.dialled, number, ours)

    def left(
        self,
        caller: PhoneCaller,
        line: CalledLine,
        end: DialogEnd,
        handover: Handover | None = None,
    ) -> None:
        """Record the end. That it can't be recorded is told to nobody but the log: the caller goes his way."""
        try:
            self.leave_dialog(line.origin, end, caller.last_prompt, handover)
        except StorageDown as error:
            log.warning("end not recorded", call=line.call.id, end=end, reason=str(error))


@dataclass(frozen=True, slots=True)
class Inbound:
    """Takes a call in, runs the line's dialog, records its end and tells the dialplan how to go on."""

    house: House
    take_call: TakeCall
    dialogs: Mapping[LineDialog, Dialog]

    def __call__(self, channel: AgiChannel, request: AgiRequest) -> None:
        dialled = self.house.book().dialled(request.dialled)
        if dialled is None:
            channel.set_variable(NEXT, TO_UNASSIGNED)
            return
        caller = self.house.caller(channel, dialled)
        arrival = self.house.arrival(request, dialled)
        try:
            onward = self._talk(channel, caller, dialled, arrival)
        except StorageDown as error:
            log.warning("database out of reach", call=request.uniqueid, reason=str(error))
            if caller.last_prompt is None:  # it was so before he was answered
                _answer(channel, caller, dialled.line)
            onward = _on_without_database(caller, dialled.tenant, arrival.number)
        caller.finish()
        channel.set_variable(NEXT, onward)

    def _talk(
        self, channel: AgiChannel, caller: PhoneCaller, dialled: DialledLine, arrival: Arrival
    ) -> str:
        """Run the dialog to its end; what comes back tells the dialplan where the caller goes.

        It rings until the arrival is in the log, so that no answered call is missing there.
        """
        call, who = self.take_call(arrival, dialled)
        line = CalledLine(call, dialled.tenant, dialled.line)
        ended: DialogEnd | None = DialogEnd.FAILED
        handover = None
        try:
            _answer(channel, caller, line.line)
            caller.switch_to(who.language)
            caller.who = who
            end = self._dialog(caller, line)
            if isinstance(end, Handover):
                caller.finish()  # once that is in the log an agent may be found, and cut what is being said
                ended, handover = DialogEnd.HANDOVER, end
            else:
                ended = DialogEnd.FAREWELL
        except CallerHungUp:
            ended = DialogEnd.HUNG_UP
            raise
        except StorageDown:
            ended = None  # nothing can be recorded now
            raise
        finally:
            if ended is not None:
                self.house.left(caller, line, ended, handover)
        return TO_FIELD if handover is not None else TO_FAREWELL

    def _dialog(self, caller: Caller, line: CalledLine) -> End:
        if line.tenant.locks_out(line.call.number):
            return turn_away(caller)
        return self.dialogs[line.line.dialog](caller, line)


def _answer(channel: AgiChannel, caller: PhoneCaller, line: Line) -> None:
    """Answer, and tell the price where there is one, in the line's first language; no key cuts it."""
    channel.answer()
    if line.price_per_call is not None:
        caller.say("price", price=Euros(int(line.price_per_call.amount * 100)))
        caller.finish(keys_count=True)


def _on_without_database(caller: PhoneCaller, tenant: Tenant, number: str | None) -> str:
    """A person takes over, of whom who is locked out takes no time now either."""
    if tenant.locks_out(number):
        turn_away(caller)
        return TO_FAREWELL
    caller.sorry("failure.disturbed")
    return TO_FIELD


@dataclass(frozen=True, slots=True)
class Waiting:
    """Tells a caller in the waiting field where he stands, and goes on as the dialog ends.

    That he is taken out of it (a Redirect, which looks like a hang-up) is the normal end and leaves no fact of ours:
    what became of him is in the log already. Whatever fails, music goes on.
    """

    house: House
    recall: RecallCaller
    dialog: WaitingDialog

    def __call__(self, channel: AgiChannel, request: AgiRequest) -> None:
        dialled = self.house.book().dialled(request.dialled)
        if dialled is None:
            channel.set_variable(NEXT, TO_WAITING)
            return
        standing, offer = _told(channel)
        caller = self.house.caller(channel, dialled, _language(request.language))
        arrival = self.house.arrival(request, dialled)
        try:
            end = self._talk(caller, dialled, arrival, standing, offer)
        except StorageDown as error:
            log.warning("database out of reach", call=request.uniqueid, reason=str(error))
            caller.say("field.wait")
            end = TO_WAITING
        caller.finish()
        channel.set_variable(NEXT, end)

    def _talk(
        self,
        caller: PhoneCaller,
        dialled: DialledLine,
        arrival: Arrival,
        standing: Standing | None,
        offer: Overflow | None,
    ) -> str:
        waiter = caller.during(None, lambda: self.recall(arrival.call))
        if waiter is None:  # nobody would know of what he chose here
            caller.say("field.wait")
            return TO_WAITING
        caller.who = waiter.who
        call = Call(
            arrival.call,
            dialled.tenant.id,
            arrival.dialled,
            waiter.number,
            arrival.number,
            arrival.synthetic,
        )
        line = CalledLine(call, dialled.tenant, dialled.line)
        end = self.dialog(caller, line, Visit(waiter, standing, offer))
        if not isinstance(end, Farewell):
            return TO_WAITING
        self.house.left(caller, line, DialogEnd.FAREWELL)
        return TO_FAREWELL


@dataclass(frozen=True, slots=True)
class Routes:
    """Runs what the dialplan asks for by name."""

    inbound: Inbound
    waiting: Waiting

    def __call__(self, channel: AgiChannel, request: AgiRequest) -> None:
        if request.route == INBOUND:
            self.inbound(channel, request)
        elif request.route == WAITING:
            self.waiting(channel, request)


_POSITIONS: Final = {str(position): position for position in range(1, 1000)}
_PROMISES: Final = {(str(band.at_least_s), str(band.at_most_s)): band for band in BANDS}
_OFFERS: Final = {offer.value: offer for offer in Overflow}


def _told(channel: AgiChannel) -> tuple[Standing | None, Overflow | None]:
    """What the switchboard has set for this announcement; a value that it wouldn't write counts as none."""
    offer = _OFFERS.get(_taken(channel, "WAIT_OFFER"))
    position = _POSITIONS.get(_taken(channel, "WAIT_POSITION"))
    if position is None:
        return None, offer
    wait = channel.get_variable("WAIT_LEAST_S") or "", channel.get_variable("WAIT_MOST_S") or ""
    return Standing(position, _PROMISES.get(wait, LONGER)), offer


def _taken(channel: AgiChannel, name: str) -> str:
    """A variable's value, which counts once: where cti is down, the next announcement must not find it again."""
    value = channel.get_variable(name) or ""
    if value:
        channel.set_variable(name, "")
    return value


def _language(code: str) -> Language | None:
    return Language(code) if code in set(Language) else None
