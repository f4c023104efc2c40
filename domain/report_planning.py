"""What has to change among the runs of reports so that they are as the schedules want them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.ids import TenantId
from domain.issued_report import ReportKind, Wanted
from domain.language import Language
from domain.person import Role
from domain.report_run import NewRun, ReportRun, RunState
from domain.report_schedule import CAUGHT_UP, Due, Schedule, due, following, goes_out

_Name = tuple[TenantId | None, ReportKind, Language, Role]


@dataclass(frozen=True, slots=True)
class Changes:
    new: tuple[NewRun, ...] = ()
    changed: tuple[ReportRun, ...] = ()
    dropped: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.dropped)


def plan(
    schedules: Sequence[Schedule],
    newest: Sequence[ReportRun],
    planned: Sequence[ReportRun],
    now: datetime,
) -> Changes:
    """``newest`` is the run of each send with the latest period, ``planned`` are those that nobody has claimed yet.

    A send that is new begins with the next report; what was missed of the others is planned, once each, and the next
    one of all.
    """
    wanted = {_name_of(one): one for one in schedules}
    latest = {_name(run.wanted): run for run in newest}
    new = [
        NewRun(_wanted(one, found), found.at, one.send.to)
        for name, one in wanted.items()
        for found in _missing(one, latest.get(name), now)
    ]
    known = [(run, wanted.get(_name(run.wanted))) for run in planned]
    amended = [(run, _amended(run, one)) for run, one in known if one is not None]
    changed = tuple(after for before, after in amended if before != after)
    return Changes(tuple(new), changed, tuple(run.id for run, one in known if one is None))


def _missing(schedule: Schedule, latest: ReportRun | None, now: datetime) -> Iterator[Due]:
    if latest is None:
        yield following(schedule, now, now - CAUGHT_UP)
        return
    if latest.state is RunState.PLANNED and latest.due > now:
        return
    seen_to = latest.wanted.period.until
    missed = due(schedule, now, seen_to)
    yield from missed
    yield following(schedule, now, missed[-1].period.until if missed else seen_to)


def _amended(run: ReportRun, schedule: Schedule) -> ReportRun:
    return replace(run, due=goes_out(schedule, run.wanted.period), to=schedule.send.to)


def _wanted(schedule: Schedule, found: Due) -> Wanted:
    send = schedule.send
    return Wanted(send.kind, schedule.tenant, found.period, send.language, send.role)


def _name_of(schedule: Schedule) -> _Name:
    send = schedule.send
    return schedule.tenant, send.kind, send.language, send.role


def _name(wanted: Wanted) -> _Name:
    return wanted.tenant, wanted.kind, wanted.language, wanted.role
