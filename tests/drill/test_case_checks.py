"""The checks of debtors' cases find what is wrong with a log or with the rows."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.dial_facts import DialAsked, DialEnded, DialledFor, DialRang, DialResult
from domain.dunning import Attempt, CaseState, Lease
from domain.dunning_facts import AttemptRecorded, CaseGivenBack, CaseLeased, GivenBack
from domain.fact import Body, Fact, Origin
from domain.ids import AgentId, CallerId, CallId, CaseId, TenantId
from domain.language import Language
from tests.drill import case_checks
from tests.fakes.debtors import LIST, debtor

NOON = datetime.fromisoformat("2026-03-02T11:00:00+00:00")
MINUTE = timedelta(minutes=1)
EVA, TOM = AgentId("eva"), AgentId("tom")
ONE, TWO = CaseId("case-00001"), CaseId("case-00002")
HIS = CallerId("n1")


def leased(case: CaseId, agent: AgentId, fence: int) -> CaseLeased:
    return CaseLeased(case, LIST, agent, fence, ())


def asked(case: CaseId = ONE, agent: AgentId = EVA) -> DialAsked:
    return DialAsked(agent, HIS, None, Language.DE, DialledFor.DEBT, case)


def recorded(case: CaseId = ONE, agent: AgentId = EVA) -> AttemptRecorded:
    return AttemptRecorded(case, LIST, agent, "busy", False, True, False, NOON)


def log(*bodies: Body | tuple[Body, str], at: datetime = NOON) -> list[Fact]:
    """A minute apart, in call A where none is named."""
    found = []
    for seq, one in enumerate(bodies):
        body, call = one if isinstance(one, tuple) else (one, "A")
        origin = Origin(TenantId("alpenrad"), CallId(call), "eva")
        found.append(Fact(seq, at + seq * MINUTE, origin, "a", body))
    return found


GOOD = log(
    leased(ONE, EVA, 1),
    asked(),
    DialRang(EVA),
    DialEnded(EVA, DialResult.BUSY),
    recorded(),
    leased(ONE, TOM, 2),
    CaseGivenBack(ONE, TOM, 2, GivenBack.BY_HER),
)


def test_nothing_is_wrong_with_a_good_log() -> None:
    for check in (case_checks.leases, case_checks.dials, case_checks.hours):
        assert not [*check(GOOD)]


def test_leases_that_overlap_are_found() -> None:
    for bad in (
        [leased(ONE, EVA, 1), leased(ONE, TOM, 2)],
        [leased(ONE, EVA, 1), leased(TWO, EVA, 1)],
        [leased(ONE, EVA, 2)],
        [leased(ONE, EVA, 1), CaseGivenBack(ONE, TOM, 1, GivenBack.BY_HER)],
        [leased(ONE, EVA, 1), recorded(ONE, TOM)],
        [asked()],
    ):
        assert [*case_checks.leases(log(*bad))]


def test_a_number_dialled_twice_at_once_is_found() -> None:
    assert [*case_checks.dials(log(asked(), (asked(), "B")))]
    over = DialEnded(EVA, DialResult.BUSY)
    assert not [*case_checks.dials(log(asked(), over, (asked(), "B")))]


def test_dials_at_wrong_hours_and_too_many_are_found() -> None:
    for wrong in ("2026-03-02T19:00:00+00:00", "2026-03-01T11:00:00+00:00"):
        assert [*case_checks.hours(log(asked(), at=datetime.fromisoformat(wrong)))]
    assert [*case_checks.hours(log(asked(), *[DialRang(EVA)] * 4))]


def test_rows_that_say_something_else_are_found() -> None:
    made = Attempt(CallId("A"), ONE, LIST, HIS, EVA, NOON, outcome="busy", recorded=NOON)
    case = replace(debtor(1), state=CaseState.CLOSED, attempts=1)
    assert not [*case_checks.rows(GOOD, [case], [made])]
    for cases, attempts in (
        ([replace(case, state=CaseState.OPEN)], [made]),
        ([replace(case, lease=Lease(EVA, 1, NOON))], [made]),
        ([replace(case, attempts=2)], [made]),
        ([replace(case, limit=0)], [made]),
        ([case], []),
        ([case], [replace(made, recorded=None)]),
    ):
        assert [*case_checks.rows(GOOD, cases, attempts)]
    assert [*case_checks.rows(log(recorded(), recorded()), [case], [made])]
