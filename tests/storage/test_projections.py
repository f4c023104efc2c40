"""Rows of what figures are aggregated over: the first counts, however they come, and all can be forgotten."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from domain.call import Concern
from domain.field_facts import Side
from domain.figures import CallFlow, PortalCut, PortalFlow, ServiceCut
from domain.ids import AgentId, CallerId, CallId, CaseId, ParticipantId, RecordId, TenantId
from domain.language import Language
from domain.period import Period
from domain.portal_facts import DialogEnd
from domain.projection import (
    SLOT,
    Arrival,
    CaseOff,
    Doing,
    Leg,
    LegOver,
    LineGone,
    PassedOn,
    PortalLeft,
    PortalStep,
    Row,
    ServiceDone,
    Span,
    Visit,
    VisitEnd,
    VisitOver,
    Way,
    slot_of,
)
from storage.engine import open_engine, writers
from storage.migrations.versions import v0019_portal_sums
from storage.projection_tables import micros, moment, slot_number
from storage.unit_of_work import SqlTransactions

AT = datetime(2026, 3, 2, 8, 7, 0, 123456, tzinfo=UTC)
DAY = Period(slot_of(AT), slot_of(AT) + timedelta(days=1))
BRAND, EVA, CALL = TenantId("alpenrad"), AgentId("eva"), CallId("a-1")


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def visit(call: CallId, seconds: float, participant: str | None = "p") -> Visit:
    known = None if participant is None else ParticipantId(participant)
    return Visit(call, BRAND, Language.DE, Concern.RETURN, known, None, after(seconds))


def answered(call: CallId, seconds: float) -> VisitOver:
    wait = timedelta(seconds=2)
    return VisitOver(call, after(seconds), wait, VisitEnd.ANSWERED, in_time=True, short=True)


ROWS: Sequence[Row] = (
    PortalStep(CALL, after(-99), language=Language.FR),  # nobody has arrived yet
    Arrival(CALL, BRAND, "main", CallerId("c"), after(-60)),
    Arrival(CALL, BRAND, "second", None, after(-59)),
    PortalStep(CALL, after(-50), language=Language.DE, told=True, served=True),
    PortalStep(CALL, after(-40), language=Language.EN, told=True, handed_over=True),
    PortalLeft(CALL, after(-1), DialogEnd.HANDOVER, "person"),
    PortalLeft(CALL, after(60), DialogEnd.HUNG_UP, None),
    visit(CALL, 0),
    visit(CALL, 30),
    Leg(EVA, CALL, 1, Way.WAITED, after(1), after(2), None, None),
    answered(CALL, 2),
    answered(CALL, 40),
    LegOver(EVA, CALL, after(20)),
    LegOver(EVA, CALL, after(25)),
    PassedOn(EVA, CALL),
    Span(EVA, Doing.TALKING, after(2), after(20), call=CALL),
    LegOver(AgentId("tom"), CALL, after(21)),
    LineGone(CALL, after(22), Side.CALLER),
    LineGone(CALL, after(23), Side.NETWORK),
    LineGone(CallId("unheard of"), after(23), Side.NETWORK),
    ServiceDone(RecordId("r1"), CALL, BRAND, "eva", after(30), "letter", "2 EUR"),
    ServiceDone(RecordId("r1"), CALL, BRAND, "eva", after(31), "card", "1 EUR"),
    ServiceDone(RecordId("r2"), CALL, BRAND, "eva", after(32), "card", None, RecordId("r1")),
    CaseOff(CaseId("case"), after(33)),
)


HANDED_OVER = {
    PortalCut(BRAND, "main", Language.EN): PortalFlow(
        calls=1,
        handed_over=1,
        time=after(-1) - after(-60),
        told=1,
        to_balance=after(-50) - after(-60),
    )
}


@pytest.mark.parametrize("length", [1, 5, len(ROWS)])
def test_what_counts_first_stays_whatever_the_batch(
    transactions: SqlTransactions, length: int
) -> None:
    for begin in range(0, len(ROWS), length):
        with transactions.write() as uow:
            uow.projections.add(ROWS[begin : begin + length])
            uow.commit()
    with transactions.read() as uow:
        (call,) = uow.figures.portal_calls(DAY, [BRAND])
        (seen,) = uow.figures.visits(DAY, [BRAND])
        (leg,) = uow.figures.legs(DAY, [BRAND])
        (span,) = uow.figures.spans(DAY)
        services = uow.figures.services(DAY, [BRAND])
        portal = uow.figures.portal_flow(DAY, [BRAND])
    assert (call.line, call.caller, call.arrived) == ("main", "c", after(-60))
    assert (call.language, call.told, call.handed_over) == (Language.EN, after(-50), True)
    assert (call.left, call.end, call.last_prompt) == (after(-1), DialogEnd.HANDOVER, "person")
    assert (call.gone, call.gone_by) == (after(22), Side.CALLER)
    assert (seen.entered, seen.over) == (AT, after(2))
    assert (leg.tenant, leg.leg.ended, leg.passed_on) == (BRAND, after(20), True)
    assert (span.tenant, span.language, span.concern) == (BRAND, Language.DE, Concern.RETURN)
    assert services == {ServiceCut(BRAND, "card", None): 1}
    assert portal == HANDED_OVER


@pytest.mark.parametrize("length", [1, 100])
def test_who_comes_again_is_known_from_when_he_was_answered(
    transactions: SqlTransactions, length: int
) -> None:
    one, two, three, four = (CallId(f"a-{count}") for count in range(4))
    rows: list[Row] = [
        visit(one, 0),
        answered(one, 10),
        visit(two, 10),  # at the very instant: not later
        visit(three, 70),
        visit(four, 80),
    ]
    for begin in range(0, len(rows), length):
        with transactions.write() as uow:
            uow.projections.add(rows[begin : begin + length])
            uow.commit()
    with transactions.read() as uow:
        repeated = [
            uow.figures.repeated(DAY, [BRAND], timedelta(seconds=seconds)) for seconds in (59, 60)
        ]
    assert repeated == [(1, 0), (1, 1)]


def test_all_can_be_forgotten(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.projections.add(ROWS)
        uow.projections.add(())
        uow.commit()
    with transactions.write() as uow:
        uow.projections.clear()
        uow.commit()
    with transactions.write() as uow:
        assert not list(uow.figures.spans(DAY))
        uow.projections.add(ROWS)
        assert list(uow.figures.call_flow([DAY], [BRAND]).values()) == [
            CallFlow(1, 1, 1, answered_wait=timedelta(seconds=2))
        ]


def test_sums_of_the_portal_are_made_of_calls_that_stand_there(
    url: str, transactions: SqlTransactions
) -> None:
    """As the step that brings a database to them fills them."""
    with transactions.write() as uow:
        uow.projections.add(ROWS)
        uow.projections.add([Arrival(CallId("a-2"), BRAND, "main", None, after(0))])
        uow.commit()
    engine = open_engine(url, timedelta(seconds=2), 1)
    with writers(engine).begin() as connection:
        connection.execute(text("DROP TABLE portal_sums"))
        with Operations.context(MigrationContext.configure(connection)):
            v0019_portal_sums.upgrade()
    engine.dispose()
    with transactions.read() as uow:
        portal = uow.figures.portal_flow(DAY, [BRAND])
    assert portal == {**HANDED_OVER, PortalCut(BRAND, "main", None): PortalFlow(calls=1)}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("transactions")
def test_a_day_is_found_by_its_slots(url: str) -> None:
    """Out of a month of a million calls nothing else is read."""
    engine = open_engine(url, timedelta(seconds=2), 1)
    with engine.connect() as connection:
        for table in ("portal_calls", "visits", "legs", "spans", "services_done", "attempts_made"):
            query = f"EXPLAIN QUERY PLAN SELECT count(*) FROM {table} WHERE slot >= 5 AND slot < 9"
            plan = str(connection.execute(text(query)).all())
            assert f"SEARCH {table} USING" in plan
    engine.dispose()


def test_instants_are_kept_to_the_microsecond() -> None:
    for at in (AT, AT - timedelta(days=40_000), datetime(1970, 1, 1, tzinfo=UTC)):
        assert moment(micros(at)) == at
        assert slot_number(slot_of(at)) == slot_number(at) == slot_number(slot_of(at) + SLOT) - 1
