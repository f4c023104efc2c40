"""``rufwerk tenant ...``: the tenants' files."""

from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated

import typer

from domain.tenant import Tenant, TenantBook
from prompts.catalogue import Catalogue
from rufwerk import prompt_commands, supervisor, terminal, wiring
from rufwerk.asterisk_config import ConfigError, Places, check_lines, write_lines
from rufwerk.asterisk_program import find
from rufwerk.asterisk_runtime import Asterisk, AsteriskDown
from rufwerk.portal_signal import tell_portal, wait_until_in_force
from rufwerk.settings import Settings
from rufwerk.tenant_files import alone, put_in
from rufwerk.terminal import AsJson, fail, out, print_json, talk

app = typer.Typer(help="The tenants' files.", no_args_is_help=True)


@app.command("check")
def check(as_json: AsJson = False) -> None:
    """Check the tenants' files without touching what runs."""
    settings = terminal.load()
    book = wiring.tenant_files(settings, Catalogue.load()).current
    check_lines(settings, book)
    if as_json:
        print_json({tenant.id: tenant.version for tenant in book.tenants.values()})
    else:
        for tenant in book.tenants.values():
            lines = sum(len(line.numbers) for line in tenant.lines)
            out.print(f"{tenant.id}: {tenant.name}, {lines} numbers", soft_wrap=True)


@app.command("reload")
def reload() -> None:
    """Take over changed files without dropping a call; a mistake leaves what was in force."""
    settings = terminal.load()
    if not _runs(settings):
        fail("Nothing runs at this home; the files count from the next start.")
    with alone(settings.tenants):
        catalogue = Catalogue.load()
        book = wiring.tenant_files(settings, catalogue).current
        check_lines(settings, book)
        prompt_commands.make(settings, catalogue, book)
        _bring_into_force(settings, book)
    talk.print("Reloaded; it counts from the next call.")


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The new brand's file, of any name.")],
    as_json: AsJson = False,
) -> None:
    """Take in one more brand without dropping a call: all of it, or nothing."""
    settings = terminal.load()
    if not file.is_file():
        fail(f"{file} is no file. Name the new brand's.")
    runs = _runs(settings)
    with alone(settings.tenants):
        tenant, place = _added(settings, file, runs=runs)
    if as_json:
        print_json(
            {"id": tenant.id, "version": tenant.version, "file": str(place), "in_force": runs}
        )
    else:
        talk.print(f"Added; it counts from the next {'call' if runs else 'start'}.")


def _added(settings: Settings, file: Path, *, runs: bool) -> tuple[Tenant, Path]:
    """The tenant as it is in force, and where its file stands."""
    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(settings, catalogue)
    tenant, book = tenants.joined_by(file)
    check_lines(settings, book)
    if runs:
        prompt_commands.make(settings, catalogue, book)
    place = tenants.place(tenant.id)
    put_in(file, place)
    try:
        # read again: what was checked may have been changed meanwhile
        book = wiring.tenant_files(settings, catalogue).current
        check_lines(settings, book)
        if runs:
            _bring_into_force(settings, book)
    except BaseException:
        place.unlink(missing_ok=True)
        if runs:
            _put_back(settings, tenants.current)
        talk.print("Nothing was added.")
        raise
    return book.tenants[tenant.id], place


def _runs(settings: Settings) -> bool:
    return supervisor.is_running(wiring.Folders.of(settings).run)


def _bring_into_force(settings: Settings, book: TenantBook) -> None:
    """Have what runs serve the tenants of ``book``, which is that of their files."""
    tell_portal(settings)
    with closing(wiring.transactions(settings)) as transactions:
        wait_until_in_force(settings, book, transactions)
    _give_numbers(settings, book)


def _give_numbers(settings: Settings, book: TenantBook) -> None:
    write_lines(settings, book)
    program = find(settings)
    if program is not None:
        Asterisk(program, Places.of(settings.home)).reload_dialplan()


def _put_back(settings: Settings, book: TenantBook) -> None:
    """Have what runs serve those whom it served before, as far as it answers at all."""
    tell_portal(settings)
    with suppress(ConfigError, AsteriskDown, TimeoutError):
        _give_numbers(settings, book)
