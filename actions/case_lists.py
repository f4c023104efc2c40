"""What a team lead does with lists of debtors: import them, stop and go on, and see to single cases."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from actions.desk import DeskError, NotYourRole, checked_key, checked_text
from actions.dunning_desk import DunningDesk
from actions.lease_case import give_back
from actions.note_attempt import close_list
from actions.why_not import What, WhyNot
from domain.case_edition import Edition, compare, debt_of, debtor_of
from domain.case_entry import Entry
from domain.dunning import (
    Case,
    CaseList,
    CaseState,
    ListState,
    Reserved,
    extended,
)
from domain.dunning_facts import (
    CaseReserved,
    CaseWithdrawn,
    GivenBack,
    LimitExtended,
    ListChanged,
    ListImported,
    ListRevised,
)
from domain.dunning_profile import Dunning
from domain.fact import Body
from domain.ids import AgentId, CaseId, ListId, TenantId
from domain.language import Language
from domain.person import MAY_LEAD, Actor
from domain.ports import Snapshot, UnitOfWork
from domain.tenant import Tenant

_One = TypeVar("_One")


class NoSuchList(DeskError):
    """There is none, or no such case, or he may not know of it: the message is the same."""

    def __init__(self) -> None:
        super().__init__(WhyNot.NO_SUCH_LIST)


_MOST_ATTEMPTS: Final = 100


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
class FindList:
    on: DunningDesk

    def __call__(self, actor: Actor, of: ListId) -> CaseList:
        """Raises DeskError or StorageDown."""
        with self.on.desk.transactions.read() as uow:
            return list_led(self.on, uow, actor, of)


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
                made = replace(before, state=ListState.IMPORTING)
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
                        _withdraw(self.on, uow, actor, found, "")
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
            paused = was is not None and was.state is ListState.PAUSED
            state = ListState.PAUSED if paused else ListState.RUNNING
            if not uow.cases.has_open(made.id):
                state = ListState.DONE
            now_there = uow.case_lists.get(made.id)
            if now_there is not None and now_there.state is ListState.STOPPED:
                state = ListState.STOPPED  # a team lead has stopped it meanwhile
            done = replace(made, file=imported.file, state=state, rejected=rejected)
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


@dataclass(frozen=True, slots=True)
class ChangeList:
    on: DunningDesk

    def __call__(self, actor: Actor, of: ListId, state: ListState) -> CaseList:
        """Pause it, go on, or stop it for good. Raises DeskError or StorageDown."""
        now = self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            found = list_led(self.on, uow, actor, of)
            if state is ListState.DONE:
                raise DeskError(WhyNot.NO_CHOICE)
            if found.state in {ListState.STOPPED, ListState.DONE}:
                raise DeskError(WhyNot.LIST_IS_OVER)
            if found.state is ListState.IMPORTING and state is not ListState.STOPPED:
                raise DeskError(WhyNot.IMPORT_UNDER_WAY)
            changed = replace(found, state=state)
            if changed != found:
                uow.case_lists.change(changed)
                fact = ListChanged(of, state)
                uow.facts.append(self.on.origin(actor, found.tenant), now, fact)
                uow.commit()
        return changed


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, why: str) -> Case:
        """He is rung no more, whatever an agent does with the case now. Raises DeskError or StorageDown."""
        reason = checked_text(What.REASON, why)
        with self.on.desk.transactions.write() as uow:
            found = case_led(self.on, uow, actor, case)
            if found.state is not CaseState.OPEN:
                raise DeskError(WhyNot.CASE_IS_OVER)
            withdrawn = _withdraw(self.on, uow, actor, found, reason)
            uow.commit()
        return withdrawn


@dataclass(frozen=True, slots=True)
class ExtendLimit:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, limit: int, why: str) -> Case:
        """More attempts may be made, for a reason that is kept; a case closed for its attempts is open again.

        Raises DeskError or StorageDown.
        """
        reason, now = checked_text(What.REASON, why), self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            found = case_led(self.on, uow, actor, case)
            if found.state is CaseState.WITHDRAWN:
                raise DeskError(WhyNot.CASE_IS_OVER)
            if not found.limit < limit <= _MOST_ATTEMPTS:
                raise DeskError(WhyNot.NO_MORE_ATTEMPTS, limit=limit, before=found.limit)
            _, dunning = leads(self.on, actor, found.tenant)
            changed = extended(found, limit, now, dunning.outcomes)
            changed = replace(changed, remark=reason)
            uow.cases.change(changed)
            of = self.on.list_of(uow, found)
            if changed.state is CaseState.OPEN and of.state is ListState.DONE:
                uow.case_lists.change(replace(of, state=ListState.RUNNING))
                running = ListChanged(of.id, ListState.RUNNING)
                uow.facts.append(self.on.origin(actor, found.tenant), now, running)
            fact = LimitExtended(found.id, found.list, limit)
            uow.facts.append(self.on.origin(actor, found.tenant), now, fact)
            uow.commit()
        return changed


@dataclass(frozen=True, slots=True)
class Reassign:
    on: DunningDesk

    def __call__(self, actor: Actor, case: CaseId, agent: AgentId | None) -> Case:
        """Keep it for one agent, who has her time for it from now on, or let anybody have it; who works on it loses it.

        Raises DeskError or StorageDown.
        """
        now = self.on.desk.clock()
        with self.on.desk.transactions.write() as uow:
            found = case_led(self.on, uow, actor, case)
            if found.state is not CaseState.OPEN:
                raise DeskError(WhyNot.CASE_IS_OVER)
            if agent is not None and uow.agents.get(agent) is None:
                raise DeskError(WhyNot.UNKNOWN_AGENT)
            if found.lease is not None and found.lease.agent != agent:
                give_back(self.on, uow, actor, found, GivenBack.TEAM_LEAD, now)
                found = case_led(self.on, uow, actor, case)
            reserved = None if agent is None else Reserved(agent)
            changed = replace(found, reserved=reserved, due=max(found.due, now))
            uow.cases.change(changed)
            fact = CaseReserved(case, agent)
            uow.facts.append(self.on.origin(actor, found.tenant), now, fact)
            uow.commit()
        return changed


def leads(on: DunningDesk, actor: Actor, tenant: TenantId) -> tuple[Tenant, Dunning]:
    """The tenant whose debtors' calls he leads. Raises DeskError where he doesn't."""
    if actor.person.role not in MAY_LEAD:
        raise NotYourRole
    found = on.desk.book().tenants.get(tenant)
    if found is None or found.dunning is None:
        raise NoSuchList
    return found, found.dunning


def list_led(on: DunningDesk, uow: UnitOfWork, actor: Actor, of: ListId) -> CaseList:
    """Raises DeskError where there is none that he leads."""
    found = uow.case_lists.get(checked_key(of))
    if found is None:
        raise NoSuchList
    leads(on, actor, found.tenant)
    return found


def _list_of(
    on: DunningDesk, uow: UnitOfWork, actor: Actor, tenant: TenantId, of: ListId
) -> CaseList:
    found = list_led(on, uow, actor, of)
    if found.tenant != tenant:
        raise NoSuchList
    return found


def case_led(on: DunningDesk, uow: UnitOfWork, actor: Actor, case: CaseId) -> Case:
    """Raises DeskError where there is none that he leads."""
    found = uow.cases.get(checked_key(case))
    if found is None:
        raise NoSuchList
    leads(on, actor, found.tenant)
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


def all_of(uow: UnitOfWork, of: ListId) -> Sequence[Case]:
    """All cases of a list, by id."""
    found: list[Case] = []
    while more := uow.cases.of_list(of, found[-1].id if found else ""):
        found += more
    return found


def _withdraw(on: DunningDesk, uow: UnitOfWork, actor: Actor, case: Case, why: str) -> Case:
    """An attempt of whoever works on it stays one, though nobody says what came of it."""
    now = on.desk.clock()
    if case.lease is not None:
        give_back(on, uow, actor, case, GivenBack.TEAM_LEAD, now)
        case = uow.cases.get(case.id) or case
    withdrawn = replace(case, state=CaseState.WITHDRAWN, closed=now, lease=None, remark=why)
    uow.cases.change(withdrawn)
    fact = CaseWithdrawn(case.id, case.list)
    uow.facts.append(on.origin(actor, case.tenant), now, fact)
    close_list(on, uow, actor, case, now)
    return withdrawn
