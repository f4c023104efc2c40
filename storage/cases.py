"""Cases of debtors: rows to values and back, by hand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from domain.case_edition import key_of
from domain.dunning import (
    ANYBODY_AFTER,
    SUBSTITUTE_AFTER,
    Case,
    CaseState,
    Debt,
    Debtor,
    Lease,
    ListState,
    Reserved,
    Urgency,
    rank,
)
from domain.dunning_ports import CaseCount, Sought, Stage
from domain.ids import AgentId, CaseId, ListId, TenantId
from domain.language import Language
from domain.opening_hours import OpenSpan
from storage.dunning_tables import attempts, case_lists, cases

_OPEN: Final = text("cases.state = 'open'")  # as the indexes say it, so that they are used
FORGOTTEN: Final = cases.c.phone == ""
"""Who stands in it is nobody any more: a client's row without a number becomes no case."""

_OPEN_STATE: Final = cases.c.state == CaseState.OPEN.value
_BY_RANK: Final = (
    cases.c.urgency.desc(),
    cases.c.amount.desc(),
    cases.c.attempts_left.desc(),
    cases.c.id.desc(),
)


_STOPPED: Final = select(case_lists.c.id).where(case_lists.c.state == ListState.STOPPED.value)
"""Lists that were stopped for good, though cases of them are open."""


_NOBODY: Final[Mapping[str, str | None]] = {
    **dict.fromkeys(("name", "phone", "customer_number", "address", "reference_digits"), ""),
    **dict.fromkeys(("zip_code", "reference"), None),
    "remark": "",
}


class SqlCases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, case: CaseId) -> Case | None:
        return next(iter(self._all(select(cases).where(cases.c.id == case))), None)

    def add(self, new: Sequence[Case]) -> None:
        if new:
            self._connection.execute(insert(cases), [{**_fixed(one), **_life(one)} for one in new])

    def change(self, changed: Case) -> None:
        query = update(cases).where(cases.c.id == changed.id).values(_life(changed))
        self._connection.execute(query)

    def leased_to(self, agent: AgentId) -> Case | None:
        return next(iter(self._all(select(cases).where(cases.c.lease_agent == agent))), None)

    def expired(self, now: datetime) -> Sequence[Case]:
        query = select(cases).where(cases.c.lease_agent.is_not(None), cases.c.lease_until <= now)
        return self._all(query.order_by(cases.c.lease_until))

    def next_for(
        self,
        tenant: TenantId,
        agent: AgentId,
        languages: Collection[Language],
        now: datetime,
        limit: int,
    ) -> Sequence[Case]:
        if not languages:
            return []
        running = select(case_lists.c.id).where(
            case_lists.c.tenant == tenant, case_lists.c.state == ListState.RUNNING.value
        )
        fit = (
            _OPEN,
            cases.c.due <= now,
            cases.c.lease_agent.is_(None),
            or_(*(cases.c.languages.contains(f" {one.value} ") for one in languages)),
            cases.c.list.in_(running),
        )
        hers = cases.c.reserved_agent == agent
        # few, and put in order here: asked for it, SQLite would go through all cases for them
        few = self._all(select(cases).where(*fit, hers))
        first = sorted(few, key=lambda one: rank(one, agent), reverse=True)[:limit]
        promised = cases.c.reserved_until.is_(None)
        overdue = and_(cases.c.substitute == agent, cases.c.due <= now - SUBSTITUTE_AFTER)
        others = or_(
            cases.c.reserved_agent.is_(None),
            and_(~hers, cases.c.reserved_until <= now),
            and_(promised, ~hers, or_(overdue, cases.c.due <= now - ANYBODY_AFTER)),
        )
        query = select(cases).where(cases.c.tenant == tenant, *fit, others).order_by(*_BY_RANK)
        return [*first, *self._all(query.limit(limit - len(first)))]

    def of_list(self, of: ListId, after: str = "", limit: int = 1000) -> Sequence[Case]:
        query = select(cases).where(cases.c.list == of, cases.c.id > after)
        return self._all(query.order_by(cases.c.id).limit(limit))

    def find(
        self, of: ListId, sought: Sought, now: datetime, first: int, limit: int
    ) -> tuple[Sequence[Case], int]:
        fit = (cases.c.list == of, *_fitting(sought, now))
        count = self._connection.execute(select(func.count()).where(*fit)).scalar_one()
        query = select(cases).where(*fit).order_by(cases.c.sheet, cases.c.row, cases.c.id)
        return self._all(query.offset(first).limit(limit)), count

    def reserved_for(self, agent: AgentId) -> Sequence[Case]:
        mine = or_(cases.c.reserved_agent == agent, cases.c.substitute == agent)
        query = select(cases).where(cases.c.reserved_agent.is_not(None), mine, _OPEN)
        query = query.where(cases.c.list.not_in(_STOPPED))
        return self._all(query.order_by(cases.c.due, cases.c.id))

    def has_open(self, of: ListId) -> bool:
        query = select(cases.c.id).where(cases.c.list == of, _OPEN).limit(1)
        return self._connection.execute(query).first() is not None

    def counts(self, of: ListId, now: datetime) -> Sequence[CaseCount]:
        waiting = case((and_(_OPEN, cases.c.due > now), 1), else_=0)
        leased = case((cases.c.lease_agent.is_not(None), 1), else_=0)
        groups = (cases.c.state, cases.c.outcome, waiting, leased)
        sums = func.count(), func.sum(cases.c.attempts)
        query = select(*groups, *sums).where(cases.c.list == of).group_by(*groups)
        return [
            CaseCount(CaseState(state), outcome, bool(waits), bool(has), count, int(attempts))
            for state, outcome, waits, has, count, attempts in self._connection.execute(query)
        ]

    def amend(self, changed: Sequence[Case]) -> None:
        if not changed:
            return
        known, forgotten = (
            update(cases).where(cases.c.id == bindparam("of"), is_known)
            for is_known in (~FORGOTTEN, FORGOTTEN)
        )
        of = [{"of": one.id} for one in changed]
        self._connection.execute(forgotten.values(row=0), of)
        self._connection.execute(known, [{**_fixed(one), "of": one.id} for one in changed])

    def open_keys(self, tenant: TenantId) -> Mapping[str, ListId]:
        query = select(cases.c.reference, cases.c.customer_number, cases.c.list).where(
            cases.c.tenant == tenant, _OPEN, cases.c.list.not_in(_STOPPED)
        )
        return {
            key_of(reference, number): ListId(of)
            for reference, number, of in self._connection.execute(query)
        }

    def open_at(self, tenant: TenantId, phone: str) -> Case | None:
        query = select(cases).where(cases.c.tenant == tenant, cases.c.phone == phone, _OPEN)
        taken = cases.c.lease_agent.is_(None)
        return next(iter(self._all(query.order_by(taken, cases.c.id).limit(1))), None)

    def forget(self, tenant: TenantId, customer_number: str) -> Collection[str]:
        his = (
            cases.c.tenant == tenant,
            cases.c.customer_number == customer_number,
            cases.c.state != CaseState.OPEN.value,
        )
        few = self._connection.execute(select(cases.c.id, cases.c.phone).where(*his)).all()
        forget_cases(self._connection, [row.id for row in few])
        return {row.phone for row in few}

    def forgotten_rows(self, of: ListId) -> Sequence[tuple[str, int]]:
        return self._rows(of, FORGOTTEN)

    def open_rows(self, of: ListId, customer_number: str) -> Sequence[tuple[str, int]]:
        return self._rows(of, cases.c.customer_number == customer_number, _OPEN_STATE)

    def _rows(self, of: ListId, *fit: ColumnElement[bool]) -> Sequence[tuple[str, int]]:
        query = select(cases.c.sheet, cases.c.row).where(cases.c.list == of, cases.c.row > 0, *fit)
        return [(row.sheet, row.row) for row in self._connection.execute(query)]

    def by_reference(self, tenant: TenantId, digits: str, zip_code: str) -> Sequence[Case]:
        query = (
            select(cases)
            .where(
                cases.c.tenant == tenant,
                cases.c.reference_digits == digits,
                cases.c.zip_code == zip_code,
                _OPEN,
            )
            .order_by(cases.c.id)
        )
        return self._all(query.where(cases.c.list.not_in(_STOPPED))) or self._all(query)

    def _all(self, query: Select[Any]) -> Sequence[Case]:
        return [_case(row) for row in self._connection.execute(query)]


def _fitting(sought: Sought, now: datetime) -> list[ColumnElement[bool]]:
    """What a case must be, to be found."""
    fit: list[ColumnElement[bool]] = []
    if written := sought.written:
        # SQLite knows the two cases of ASCII alone
        spellings = {written, written.lower(), written.upper(), written.title()}
        columns = (cases.c.name, cases.c.customer_number, cases.c.reference)
        fit.append(
            or_(
                cases.c.phone == sought.phone,
                *(one.icontains(spelt, autoescape=True) for one in columns for spelt in spellings),
            )
        )
    if sought.outcome is not None:
        fit.append(cases.c.outcome == sought.outcome)
    leased = cases.c.lease_agent.is_not(None)
    match sought.stage:
        case None:
            pass
        case Stage.CLOSED | Stage.WITHDRAWN:
            fit.append(cases.c.state == sought.stage.value)
        case Stage.LEASED:
            fit += [_OPEN_STATE, leased]
        case Stage.DUE:
            fit += [_OPEN_STATE, ~leased, cases.c.due <= now]
        case Stage.WAITING:
            fit += [_OPEN_STATE, ~leased, cases.c.due > now]
    return fit


def _fixed(one: Case) -> Mapping[str, object]:
    """What stays as it was imported."""
    debtor, debt = one.debtor, one.debt
    return {
        "id": one.id,
        "list": one.list,
        "tenant": one.tenant,
        "sheet": one.sheet,
        "row": one.row,
        "name": debtor.name,
        "phone": debtor.phone,
        "customer_number": debtor.customer_number,
        "address": debtor.address,
        "zip_code": debtor.zip_code,
        "country": debtor.country,
        "reference": debtor.reference,
        "reference_digits": _keyed(debtor.reference or debtor.customer_number),
        "amount": debt.amount,
        "currency": debt.currency,
        "owed_since": debt.due,
        "languages": f" {' '.join(one.languages)} ",
    }


def _keyed(written: str) -> str:
    """What of it can be keyed on a telephone."""
    return "".join(filter(str.isdecimal, written))


def _life(one: Case) -> Mapping[str, object]:
    """What changes."""
    window, reserved, lease = one.window, one.reserved, one.lease
    return {
        "most": one.limit,
        "due": one.due,
        "state": one.state.value,
        "attempts": one.attempts,
        "attempts_left": one.limit - one.attempts,
        "urgency": one.urgency.value,
        "window_start": None if window is None else window.start.isoformat(),
        "window_end": None if window is None else window.end.isoformat(),
        "promised": one.promised,
        "reserved_agent": None if reserved is None else reserved.agent,
        "substitute": None if reserved is None else reserved.substitute,
        "reserved_until": None if reserved is None else reserved.until,
        "outcome": one.outcome,
        "closed": one.closed,
        "fences": one.fences,
        "lease_agent": None if lease is None else lease.agent,
        "lease_until": None if lease is None else lease.until,
        "remark": one.remark,
    }


def forget_cases(connection: Connection, few: Sequence[str]) -> None:
    """Empty what says who owes; rows, sums and results stay."""
    connection.execute(update(attempts).where(attempts.c.case.in_(few)).values(remark=""))
    connection.execute(update(cases).where(cases.c.id.in_(few)).values(_NOBODY))


def _case(row: Row[Any]) -> Case:
    return Case(
        id=CaseId(row.id),
        list=ListId(row.list),
        tenant=TenantId(row.tenant),
        sheet=row.sheet,
        row=row.row,
        debtor=Debtor(
            row.name,
            row.phone,
            row.customer_number,
            row.address,
            row.zip_code,
            row.country,
            row.reference,
        ),
        debt=Debt(row.amount, row.currency, row.owed_since),
        languages=tuple(map(Language, row.languages.split())),
        limit=row.most,
        due=row.due,
        state=CaseState(row.state),
        attempts=row.attempts,
        appointed=row.urgency == Urgency.APPOINTED,
        window=_window(row),
        promised=row.promised,
        reserved=_reserved(row),
        outcome=row.outcome,
        closed=row.closed,
        lease=_lease(row),
        fences=row.fences,
        remark=row.remark,
    )


def _window(row: Row[Any]) -> OpenSpan | None:
    if row.window_start is None:
        return None
    return OpenSpan(time.fromisoformat(row.window_start), time.fromisoformat(row.window_end))


def _reserved(row: Row[Any]) -> Reserved | None:
    if row.reserved_agent is None:
        return None
    substitute = None if row.substitute is None else AgentId(row.substitute)
    return Reserved(AgentId(row.reserved_agent), substitute, row.reserved_until)


def _lease(row: Row[Any]) -> Lease | None:
    if row.lease_agent is None:
        return None
    return Lease(AgentId(row.lease_agent), row.fences, row.lease_until)
