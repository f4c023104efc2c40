"""``rufwerk participants``: a brand's customers in from a client's file, and out into one."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Any, NoReturn
from uuid import uuid4

import typer

from actions.desk import Desk
from actions.import_participants import ImportParticipants, ImportPlan, PlanParticipants
from desktop.texts import texts
from domain.desk_facts import ParticipantsImported
from domain.ids import ParticipantId, TenantId
from domain.language import Language
from domain.new_pin import NewPin
from domain.participant_columns import Column
from domain.participant_row import Fault, Terms
from domain.ports import PinHasher
from domain.tenant import Tenant
from prompts.catalogue import Catalogue
from rufwerk import terminal, wiring
from rufwerk.output_files import in_place_of, spare
from rufwerk.participant_files import ParticipantFile
from rufwerk.participant_sheets import PAGE, listed, rejected_rows, told_fault
from rufwerk.telephone_numbers import e164
from rufwerk.terminal import OPERATOR, AsJson, fail, out, print_json, talk, told
from sheets.new_list import SUFFIXES, write_list
from sheets.package import LARGEST_FILE
from sheets.participant_list import HeadingsUnclear, ReadParticipants
from sheets.unreadable import UnreadableFile, Why

app = typer.Typer(help="The brands' customers: import and export.", no_args_is_help=True)

OfTenant = Annotated[str, typer.Option("--tenant", help="The brand whose customers they are.")]


@app.command("import")
def import_participants(
    file: Annotated[Path, typer.Argument(help="The client's workbook or CSV.", dir_okay=False)],
    tenant: OfTenant,
    result: Annotated[
        Path | None, typer.Option(help="Where the rows that aren't taken are written: .xlsx, .csv.")
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="That of the result; the brand's first otherwise.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Store nothing where one row can't be taken.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add who is new and change who isn't, all at once; tell of the rows that can't be taken."""
    if result is not None:
        _checked_suffix(result)
        spare(file, result)
    with _opened(file) as source, _desk() as desk:
        brand = _brand(desk, tenant)
        hasher = wiring.pins(terminal.load(), at_once=os.cpu_count() or 1)
        client_file = ParticipantFile(source)
        try:
            read, plan = _planned(desk, brand, client_file)
        except (UnreadableFile, HeadingsUnclear) as error:
            _refuse(str(error), as_json=as_json)
        if result is not None:
            _write_result(result, brand, language or _first(brand), client_file, read, plan)
        if (strict and plan.faults) or not plan.accepted:
            _print(None, read, plan, result, as_json=as_json)
            fail("Nothing is stored. Correct these rows and import the file again.")
        hashes = _hashed(plan.pins, hasher)
        digest = hasher.digest("file of participants", client_file.digest())
        import_all = ImportParticipants(desk, lambda: str(uuid4()))
        with told("Storing", len(plan.new) + len(plan.changes)) as progress:
            done = import_all(OPERATOR, plan, hashes, digest, progress)
    _print(done, read, plan, result, as_json=as_json)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to: .xlsx or .csv.", dir_okay=False)],
    tenant: OfTenant,
) -> None:
    """Write a brand's customers as an import reads them, without PINs."""
    _checked_suffix(file)
    with _desk() as desk, desk.transactions.read() as uow:
        brand = _brand(desk, tenant)
        words = texts(_first(brand))
        with told("Writing") as progress, in_place_of(file) as new:
            page = uow.participant_imports.listed

            def pages(after: str) -> Sequence[Any]:
                return page(brand.id, after, PAGE)

            write_list(
                new, file.suffix.lower(), words["participants"], listed(pages, words, progress)
            )
    talk.print(f"Written to {file}", soft_wrap=True)


@contextmanager
def _desk() -> Iterator[Desk]:
    settings = terminal.load()
    tenants = wiring.tenant_files(settings, Catalogue.load())
    with closing(wiring.transactions(settings)) as transactions:
        yield Desk(transactions, wiring.utc_now, lambda: tenants.current)


def _brand(desk: Desk, tenant: str) -> Tenant:
    known = desk.book().tenants
    if TenantId(tenant) not in known:
        fail(f"There is no brand {tenant}. Take one of {', '.join(sorted(known))}.")
    return known[TenantId(tenant)]


def _first(brand: Tenant) -> Language:
    return brand.lines[0].languages[0]


def _checked_suffix(file: Path) -> None:
    if file.suffix.lower() not in SUFFIXES:
        fail(f"{file} is neither a workbook nor a CSV. End its name in {' or '.join(SUFFIXES)}.")


@contextmanager
def _opened(file: Path) -> Iterator[BufferedReader]:
    terminal.refuse_pipe(file)
    try:
        source = file.open("rb")
        size = os.fstat(source.fileno()).st_size
    except OSError as error:
        fail(f"{file} can't be read: {error.strerror}. Name another file.")
    with source:
        if size > LARGEST_FILE:
            raise UnreadableFile(Why.TOO_LARGE)
        yield source


def _planned(
    desk: Desk, brand: Tenant, file: ParticipantFile
) -> tuple[ReadParticipants, ImportPlan]:
    today = wiring.utc_now().astimezone(brand.hours.zone).date()
    terms = Terms(brand.country, brand.pin.digits, today, e164)
    with told("Reading") as progress:
        read = file.read(terms, progress)
    plan = PlanParticipants(desk, lambda: str(uuid4()))
    with told("Comparing", len(read.entries)) as progress:
        return read, plan(OPERATOR, brand.id, read.entries, read.faults, progress)


def _hashed(pins: Mapping[ParticipantId, NewPin], hasher: PinHasher) -> dict[ParticipantId, str]:
    """Slow on purpose: some 20 ms each, on every processor."""

    def hashed(one: tuple[ParticipantId, NewPin]) -> tuple[ParticipantId, str]:
        return one[0], hasher.hash(one[0], one[1].digits)

    found = dict[ParticipantId, str]()
    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        with told("Hashing PINs", len(pins)) as progress:
            for count, (participant, made) in enumerate(pool.map(hashed, pins.items()), start=1):
                found[participant] = made
                progress(count)
    finally:
        pool.shutdown(cancel_futures=True)  # who interrupts it doesn't wait for the rest
    return found


def _write_result(
    result: Path,
    brand: Tenant,
    language: Language,
    file: ParticipantFile,
    read: ReadParticipants,
    plan: ImportPlan,
) -> None:
    wanted = {(fault.sheet, fault.row) for fault in plan.faults}
    has_pins = any(Column.PIN in sheet.places for sheet in read.columns.values())
    shown = file.rows(wanted, brand.pin.digits if has_pins else None) if wanted else ()
    rows = rejected_rows(shown, plan.faults, read.columns, texts(language))
    with in_place_of(result) as new:
        write_list(new, result.suffix.lower(), texts(language)["participants"], rows)


def _rows(read: ReadParticipants, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Row and column as Excel shows them; the sheet is named where there are several."""
    words, several = texts(Language.EN), len(read.columns) > 1
    found = []
    for fault in faults:
        reason = told_fault(fault, words)
        found.append(
            {
                "row": fault.row,
                "column": read.columns[fault.sheet].letter(fault.column),
                "reason": f"{fault.sheet}: {reason}" if several else reason,
            }
        )
    return found


def _refuse(reason: str, *, as_json: bool) -> NoReturn:
    if as_json:
        rows = [{"row": None, "column": None, "reason": reason}]
        print_json({**_counts(None, None), "rows": rows})
    fail(reason)


def _counts(done: ParticipantsImported | None, plan: ImportPlan | None) -> dict[str, int]:
    """None: nothing is stored, or there is nothing to be stored."""
    stored = done and plan
    return {
        "accepted": plan.accepted if plan and stored else 0,
        "new": done.new if done else 0,
        "changed": done.changed if done else 0,
        "unchanged": done.unchanged if done else 0,
        "rejected": plan.rejected if plan else 0,
        "points_kept": plan.kept_points if plan and stored else 0,
    }


def _print(
    done: ParticipantsImported | None,
    read: ReadParticipants,
    plan: ImportPlan,
    result: Path | None,
    *,
    as_json: bool,
) -> None:
    counts, rows = _counts(done, plan), _rows(read, plan.faults)
    _tell_left_out(read)
    if as_json:
        print_json({**counts, "rows": rows})
        return
    out.print(
        "Accepted: {accepted} (new {new}, changed {changed}, unchanged {unchanged}), rejected:"
        " {rejected}".format(**counts)
    )
    if counts["points_kept"]:
        out.print(f"Points left as they are, of customers known before: {counts['points_kept']}")
    if rows and result is not None:
        out.print(f"Rejected rows are in {result}", soft_wrap=True)
        return
    for row in rows:
        place = f"{row['row']} {row['column'] or ''}".strip()
        out.print(f"{place}  {row['reason']}", soft_wrap=True)


def _tell_left_out(read: ReadParticipants) -> None:
    if read.left_out:
        sheets = ", ".join(read.left_out)
        talk.print(f"Sheets without such a list, or hidden: {sheets}", soft_wrap=True)
    for sheet, columns in read.columns.items():
        unread = ", ".join(place.heading for place in columns.unread if place.heading)
        if unread:
            where = f" of {sheet}" if sheet else ""
            talk.print(f"Columns{where} that aren't read: {unread}", soft_wrap=True)
