"""A client's file becomes a list of debtors, or its next edition."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from actions.change_list import withdraw
from actions.desk import DeskError
from actions.dunning_desk import DunningDesk
from actions.led_lists import NoSuchList, all_of, leads, list_led
from actions.why_not import WhyNot
from domain.case_edition import Edition, compare, debt_of, debtor_of
from domain.case_entry import Entry
from domain.dunning import Case, CaseList, CaseState, ListState
from domain.dunning_facts import ListChanged, ListImported, ListRevised
from domain.fact import Body
from domain.ids import CaseId, ListId, TenantId
from domain.language import Language
from domain.person import Actor
from domain.ports import Snapshot, UnitOfWork

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a client's file holds. ``rejected`` is how many of its rows weren't understood, ``columns`` how its columns
    were, as text.
    """

    file: str
    content: bytes = field(repr=False)
    entries: Sequence[Entry] = field(repr=False)
    rejected: int
    columns: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a client's lists: the country and the currency that they leave unsaid, and how the columns of
    the last one were understood, as text.
    """

    country: str
    currency: str
    columns: str | None


@dataclass(frozen=True, slots=True)
class KnownOfLists:
    on: DunningDesk

    def __call__(self, actor: Actor, tenant: TenantId) -> Known:
        """Raises DeskError or StorageDown."""
        brand, dunning = leads(self.on, actor, tenant)
        with self.on.desk.transactions.read() as uow:
            return Known(brand.country, dunning.currency, uow.case_lists.columns(tenant))


@dataclass(frozen=True, slots=True)
class PlanImport:
    on: DunningDesk

    def __call__(
        self, actor: Actor, tenant: TenantId, entries: Sequence[Entry], of: ListId | None = None
    ) -> Edition:
        """What importing would do now; ``of`` is the list that this is a new edition of. Raises DeskError or
        StorageDown.
        """
        with self.on.desk.transactions.read() as uow:
            leads(self.on, actor, tenant)
            return _edition(self.on, uow, actor, tenant, entries, of)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One import: its list as it ``was``, None where it is a new one, and as it is ``made`` for now. ``key`` is kept
    for the brand, so that an import which another one has taken for broken off writes nothing more.
    """

    was: CaseList | None
    made: CaseList
    key: str

    def begin(self, uow: UnitOfWork) -> None:
        uow.snapshots.keep(self._name, Snapshot(uow.facts.last_seq(), self.key))

    def check(self, uow: UnitOfWork) -> None:
        """Raises DeskError where it is another's."""
        newest = uow.snapshots.newest(self._name)
        if newest is None or newest.text != self.key:
            raise DeskError(WhyNot.IMPORT_UNDER_WAY)

    @property
    def _name(self) -> str:
        return f"import {self.made.tenant}"


@dataclass(frozen=True, slots=True)
class ImportList:
    """Cases are written a few at a time, so that no call waits for them; nobody is given one before all are there."""

    on: DunningDesk

    def __call__(
        self,
        actor: Actor,
        tenant: TenantId,
        imported: Imported,
        of: ListId | None = None,
        attempts: int | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> tuple[CaseList, Edition]:
        """``of`` is the list that this is a new edition of; ``attempts`` is how often each case is tried, None: as the
        tenant says. ``progress`` is told how many cases have been written.

        An import that breaks off leaves its list IMPORTING, and is done again as its edition. Raises DeskError or
        StorageDown.
        """
        turn = self._begin(actor, tenant, imported, of, attempts)
        with self.on.desk.transactions.read() as uow:  # it takes too long for the writers' lock
            edition = _edition(self.on, uow, actor, tenant, imported.entries, of)
        if not (edition.new or edition.changed):
            self._undo(turn)
            raise DeskError(WhyNot.NOTHING_TO_RING)
        self._write(actor, turn, edition, progress)
        return self._end(actor, turn, imported, edition), edition

    def _begin(
        self,
        actor: Actor,
        tenant: TenantId,
        imported: Imported,
        of: ListId | None,
        attempts: int | None,
    ) -> _Turn:
        """Another import of the same list, which must have broken off, is over with that."""
        with self.on.desk.transactions.write() as uow:
            _, dunning = leads(self.on, actor, tenant)
            lists = uow.case_lists.of([tenant])
            if any(one.state is ListState.IMPORTING and one.id != of for one in lists):
                raise DeskError(WhyNot.IMPORT_UNDER_WAY)
            if of is not None:
                before = _list_of(self.on, uow, actor, tenant, of)
                broke_off = before.state is ListState.IMPORTING
                was = before.was if broke_off else before.state
                made = replace(before, state=ListState.IMPORTING, was=was)
                turn = _Turn(before, made, self.on.new_id())
                uow.case_lists.change(made)
            else:
                made = CaseList(
                    ListId(self.on.new_id()),
                    tenant,
                    imported.file,
                    ListState.IMPORTING,
                    attempts or dunning.attempts,
                    0,
                    self.on.desk.clock(),
                )
                turn = _Turn(None, made, made.id)
                uow.case_lists.add(made, imported.content)
            turn.begin(uow)
            uow.commit()
        return turn

    def _undo(self, turn: _Turn) -> None:
        """But for what a team lead or another import has made of it meanwhile."""
        with self.on.desk.transactions.write() as uow:
            turn.check(uow)
            if turn.was is None:
                uow.case_lists.remove(turn.made.id)
            elif uow.case_lists.get(turn.made.id) == turn.made:
                uow.case_lists.change(turn.was)
            uow.commit()

    def _write(
        self, actor: Actor, turn: _Turn, edition: Edition, progress: Callable[[int], None]
    ) -> None:
        """Raises DeskError where another import has begun."""
        written, transactions = 0, self.on.desk.transactions
        for entries in _portions(edition.new, _PORTION):
            cases = [self._case(turn.made, entry) for entry in entries]
            with transactions.write() as uow:
                turn.check(uow)
                uow.cases.add(cases)
                uow.commit()
            transactions.make_way()
            progress(written := written + len(entries))
        left = [*edition.past, *edition.withdrawn]
        amended = [*(one.case for one in edition.changed), *(replace(one, row=0) for one in left)]
        for portion in _portions(amended, _AMENDED):
            with transactions.write() as uow:
                turn.check(uow)
                uow.cases.amend(portion)
                uow.commit()
            transactions.make_way()
            progress(written := written + len(portion))
        for portion in _portions(edition.withdrawn, _WITHDRAWN):
            with transactions.write() as uow:
                turn.check(uow)
                for case in portion:
                    found = uow.cases.get(case.id)
                    if found is not None and found.state is CaseState.OPEN:
                        withdraw(self.on, uow, actor, found, "")
                uow.commit()
            transactions.make_way()

    def _end(self, actor: Actor, turn: _Turn, imported: Imported, edition: Edition) -> CaseList:
        """A list that was paused still is."""
        made, was = turn.made, turn.was
        now, rejected = self.on.desk.clock(), imported.rejected + len(edition.duplicates)
        fact: Body = ListImported(made.id, len(edition.new), rejected)
        if was is not None:
            changed, gone = len(edition.changed) - edition.same, len(edition.withdrawn)
            fact = ListRevised(made.id, len(edition.new), changed, gone, rejected)
        with self.on.desk.transactions.write() as uow:
            turn.check(uow)
            state = ListState.PAUSED if made.was is ListState.PAUSED else ListState.RUNNING
            if not uow.cases.has_open(made.id):
                state = ListState.DONE
            now_there = uow.case_lists.get(made.id)
            if now_there is not None and now_there.state is ListState.STOPPED:
                state = ListState.STOPPED  # a team lead has stopped it meanwhile
            done = replace(made, file=imported.file, state=state, rejected=rejected, was=None)
            uow.case_lists.change(done)
            if was is not None:
                uow.case_lists.replace_content(made.id, imported.file, imported.content)
            uow.case_lists.remember_columns(made.tenant, imported.columns)
            origin = self.on.origin(actor, made.tenant)
            uow.facts.append(origin, now, fact)
            if state is ListState.DONE:
                uow.facts.append(origin, now, ListChanged(made.id, state))
            uow.commit()
        return done

    def _case(self, of: CaseList, entry: Entry) -> Case:
        return Case(
            CaseId(self.on.new_id()),
            of.id,
            of.tenant,
            entry.sheet,
            entry.row,
            debtor_of(entry),
            debt_of(entry),
            entry.languages or self._spoken(of.tenant),
            of.attempts,
            of.imported,
        )

    def _spoken(self, tenant: TenantId) -> tuple[Language, ...]:
        """What a debtor is rung in of whom nothing tells it: or nobody would ever be given his case."""
        return self.on.desk.book().tenants[tenant].lines[0].languages[:1]


_PORTION: Final = 100
_AMENDED: Final = 50
_WITHDRAWN: Final = 10
"""Cases that are written in one transaction, which others wait for: some 10 ms each."""


def _portions(whole: Sequence[_One], size: int) -> Iterator[Sequence[_One]]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def _list_of(
    on: DunningDesk, uow: UnitOfWork, actor: Actor, tenant: TenantId, of: ListId
) -> CaseList:
    found = list_led(on, uow, actor, of)
    if found.tenant != tenant:
        raise NoSuchList
    return found


def _edition(
    on: DunningDesk,
    uow: UnitOfWork,
    actor: Actor,
    tenant: TenantId,
    entries: Sequence[Entry],
    of: ListId | None,
) -> Edition:
    before: Sequence[Case] = ()
    if of is not None:
        _list_of(on, uow, actor, tenant, of)
        before = all_of(uow, of)
    return compare(entries, uow.cases.open_keys(tenant), before)
