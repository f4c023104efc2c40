"""Forget rows with personal data whose time is over, a few at a time, so that no call waits for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from actions.import_participants import end_broken_off
from domain.ids import TenantId
from domain.ports import Clock, Transactions, UnitOfWork
from domain.retention import HouseRetention, Kind
from domain.tenant import TenantBook

_FEW: Final = 200
_BROKEN_OFF: Final = timedelta(days=1)
"""An import of participants that began longer ago goes on no more: its rows, which nobody finds, go."""

_BEHIND: Final = 1000
"""Facts: figures that lag more than this don't say yet who was heard of lately."""


@dataclass(frozen=True, slots=True)
class ForgetOld:
    """``figures`` is the name of the mark that says how far figures are kept up: they tell when a caller was last heard
    of.
    """

    transactions: Transactions
    clock: Clock
    book: Callable[[], TenantBook]
    house: HouseRetention
    figures: str

    def __call__(self) -> None:
        """Raises StorageDown: what is left is forgotten the next time."""
        for tenant in self.book().tenants.values():
            kept = tenant.retention
            for kind, time in (
                (Kind.NOTES, kept.notes),
                (Kind.BLOCKS, kept.notes),
                (Kind.RECORDS, kept.records),
                (Kind.ERRANDS, kept.records),
                (Kind.LISTS, kept.lists),
            ):
                self._forget(kind, tenant.id, time)
            end_broken_off(self.transactions, tenant.id, self.clock() - _BROKEN_OFF)
        self._forget(Kind.MAILS, None, self.house.mails)
        self._forget(Kind.VIEWS, None, self.house.views)
        self._forget(Kind.CALLERS, None, self.house.callers)

    def _forget(self, kind: Kind, tenant: TenantId | None, time: timedelta | None) -> None:
        """They are looked for without the writers' lock, which is calls' before it is ours."""
        if time is None:
            return
        before, few = self.clock() - time, 1 if kind is Kind.LISTS else _FEW
        while True:
            with self.transactions.read() as uow:
                if kind is Kind.CALLERS and not self._knows_who_was_heard(uow):
                    return
                keys = uow.keeping.old(kind, tenant, before, few)
            if not keys:
                return
            with self.transactions.write() as uow:
                if kind is Kind.CALLERS and not self._knows_who_was_heard(uow):
                    return
                uow.keeping.forget(kind, keys)
                uow.commit()
            self.transactions.make_way()

    def _knows_who_was_heard(self, uow: UnitOfWork) -> bool:
        """False while figures are made anew."""
        mark = uow.snapshots.newest(self.figures)
        return mark is not None and mark.seq >= uow.facts.last_seq() - _BEHIND
