"""Every dialog of the tenants that come with it is walked without a fault; the commands walk and draw them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from domain.language import Language
from ivr.dialog import CalledLine, Caller, Farewell
from ivr.walking.faults import faults
from ivr.walking.places import Ending, Walk
from rufwerk import ivr_wiring, wiring
from rufwerk.settings import Settings
from rufwerk.walk_people import AnyLength
from rufwerk.walk_world import Scene, Stage, opened, stages
from tests.fakes import shipped
from tests.rufwerk.command_line import Run

ROOT = Path(__file__).resolve().parents[2]
SMALL = """
id = "small"
name = "Small & Co"
country = "DE"
zone = "Europe/Berlin"
menu = ["balance"]

[[lines]]
name = "service"
numbers = ["+49 30 23125190"]
languages = ["en"]

[hours]
mon = ["08:00-20:00"]
"""

Walked = list[tuple[Stage, Mapping[Scene, Walk]]]


@pytest.fixture(scope="module", params=["alpenrad", "maison-lune"])
def walked(request: pytest.FixtureRequest) -> Walked:
    """One tenant's dialogs."""
    catalogue = shipped.catalogue()
    settings = Settings(tenants=ROOT / "tenants")
    book = wiring.tenant_files(settings, catalogue).current
    with opened(catalogue, book) as world:
        ours = [stage for stage in stages(book) if stage.tenant.id == request.param]
        return [(stage, world.walked(stage)) for stage in ours]


@pytest.fixture
def small(tmp_path: Path, run: Run) -> Run:
    """Commands where there is one small tenant, who speaks English."""
    tenants = tmp_path / "tenants"
    tenants.mkdir()
    (tenants / "small.toml").write_text(SMALL, encoding="utf-8")
    config = tmp_path / "small-rufwerk.toml"
    config.write_text(f'tenants = "{tenants}"\n', encoding="utf-8")
    return lambda *arguments: run("--config", str(config), *arguments)


def test_no_shipped_dialog_has_a_fault(walked: Walked) -> None:
    found = [
        (stage.name, scene.name, fault)
        for stage, scenes in walked
        for scene, walk in scenes.items()
        for fault in faults(walk, answered=scene.answered)
    ]
    assert found == []


def test_every_line_is_walked_and_each_language_as_far_as_the_others(walked: Walked) -> None:
    assert [stage.name.removeprefix(stage.tenant.id) for stage, _ in walked] == [
        "-service",
        "-service-waiting",
        "-debtors",
        "-debtors-waiting",
    ]
    for stage, scenes in walked:
        for walk in scenes.values():
            places = {
                language: {
                    (spot.place.step, spot.place.options)
                    for spot in walk.spots
                    if spot.who.language is language
                }
                for language in stage.line.languages
            }
            first = places[stage.line.languages[0]]
            assert all(steps == first for steps in places.values())
            assert len(set(walk.paths.values())) == 1


def test_a_walk_comes_everywhere(walked: Walked) -> None:
    """To where several people fit, where the third PIN is wrong, and to what isn't so the second time."""
    _, scenes = walked[0]
    moves = [move for walk in scenes.values() for move in walk.moves]
    steps = {move.start.place.step for move in moves if move.start}
    said = {words.prompt for move in moves for words in move.said}
    assert {"login.several", "more", "concern", "person.closed_call_back"} <= steps
    assert {"block.done", "block.already", "block.none", "movements.none"} <= said
    third = [move.to for move in moves if move.start and move.start.place.step == "login.pin_again"]
    assert Ending.PERSON in third


def test_walk_tells_what_it_found(small: Run, tmp_path: Path) -> None:
    status, printed, told = small("dialog", "walk", "--json")
    assert (status, "Every path leads somewhere" in told) == (0, True)
    line, waiting = json.loads(printed)
    assert (line["tenant"], line["line"], line["waiting"]) == ("small", "service", False)
    assert list(line["languages"]) == ["en"]
    assert line["languages"]["en"]["paths"] > line["languages"]["en"]["places"] > 5
    assert (line["faults"], waiting["waiting"]) == ([], True)
    assert not (tmp_path / "home").exists()


@dataclass(frozen=True, slots=True)
class Deaf:
    """Says goodbye to whoever keys 1, and nothing else."""

    def __call__(self, caller: Caller, line: CalledLine) -> Farewell:
        while True:
            try:
                if caller.confirm("block.confirm"):
                    return Farewell()
            except LookupError:
                pass


def test_walk_fails_on_a_fault_and_tells_the_way_there(
    small: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    wired = ivr_wiring.dialogs

    def deaf(*arguments: object) -> ivr_wiring.Dialogs:
        real = wired(*arguments)  # type: ignore[arg-type]
        return replace(real, inbound=dict.fromkeys(real.inbound, Deaf()))

    monkeypatch.setattr(ivr_wiring, "dialogs", deaf)
    status, printed, told = small("dialog", "walk")
    assert (status, told.splitlines()[-1]) == (1, "9 faults")
    assert "small-service-waiting  en" in printed
    assert "small-service, open: block.confirm: PersonWanted:  (0)\n" in printed

    status, printed, _ = small("dialog", "walk", "--json")
    (broken, *_) = json.loads(printed)[0]["faults"]
    assert status == 1
    assert (broken["fault"], broken["scene"], broken["path"]) == ("broken", "open", ["0"])


def test_graph_draws_each_line(small: Run, tmp_path: Path) -> None:
    folder = tmp_path / "drawn" / "here"
    status, printed, told = small("dialog", "graph", "--out", str(folder))
    assert (status, printed) == (0, "")
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["small-service-waiting.svg", "small-service.svg"]
    assert all(str(file) in told for file in files)
    drawn = [ET.parse(file).getroot() for file in files]
    texts = [text.text for text in drawn[1].iter("{http://www.w3.org/2000/svg}text")]
    assert texts[0] == "Small & Co: small-service (493023125190), en"
    assert {"login.number", "For your points balance, press one.", "to a person"} <= set(texts)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("walk", "--tenant", "smal"), "There is no tenant smal. There are: small."),
        (("graph", "--tenant", "smal"), "There is no tenant smal. There are: small."),
        (("graph", "--language", "de"), "small: the line service doesn't speak de. It has en;"),
    ],
)
def test_what_cant_be_walked_is_told(small: Run, arguments: tuple[str, ...], remedy: str) -> None:
    status, _, told = small("dialog", *arguments)
    assert (status, remedy in told) == (1, True)


def test_made_up_people_have_every_pin_that_their_digits_begin_with() -> None:
    pins = AnyLength()
    stored = pins.hash("one", "01011980")
    assert pins.matches("one", "010119", stored)
    assert not pins.matches("one", "01021980", stored)
    assert not pins.matches("two", "010119", stored)
    assert not pins.matches("one", "010119", None)


def test_all_that_is_drawn_has_words_in_each_language(walked: Walked) -> None:
    catalogue = shipped.catalogue()
    for stage, scenes in walked:
        for walk in scenes.values():
            for move in walk.moves:
                for words in move.said:
                    for language in Language:
                        assert catalogue.text(language, words.prompt, stage.tenant)
