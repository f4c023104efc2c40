"""Takes who was erased out of the lists' files, which takes its time."""

from dataclasses import dataclass

import structlog

from actions.take_due import take_due
from campaigns.dunning.list_files import ListFiles
from domain.case_columns import read_columns
from domain.dunning import ListState
from domain.list_messages import CHANNEL, RowsErased, from_body
from domain.outbox import Entry, pause_after
from domain.ports import Clock, Transactions
from sheets.blanking import Erased
from sheets.unreadable import UnreadableFile

log = structlog.get_logger()


class NotYet(Exception):
    """He can't be taken out of the file now; a later try may. The message says why."""


@dataclass(frozen=True, slots=True)
class EraseRows:
    """One file after another; nothing is given up. Whoever dies in the middle has it done again."""

    transactions: Transactions
    clock: Clock
    files: ListFiles

    def __call__(self) -> None:
        """All that is due. Raises StorageDown."""
        while self.step():
            pass

    def step(self) -> bool:
        """The first that is due; False where there is none. Raises StorageDown."""
        entry = take_due(self.transactions, CHANNEL, self.clock())
        if entry is None:
            return False
        try:
            self._erase(entry, from_body(entry.message.body))
        except (NotYet, UnreadableFile, ValueError) as why:
            with self.transactions.write() as uow:
                again = self.clock() + pause_after(entry.tries)
                uow.outbox.postpone(entry.id, again, str(why))
                uow.commit()
            log.warning(
                "not erased from a list", list=entry.message.lane, tries=entry.tries, why=str(why)
            )
        return True

    def _erase(self, entry: Entry, wanted: RowsErased) -> None:
        of = wanted.list
        with self.transactions.read() as uow:
            found = uow.case_lists.get(of)
            if found is not None and found.state is ListState.IMPORTING:
                raise NotYet("the list is being imported")
            content = b"" if found is None else uow.case_lists.content(of)
            rows = frozenset(uow.cases.forgotten_rows(of))
            kept = frozenset(uow.cases.open_rows(of, wanted.customer_number))
            columns = None if found is None else uow.case_lists.columns(found.tenant)
        blank = content
        if content:
            erased = Erased(wanted.customer_number, rows, kept)
            known = None if columns is None else read_columns(columns)
            blank = self.files.blank(content, erased, known)
        with self.transactions.write() as uow:
            if found is not None and blank != content:
                if uow.case_lists.content(of) != content:
                    raise NotYet("the list's file has changed meanwhile")
                uow.case_lists.replace_content(of, found.file, blank)
            uow.outbox.done(entry.id, self.clock())
            uow.commit()
