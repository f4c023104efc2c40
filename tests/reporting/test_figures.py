"""What each figure counts, and what it leaves out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.call import Concern
from domain.dial_facts import DialledFor
from domain.field_facts import OfferResult, Side
from domain.figures import (
    AgentCut,
    AgentWork,
    CallCut,
    CallFlow,
    GaveUpAt,
    Handling,
    PortalCut,
    PortalFlow,
    Promises,
    ServiceCut,
    Waits,
)
from domain.ids import (
    AgentId,
    CallerId,
    CallId,
    CaseId,
    ListId,
    ParticipantId,
    RecordId,
    TenantId,
)
from domain.language import Language
from domain.period import Grain, Period, divided
from domain.portal_facts import DialogEnd
from domain.projection import (
    SLOT,
    Arrival,
    Attempt,
    CaseOff,
    DialOver,
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
)
from reporting.figures import RowFigures

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = Period(NOON, NOON + timedelta(hours=1))
QUARTERS = tuple(divided(HOUR, Grain.QUARTER, ZoneInfo("UTC")))
ALPENRAD, OTHER = TenantId("alpenrad"), TenantId("other")
A, B, EVA, TOM = CallId("A"), CallId("B"), AgentId("eva"), AgentId("tom")
AT_NOON = CallCut(ALPENRAD, Language.DE, Concern.RETURN, NOON)
TENANTS = {ALPENRAD}


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def lasts(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def enters(
    call: CallId,
    seconds: float = 0,
    who: str | None = None,
    tenant: TenantId = ALPENRAD,
    dialled: DialledFor | None = None,
) -> Visit:
    participant = None if who is None else ParticipantId(who)
    return Visit(call, tenant, Language.DE, Concern.RETURN, participant, dialled, after(seconds))


def over(call: CallId, seconds: float, end: VisitEnd, *, short: bool = False) -> VisitOver:
    return VisitOver(call, after(seconds), lasts(seconds), end, seconds <= 20, short)


def takes(agent: AgentId, call: CallId, seconds: float, way: Way = Way.WAITED) -> Leg:
    return Leg(agent, call, 1, way, after(seconds), after(seconds), None, None)


def flow(*rows: Row) -> CallFlow | None:
    return RowFigures(rows).call_flow(QUARTERS, TENANTS).get(AT_NOON)


def test_each_caller_is_counted_once_when_he_entered() -> None:
    assert flow(enters(A), over(A, 12.9, VisitEnd.ANSWERED, short=True)) == CallFlow(
        offered=1, answered=1, in_time=1, answered_wait=lasts(12.9)
    )
    assert flow(enters(A), over(A, 4, VisitEnd.ABANDONED, short=True)) == CallFlow(
        offered=1, abandoned=1, gone_in_time=1, short=1, abandoned_wait=lasts(4)
    )
    assert flow(enters(A), over(A, 4, VisitEnd.RUNG_BACK)) == CallFlow(offered=1, rung_back=1)
    assert flow(enters(A), over(A, 4, VisitEnd.ELSEWHERE)) == CallFlow(offered=1, elsewhere=1)
    assert flow(enters(A)) == CallFlow(offered=1)
    assert flow(enters(A, 2 * SLOT.seconds)) is None


def test_what_is_dialled_and_what_others_have_is_not_there() -> None:
    dialled = (enters(A, dialled=DialledFor.NUMBER), DialOver(A, after(5), None))
    assert flow(*dialled, enters(B, tenant=OTHER)) is None
    assert RowFigures(dialled).waits(HOUR, TENANTS) == {}


def test_waits_are_whole_seconds() -> None:
    figures = RowFigures([enters(A), over(A, 12.9, VisitEnd.ANSWERED)])
    assert figures.waits(HOUR, TENANTS) == {ALPENRAD: Waits({12: 1})}


def test_a_call_that_was_passed_on_gives_each_only_her_own_time() -> None:
    rows: list[Row] = [
        enters(A),
        takes(EVA, A, 10),
        Span(EVA, Doing.TALKING, after(10), after(70), call=A),
        PassedOn(EVA, A),
        LegOver(EVA, A, after(70)),
        takes(TOM, A, 80, Way.PASSED_ON),
        Span(TOM, Doing.ON_HOLD, after(80), after(100), call=A),
        Span(TOM, Doing.WRAP_UP, after(100), after(130), call=A),
    ]
    figures = RowFigures(rows)
    handling = Handling(2, lasts(60), lasts(20), lasts(30))
    assert figures.handling(QUARTERS, TENANTS) == {AT_NOON: handling}
    assert figures.agent_work(QUARTERS, EVA) == {
        AgentCut(EVA, NOON): AgentWork(
            {Doing.TALKING: lasts(60)}, taken={Way.WAITED: 1}, passed_on=1
        )
    }
    ends = [(one.leg.agent, one.leg.ended, one.passed_on) for one in figures.legs(HOUR, TENANTS)]
    assert ends == [(EVA, after(70), True), (TOM, None, False)]


def test_nothing_of_a_dial_is_handling_whoever_has_it_then() -> None:
    rows: list[Row] = [
        enters(A, dialled=DialledFor.DEBT),
        takes(EVA, A, 10, Way.DIALLED),
        takes(TOM, A, 80, Way.PASSED_ON),
        Span(TOM, Doing.TALKING, after(80), after(100), call=A),
    ]
    assert RowFigures(rows).handling(QUARTERS, TENANTS) == {}
    assert RowFigures(rows).agent_work(QUARTERS, TOM)[AgentCut(TOM, NOON)].taken == {
        Way.PASSED_ON: 1
    }


def test_what_she_let_pass_is_three_things_and_the_rest_is_none() -> None:
    results = [*OfferResult, None, OfferResult.NO_ANSWER]
    rings = [Leg(EVA, A, 1, Way.WAITED, NOON, None, NOON, result) for result in results]
    work = RowFigures(rings).agent_work(QUARTERS)
    assert work == {AgentCut(EVA, NOON): AgentWork(missed=2, rejected=1, unreached=1)}
    nothing = [Leg(EVA, A, 1, Way.WAITED, NOON, None, NOON, OfferResult.CALLER_LEFT)]
    assert RowFigures(nothing).agent_work(QUARTERS) == {}


def test_pauses_by_reason() -> None:
    pause = Span(EVA, Doing.PAUSED, NOON, after(60), "lunch")
    assert RowFigures([pause]).agent_work(QUARTERS) == {
        AgentCut(EVA, NOON): AgentWork({Doing.PAUSED: lasts(60)}, {"lunch": lasts(60)})
    }


def test_what_is_heard_twice_counts_as_it_was_first() -> None:
    rows: list[Row] = [
        Arrival(A, ALPENRAD, "points", None, NOON),
        PortalStep(A, after(1), language=Language.DE),
        PortalStep(A, after(20), told=True, served=True),
        PortalStep(A, after(30), told=True, served=True, language=Language.EN),
        PortalLeft(A, after(40), DialogEnd.FAREWELL, None),
        PortalLeft(A, after(50), DialogEnd.HUNG_UP, "menu"),
        LineGone(A, after(41), Side.PORTAL),
        LineGone(A, after(51), Side.CALLER),
        PortalStep(B, after(60), handed_over=True),  # nobody knows it
    ]
    figures = RowFigures(rows)
    assert figures.portal_flow(HOUR, TENANTS) == {
        PortalCut(ALPENRAD, "points", Language.EN): PortalFlow(
            calls=1, self_served=1, time=lasts(40), told=1, to_balance=lasts(20)
        )
    }
    (call,) = figures.portal_calls(HOUR, TENANTS)
    assert (call.gone, call.gone_by) == (after(41), Side.PORTAL)
    again: list[Row] = [enters(A), over(A, 9, VisitEnd.ABANDONED), over(A, 99, VisitEnd.ANSWERED)]
    (visit,) = RowFigures(again).visits(HOUR, TENANTS)
    assert (visit.end, visit.over) == (VisitEnd.ABANDONED, after(9))


def test_who_hung_up_in_the_dialog_and_had_nothing_gave_up() -> None:
    def gave_up(*steps: Row) -> dict[GaveUpAt, int]:
        arrival = Arrival(A, ALPENRAD, "points", None, NOON)
        left = PortalLeft(A, after(9), DialogEnd.HUNG_UP, "menu")
        return dict(RowFigures([arrival, *steps, left]).gave_up_at(HOUR, TENANTS))

    assert gave_up() == {GaveUpAt(ALPENRAD, "menu"): 1}
    assert gave_up(PortalStep(A, after(5), served=True)) == {}
    assert gave_up(PortalStep(A, after(5), handed_over=True)) == {}


def attempt(case: str, seconds: float, outcome: str) -> Attempt:
    return Attempt(
        A, ALPENRAD, ListId("list"), CaseId(case), EVA, after(seconds), outcome,
        reached=True, counts=True, ends=False,
    )  # fmt: skip


def test_a_promise_is_kept_by_what_came_later() -> None:
    rows: list[Row] = [
        attempt("paid before", 0, "paid"),
        *(attempt(case, 10, "promise") for case in ("paid before", "paid", "withdrawn", "open")),
        attempt("paid", 9000, "paid"),
        CaseOff(CaseId("withdrawn"), after(9000)),
        CaseOff(CaseId("paid before"), after(10)),
        attempt("paid", 9999, "promise"),
    ]
    promises = RowFigures(rows).promises(HOUR, ALPENRAD, {"promise"}, {"paid"})
    assert promises == Promises(made=4, kept=2)


def test_only_what_no_other_corrects_counts_when_it_was_recorded() -> None:
    def done(name: str, seconds: float, service: str | None, old: str | None = None) -> ServiceDone:
        corrects = None if old is None else RecordId(old)
        return ServiceDone(
            RecordId(name), A, ALPENRAD, EVA, after(seconds), service, None, corrects
        )

    rows = [
        done("1", 0, "advice"),
        done("2", 10, "advice"),
        done("3", 9000, "return", "2"),
        done("4", 20, "return"),
        done("5", 30, None, "4"),
    ]
    assert RowFigures(rows).services(HOUR, TENANTS) == {
        ServiceCut(ALPENRAD, "advice", None): 1,
        ServiceCut(ALPENRAD, None, None): 1,
    }
    known = RowFigures(rows).services_done(HOUR, TENANTS)
    assert [(one.done.record, one.corrected) for one in known] == [
        ("1", False),
        ("2", True),
        ("4", True),
        ("5", False),
    ]


def test_who_comes_again_is_told_by_participant_or_else_by_number() -> None:
    rows: list[Row] = []
    for name, seconds, who, caller in [
        ("A", 0, "p1", "c1"),
        ("B", 100, "p1", "c2"),
        ("C", 200, None, "c1"),
        ("D", 300, None, "c1"),
        ("E", 400, None, None),
        ("F", 100_000, "p1", None),
    ]:
        call, number = CallId(name), None if caller is None else CallerId(caller)
        rows.append(Arrival(call, ALPENRAD, "points", number, after(seconds)))
        rows.append(enters(call, seconds, who))
        end = VisitEnd.ABANDONED if name == "D" else VisitEnd.ANSWERED
        rows.append(VisitOver(call, after(seconds + 9), lasts(9), end, in_time=True, short=False))
    figures = RowFigures(rows)
    assert figures.repeated(HOUR, TENANTS, lasts(1000)) == (3, 2)
    assert figures.repeated(HOUR, TENANTS, lasts(91)) == (3, 2)
    assert figures.repeated(HOUR, TENANTS, lasts(90)) == (3, 0)
    assert figures.repeated(HOUR, {OTHER}, lasts(1000)) == (0, 0)


def test_what_belongs_to_no_call_that_is_known_has_no_tenant() -> None:
    rows: list[Row] = [
        takes(EVA, A, 10),
        Span(EVA, Doing.TALKING, after(10), after(70), call=A),
        LegOver(TOM, B, after(70)),
        VisitOver(B, after(9), lasts(9), VisitEnd.ANSWERED, in_time=True, short=False),
    ]
    figures = RowFigures(rows)
    assert figures.handling(QUARTERS, TENANTS) == {}
    assert figures.agent_work(QUARTERS)[AgentCut(EVA, NOON)].taken == {Way.WAITED: 1}
    assert [one.tenant for one in figures.spans(HOUR)] == [None]
    assert list(figures.spans(HOUR, TENANTS)) == []
    assert list(figures.legs(HOUR, TENANTS)) == []
