"""Tells the CRM of each conversation, as soon as it is wrapped up: reads the log, asks who it was, fills the outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from actions import read_log
from domain.crm import CrmRefused
from domain.crm_calls import FinishedCall, Known, activity, finished
from domain.crm_messages import as_message
from domain.fact import Fact
from domain.field_facts import CallEnded, WrapUpEnded
from domain.ids import AgentId, CallId, ContactId, TenantId
from domain.outside_ports import Crm
from domain.ports import Clock, Snapshot, Transactions, UnitOfWork
from domain.tenant import TenantBook

LONGEST_WRAP_UP: Final = timedelta(minutes=10)
"""Whoever hasn't finished by then has left otherwise; the call is told as it is."""

_PAGE: Final = 1000
_NAME: Final = "crm"
"""Of the mark that says how far the log has been read, among the snapshots."""


@dataclass(frozen=True, slots=True)
class _Ended:
    seq: int
    at: datetime


class CallTeller:
    """One at a time. Whoever dies in the middle tells some calls again, under the same ids, which the CRM must not
    mind: see ``Crm.note_call``. A CRM that is connected later isn't told of what was before.
    """

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        crm: Crm,
        book: Callable[[], TenantBook],
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._crm = crm
        self._book = book
        self._read: int | None = None
        self._ended: dict[CallId, _Ended] = {}
        self._touched: set[CallId] = set()

    def step(self) -> bool:
        """Read on; whether there may be more. Raises StorageDown and CrmDown: a later retry goes on there."""
        more = self._read_on()
        now = self._clock()
        late = {call for call, end in self._ended.items() if now - end.at > LONGEST_WRAP_UP}
        for call in sorted(self._touched & self._ended.keys() | late):
            self._tell(call, at_last=call in late)
        self._touched.clear()
        return more

    def _read_on(self) -> bool:
        """Note the calls that something has happened to which may finish them; whether there may be more."""
        if self._read is None:
            self._read = self._mark()
        with self._transactions.read() as uow:
            page = list(uow.facts.read(self._read, _PAGE))
        for fact in page:
            call = fact.origin.call
            if call is not None and isinstance(fact.body, CallEnded):
                self._ended[call] = _Ended(fact.seq, fact.at)
            if call is not None and isinstance(fact.body, CallEnded | WrapUpEnded):
                self._touched.add(call)
            self._read = fact.seq
        return len(page) == _PAGE

    def _mark(self) -> int:
        with self._transactions.write() as uow:
            kept = uow.snapshots.newest(_NAME)
            if kept is None:
                kept = Snapshot(uow.facts.last_seq(), "")
                uow.snapshots.keep(_NAME, kept)
                uow.commit()
        return kept.seq

    def _tell(self, call: CallId, *, at_last: bool) -> None:
        facts = list(read_log.facts(self._transactions, call))
        over = finished(facts, at_last=at_last)
        if over is None:
            if at_last:
                self._ended.pop(call)  # nobody has talked with him
            return
        known = self._known(facts, over)
        self._ended.pop(call)
        with self._transactions.write() as uow:
            uow.outbox.add(as_message(activity(facts, over, known)), self._clock())
            waits_for = [end.seq - 1 for end in self._ended.values()]
            assert self._read is not None, "something was read"
            uow.snapshots.keep(_NAME, Snapshot(min([self._read, *waits_for]), ""))
            uow.commit()

    def _known(self, facts: list[Fact], over: FinishedCall) -> Known:
        tenant = self._book().tenants.get(facts[0].origin.tenant or TenantId(""))
        with self._transactions.read() as uow:
            number = None if over.caller is None else uow.callers.number_of(over.caller)
            customer = _customer_number(uow, over)
            agents = {agent: _name(uow, agent) for agent in over.agents}
        services = () if tenant is None else tenant.services
        return Known(
            self._contact(customer, number),
            number,
            "" if tenant is None else tenant.name,
            agents,
            {one.key: next(iter(one.names.values())) for one in services},
        )

    def _contact(self, customer: str | None, number: str | None) -> ContactId | None:
        """Only where it is sure who it is. Raises CrmDown."""
        try:
            found = self._crm.contacts_by_number(customer) if customer else ()
            if not found and number:
                found = self._crm.contacts_by_phone(number)
        except CrmRefused:
            return None
        return found[0].id if len(found) == 1 else None


def _customer_number(uow: UnitOfWork, over: FinishedCall) -> str | None:
    found = None if over.participant is None else uow.participants.get(over.participant)
    return None if found is None else found.number


def _name(uow: UnitOfWork, agent: AgentId) -> str:
    found = uow.agents.get(agent)
    return "" if found is None else found.name
