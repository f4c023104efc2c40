"""What became of a list: the client's own file with columns added, and a summary."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePosixPath

from actions.dunning_desk import DunningDesk
from actions.led_lists import FindList, all_of
from campaigns.dunning.list_files import ListFiles, Terms
from campaigns.dunning.result_words import WORDS, Words
from domain.case_columns import ColumnMap, read_columns
from domain.currencies import MINOR_DIGITS
from domain.dunning import Attempt, Case, CaseList, CaseState, ListState
from domain.dunning_profile import Dunning
from domain.ids import CaseId, ListId
from domain.language import Language
from domain.outcome import BARRED, UNDIALLABLE, UNRECORDED
from domain.person import Actor
from domain.ports import Clock, Transactions
from domain.tenant import Tenant, TenantBook
from sheets.result_cells import ResultCell
from sheets.results import Results


class NoResults(Exception):
    """There is no such list any more, or no file that its rows are those of."""


@dataclass(frozen=True, slots=True)
class ResultFile:
    """``name`` is that of the client's file, ``of``, with a word added; ``tenant`` is the brand's."""

    name: str
    of: str
    tenant: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MakeResults:
    """For whoever may have them: see ``ExportResults``."""

    transactions: Transactions
    clock: Clock
    book: Callable[[], TenantBook]
    files: ListFiles

    def __call__(self, of: ListId, language: Language | None = None) -> ResultFile:
        """As the list stands now; None: in the language of the brand's first line.

        Raises NoResults, UnreadableFile or StorageDown.
        """
        with self.transactions.read() as uow:
            found = uow.case_lists.get(of)
            tenant = None if found is None else self.book().tenants.get(found.tenant)
            if found is None or tenant is None or tenant.dunning is None:
                raise NoResults("There is no such list, or its brand rings no debtors any more.")
            if found.state is ListState.IMPORTING:
                raise NoResults("The list is being imported. Ask again when it is there.")
            cases, attempts = all_of(uow, of), uow.attempts.of_list(of)
            content = uow.case_lists.content(of)
            if not content:
                raise NoResults("The list was forgotten: its time by the brand's file is over.")
            columns = uow.case_lists.columns(tenant.id)
        language = language or language_of(tenant)
        words = WORDS[language]
        teller = _Teller(tenant, tenant.dunning, words, language)
        results = teller.results(found, cases, attempts, self.clock())
        terms = Terms(tenant.country, tenant.dunning.currency, _known(columns))
        name = PurePosixPath(found.file)
        written = self.files.write(content, results, terms)
        told = f"{name.stem}-{words.suffix}{name.suffix}"
        return ResultFile(told, found.file, tenant.name, written)


@dataclass(frozen=True, slots=True)
class ExportResults:
    on: DunningDesk
    files: ListFiles

    def __call__(self, actor: Actor, of: ListId) -> ResultFile:
        """For who leads. Raises DeskError, NoResults, UnreadableFile or StorageDown."""
        FindList(self.on)(actor, of)
        desk = self.on.desk
        return MakeResults(desk.transactions, desk.clock, desk.book, self.files)(of)


def language_of(tenant: Tenant) -> Language:
    """The client's: that of his first line."""
    return tenant.lines[0].languages[0]


def _known(columns: str | None) -> ColumnMap | None:
    return None if columns is None else read_columns(columns)


@dataclass(frozen=True, slots=True)
class _Teller:
    tenant: Tenant
    dunning: Dunning
    words: Words
    language: Language

    def results(
        self, of: CaseList, cases: Sequence[Case], attempts: Sequence[Attempt], now: datetime
    ) -> Results:
        """``attempts`` are the list's, oldest first."""
        tries: dict[CaseId, list[Attempt]] = {}
        for attempt in attempts:
            tries.setdefault(attempt.case, []).append(attempt)
        rows = {
            (case.sheet, case.row): self._row(case, tries.get(case.id, ()))
            for case in cases
            if case.row
        }
        summary = [
            *self._head(of, now),
            *self._counts(cases, attempts),
            (),
            *self._by_outcome(cases),
        ]
        return Results(self.words.columns, rows, {}, self.words.summary, summary)

    def _row(self, case: Case, tries: Sequence[Attempt]) -> Sequence[ResultCell]:
        rung = [one for one in tries if one.counts]
        newest = case.closed or (rung[-1].at if rung else None)
        promised = next((one.promised for one in reversed(tries) if one.promised), None)
        remark = next((one.remark for one in reversed(tries) if one.remark), "")
        if case.state is CaseState.WITHDRAWN:
            remark = case.remark or remark
        if case.debtor.is_erased:
            remark = self.words.erased
        outcome = self._outcome(case)
        if case.state is CaseState.OPEN and case.outcome is not None:
            outcome = f"{outcome} ({self._name(case.outcome)})"
        when = None if newest is None else self._day(newest)
        return (outcome, when, case.attempts, promised, remark)

    def _outcome(self, case: Case) -> str:
        match case.state:
            case CaseState.OPEN:
                return self.words.open
            case CaseState.WITHDRAWN:
                return self.words.withdrawn
            case CaseState.CLOSED:
                return self._name(case.outcome or UNDIALLABLE)

    def _name(self, key: str) -> str:
        """That of an outcome; one that the brand has no longer is told by its key."""
        if key == UNDIALLABLE:
            return self.words.undiallable
        if key == BARRED:
            return self.words.barred
        known = UNRECORDED if key == UNRECORDED.key else self.dunning.outcome(key)
        return key if known is None else known.names[self.language]

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.tenant.hours.zone).date()

    def _head(self, of: CaseList, now: datetime) -> Iterable[Sequence[ResultCell]]:
        yield (self.words.file, of.file)
        yield (self.words.imported, self._day(of.imported))
        yield (self.words.as_of, self._day(now))
        yield ()

    def _counts(
        self, cases: Sequence[Case], attempts: Sequence[Attempt]
    ) -> Iterable[Sequence[ResultCell]]:
        words, states = self.words, Counter(case.state for case in cases)
        yield (words.cases, len(cases))
        yield (words.open, states[CaseState.OPEN])
        yield (words.closed, states[CaseState.CLOSED])
        yield (words.withdrawn, states[CaseState.WITHDRAWN])
        yield (words.attempts, sum(one.counts for one in attempts))
        yield (words.reached, len({one.case for one in attempts if one.reached}))
        yield (words.promises, len({one.case for one in attempts if one.promised}))

    def _by_outcome(self, cases: Iterable[Case]) -> Iterable[Sequence[ResultCell]]:
        words = self.words
        yield (words.columns[0], words.cases, words.currency, words.sum)
        counts, sums = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
        for case in cases:
            group = self._outcome(case), case.debt.currency
            counts[group] += 1
            sums[group] += case.debt.amount
        for (outcome, currency), count in sorted(counts.items()):
            yield (outcome, count, currency, _money(sums[outcome, currency], currency))


def _money(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-MINOR_DIGITS.get(currency, 2))
