"""From a call on the wire to its dialog and back: what runs once for each call."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from actions.take_call import Arrival, LeaveDialog, TakeCall
from domain.handover import Handover
from domain.ids import CallId
from domain.portal_facts import DialogEnd
from domain.ports import StorageDown
from domain.tenant import DialledLine, TenantBook
from ivr.agi_channel import AgiChannel, AgiRequest
from ivr.caller import PhoneCaller
from ivr.dialog import CalledLine, Caller, CallerHungUp, End
from ivr.voice import Voice

log = structlog.get_logger()

NEXT: Final = "AGIDONE"
"""The channel variable that tells the dialplan how to go on; set last, so that its absence means
that we failed.
"""

INBOUND: Final = "inbound"
"""The route of calls. A request for any other is answered by an end at once, which shows that we live."""

TO_FIELD: Final = "field"
TO_FAREWELL: Final = "farewell"
TO_UNASSIGNED: Final = "unassigned"


class Dialog(Protocol):
    def __call__(self, caller: Caller, line: CalledLine) -> End: ...


@dataclass(frozen=True, slots=True)
class Telephone:
    """How a calling number is read, and which one is our own monitoring's."""

    e164: Callable[[str, str], str | None]
    """From a number as the carrier sends it and the line's country to E.164."""
    monitoring: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """Takes a call in, runs the dialog, records its end and tells the dialplan how to go on."""

    node: str
    book: Callable[[], TenantBook]
    voice: Voice
    workers: Executor
    monotonic: Callable[[], float]
    telephone: Telephone
    take_call: TakeCall
    leave_dialog: LeaveDialog
    dialog: Dialog

    def __call__(self, channel: AgiChannel, request: AgiRequest) -> None:
        if request.route != INBOUND:
            return
        dialled = self.book().dialled(request.dialled)
        if dialled is None:
            channel.set_variable(NEXT, TO_UNASSIGNED)
            return
        caller = PhoneCaller(
            channel,
            self.voice,
            dialled.tenant,
            dialled.line.languages[0],
            workers=self.workers,
            monotonic=self.monotonic,
        )
        try:
            onward = self._talk(channel, caller, dialled, self._arrival(request, dialled))
        except StorageDown as error:
            log.warning("database out of reach", call=request.uniqueid, reason=str(error))
            channel.answer()
            caller.sorry("failure.disturbed")
            onward = TO_FIELD
        caller.finish()
        channel.set_variable(NEXT, onward)

    def _arrival(self, request: AgiRequest, dialled: DialledLine) -> Arrival:
        sent, country = request.caller_number, dialled.tenant.country
        number = self.telephone.e164(sent, country) if sent else None
        ours = number is not None and number == self.telephone.monitoring
        return Arrival(CallId(f"{self.node}-{request.uniqueid}"), request.dialled, number, ours)

    def _talk(
        self, channel: AgiChannel, caller: PhoneCaller, dialled: DialledLine, arrival: Arrival
    ) -> str:
        """Run the dialog to its end; what comes back tells the dialplan where the caller goes.

        It rings until the arrival is in the log, so that no answered call is missing there.
        """
        call, language = self.take_call(arrival, dialled)
        line = CalledLine(call, dialled.tenant, dialled.line)
        try:
            channel.answer()
            caller.switch_to(language)
            end = self.dialog(caller, line)
        except CallerHungUp:
            self._left(caller, line, DialogEnd.HUNG_UP)
            raise
        except StorageDown:
            raise  # nothing can be recorded now
        except Exception:
            self._left(caller, line, DialogEnd.FAILED)
            raise
        if isinstance(end, Handover):
            self._left(caller, line, DialogEnd.HANDOVER, end)
            return TO_FIELD
        self._left(caller, line, DialogEnd.FAREWELL)
        return TO_FAREWELL

    def _left(
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
