"""``rufwerk tenant ...``: the tenants' files."""

from contextlib import closing

import typer

from prompts.catalogue import Catalogue
from rufwerk import prompt_commands, supervisor, terminal, wiring
from rufwerk.asterisk_config import Places, check_lines, write_lines
from rufwerk.asterisk_program import find
from rufwerk.asterisk_runtime import Asterisk
from rufwerk.portal_signal import tell_portal, wait_until_in_force
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
    if not supervisor.is_running(wiring.Folders.of(settings).run):
        fail("Nothing runs at this home; the files count from the next start.")
    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(settings, catalogue)
    check_lines(settings, tenants.current)
    prompt_commands.make(settings, catalogue, tenants)
    tell_portal(settings)
    with closing(wiring.transactions(settings)) as transactions:
        wait_until_in_force(settings, tenants.current, transactions)
    write_lines(settings, tenants.current)
    program = find(settings)
    if program is not None:
        Asterisk(program, Places.of(settings.home)).reload_dialplan()
    talk.print("Reloaded; it counts from the next call.")
