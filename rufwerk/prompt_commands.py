"""``rufwerk prompts ...``: the spoken texts."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from domain.language import Language
from domain.tenant import TenantBook
from prompts.catalogue import Catalogue
from rufwerk import startup, terminal, wiring
from rufwerk.debian_packages import PICO, fetch
from rufwerk.portal_signal import tell_portal
from rufwerk.settings import Settings
from rufwerk.terminal import AsJson, fail, print_json, talk

app = typer.Typer(help="The spoken texts.", no_args_is_help=True)


@app.command("build")
def build() -> None:
    """Render what is missing or has changed."""
    settings = terminal.load()
    catalogue = Catalogue.load()
    make(settings, catalogue, wiring.tenant_files(settings, catalogue).current)
    tell_portal(settings)


def make(settings: Settings, catalogue: Catalogue, book: TenantBook) -> None:
    """Bring all sounds up to date, with a bar. Raises PackagesError, EngineError or BuildError."""
    if settings.speech.engine in {"auto", "pico"}:
        fetch(settings.cache, [PICO])
    with startup.progress_bar(talk) as progress:
        startup.make_prompts(settings, catalogue, book, progress)


@app.command("check")
def check(as_json: AsJson = False) -> None:
    """Find missing texts and faulty sounds."""
    from prompts import check as checks  # noqa: PLC0415 - numpy costs more than all other commands need

    settings = terminal.load()
    catalogue = Catalogue.load()
    folders = wiring.Folders.of(settings)
    common, own = wiring.prompt_plans(catalogue, wiring.tenant_files(settings, catalogue).current)
    problems = checks.check(catalogue, common, folders.sounds)
    problems += checks.check_sounds(own, folders.own_sounds)
    if as_json:
        print_json([asdict(problem) for problem in problems])
    else:
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
    if problems:
        fail(f"{len(problems)} problems")
    talk.print("All prompts are well.")


@app.command("script")
def script(
    folder: Annotated[Path, typer.Argument(help="Where the sheets go.")] = Path("recording-script"),
) -> None:
    """Write the recording script for a speaker, one sheet a language."""
    from prompts.script import write_script  # noqa: PLC0415 - as above

    catalogue = Catalogue.load()
    tenants = wiring.tenant_files(terminal.load(), catalogue)
    common, own = wiring.prompt_plans(catalogue, tenants.current)
    plan = {language: {**common[language], **own[language]} for language in Language}
    for sheet in write_script(plan, folder):
        talk.print(str(sheet), soft_wrap=True)
