"""``rufwerk report``: makes reports, issues them, corrects them, sends them, and lists how they fared."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from actions.desk import Desk
from actions.reports import LISTED, ReadReports, ReportSeen, SendAgain
from domain.ids import TenantId
from domain.issued_report import (
    Issued,
    Part,
    ReportFile,
    ReportKind,
    ReportNumber,
    Wanted,
    period_of,
    usual_role,
)
from domain.language import Language
from domain.mail_address import is_mail_address
from domain.ports import Transactions
from domain.report_run import MailState, ReportMail, ReportRun
from domain.report_schedule import Send
from domain.tenant import Tenant, TenantBook
from prompts.catalogue import Catalogue
from reporting.issuing import Issuing
from rufwerk import report_schedules, report_wiring, terminal, wiring
from rufwerk.figure_keeping import projecting
from rufwerk.settings import Settings
from rufwerk.terminal import OPERATOR, AsJson, fail, out, print_json, talk

app = typer.Typer(help="Reports about a day, a week or a month.", no_args_is_help=True)

_Row = dict[str, Any]
_PAST: Final = {
    ReportKind.DAILY: "a day",
    ReportKind.WEEKLY: "a day of a week",
    ReportKind.BILLING: "a day of a month",
    ReportKind.SERVICE_LEVEL: "a day of a month",
}

_Tenant = Annotated[str | None, typer.Option(help="The brand; all of them by default.")]
_Date = Annotated[
    str | None, typer.Option(help="A day of it, as 2026-03-01; by default the one before.")
]
_Language = Annotated[Language | None, typer.Option(help="Of the texts.")]
_Out = Annotated[
    Path | None, typer.Option("--out", "-o", file_okay=False, help="Write its files there.")
]
_Correct = Annotated[
    bool, typer.Option("--correct", help="Issue what has changed since it was issued.")
]
_Send = Annotated[bool, typer.Option("--send", help="Mail it to those who get it by itself.")]


@dataclass(frozen=True, slots=True)
class _Options:
    date: str | None
    language: Language | None
    out: Path | None
    correct: bool
    send: bool
    as_json: bool


def _offer(name: str, told: str, *kinds: ReportKind) -> None:
    @app.command(name, help=told)
    def make(
        tenant: _Tenant = None,
        date: _Date = None,
        language: _Language = None,
        out: _Out = None,
        correct: _Correct = False,
        send: _Send = False,
        as_json: AsJson = False,
    ) -> None:
        _report(kinds, tenant, _Options(date, language, out, correct, send, as_json))


_offer(
    "daily",
    "How a day was: how busy agents were, how fast calls were answered.",
    ReportKind.DAILY,
)
_offer(
    "weekly",
    "How a week was, and how many agents the next ones take.",
    ReportKind.WEEKLY,
)
_offer(
    "monthly",
    "What a brand can be invoiced, and the proof of its service level; of each brand.",
    ReportKind.BILLING,
    ReportKind.SERVICE_LEVEL,
)


@app.command("list")
def list_reports(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest.")] = LISTED,
    as_json: AsJson = False,
) -> None:
    """What is planned, what was issued, and whether its mails are out."""
    with _place() as place:
        seen = ReadReports(place.desk)(OPERATOR, limit)
    if as_json:
        issued = [_of_issued(one.issued) | _of_mails(one.mails) for one in seen.reports]
        print_json({"runs": [_of_run(run) for run in seen.runs], "reports": issued})
        return
    for run in seen.runs:
        if run.number is None:
            why = f" ({run.reason})" if run.reason else ""
            out.print(f"{_when(run.due)}  {_name(run.wanted)}: {run.state}{why}", soft_wrap=True)
    for one in seen.reports:
        _print_issued(one)


@app.command("send")
def send_report(
    number: Annotated[str, typer.Argument(help="As report list names it.")],
    to: Annotated[
        list[str] | None, typer.Option(help="A mail address; those who had it by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send an issued report once more, as it was issued."""
    for address in to or ():
        if not is_mail_address(address):
            fail(f"{address!r} is no mail address. Write it as max@company.example.")
    with _place() as place:
        recipients = SendAgain(place.desk)(OPERATOR, ReportNumber(number), to or None)
    if as_json:
        print_json({"number": number, "to": list(recipients)})
        return
    talk.print(f"{number} goes to {', '.join(recipients)}", soft_wrap=True)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where reports are made, with the tenants in force."""

    settings: Settings
    transactions: Transactions
    book: TenantBook

    @property
    def desk(self) -> Desk:
        return Desk(self.transactions, wiring.utc_now, lambda: self.book)

    def issuing(self) -> Issuing:
        actor = OPERATOR.logged_as
        figures = projecting(self.transactions)
        book = self.book
        return report_wiring.issuing(
            self.settings, self.transactions, lambda: book, figures.catch_up, actor
        )


@contextmanager
def _place() -> Iterator[_Place]:
    settings = terminal.load()
    book = wiring.tenant_files(settings, Catalogue.load()).current
    with closing(wiring.transactions(settings)) as transactions:
        yield _Place(settings, transactions, book)


def _report(kinds: Sequence[ReportKind], tenant: str | None, options: _Options) -> None:
    rows = []
    with _place() as place:
        wanted = [
            _wanted(place, kind, one, options)
            for one in _tenants(place.book, tenant, each=ReportKind.BILLING in kinds)
            for kind in kinds
        ]
        issuing = place.issuing()
        for one, send in wanted:
            rows.append(_made(place, issuing, one, send, options))
    if options.as_json:
        print_json(rows)
        return
    for row in rows:
        _print_made(row)


def _tenants(book: TenantBook, tenant: str | None, *, each: bool) -> list[Tenant | None]:
    """The one that was named; else each of them, or None for all together."""
    if tenant is None:
        return list(book.tenants.values()) if each else [None]
    found = book.tenants.get(TenantId(tenant))
    if found is None:
        fail(f"There is no brand {tenant}. Take one of {', '.join(sorted(book.tenants))}.")
    return [found]


def _wanted(
    place: _Place, kind: ReportKind, tenant: Tenant | None, options: _Options
) -> tuple[Wanted, Send | None]:
    """What is asked for, and how it goes out by itself, if it does: then it is the same report."""
    of = None if tenant is None else tenant.id
    zone = report_schedules.zone_of(place.settings, place.book, of)
    now = wiring.utc_now()
    if options.date is None:
        running = period_of(kind, now.astimezone(zone).date(), zone)
        day = running.since.astimezone(zone).date() - timedelta(days=1)
    else:
        day = _day(options.date)
    period = period_of(kind, day, zone)
    if period.since > now:
        fail(f"{day} is yet to come. Name {_PAST[kind]} that has begun, or leave out --date.")
    sends = [one for one in report_schedules.sends(place.settings, tenant) if one.kind is kind]
    if options.language is not None:
        sends = [one for one in sends if one.language is options.language]
    send = sends[0] if sends else None
    if send is not None:
        return Wanted(kind, of, period, send.language, send.role), send
    spoken = place.settings.reports.spoken if tenant is None else tenant.lines[0].languages[0]
    return Wanted(kind, of, period, options.language or spoken, usual_role(kind)), None


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        fail(f"{written!r} is no day. Write it as 2026-03-01.")


def _made(
    place: _Place, issuing: Issuing, wanted: Wanted, send: Send | None, options: _Options
) -> _Row:
    until = wanted.period.until
    if until > wiring.utc_now():
        if options.correct or options.send:
            fail(
                f"The period isn't over before {_when(until)}: it isn't issued yet."
                " Wait till then, or leave out --correct and --send."
            )
        made = issuing.provisional(wanted)
        row = _of_wanted(wanted) | {"number": None, "title": made.title, "corrects": None}
        files = [one for one in made.files if one.part is not Part.DATA]
        return row | {"provisional": True} | _files(files, options.out) | {"to": []}
    issued = issuing.correct(wanted) if options.correct else issuing.issue(wanted)
    row = _of_issued(issued) | {"provisional": False}
    with place.transactions.read() as uow:
        found = (uow.issued_reports.content(issued.number, one.name) for one in issued.files)
        files = [one for one in found if one is not None]
    row |= _files(files, None if options.out is None else options.out / issued.number)
    return row | {"to": _sent(place, issued, send) if options.send else []}


def _sent(place: _Place, issued: Issued, send: Send | None) -> list[str]:
    to = None if send is None else send.to
    return list(SendAgain(place.desk)(OPERATOR, issued.number, to))


def _files(files: Sequence[ReportFile], folder: Path | None) -> _Row:
    """Their names and hashes; written into the folder, where there is one."""
    rows = []
    for file in files:
        path = None if folder is None else folder / file.name
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.content)
            except OSError as error:
                fail(f"{path} can't be written: {error.strerror}. Name another folder by --out.")
        rows.append(
            {
                "name": file.name,
                "part": file.part.value,
                "sha256": file.digest,
                "bytes": len(file.content),
                "path": None if path is None else str(path),
            }
        )
    return {"files": rows}


def _of_wanted(wanted: Wanted) -> _Row:
    return {
        "kind": wanted.kind.value,
        "tenant": wanted.tenant,
        "since": wanted.period.since.isoformat(),
        "until": wanted.period.until.isoformat(),
        "language": wanted.language.value,
        "role": wanted.role.value,
    }


def _of_issued(issued: Issued) -> _Row:
    return {
        "number": issued.number,
        **_of_wanted(issued.wanted),
        "made": issued.made.isoformat(timespec="seconds"),
        "title": issued.title,
        "corrects": issued.corrects,
        "files": [
            {"name": one.name, "part": one.part.value, "sha256": one.digest, "bytes": one.size}
            for one in issued.files
        ],
    }


def _of_mails(mails: Sequence[ReportMail]) -> _Row:
    return {
        "mails": [
            {
                "to": one.recipient,
                "state": one.state.value,
                "asked": one.asked.isoformat(timespec="seconds"),
                "settled": None if one.settled is None else one.settled.isoformat(),
                "tries": one.tries,
                "perhaps_more": one.unsure if one.state is MailState.SENT else 0,
                "reason": one.reason,
            }
            for one in mails
        ]
    }


def _of_run(run: ReportRun) -> _Row:
    return _of_wanted(run.wanted) | {
        "due": run.due.isoformat(),
        "to": list(run.to),
        "state": run.state.value,
        "tries": run.tries,
        "number": run.number,
        "reason": run.reason,
    }


def _print_made(row: _Row) -> None:
    if row["provisional"]:
        out.print(f"Provisional, not issued: {row['title']}", soft_wrap=True)
    else:
        corrects = f", corrects {row['corrects']}" if row["corrects"] else ""
        out.print(f"{row['number']}{corrects}: {row['title']}", soft_wrap=True)
    for file in row["files"]:
        out.print(f"  {file['sha256']}  {file['path'] or file['name']}", soft_wrap=True)
    if row["to"]:
        out.print(f"  goes to {', '.join(row['to'])}", soft_wrap=True)


def _print_issued(one: ReportSeen) -> None:
    issued = one.issued
    corrects = f", corrects {issued.corrects}" if issued.corrects else ""
    made = _when(issued.made)
    out.print(f"{made}  {issued.number}{corrects}  {issued.title}", soft_wrap=True)
    for mail in one.mails:
        tries = f", tries: {mail.tries}" if mail.tries > 1 else ""
        more = (
            f", perhaps {mail.unsure} more" if mail.state is MailState.SENT and mail.unsure else ""
        )
        why = f" ({mail.reason})" if mail.reason else ""
        out.print(f"    {mail.recipient}: {mail.state}{tries}{more}{why}", soft_wrap=True)


def _name(wanted: Wanted) -> str:
    about = wanted.tenant or "all brands"
    return f"{wanted.kind} of {about} since {_when(wanted.period.since)}"


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
