"""``rufwerk export ...``: the log of facts for other programs."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from actions import read_log
from cti.routing.projecting import follow
from cti.routing.state import Field
from domain.ids import AgentId, CallerId, TenantId
from domain.period import Period, of_day
from domain.ports import Transactions
from prompts.catalogue import Catalogue
from reporting.fact_rows import FactRow, fact_row, write_csv
from reporting.parquet import NoParquet, write_parquet
from reporting.queue_log import Happened, QueueLog, Shown
from reporting.queue_log import queue_log as in_its_words
from rufwerk import report_schedules, terminal, wiring
from rufwerk.output_files import in_place_of
from rufwerk.settings import Settings
from rufwerk.terminal import fail, talk

app = typer.Typer(help="The log of facts for other programs.", no_args_is_help=True)

_STDOUT: Final = Path("-")
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


Since = Annotated[str | None, typer.Option(help="The first day, such as 2026-03-01.")]
Until = Annotated[str | None, typer.Option(help="The last day.")]
OfTenant = Annotated[
    str | None,
    typer.Option(
        "--tenant", help="Only this brand's. Days are those of its zone then, else of reports.zone."
    ),
]
To = Annotated[Path, typer.Argument(metavar="FILE", help="Where to; - is standard output.")]


@app.command("queue-log")
def queue_log(
    file: To,
    since: Since = None,
    until: Until = None,
    tenant: OfTenant = None,
    names: Annotated[
        bool, typer.Option("--names", help="Agents by name, not by an opaque id.")
    ] = False,
    numbers: Annotated[
        bool, typer.Option("--numbers", help="Callers' numbers; without it there are none.")
    ] = False,
) -> None:
    """As Asterisk's queue_log, which QueueMetrics and Asternic read. A brand is a queue."""
    settings = terminal.load()
    queues, period = _asked(settings, since, until, tenant)
    with closing(wiring.transactions(settings)) as transactions:
        shown = Shown(
            _agents_names(transactions) if names else str,
            _callers_numbers(transactions) if numbers else lambda _: "",
        )
        lines, count = in_its_words(_happened(transactions), QueueLog(queues, shown), period), 0
        with _open(file) as stream:
            for line in lines:
                stream.write(line + "\n")
                count += 1
    _tell(count, "lines", file)


@app.command("facts")
def facts(
    file: To,
    since: Since = None,
    until: Until = None,
    tenant: OfTenant = None,
    as_format: Annotated[
        Format, typer.Option("--format", help="Parquet needs rufwerk[parquet].")
    ] = Format.CSV,
) -> None:
    """A row for each fact. There are opaque ids in it, but no names, numbers or free text."""
    settings = terminal.load()
    queues, period = _asked(settings, since, until, tenant)
    if as_format is Format.PARQUET and file == _STDOUT:
        fail("Parquet can't be written to standard output. Name a file, or take --format csv.")
    with closing(wiring.transactions(settings)) as transactions:
        rows = _rows(transactions, period, None if tenant is None else queues[0])
        if as_format is Format.PARQUET:
            with in_place_of(file) as new:
                try:
                    count = write_parquet(rows, new)
                except NoParquet as error:
                    fail(str(error))
        else:
            with _open(file) as stream:
                count = write_csv(rows, stream)
    _tell(count, "facts", file)


def _asked(
    settings: Settings, since: str | None, until: str | None, tenant: str | None
) -> tuple[list[TenantId], Period]:
    """Whose, and of when."""
    book = wiring.tenant_files(settings, Catalogue.load()).current
    of = None if tenant is None else TenantId(tenant)
    if of is not None and of not in book.tenants:
        fail(f"There is no brand {of}. Take one of {', '.join(sorted(book.tenants))}.")
    queues = list(book.tenants) if of is None else [of]
    zone = report_schedules.zone_of(settings, book, of)
    begins = _FIRST if since is None else of_day(_day(since), zone).since
    ends = _LAST if until is None else of_day(_day(until), zone).until
    if ends <= begins:
        fail(f"{until} is before {since}. --until is the last day, --since the first.")
    return queues, Period(begins, ends)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        fail(f"{written!r} is no day. Write it as 2026-03-01.")


def _happened(transactions: Transactions) -> Iterator[Happened]:
    """From the log's beginning: who waits and who is signed in follows from what was before."""
    field = Field()
    for fact in read_log.facts(transactions):
        field, rows = follow(field, fact)
        yield Happened(fact, rows, field.agents)


def _rows(transactions: Transactions, period: Period, of: TenantId | None) -> Iterator[FactRow]:
    for fact in read_log.facts(transactions):
        if fact.at in period and of in (None, fact.origin.tenant):
            yield fact_row(fact)


def _agents_names(transactions: Transactions) -> Callable[[AgentId], str]:
    with transactions.read() as uow:
        names = {one.id: one.name for one in uow.agents.all()}
    return lambda agent: names.get(agent, agent)


def _callers_numbers(transactions: Transactions) -> Callable[[CallerId], str]:
    def number(caller: CallerId) -> str:
        with transactions.read() as uow:
            return uow.callers.number_of(caller) or ""

    return number


@contextmanager
def _open(file: Path) -> Iterator[TextIO]:
    if file == _STDOUT:
        yield sys.stdout
        sys.stdout.flush()
        return
    with in_place_of(file) as new, new.open("w", encoding="utf-8", newline="") as stream:
        yield stream


def _tell(count: int, what: str, file: Path) -> None:
    if file != _STDOUT:
        talk.print(f"{count} {what} written to {file}", soft_wrap=True)
