"""What goes out when: after each day, week and month, over changes of clock, once each after we were away."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import PersonId, TenantId
from domain.issued_report import (
    Part,
    ReportFile,
    ReportKind,
    Wanted,
    may_read,
    number_of,
    period_of,
    usual_role,
)
from domain.language import Language
from domain.person import Person, Role
from domain.report_planning import Changes, plan
from domain.report_run import NewRun, ReportRun, RunState
from domain.report_schedule import CAUGHT_UP, Schedule, Send, due, following, goes_out, weekend

BERLIN = ZoneInfo("Europe/Berlin")
TO = ("max@rufwerk.example",)
ALPENRAD = TenantId("alpenrad")


def schedule(
    kind: ReportKind = ReportKind.DAILY, at: str = "07:00", *, workdays: bool = False
) -> Schedule:
    send = Send(kind, time.fromisoformat(at), TO, Language.DE, Role.MANAGEMENT, workdays)
    return Schedule(ALPENRAD, BERLIN, send, weekend)


def local(written: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def shown(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (ReportKind.DAILY, "Thu 2026-01-01 07:00", "Fri 2026-01-02 07:00"),
        (ReportKind.WEEKLY, "Mon 2026-01-05 07:00", "Mon 2026-01-12 07:00"),
        (ReportKind.BILLING, "Thu 2026-01-01 07:00", "Sun 2026-02-01 07:00"),
        (ReportKind.SERVICE_LEVEL, "Thu 2026-01-01 07:00", "Sun 2026-02-01 07:00"),
    ],
)
def test_each_kind_has_its_morning(kind: ReportKind, first: str, second: str) -> None:
    one = following(schedule(kind), local("2025-12-31 12:00"), local("2025-12-31 12:00"))
    assert shown(one.at) == first
    assert one.period == period_of(kind, date(2025, 12, 31), BERLIN)
    other = following(schedule(kind), one.at, one.at)
    assert shown(other.at) == second
    assert other.period.since == one.period.until


def test_what_was_missed_is_due_once_each_as_far_back_as_is_caught_up() -> None:
    last = local("2026-03-01 00:00")
    missed = due(schedule(), local("2026-03-05 08:00"), last)
    assert [shown(one.at)[4:] for one in missed] == [
        f"2026-03-0{day} 07:00" for day in (2, 3, 4, 5)
    ]
    assert due(schedule(), local("2026-03-05 08:00"), missed[-1].period.until) == []
    late = due(schedule(), local("2026-09-01 08:00"), last)
    assert local("2026-09-01 08:00") - late[0].period.until <= CAUGHT_UP
    assert 35 <= len(late) <= 36
    (month,) = due(schedule(ReportKind.BILLING), local("2026-04-20 08:00"), last)
    assert shown(month.at) == "Wed 2026-04-01 07:00"


def test_before_its_hour_nothing_is_due() -> None:
    last = local("2026-03-01 00:00")
    assert due(schedule(), local("2026-03-02 06:59"), last) == []
    assert len(due(schedule(), local("2026-03-02 07:00"), last)) == 1


def test_over_changes_of_clock_each_day_goes_out_once() -> None:
    """In Berlin 02:30 isn't on 29.3.2026, and is twice on 25.10.2026."""
    night = schedule(at="02:30")
    spring = due(night, local("2026-03-30 12:00"), local("2026-03-27 00:00"))
    assert [shown(one.at) for one in spring] == [
        "Sat 2026-03-28 02:30",
        "Sun 2026-03-29 03:30",
        "Mon 2026-03-30 02:30",
    ]
    (autumn,) = due(night, local("2026-10-25 12:00"), local("2026-10-24 00:00"))
    assert autumn.at == local("2026-10-25 02:30", fold=0)
    assert autumn.period.until - autumn.period.since == timedelta(hours=24)


def test_on_working_days_alone_all_go_out_on_the_next() -> None:
    found = due(schedule(workdays=True), local("2026-03-09 07:00"), local("2026-03-06 00:00"))
    assert [shown(one.at) for one in found] == ["Mon 2026-03-09 07:00"] * 3
    assert len({one.period for one in found}) == 3
    never = replace(schedule(workdays=True), is_free=lambda _: True)
    assert goes_out(never, found[0].period) - found[0].period.until > timedelta(days=30)


@given(
    st.sampled_from(ReportKind),
    st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0)),
    st.timedeltas(timedelta(), timedelta(days=730)).map(lambda past: local("2026-01-01") + past),
    st.timedeltas(timedelta(), timedelta(days=30)),
)
def test_periods_follow_each_other_without_gap(
    kind: ReportKind, at: time, now: datetime, away: timedelta
) -> None:
    one = Schedule(None, BERLIN, Send(kind, at, TO, Language.DE, Role.MANAGEMENT), weekend)
    found = due(one, now, now - away)
    found.append(following(one, now, found[-1].period.until if found else now - away))
    assert all(before.period.until == after.period.since for before, after in pairwise(found))
    assert all(one.at >= one.period.until for one in found)
    assert all(one.at <= now for one in found[:-1])
    assert found[-1].at > now


def run(new: NewRun, number: int = 1, **changes: object) -> ReportRun:
    return replace(ReportRun(number, new.wanted, new.due, new.to), **changes)  # type: ignore[arg-type]


def test_a_new_send_begins_with_the_next_report() -> None:
    changes = plan([schedule()], [], [], local("2026-03-05 08:00"))
    (new,) = changes.new
    assert shown(new.due) == "Fri 2026-03-06 07:00"
    assert new.to == TO
    planned = run(new)
    assert not plan([schedule()], [planned], [planned], local("2026-03-05 08:00"))
    (today,) = plan([schedule()], [], [], local("2026-03-05 06:00")).new
    assert shown(today.due) == "Thu 2026-03-05 07:00"


def test_after_a_time_away_all_that_was_missed_is_planned_and_the_next() -> None:
    (first,) = plan([schedule()], [], [], local("2026-03-05 08:00")).new
    planned = run(first)
    now = local("2026-03-08 09:00")
    changes = plan([schedule()], [planned], [planned], now)
    assert [shown(one.due)[:14] for one in changes.new] == [
        "Sat 2026-03-07",
        "Sun 2026-03-08",
        "Mon 2026-03-09",
    ]
    newest = run(changes.new[1], 2, state=RunState.ISSUED)
    assert [one.due for one in plan([schedule()], [newest], [], now).new] == [changes.new[2].due]


def test_a_changed_file_changes_what_is_planned() -> None:
    now = local("2026-03-05 08:00")
    (new,) = plan([schedule()], [], [], now).new
    planned = run(new)
    later = schedule(at="08:30")
    later = replace(later, send=replace(later.send, to=("lena@rufwerk.example",)))
    (amended,) = plan([later], [planned], [planned], now).changed
    assert (shown(amended.due)[-5:], amended.to) == ("08:30", ("lena@rufwerk.example",))
    assert plan([], [planned], [planned], now) == Changes(dropped=(1,))


def test_a_later_hour_makes_no_report_twice() -> None:
    now = local("2026-03-05 08:00")
    (new,) = plan([schedule()], [], [], local("2026-03-05 06:00")).new
    done = run(new, state=RunState.ISSUED)
    (next_one,) = plan([schedule(at="09:00")], [done], [], now).new
    assert next_one.wanted.period.since == new.wanted.period.until


def test_an_issued_report_has_a_number_and_hashes() -> None:
    assert number_of(2026, 123) == "2026-000123"
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert ReportFile("a.txt", Part.TEXT, b"abc").digest == digest  # FIPS 180-2, B.1
    assert usual_role(ReportKind.SERVICE_LEVEL) is Role.CLIENT_CONTACT
    assert usual_role(ReportKind.BILLING) is Role.MANAGEMENT


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.MANAGEMENT, set(ReportKind)),
        (Role.OPERATOR, set(ReportKind)),
        (Role.TEAM_LEAD, set(ReportKind) - {ReportKind.BILLING}),
        (Role.CLIENT_CONTACT, {ReportKind.SERVICE_LEVEL}),
        (Role.AGENT, set()),
    ],
)
def test_money_and_other_brands_are_not_for_everybody(role: Role, kinds: set[ReportKind]) -> None:
    tenant = ALPENRAD if role is Role.CLIENT_CONTACT else None
    person = Person(PersonId("p"), "somebody", role, tenant)
    assert {kind for kind in ReportKind if may_read(person, kind, ALPENRAD)} == kinds
    if role is Role.CLIENT_CONTACT:
        assert not any(may_read(person, kind, TenantId("maison-lune")) for kind in ReportKind)
        assert not any(may_read(person, kind, None) for kind in ReportKind)


def test_runs_of_two_languages_are_two() -> None:
    german = schedule()
    french = replace(german, send=replace(german.send, language=Language.FR))
    now = local("2026-03-05 08:00")
    assert len(plan([german, french], [], [], now).new) == 2
    wanted = {one.wanted for one in plan([german, french], [], [], now).new}
    assert all(isinstance(one, Wanted) for one in wanted)
    assert len(wanted) == 2
