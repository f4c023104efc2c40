"""The runs by which reports go out, and their mails: rows to values and back, by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from domain.issued_report import ReportNumber
from domain.report_run import MailState, NewRun, ReportMail, ReportRun, RunState
from storage.issued_reports import wanted_of, wanted_row
from storage.report_tables import report_mails, report_runs

_runs, _mails = report_runs.c, report_mails.c


class SqlReportRuns:
    """Must claim inside a writing unit of work only: its lock lets nobody claim the same."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def plan(self, new: NewRun) -> None:
        row = wanted_row(new.wanted)
        once = ("kind", "tenant", "since", "language", "role")
        same = and_(*(_runs[name] == row[name] for name in once))
        if self._connection.execute(select(_runs.id).where(same)).first() is None:
            values = {
                **row,
                "due": new.due,
                "recipients": list(new.to),
                "state": RunState.PLANNED.value,
                "tries": 0,
            }
            self._connection.execute(insert(report_runs), values)

    def change(self, run: ReportRun) -> None:
        values = {
            "due": run.due,
            "recipients": list(run.to),
            "state": run.state.value,
            "tries": run.tries,
            "held_until": run.until,
            "number": run.number,
            "reason": run.reason,
        }
        self._connection.execute(update(report_runs).where(_runs.id == run.id).values(values))

    def drop(self, run: int) -> None:
        self._connection.execute(delete(report_runs).where(_runs.id == run))

    def get(self, run: int) -> ReportRun | None:
        return next(iter(self._all(select(report_runs).where(_runs.id == run))), None)

    def newest_of_each(self) -> Sequence[ReportRun]:
        name = (_runs.tenant, _runs.kind, _runs.language, _runs.role)
        last = select(*name, func.max(_runs.since).label("since")).group_by(*name).subquery()
        same = [_runs[column.name] == column for column in last.c]
        return self._all(select(report_runs).join(last, and_(*same)))

    def planned(self) -> Sequence[ReportRun]:
        unclaimed = and_(_runs.state == RunState.PLANNED.value, _runs.tries == 0)
        return self._all(select(report_runs).where(unclaimed).order_by(_runs.due, _runs.id))

    def is_due(self, at: datetime) -> bool:
        return self._connection.execute(_first_due(at)).first() is not None

    def claim(self, at: datetime, until: datetime) -> ReportRun | None:
        row = self._connection.execute(_first_due(at)).one_or_none()
        if row is None:
            return None
        values = {"state": RunState.CLAIMED.value, "tries": row.tries + 1, "held_until": until}
        self._connection.execute(update(report_runs).where(_runs.id == row.id).values(values))
        return self.get(row.id)

    def newest(self, limit: int) -> Sequence[ReportRun]:
        query = select(report_runs).order_by(_runs.due.desc(), _runs.id.desc())
        return self._all(query.limit(limit))

    def overdue(self, since: datetime, until: datetime) -> Sequence[ReportRun]:
        query = select(report_runs).where(_runs.due >= since, _runs.due <= until)
        missing = or_(_runs.state != RunState.ISSUED.value, _mail_missing())
        return self._all(query.where(missing).order_by(_runs.due, _runs.id))

    def _all(self, query: Select[Any]) -> Sequence[ReportRun]:
        return [_run(row) for row in self._connection.execute(query)]


class SqlReportMails:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, number: ReportNumber, recipient: str, at: datetime, run: int | None = None
    ) -> ReportMail:
        row = {
            "number": number,
            "run": run,
            "recipient": recipient,
            "asked": at,
            "state": MailState.WAITING.value,
            "tries": 0,
            "unsure": 0,
        }
        new = insert(report_mails).values(row).returning(_mails.id)
        return ReportMail(self._connection.execute(new).scalar_one(), number, recipient, at)

    def get(self, mail: int) -> ReportMail | None:
        return next(iter(self._all(_mails.id == mail)), None)

    def change(self, mail: ReportMail) -> None:
        values = {
            "state": mail.state.value,
            "tries": mail.tries,
            "unsure": mail.unsure,
            "settled": mail.settled,
            "reason": mail.reason,
        }
        self._connection.execute(update(report_mails).where(_mails.id == mail.id).values(values))

    def of(self, numbers: Sequence[ReportNumber]) -> Sequence[ReportMail]:
        return self._all(_mails.number.in_(numbers))

    def _all(self, condition: ColumnElement[bool]) -> Sequence[ReportMail]:
        query = select(report_mails).where(condition).order_by(_mails.id)
        return [_mail(row) for row in self._connection.execute(query)]


def _first_due(at: datetime) -> Select[Any]:
    unissued = _runs.state.in_((RunState.PLANNED.value, RunState.CLAIMED.value))
    free = or_(_runs.held_until.is_(None), _runs.held_until <= at)
    query = select(report_runs).where(unissued, _runs.due <= at, free)
    return query.order_by(_runs.due, _runs.id).limit(1)


def _mail_missing() -> ColumnElement[bool]:
    """One of its mails isn't out, nor is another one of the same report to the same."""
    other = report_mails.alias()
    out = select(other.c.id).where(
        other.c.number == _mails.number,
        other.c.recipient == _mails.recipient,
        other.c.state == MailState.SENT.value,
    )
    unsent = select(_mails.id).where(
        _mails.run == _runs.id, _mails.state != MailState.SENT.value, ~out.exists()
    )
    return unsent.exists()


def _run(row: Row[Any]) -> ReportRun:
    return ReportRun(
        id=row.id,
        wanted=wanted_of(row),
        due=row.due,
        to=tuple(row.recipients),
        state=RunState(row.state),
        tries=row.tries,
        until=row.held_until,
        number=None if row.number is None else ReportNumber(row.number),
        reason=row.reason,
    )


def _mail(row: Row[Any]) -> ReportMail:
    return ReportMail(
        id=row.id,
        number=ReportNumber(row.number),
        recipient=row.recipient,
        asked=row.asked,
        state=MailState(row.state),
        tries=row.tries,
        unsure=row.unsure,
        settled=row.settled,
        reason=row.reason,
    )
