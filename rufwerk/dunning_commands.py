"""``rufwerk dunning``: clients' lists of debtors in, how they stand, and their results out."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from actions.dunning_desk import DunningDesk
from campaigns.dunning.importing import Preview, PreviewList, StoreList, Upload
from campaigns.dunning.results import ExportResults
from domain.case_columns import ColumnMap
from domain.dunning import CaseList, CaseState
from domain.dunning_ports import CaseCount
from domain.ids import ListId, TenantId
from domain.ports import Transactions
from prompts.catalogue import Catalogue
from rufwerk import terminal, wiring
from rufwerk.list_files import ListFilesApart
from rufwerk.terminal import OPERATOR, AsJson, fail, out, print_json, talk, told
from sheets.case_lists import ColumnsUnclear
from sheets.package import LARGEST_FILE
from sheets.unreadable import UnreadableFile, Why

app = typer.Typer(help="Lists of debtors to be rung.", no_args_is_help=True)

_Row = dict[str, Any]


@app.command("import")
def import_list(
    file: Annotated[Path, typer.Argument(help="The client's workbook or CSV.", dir_okay=False)],
    tenant: Annotated[str, typer.Option(help="The brand whose debtors they are.")],
    edition_of: Annotated[
        str | None, typer.Option(help="The list that this is a new edition of.")
    ] = None,
    attempts: Annotated[
        int | None, typer.Option(min=1, max=100, help="How often each case is tried.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Store nothing where one row can't be taken.")
    ] = False,
    fresh_columns: Annotated[
        bool, typer.Option("--fresh-columns", help="Forget which columns were which last time.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Store the rows that can be taken as cases to be rung, and tell of the others."""
    if edition_of is not None and attempts is not None:
        fail(
            "A new edition's cases are tried as often as the list's others. Leave out --attempts;"
            " a team lead may allow single cases more."
        )
    upload = _upload(file)
    with _desk() as on:
        found = _checked_tenant(on, tenant)
        of = None if edition_of is None else ListId(edition_of)
        columns = ColumnMap({}) if fresh_columns else None
        preview_list = PreviewList(on, ListFilesApart())
        try:
            with told("Reading") as progress:
                preview = preview_list(OPERATOR, found, upload, of, columns, progress)
        except (UnreadableFile, ColumnsUnclear) as error:
            _refuse(_reasons(error), as_json=as_json)
        rows = _rejected(preview)
        if (strict and rows) or not preview.accepted:
            _print_import(0, preview.rejected, rows, as_json=as_json)
            fail("Nothing is stored. Correct these rows and import the file again.")
        with told("Storing", preview.accepted) as progress:
            made, edition = StoreList(on)(OPERATOR, preview, attempts, progress)
    accepted = len(edition.new) + len(edition.changed)
    _print_import(accepted, preview.faulty + len(edition.duplicates), rows, as_json=as_json)
    talk.print(f"List {made.id}, {len(edition.withdrawn)} cases withdrawn.", soft_wrap=True)


@app.command()
def status(as_json: AsJson = False) -> None:
    """The lists, and how many of their cases stand how; waiting ones aren't due yet."""
    with _desk() as on:
        rows = [_standing(on.desk.transactions, one) for one in _lists(on)]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        closed = "".join(f", {outcome} {count}" for outcome, count in row["closed"].items())
        out.print(
            f"{row['list']}  {row['tenant']}  {row['file']}: {row['state']}, {row['cases']} cases,"
            f" open {row['open']} (waiting {row['waiting']}, leased {row['leased']}),"
            f" withdrawn {row['withdrawn']}{closed}",
            soft_wrap=True,
        )


@app.command()
def export(
    of: Annotated[str, typer.Argument(metavar="LIST", help="As dunning status names it.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the file is written.")],
) -> None:
    """Write the client's file with what became of each case."""
    with _desk() as on:
        found = ExportResults(on, ListFilesApart())(OPERATOR, ListId(of))
    try:
        output.write_bytes(found.content)
    except OSError as error:
        fail(f"{output} can't be written: {error.strerror}. Name another file.")
    talk.print(f"Written to {output}", soft_wrap=True)


@contextmanager
def _desk() -> Iterator[DunningDesk]:
    settings = terminal.load()
    tenants = wiring.tenant_files(settings, Catalogue.load())
    with closing(wiring.transactions(settings)) as transactions:
        yield wiring.dunning_desk(transactions, lambda: tenants.current)


def _upload(file: Path) -> Upload:
    terminal.refuse_pipe(file)
    try:
        if file.stat().st_size > LARGEST_FILE:
            raise UnreadableFile(Why.TOO_LARGE)
        return Upload(file.name, file.read_bytes())
    except OSError as error:
        fail(f"{file} can't be read: {error.strerror}. Name another file.")


def _checked_tenant(on: DunningDesk, tenant: str) -> TenantId:
    known = [one.id for one in on.desk.book().tenants.values() if one.dunning is not None]
    if TenantId(tenant) not in known:
        remedy = f"Take one of {', '.join(sorted(known))}" if known else "See docs/tenant-guide.md"
        fail(f"No brand {tenant} rings debtors. {remedy}.")
    return TenantId(tenant)


def _rejected(preview: Preview) -> list[_Row]:
    """Row and column as Excel shows them; the sheet is named where there are several."""
    several = len(preview.sheets) > 1
    found = [
        (one.sheet, one.row, one.letter, f"{one.column or 'row'} {one.text}")
        for one in preview.faults
    ]
    found += [
        (entry.sheet, entry.row, None, f"stands on the list {file} already, which is being rung")
        for entry, file in preview.duplicates
    ]
    return [
        {"row": row, "column": column, "reason": f"{sheet}: {reason}" if several else reason}
        for sheet, row, column, reason in found
    ]


def _reasons(error: UnreadableFile | ColumnsUnclear) -> list[str]:
    if isinstance(error, UnreadableFile):
        return [str(error)]
    found = error.recognised
    lost = [f"{one}: the column it was last time is gone" for one in found.lost]
    missing = [f"{one}: no column is known for it" for one in found.columns.missing]
    remedy = "name the columns by headings such as Telefon or Phone, or give --fresh-columns"
    return [f"{one}; {remedy}." for one in (*lost, *missing)]


def _refuse(reasons: Sequence[str], *, as_json: bool) -> NoReturn:
    rows: list[_Row] = [{"row": None, "column": None, "reason": one} for one in reasons]
    if as_json:
        _print_import(0, 0, rows, as_json=True)
    fail("\n".join(reasons))


def _print_import(accepted: int, rejected: int, rows: list[_Row], *, as_json: bool) -> None:
    if as_json:
        print_json({"accepted": accepted, "rejected": rejected, "rows": rows})
        return
    out.print(f"Accepted: {accepted}, rejected: {rejected}")
    for row in rows:
        place = f"{row['row']} {row['column'] or ''}".strip()
        out.print(f"{place}  {row['reason']}", soft_wrap=True)


def _lists(on: DunningDesk) -> Sequence[CaseList]:
    with on.desk.transactions.read() as uow:
        return uow.case_lists.of(list(on.desk.book().tenants))


def _standing(transactions: Transactions, of: CaseList) -> _Row:
    with transactions.read() as uow:
        counts = uow.cases.counts(of.id, wiring.utc_now())

    def count(fits: Callable[[CaseCount], bool]) -> int:
        return sum(one.cases for one in counts if fits(one))

    closed = Counter[str]()
    for one in counts:
        if one.state is CaseState.CLOSED:
            closed[one.outcome or ""] += one.cases
    return {
        "list": of.id,
        "tenant": of.tenant,
        "file": of.file,
        "state": of.state.value,
        "imported": of.imported.isoformat(timespec="seconds"),
        "rejected": of.rejected,
        "cases": count(lambda _: True),
        "open": count(lambda one: one.state is CaseState.OPEN),
        "waiting": count(lambda one: one.waiting),
        "leased": count(lambda one: one.leased),
        "withdrawn": count(lambda one: one.state is CaseState.WITHDRAWN),
        "closed": dict(sorted(closed.items())),
    }
