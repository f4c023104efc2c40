"""Has reports go out by themselves: plans their runs, makes what is due, and puts its mails into the outbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

import structlog

from actions.reports import put_mails
from domain.issued_report import Issued
from domain.outbox import pause_after
from domain.ports import Clock, StorageDown, Transactions, UnitOfWork
from domain.report_planning import Changes, plan
from domain.report_run import CLAIM, MOST_TRIES, ReportRun, RunState
from domain.report_schedule import CAUGHT_UP, Schedule
from reporting.issuing import Issuing, Made

log = structlog.get_logger()


class PlanRuns:
    """The runs as the schedules want them now."""

    def __init__(
        self, transactions: Transactions, clock: Clock, schedules: Callable[[], Sequence[Schedule]]
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._schedules = schedules

    def __call__(self) -> None:
        """Raises StorageDown."""
        with self._transactions.read() as uow:  # mostly nothing has to be written
            if not self._changes(uow):
                return
        with self._transactions.write() as uow:
            changes = self._changes(uow)
            for run in changes.dropped:
                uow.report_runs.drop(run)
            for amended in changes.changed:
                uow.report_runs.change(amended)
            for new in changes.new:
                uow.report_runs.plan(new)
            uow.commit()

    def _changes(self, uow: UnitOfWork) -> Changes:
        runs = uow.report_runs
        return plan(self._schedules(), runs.newest_of_each(), runs.planned(), self._clock())


class RunReports:
    """One at a time; several may run side by side, and each report is one's. Whoever is killed has it made by another
    one, once his claim has run out.
    """

    def __init__(self, issuing: Issuing) -> None:
        self._issuing = issuing
        self._transactions = issuing.transactions
        self._clock = issuing.clock
        self._lock = Lock()
        self._claimed: ReportRun | None = None
        self._closed = False

    def close(self) -> None:
        """Issue nothing any more, and give back what is claimed: whoever looks next makes it. Raises StorageDown, and
        that claim has to run out.
        """
        with self._lock:
            self._closed = True
            run = self._claimed
        self._issuing.makers.close()
        if run is not None:
            self._put_back(replace(run, state=RunState.PLANNED, until=None))

    def step(self) -> bool:
        """Make the first report that is due; False where there is none. Raises StorageDown."""
        with self._lock:
            claimed = None if self._closed else self._claim()
            if claimed is None:
                return False
            self._claimed, _ = claimed
        run, seq = claimed
        try:
            issued = self._issue(run, self._issuing.make(run.wanted, seq))
        except StorageDown as error:
            self._give_back(run, str(error))
            raise
        except Exception as error:
            if self._closed:
                return False
            log.exception("report not made", run=run.id, kind=run.wanted.kind.value)
            self._give_back(run, type(error).__name__)
            return True
        if issued is not None:
            log.info("report issued", number=issued.number, kind=run.wanted.kind.value)
        return True

    def _claim(self) -> tuple[ReportRun, int] | None:
        now = self._clock()
        with self._transactions.read() as uow:  # without the writers' lock, which is calls' first
            if not uow.report_runs.is_due(now):
                return None
        with self._transactions.write() as uow:
            run = uow.report_runs.claim(now, now + CLAIM)
            if run is None:
                return None
            seq = self._issuing.note_asked(uow, run.wanted)
            uow.commit()
        return run, seq

    def _issue(self, run: ReportRun, made: Made) -> Issued | None:
        """None where another one has it now, or may have: the claim ran out, or was given back."""
        self._issuing.keep(made)
        with self._transactions.write() as uow:
            if self._closed or not _is_held(uow, run):
                return None
            issued = self._issuing.put(uow, made)
            done = replace(run, state=RunState.ISSUED, number=issued.number, until=None)
            uow.report_runs.change(done)
            put_mails(uow, issued, run.to, self._clock(), run.id)
            uow.commit()
        return issued

    def _give_back(self, run: ReportRun, reason: str) -> None:
        """To be tried again after a while, unless it has been tried too often."""
        again = self._clock() + pause_after(run.tries)
        state = RunState.FAILED if run.tries >= MOST_TRIES else RunState.PLANNED
        self._put_back(replace(run, state=state, until=again, reason=reason))

    def _put_back(self, run: ReportRun) -> None:
        with self._transactions.write() as uow:
            if _is_held(uow, run):
                uow.report_runs.change(run)
                uow.commit()


@dataclass(frozen=True, slots=True)
class Overdue:
    """The dead man's alarm: what should have been out for ``grace`` and isn't, as far back as reports are caught up."""

    transactions: Transactions
    clock: Clock
    grace: timedelta

    def __call__(self) -> Sequence[ReportRun]:
        """Raises StorageDown."""
        now = self.clock()
        with self.transactions.read() as uow:
            return uow.report_runs.overdue(now - CAUGHT_UP, now - self.grace)


class Alarm:
    """Tells the log of each report that is overdue, once, and when it is out after all."""

    def __init__(self, overdue: Overdue) -> None:
        self._overdue = overdue
        self._told: dict[int, ReportRun] = {}

    def step(self) -> None:
        """Raises StorageDown."""
        late = {run.id: run for run in self._overdue()}
        for run in late.values():
            if run.id not in self._told:
                log.error("report overdue", state=run.state.value, reason=run.reason, **_named(run))
        for run in self._told.values():
            if run.id not in late:
                log.info("report no longer overdue", **_named(run))
        self._told = late


def _named(run: ReportRun) -> dict[str, object]:
    wanted = run.wanted
    return {
        "run": run.id,
        "kind": wanted.kind.value,
        "tenant": wanted.tenant,
        "due": run.due.isoformat(),
    }


def _is_held(uow: UnitOfWork, run: ReportRun) -> bool:
    """Whether the claim is still ours: each has a number of its own."""
    now = uow.report_runs.get(run.id)
    return now is not None and now.state is RunState.CLAIMED and now.tries == run.tries
