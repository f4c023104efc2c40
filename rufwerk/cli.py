"""The command line: ``rufwerk COMMAND``, each with ``--help``; data as ``--json`` on standard output."""

import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from domain import facts
from domain.facts import Fact
from domain.health import Condition, Health
from domain.language import Language
from domain.ports import StorageDown
from prompts.builder import BuildError
from prompts.catalogue import Catalogue, CatalogueError
from prompts.engines.base import EngineError
from rufwerk import settings as configuration
from rufwerk import startup, supervisor, wiring
from rufwerk.asterisk_config import ConfigError, Places, render, write_lines
from rufwerk.asterisk_program import NoAsterisk, Program, find
from rufwerk.asterisk_runtime import Asterisk, AsteriskDown
from rufwerk.debian_packages import PICO, PackagesError, fetch
from rufwerk.doctor import Doctor
from rufwerk.settings import Settings, SettingsError
from rufwerk.startup import PortsTaken
from rufwerk.supervisor import AlreadyRunning
from rufwerk.tenant_files import TenantError
from storage.errors import StorageFault
from storage.migrations import upgrade

app = typer.Typer(
    name="rufwerk",
    help="Telephone portal and call-centre desk on Asterisk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
prompts_app = typer.Typer(help="The spoken texts.", no_args_is_help=True)
tenant_app = typer.Typer(help="The tenants' files.", no_args_is_help=True)
db_app = typer.Typer(help="The database.", no_args_is_help=True)
app.add_typer(prompts_app, name="prompts")
app.add_typer(tenant_app, name="tenant")
app.add_typer(db_app, name="db")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]

talk = Console(stderr=True)
out = Console()

EXPECTED = (
    SettingsError, TenantError, CatalogueError, EngineError, BuildError, PackagesError, NoAsterisk,
    ConfigError, AsteriskDown, AlreadyRunning, PortsTaken, StorageDown, StorageFault, TimeoutError,
)  # fmt: skip
"""What can go wrong without being our fault; each message names its remedy."""

_LOOK_AGAIN_S = 0.5

_config: Path | None = None


def main() -> None:
    """Run a command; what is expected to go wrong ends in one clear sentence and status 1."""
    try:
        app()
    except EXPECTED as error:
        talk.print(str(error), style="red", highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@app.callback()
def common(
    config: Annotated[
        Path | None, typer.Option(help="The settings' file; ./rufwerk.toml where there is one.")
    ] = None,
) -> None:
    global _config  # noqa: PLW0603 - a command line has one configuration
    _config = config


def load() -> Settings:
    return configuration.load(_config)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def fail(text: str) -> NoReturn:
    talk.print(text, style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(1)


@app.command()
def run() -> None:
    """Start everything and keep it running until Ctrl-C."""
    startup.run(load(), _config, out)


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
    talk.print(f"Written to {places.etc}", highlight=False, soft_wrap=True)


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
        out.print(f"Running at {url}, home {settings.home}", highlight=False, soft_wrap=True)
        names = ", ".join(f"{name} ({pid})" for name, pid in pids.items())
        out.print(f"Processes: {names}", highlight=False, soft_wrap=True)
        out.print(f"Calls at this moment: {health.calls}", highlight=False)
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
        text = f"{finding.detail}. {finding.remedy}" if finding.remedy else finding.detail
        state = f"[{style[finding.condition]}]{finding.condition}[/]"
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
    if report.ended == "error":
        raise typer.Exit(1)


@app.command("facts")
def show_facts(
    call: Annotated[str | None, typer.Option(help="Only this call's.")] = None,
    follow: Annotated[bool, typer.Option(help="Go on with each new one.")] = False,
    as_json: AsJson = False,
) -> None:
    """The log of facts, oldest first. With --follow --json each line is a document."""
    transactions = wiring.transactions(load())
    try:
        found = _facts_after(transactions, 0, call)
        if as_json and not follow:
            print_json([_as_json(fact) for fact in found])
            return
        last = _show(found, 0, as_json=as_json)
        while follow:
            Event().wait(_LOOK_AGAIN_S)
            last = _show(_facts_after(transactions, last, call), last, as_json=as_json)
    finally:
        transactions.close()


def _show(found: list[Fact], last: int, *, as_json: bool) -> int:
    """Print facts a line each; the ``seq`` of the last one, or ``last`` where there is none."""
    for fact in found:
        if as_json:
            print_json(_as_json(fact))
        else:
            sys.stdout.write(_as_line(fact) + "\n")
    sys.stdout.flush()
    return found[-1].seq if found else last


def _facts_after(transactions: Any, after: int, call: str | None) -> list[Fact]:
    found: list[Fact] = []
    with transactions.read() as uow:
        while page := list(uow.facts.read(after, 1000, call)):
            found += page
            after = page[-1].seq
    return found


def _as_json(fact: Fact) -> dict[str, Any]:
    origin = fact.origin
    return {
        "seq": fact.seq,
        "at": fact.at.isoformat(),
        "kind": facts.kind_of(fact.body),
        "version": fact.body.version,
        "tenant": origin.tenant,
        "call": origin.call,
        "actor": origin.actor,
        "node": fact.node,
        "synthetic": origin.synthetic,
        "body": facts.encode(fact.body),
    }


def _as_line(fact: Fact) -> str:
    body = " ".join(f"{key}={value}" for key, value in facts.encode(fact.body).items())
    origin = fact.origin
    when = fact.at.isoformat(timespec="milliseconds")
    return f"{fact.seq} {when} {origin.call or '-'} {facts.kind_of(fact.body)} {body}"


@prompts_app.command("build")
def prompts_build() -> None:
    """Render what is missing or has changed."""
    settings = load()
    if settings.speech.engine in {"auto", "pico"}:
        fetch(settings.cache, [PICO])
    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(settings, catalogue)
    with startup.progress_bar(talk) as progress:
        startup.make_prompts(settings, catalogue, tenants, progress)
    _tell_ivr(settings)


@prompts_app.command("check")
def prompts_check(as_json: AsJson = False) -> None:
    """Find missing texts and faulty sounds."""
    from prompts.check import check, check_sounds  # noqa: PLC0415 - numpy costs more than all other commands need

    settings = load()
    catalogue = Catalogue.load()
    folders = wiring.Folders.of(settings)
    common, own = wiring.prompt_plans(catalogue, wiring.tenant_files(settings, catalogue).current)
    problems = check(catalogue, common, folders.sounds) + check_sounds(own, folders.own_sounds)
    if as_json:
        print_json([asdict(problem) for problem in problems])
    else:
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
    if problems:
        fail(f"{len(problems)} problems")
    talk.print("All prompts are well.")


@prompts_app.command("script")
def prompts_script(
    folder: Annotated[Path, typer.Argument(help="Where the sheets go.")] = Path("recording-script"),
) -> None:
    """Write the recording script for a speaker, one sheet a language."""
    from prompts.script import write_script  # noqa: PLC0415 - as above

    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(load(), catalogue)
    common, own = wiring.prompt_plans(catalogue, tenants.current)
    plan = {language: {**common[language], **own[language]} for language in Language}
    for sheet in write_script(plan, folder):
        talk.print(str(sheet), highlight=False, soft_wrap=True)


@tenant_app.command("check")
def tenant_check(as_json: AsJson = False) -> None:
    """Check the tenants' files without touching what runs."""
    catalogue = Catalogue.load()
    book = wiring.tenant_files(load(), catalogue).current
    wiring.prompt_plans(catalogue, book)
    if as_json:
        print_json({tenant.id: tenant.version for tenant in book.tenants.values()})
    else:
        for tenant in book.tenants.values():
            lines = sum(len(line.numbers) for line in tenant.lines)
            out.print(f"{tenant.id}: {tenant.name}, {lines} numbers", highlight=False)


@tenant_app.command("reload")
def tenant_reload() -> None:
    """Take over changed files without dropping a call; a mistake leaves what was in force."""
    settings = load()
    if not supervisor.is_running(wiring.Folders.of(settings).run):
        fail("Nothing runs at this home; the files count from the next start.")
    book = wiring.tenant_files(settings, Catalogue.load()).current
    program = find(settings)
    if program is not None and write_lines(settings, book):
        Asterisk(program, Places.of(settings.home)).reload_dialplan()
    prompts_build()  # ends by telling the portal, which reads the files then
    talk.print("Reloaded; it counts from the next call.")


def _tell_ivr(settings: Settings) -> None:
    """Have the running portal, if there is one, read tenants and prompts again."""
    folder = wiring.Folders.of(settings).run
    pid = supervisor.pids(folder).get("ivr") if supervisor.is_running(folder) else None
    if pid is not None:
        os.kill(pid, signal.SIGHUP)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to its newest shape."""
    settings = load()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(settings.database_url)
    talk.print("The database is up to date.")
