"""Sends what waits for the CRM in the outbox, in order for each contact, until the CRM has it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog

from crm_bridge.breaker import Breaker
from domain.crm import CrmDown, CrmRefused, CrmTrouble, PhoneCallActivity, Trouble
from domain.crm_messages import CHANNEL, from_body
from domain.outbox import Entry, pause_after
from domain.outside_ports import Crm
from domain.ports import Clock, Transactions

log = structlog.get_logger()

LEASE: Final = timedelta(minutes=1)
"""What was taken and not settled by then is taken again: whoever took it is dead."""


class OutboxWorker:
    """One at a time; several may run side by side, on two machines too.

    Whoever dies between sending and noting it has it sent again, which the CRM must not mind: see ``Crm.note_call``.
    """

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        crm: Crm,
        monotonic: Callable[[], float],
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._crm = crm
        self._breaker = Breaker(monotonic)

    def step(self) -> bool:
        """Send the first that is due; False where there is none, or the CRM rests. Raises StorageDown."""
        if not self._something_due() or not self._breaker.admits():
            return False
        with self._transactions.write() as uow:
            now = self._clock()
            entry = uow.outbox.take(CHANNEL, now, now + LEASE)
            uow.commit()
        if entry is None:
            return False
        self._settle(entry, self._send(entry))
        return True

    def _something_due(self) -> bool:
        """Asked without the writers' lock, which is calls' before it is ours."""
        with self._transactions.read() as uow:
            return uow.outbox.is_due(CHANNEL, self._clock())

    def _send(self, entry: Entry) -> CrmTrouble | None:
        try:
            what = from_body(entry.message.body)
        except ValueError as error:
            return CrmRefused(Trouble.INVALID, str(error))
        try:
            if isinstance(what, PhoneCallActivity):
                self._crm.note_call(what)
            else:
                self._crm.change_contact(what)
        except CrmDown as down:
            self._breaker.failed(surely_again=down.trouble is Trouble.SIGN_IN)
            return down
        except CrmRefused as refused:
            self._breaker.worked()
            return refused
        self._breaker.worked()
        return None

    def _settle(self, entry: Entry, trouble: CrmTrouble | None) -> None:
        why = f"{trouble} ({trouble.detail})" if trouble else ""
        with self._transactions.write() as uow:
            now = self._clock()
            match trouble:
                case None:
                    uow.outbox.done(entry.id, now)
                case CrmDown():
                    uow.outbox.postpone(entry.id, now + pause_after(entry.tries), why)
                case _:
                    uow.outbox.refuse(entry.id, now, why)
            uow.commit()
        if trouble:
            log.warning(
                "not sent to the CRM",
                entry=entry.id,
                tries=entry.tries,
                trouble=trouble.trouble,
                refused=isinstance(trouble, CrmRefused),
                **{"pii.why": trouble.detail},
            )
