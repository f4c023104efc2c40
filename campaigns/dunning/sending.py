"""Sends results to the client: when a list is worked off, or when a team lead wants it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from actions.dunning_desk import DunningDesk
from actions.led_lists import FindList
from campaigns.dunning.result_words import WORDS
from campaigns.dunning.results import MakeResults, NoResults, language_of
from domain.dunning import ListState
from domain.dunning_facts import ListChanged
from domain.ids import ListId
from domain.mail import Enclosure, Letter, MailRefused, ResultsWanted, as_message, from_body
from domain.person import Actor
from domain.ports import Clock, Snapshot, Transactions, UnitOfWork
from domain.tenant import Tenant, TenantBook
from sheets.unreadable import UnreadableFile

_PAGE: Final = 1000
_NAME: Final = "results"
"""Of the mark that says how far the log has been read, among the snapshots."""


class ResultsTeller:
    """Puts the results of each list that is worked off into the outbox, once; one at a time. Lists that were done
    before it first ran aren't told of.
    """

    def __init__(
        self, transactions: Transactions, clock: Clock, book: Callable[[], TenantBook]
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._book = book
        self._read: int | None = None

    def step(self) -> bool:
        """Read on; whether there may be more. Raises StorageDown: a later retry goes on there."""
        if self._read is None:
            self._read = self._mark()
        with self._transactions.read() as uow:
            page = list(uow.facts.read(self._read, _PAGE))
        if not page:
            return False
        done = [
            fact.body.list
            for fact in page
            if isinstance(fact.body, ListChanged) and fact.body.state is ListState.DONE
        ]
        last, is_full = page[-1].seq, len(page) == _PAGE
        if done or is_full:  # else reading it again after a start costs little
            with self._transactions.write() as uow:
                for of in done:
                    self._tell(uow, of)
                uow.snapshots.keep(_NAME, Snapshot(last, ""))
                uow.commit()
        self._read = last
        return is_full

    def _mark(self) -> int:
        with self._transactions.write() as uow:
            kept = uow.snapshots.newest(_NAME)
            if kept is None:
                kept = Snapshot(uow.facts.last_seq(), "")
                uow.snapshots.keep(_NAME, kept)
                uow.commit()
        return kept.seq

    def _tell(self, uow: UnitOfWork, of: ListId) -> None:
        found = uow.case_lists.get(of)
        tenant = None if found is None else self._book().tenants.get(found.tenant)
        if tenant is not None:
            _queue(uow, tenant, of, self._clock())


@dataclass(frozen=True, slots=True)
class SendResults:
    on: DunningDesk

    def __call__(self, actor: Actor, of: ListId) -> tuple[str, ...]:
        """Whom the list's results will go to, as it stands when they are sent; nobody where the tenant's file names
        none. Raises DeskError or StorageDown.
        """
        tenant = self.on.desk.book().tenants[FindList(self.on)(actor, of).tenant]
        with self.on.desk.transactions.write() as uow:
            recipients = _queue(uow, tenant, of, self.on.desk.clock())
            uow.commit()
        return recipients


def _queue(uow: UnitOfWork, tenant: Tenant, of: ListId, now: datetime) -> tuple[str, ...]:
    recipients = () if tenant.dunning is None else tenant.dunning.results_to
    for recipient in recipients:
        uow.outbox.add(as_message(ResultsWanted(of, recipient, language_of(tenant))), now)
    return recipients


@dataclass(frozen=True, slots=True)
class WriteLetter:
    make: MakeResults

    def __call__(self, body: str) -> Letter:
        """The mail that a message of the outbox stands for. Raises MailRefused or StorageDown."""
        wanted = from_body(body)
        if not isinstance(wanted, ResultsWanted):
            raise MailRefused("a mail of another kind")
        try:
            file = self.make(wanted.list, wanted.language)
        except (NoResults, UnreadableFile) as error:
            raise MailRefused(str(error)) from None
        words, holes = WORDS[wanted.language], {"file": file.of, "name": file.tenant}
        return Letter(
            wanted.recipient,
            words.subject.format_map(holes),
            words.text.format_map(holes),
            (Enclosure(file.name, file.content),),
        )
