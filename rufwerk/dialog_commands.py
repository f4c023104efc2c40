"""``rufwerk dialog ...``: what callers can meet, drawn and walked without a telephone."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from desktop.texts import texts
from domain.language import Language
from domain.tenant import TenantBook
from ivr.walking.chart import chart
from ivr.walking.drawing import Writing, svg
from ivr.walking.faults import Fault, faults
from ivr.walking.places import Walk, Words
from prompts.catalogue import Catalogue
from rufwerk import terminal, wiring
from rufwerk.terminal import AsJson, fail, out, print_json, talk
from rufwerk.walk_world import Scene, Stage, opened, stages

app = typer.Typer(help="What callers can meet: drawn and walked.", no_args_is_help=True)

OneTenant = Annotated[str | None, typer.Option("--tenant", help="This tenant's dialogs only.")]


@app.command("graph")
def graph(
    tenant: OneTenant = None,
    language: Annotated[
        Language | None, typer.Option(help="Of the texts; each line's first one by default.")
    ] = None,
    folder: Annotated[Path, typer.Option("--out", help="Where the drawings go.")] = Path(
        "dialog-graphs"
    ),
) -> None:
    """Draw every dialog as SVG, one file for each line and one for who waits after it."""
    catalogue, book = _read()
    chosen = _chosen(book, tenant)
    for stage in chosen:
        if language is not None and language not in stage.line.languages:
            fail(
                f"{stage.tenant.id}: the line {stage.line.name} doesn't speak {language}."
                f" It has {', '.join(stage.line.languages)}; --tenant draws one tenant's lines."
            )
    folder.mkdir(parents=True, exist_ok=True)
    for stage, scenes in _walked(catalogue, book, chosen):
        file = folder / f"{stage.name}.svg"
        spoken = language or stage.line.languages[0]
        file.write_text(_drawing(catalogue, stage, scenes, spoken), encoding="utf-8")
        talk.print(str(file), soft_wrap=True)


@app.command("walk")
def walk(tenant: OneTenant = None, as_json: AsJson = False) -> None:
    """Walk every path in every language; fails on dead ends, menus too deep or long, and places without a person."""
    catalogue, book = _read()
    reports = [
        _report(stage, scenes) for stage, scenes in _walked(catalogue, book, _chosen(book, tenant))
    ]
    if as_json:
        print_json([report.as_json() for report in reports])
    else:
        _print(reports)
    found = sum(len(report.faults) for report in reports)
    if found:
        fail(f"{found} faults")
    talk.print("Every path leads somewhere, and every place to a person.")


@dataclass(frozen=True, slots=True)
class Report:
    """What walking one dialog came to, by language; and the faults with the scene of each."""

    stage: Stage
    paths: Mapping[Language, int]
    places: Mapping[Language, int]
    faults: Sequence[tuple[Scene, Fault]]

    def as_json(self) -> dict[str, Any]:
        return {
            "tenant": self.stage.tenant.id,
            "line": self.stage.line.name,
            "waiting": self.stage.waiting,
            "languages": {
                language: {"paths": self.paths[language], "places": self.places[language]}
                for language in self.stage.line.languages
            },
            "faults": [
                {
                    "fault": fault.what,
                    "scene": scene.name,
                    "step": fault.step,
                    "path": [keys for keys in fault.path if keys],
                    "why": fault.why,
                }
                for scene, fault in self.faults
            ],
        }


def _report(stage: Stage, scenes: Mapping[Scene, Walk]) -> Report:
    paths: Counter[Language] = Counter()
    places = set()
    found = []
    for scene, walked in scenes.items():
        paths.update(walked.paths)
        places |= {(spot.who.language, spot.place) for spot in walked.spots}
        found += [(scene, fault) for fault in faults(walked, answered=scene.answered)]
    return Report(stage, paths, Counter(language for language, _ in places), found)


def _print(reports: Sequence[Report]) -> None:
    table = Table("dialog", "language", "paths", "places", box=None, pad_edge=False)
    for report in reports:
        for language in report.stage.line.languages:
            counts = str(report.paths[language]), str(report.places[language])
            table.add_row(report.stage.name, language, *counts)
    out.print(table)
    for report in reports:
        for scene, fault in report.faults:
            path = " ".join(keys for keys in fault.path if keys) or "at the beginning"
            where = f"{report.stage.name}, {scene.name}: {fault.step}"
            sys.stdout.write(f"{where}: {fault.why} ({path})\n")


def _read() -> tuple[Catalogue, TenantBook]:
    catalogue = Catalogue.load()
    return catalogue, wiring.tenant_files(terminal.load(), catalogue).current


def _chosen(book: TenantBook, tenant: str | None) -> Sequence[Stage]:
    if tenant is not None and tenant not in book.tenants:
        fail(f"There is no tenant {tenant}. There are: {', '.join(book.tenants)}.")
    return [stage for stage in stages(book) if tenant in {None, stage.tenant.id}]


def _walked(
    catalogue: Catalogue, book: TenantBook, chosen: Sequence[Stage]
) -> Iterator[tuple[Stage, Mapping[Scene, Walk]]]:
    with opened(catalogue, book) as world:
        for stage in chosen:
            talk.print(f"Walking {stage.name}", soft_wrap=True)
            yield stage, world.walked(stage)


def _drawing(
    catalogue: Catalogue, stage: Stage, scenes: Mapping[Scene, Walk], language: Language
) -> str:
    links = chart({scene.name: walked for scene, walked in scenes.items()}, language)
    numbers = ", ".join(stage.line.numbers)
    title = f"{stage.tenant.name}: {stage.name} ({numbers}), {language}"
    return svg(title, links, Writing(_text(catalogue, stage, language), _word(language)))


def _text(catalogue: Catalogue, stage: Stage, language: Language) -> Callable[[Words], str]:
    def text(words: Words) -> str:
        return catalogue.text(words.language or language, words.prompt, stage.tenant)

    return text


def _word(language: Language) -> Callable[[str], str]:
    """A key that has a sign stands for itself."""
    ours = texts(language)
    return lambda key: ours.get(f"walk_{key}", key)
