"""Lists of debtors, their cases and attempts, as the database gives them back, and which cases come next for whom."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from domain.dunning import (
    ANYBODY_AFTER,
    SUBSTITUTE_AFTER,
    Attempt,
    Case,
    CaseList,
    CaseState,
    Debt,
    Lease,
    ListState,
    Reserved,
    rank,
)
from domain.dunning_ports import CaseCount, Sought
from domain.ids import AgentId, CallerId, CallId, CaseId, ListId
from domain.language import Language
from domain.opening_hours import OpenSpan
from storage.engine import open_engine
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, LUNE
from tests.fakes.debtors import LIST, debtor
from tests.storage.people import NOW

EVA, TOM, KIM = AgentId("eva"), AgentId("tom"), AgentId("kim")
MINUTE = timedelta(minutes=1)
RUNNING = CaseList(LIST, ALPENRAD, "liste.xlsx", ListState.RUNNING, 3, 2, NOW)
PAUSED = replace(RUNNING, id=ListId("list-2"), state=ListState.PAUSED, imported=NOW + MINUTE)
LUNES = replace(RUNNING, id=ListId("list-3"), tenant=LUNE)
BARE = replace(
    debtor(1),
    debtor=replace(debtor(1).debtor, zip_code=None, country=None, reference=None),
    due=NOW,
)
FULL = replace(
    debtor(2, limit=4),
    debt=Debt(99_999_999_999, "CHF", date(2025, 12, 24)),
    languages=(Language.FR, Language.DE),
    due=NOW + MINUTE,
    attempts=2,
    appointed=True,
    window=OpenSpan(time(17), time(0)),
    promised=date(2026, 3, 5),
    reserved=Reserved(EVA, TOM),
    outcome="later",
    fences=7,
    lease=Lease(EVA, 7, NOW),
    remark="zieht um",
)


@pytest.fixture
def lists(transactions: SqlTransactions) -> SqlTransactions:
    with transactions.write() as uow:
        for one in (RUNNING, PAUSED, LUNES):
            uow.case_lists.add(one, one.id.encode())
        uow.commit()
    return transactions


def write(transactions: SqlTransactions, *cases: Case) -> None:
    with transactions.write() as uow:
        uow.cases.add(cases)
        uow.commit()


def test_a_list_comes_back_with_its_file(lists: SqlTransactions) -> None:
    stopped = replace(PAUSED, state=ListState.STOPPED, rejected=5)
    with lists.write() as uow:
        assert uow.case_lists.columns(ALPENRAD) is None
        for columns in ("A=name", "B=name"):
            uow.case_lists.remember_columns(ALPENRAD, columns)
        uow.case_lists.change(stopped)
        uow.commit()
    with lists.read() as uow:
        assert uow.case_lists.get(LIST) == RUNNING
        assert uow.case_lists.get(ListId("x")) is None
        assert uow.case_lists.content(LIST) == b"list-1"
        assert uow.case_lists.of([ALPENRAD]) == [stopped, RUNNING]
        assert uow.case_lists.of([]) == []
        assert uow.case_lists.columns(ALPENRAD) == "B=name"


def test_a_case_comes_back_as_it_was(lists: SqlTransactions) -> None:
    write(lists, BARE, FULL)
    with lists.read() as uow:
        assert uow.cases.get(BARE.id) == BARE
        assert uow.cases.get(FULL.id) == FULL
        assert uow.cases.get(CaseId("x")) is None
    back = replace(FULL, lease=None, window=None, promised=None, reserved=None, appointed=False)
    closed = replace(back, state=CaseState.CLOSED, closed=NOW, attempts=4, outcome="paid")
    for changed in (back, closed, replace(closed, state=CaseState.WITHDRAWN, remark="")):
        with lists.write() as uow:
            uow.cases.change(changed)
            uow.commit()
        with lists.read() as uow:
            assert uow.cases.get(FULL.id) == changed


def test_who_was_forgotten_stands_in_no_new_edition(lists: SqlTransactions) -> None:
    """One that began to be read before that writes nothing of him back."""
    closed = replace(debtor(3), state=CaseState.CLOSED, outcome="paid", closed=NOW)
    number = closed.debtor.customer_number
    write(lists, BARE, closed, replace(FULL, debtor=replace(FULL.debtor, customer_number=number)))
    with lists.write() as uow:
        assert set(uow.cases.forget(ALPENRAD, number)) == {closed.debtor.phone}
        uow.commit()
    with lists.read() as uow:
        assert uow.cases.forgotten_rows(LIST) == [(closed.sheet, closed.row)]
        assert uow.cases.open_rows(LIST, number) == [(FULL.sheet, FULL.row)]
    with lists.write() as uow:
        uow.cases.amend([replace(closed, row=9), replace(BARE, row=8)])
        uow.commit()
    with lists.read() as uow:
        nobody, bare = uow.cases.get(closed.id), uow.cases.get(BARE.id)
        assert uow.cases.forgotten_rows(LIST) == []
    assert nobody is not None
    assert (nobody.row, nobody.debtor.name, nobody.outcome) == (0, "", "paid")
    assert bare == replace(BARE, row=8)


def test_who_works_on_what(lists: SqlTransactions) -> None:
    toms = replace(debtor(3), fences=1, lease=Lease(TOM, 1, NOW - MINUTE), due=NOW)
    write(lists, BARE, FULL, toms)
    with lists.read() as uow:
        assert uow.cases.leased_to(EVA) == FULL
        assert uow.cases.leased_to(KIM) is None
        assert uow.cases.expired(NOW - MINUTE) == [toms]
        assert uow.cases.expired(NOW) == [toms, FULL]
        assert uow.cases.reserved_for(EVA) == uow.cases.reserved_for(TOM) == [FULL]
        assert uow.cases.reserved_for(KIM) == []


def test_a_list_is_counted_and_paged_through(lists: SqlTransactions) -> None:
    closed = replace(debtor(3), state=CaseState.CLOSED, outcome="paid", closed=NOW)
    write(lists, BARE, FULL, closed)
    with lists.read() as uow:
        assert uow.cases.of_list(LIST, limit=2) == [BARE, FULL]
        assert uow.cases.of_list(LIST, after=FULL.id) == [closed]
        assert uow.cases.has_open(LIST)
        assert not uow.cases.has_open(PAUSED.id)
        assert set(uow.cases.counts(LIST, NOW)) == {
            CaseCount(CaseState.OPEN, None, waiting=False, leased=False, cases=1, attempts=0),
            CaseCount(
                CaseState.OPEN,
                "later",
                waiting=True,
                leased=True,
                cases=1,
                attempts=FULL.attempts,
            ),
            CaseCount(CaseState.CLOSED, "paid", waiting=False, leased=False, cases=1, attempts=0),
        }


def test_whoever_rings_back_is_found(lists: SqlTransactions) -> None:
    same = replace(
        FULL, debtor=replace(FULL.debtor, phone=BARE.debtor.phone, reference="R/00-02 b")
    )
    closed = replace(debtor(3), state=CaseState.CLOSED, closed=NOW)
    write(lists, BARE, same, closed)
    with lists.read() as uow:
        assert uow.cases.open_at(ALPENRAD, BARE.debtor.phone) == same, "it is worked on"
        assert uow.cases.open_at(LUNE, BARE.debtor.phone) is None
        assert uow.cases.open_at(ALPENRAD, closed.debtor.phone) is None
        assert uow.cases.by_reference(ALPENRAD, "0002", "76275") == [same]
        assert uow.cases.by_reference(ALPENRAD, "0002", "10115") == []
        assert uow.cases.by_reference(ALPENRAD, "0003", "76275") == []


def test_attempts_come_back_as_they_were(lists: SqlTransactions) -> None:
    write(lists, BARE, FULL)
    caller = CallerId("n1")
    first = Attempt(CallId("a"), BARE.id, LIST, caller, EVA, NOW, counts=False, recorded=NOW)
    second = Attempt(CallId("b"), FULL.id, LIST, caller, EVA, NOW + MINUTE)
    third = Attempt(CallId("c"), BARE.id, LIST, caller, TOM, NOW + 2 * MINUTE)
    with lists.write() as uow:
        for one in (third, second, first):
            uow.attempts.add(one)
        uow.commit()
    with lists.read() as uow:
        assert uow.attempts.get(first.call) == first
        assert uow.attempts.get(CallId("x")) is None
        assert uow.attempts.of_case(BARE.id) == [first, third]
        assert uow.attempts.of_list(LIST) == [first, second, third]
        assert uow.attempts.unrecorded(EVA) == second
        assert uow.attempts.unrecorded(TOM) is None, "the case isn't his any more"
    recorded = replace(
        second,
        confirmed=NOW + 2 * MINUTE,
        outcome="promise",
        reached=True,
        recorded=NOW + 3 * MINUTE,
        promised=date(2026, 3, 5),
        remark="am 5.",
    )
    with lists.write() as uow:
        uow.attempts.change(recorded)
        uow.commit()
    with lists.read() as uow:
        assert uow.attempts.get(second.call) == recorded
        assert uow.attempts.unrecorded(EVA) is None


around = st.sampled_from(
    [
        NOW - past + step * MINUTE
        for past in (timedelta(0), SUBSTITUTE_AFTER, ANYBODY_AFTER)
        for step in (-1, 0, 1)
    ]
)


spoken = st.sampled_from(
    [(Language.DE,), (Language.EN,), (Language.DE, Language.EN), (Language.FR, Language.DE)]
)


@st.composite
def situations(draw: st.DrawFn) -> Sequence[Case]:
    count = draw(st.integers(0, 12))
    return [
        replace(
            debtor(number, draw(st.integers(0, 2))),
            list=(of := draw(st.sampled_from((RUNNING, RUNNING, RUNNING, PAUSED, LUNES)))).id,
            tenant=of.tenant,
            languages=draw(spoken),
            due=draw(around),
            attempts=draw(st.integers(0, 2)),
            state=draw(st.sampled_from((CaseState.OPEN, CaseState.OPEN, CaseState.CLOSED))),
            appointed=draw(st.booleans()),
            promised=draw(st.none() | st.just(date(2026, 3, 1))),
            reserved=draw(
                st.none()
                | st.builds(
                    Reserved, st.sampled_from((EVA, TOM)), st.sampled_from((None, EVA, KIM))
                )
            ),
            fences=1,
            lease=draw(st.sampled_from((None, None, Lease(AgentId(f"l{number}"), 1, NOW)))),
        )
        for number in range(count)
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    situations(),
    st.sampled_from((EVA, TOM, KIM)),
    st.lists(st.sampled_from(Language), max_size=2, unique=True),
    st.integers(1, 5),
)
def test_the_next_are_those_that_may_be_given_in_the_order_of_their_rank(
    lists: SqlTransactions,
    cases: Sequence[Case],
    agent: AgentId,
    languages: Sequence[Language],
    limit: int,
) -> None:
    with lists.write() as uow:  # never committed: the next example begins anew
        uow.cases.add(cases)
        found = uow.cases.next_for(ALPENRAD, agent, languages, NOW, limit)
    fit = [
        one
        for one in cases
        if one.list == LIST and one.may_be_given(agent, NOW) and {*one.languages} & {*languages}
    ]
    in_order = sorted(fit, key=lambda one: rank(one, agent), reverse=True)
    assert [one.id for one in found] == [one.id for one in in_order[:limit]]


def test_who_is_her_own_substitute_is_given_a_case_once(lists: SqlTransactions) -> None:
    write(lists, debtor(1, reserved=Reserved(EVA, EVA), due=NOW - SUBSTITUTE_AFTER))
    with lists.read() as uow:
        (found,) = uow.cases.next_for(ALPENRAD, EVA, [Language.DE], NOW, 5)
    assert found.id == debtor(1).id


def test_cases_are_found_by_indexes_among_many(lists: SqlTransactions, url: str) -> None:
    def reserved(number: int) -> Reserved | None:
        return Reserved(EVA) if number % 100 == 0 else None

    write(lists, *(debtor(one, one, reserved=reserved(one)) for one in range(20_000)))
    engine = open_engine(url, timedelta(seconds=2), 1)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    for agent in (EVA, TOM):
        with lists.read() as uow:
            cases, german = uow.cases, [Language.DE]
            plan = plans(lists, partial(cases.next_for, ALPENRAD, agent, german, NOW, 50))
        assert "cases_open" in plan, plan
        assert "cases_reserved" in plan, plan
        for slow in ("SCAN cases", "TEMP B-TREE FOR ORDER BY", "Seq Scan on cases ", "Sort Key"):
            assert slow not in plan, plan
    with lists.read() as uow:
        plan = plans(lists, lambda: uow.cases.find(LIST, Sought(), NOW, 100, 50))
    assert "cases_in_file" in plan, plan
    for slow in ("TEMP B-TREE FOR ORDER BY", "Sort Key"):
        assert slow not in plan, plan


def plans(transactions: SqlTransactions, ask: Callable[[], object]) -> str:
    """How the database does what is asked of it."""
    asked: list[tuple[str, Any]] = []
    engine = transactions._engine

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        asked.append((statement, given))

    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        return "\n".join(
            str(row)
            for statement, given in asked
            for row in connection.exec_driver_sql(explain + statement, given)
        )
