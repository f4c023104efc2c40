"""The command line: ``rufwerk COMMAND``, each with ``--help``; data as ``--json`` on standard output."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from actions.desk import DeskError
from campaigns.dunning.results import NoResults
from domain.facts import UnknownFact
from domain.health import Condition, Health
from domain.ports import StorageDown
from prompts.builder import BuildError
from prompts.catalogue import Catalogue, CatalogueError
from prompts.engines.base import EngineError
from reporting.charts_apart import NotDrawn
from reporting.issuing import NotCorrected
from reporting.report_json import UnreadableReport
from rufwerk import (
    api_commands,
    backup_commands,
    bench_commands,
    call_back_commands,
    dialog_commands,
    dunning_commands,
    export_commands,
    fact_commands,
    field_commands,
    figure_commands,
    logs,
    outbox_commands,
    participant_commands,
    prompt_commands,
    replay_commands,
    report_commands,
    startup,
    supervisor,
    tenant_commands,
    terminal,
    wiring,
)
from rufwerk.asterisk_config import ConfigError, render
from rufwerk.asterisk_program import NoAsterisk, Program
from rufwerk.asterisk_runtime import AsteriskDown
from rufwerk.backup_file import UnusableBackup
from rufwerk.call_records import UnreadableRecords
from rufwerk.debian_packages import PackagesError
from rufwerk.demo_data import DemoLeft
from rufwerk.desk_socket import DeskDown, Refused
from rufwerk.doctor import Doctor
from rufwerk.portal_signal import NotTakenOver
from rufwerk.settings import SettingsError
from rufwerk.startup import PortsTaken
from rufwerk.supervisor import AlreadyRunning, HomeUnusable
from rufwerk.tenant_files import TenantError
from rufwerk.terminal import AsJson, complain, fail, load, out, print_json, talk
from sheets.unreadable import UnreadableFile
from storage.errors import StorageFault
from storage.migrations import upgrade

app = typer.Typer(
    name="rufwerk",
    help="Telephone portal and call-centre desk on Asterisk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(prompt_commands.app, name="prompts")
app.add_typer(tenant_commands.app, name="tenant")
app.add_typer(dialog_commands.app, name="dialog")
app.add_typer(db_app, name="db")
app.add_typer(bench_commands.app, name="bench")
app.add_typer(field_commands.app, name="agent")
app.add_typer(call_back_commands.app, name="call-backs")
app.add_typer(api_commands.app, name="api-token")
app.add_typer(dunning_commands.app, name="dunning")
app.add_typer(participant_commands.app, name="participants")
app.add_typer(report_commands.app, name="report")
app.add_typer(figure_commands.app, name="figures")
app.add_typer(export_commands.app, name="export")
app.command("facts")(fact_commands.show_facts)
app.command("field")(field_commands.show_field)
app.command("priority")(field_commands.set_priority)
app.command("outbox")(outbox_commands.show_outbox)
app.command("replay")(replay_commands.replay)
app.command("backup")(backup_commands.backup)
app.command("restore")(backup_commands.bring_back)

EXPECTED = (
    SettingsError, TenantError, CatalogueError, EngineError, BuildError, PackagesError, NoAsterisk,
    ConfigError, AsteriskDown, AlreadyRunning, HomeUnusable, PortsTaken, DemoLeft, NotTakenOver,
    StorageDown, StorageFault, UnknownFact, TimeoutError, DeskDown, Refused, DeskError, UnreadableFile, NoResults,
    NotCorrected, UnreadableReport, UnreadableRecords, NotDrawn, UnusableBackup,
)  # fmt: skip
"""What can go wrong without being our fault; each message names its remedy."""


def main() -> None:
    """Run a command; what is expected to go wrong ends in one clear sentence and status 1."""
    logs.set_up_command()
    try:
        app()
    except EXPECTED as error:
        complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@app.callback()
def common(
    config: Annotated[
        Path | None, typer.Option(help="The settings' file; ./rufwerk.toml where there is one.")
    ] = None,
) -> None:
    terminal.config = config


@app.command()
def run() -> None:
    """Start everything and keep it running until Ctrl-C."""
    startup.run(load(), terminal.config, out)


@app.command("render")
def render_configuration(
    modules: Annotated[Path, typer.Option(help="The folder of Asterisk's modules.")],
    data: Annotated[Path, typer.Option(help="The folder of Asterisk's own data.")],
) -> None:
    """Write the configuration for an Asterisk that runs elsewhere, in a container of its own."""
    settings = load()
    book = wiring.tenant_files(settings, Catalogue.load()).current
    asterisk = Program(("/usr/sbin/asterisk",), modules, data, "")
    places = render(settings, asterisk, book, wiring.Folders.of(settings).sounds)
    talk.print(f"Written to {places.etc}", soft_wrap=True)


@app.command()
def status(as_json: AsJson = False) -> None:
    """What runs, and how it is."""
    settings = load()
    folder = wiring.Folders.of(settings).run
    running = supervisor.is_running(folder)
    health = Doctor(settings).examine()
    pids = dict(supervisor.pids(folder)) if running else {}
    url = f"http://{settings.web.host}:{settings.web.port}"
    if as_json:
        document = {
            "running": running,
            "url": url,
            "home": str(settings.home),
            "version": health.version,
            "condition": health.condition,
            "calls": health.calls,
            "processes": pids,
            "findings": [asdict(finding) for finding in health.findings],
        }
        print_json(document)
    elif running:
        out.print(f"Running at {url}, home {settings.home}", soft_wrap=True)
        names = ", ".join(f"{name} ({pid})" for name, pid in pids.items())
        out.print(f"Processes: {names}", soft_wrap=True)
        out.print(f"Calls at this moment: {health.calls}")
        _print_findings(health)
    else:
        out.print(f"Not running (home {settings.home}). Start it with make run.", soft_wrap=True)
    if not running or health.condition is Condition.BROKEN:
        raise typer.Exit(1)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Examine each part and say what to do."""
    health = Doctor(load()).examine()
    if as_json:
        findings = [asdict(finding) for finding in health.findings]
        print_json({"condition": health.condition, "findings": findings})
    else:
        _print_findings(health)
    if health.condition is Condition.BROKEN:
        raise typer.Exit(1)


def _print_findings(health: Health) -> None:
    style = {Condition.WELL: "green", Condition.WARNING: "yellow", Condition.BROKEN: "red"}
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in health.findings:
        detail = finding.detail.rstrip(".")
        text = f"{detail}. {finding.remedy}" if finding.remedy else detail
        state = Text(finding.condition, style=style[finding.condition])
        table.add_row(finding.part, state, text)
    out.print(table)


@app.command()
def call(
    number: Annotated[str, typer.Argument(help="Who is rung: an extension or a line's number.")],
    keys: Annotated[
        str,
        typer.Option(
            help="What is keyed. A comma waits until the portal asks for something; a group that "
            "begins with ! is keyed at once."
        ),
    ] = "",
    caller: Annotated[
        str | None, typer.Option("--from", help="The caller's number; withheld by default.")
    ] = None,
    record: Annotated[Path | None, typer.Option(help="Keep what was heard as a WAV file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Ring a number over real SIP, key digits, and tell what was heard."""
    from rufwerk import scripted_call  # noqa: PLC0415 - numpy costs more than other commands need

    settings = load()
    if not supervisor.is_running(wiring.Folders.of(settings).run):
        fail("Nothing runs at this home. Start it with make run.")
    try:
        report = scripted_call.make(settings, number, keys, caller, record)
    except scripted_call.FAILURES as error:
        fail(str(error))
    if as_json:
        print_json(scripted_call.as_json(report))
    else:
        for line in scripted_call.as_lines(report):
            sys.stdout.write(line + "\n")
    shortfall = scripted_call.shortfall(report)
    if shortfall:
        fail(shortfall)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to its newest shape."""
    settings = load()
    startup.make_home(settings)
    upgrade(settings.database_url)
    talk.print("The database is up to date.")
