"""A brand more: taken in whole, or not at all."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rufwerk import prompt_commands, tenant_commands
from rufwerk.portal_signal import NotTakenOver
from rufwerk.tenant_files import TenantError, put_in
from tests.rufwerk.bikes import SHIPPED
from tests.rufwerk.command_line import Run

EXAMPLE = SHIPPED.parent / "docs" / "examples" / "harbor-books.toml"
DEMO = ["alpenrad.toml", "maison-lune.toml"]


@pytest.fixture
def tenants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's two brands, in a folder to add to."""
    folder = tmp_path / "tenants"
    shutil.copytree(SHIPPED, folder)
    monkeypatch.setenv("RUFWERK_TENANTS", str(folder))
    return folder


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Path]:
    """A file like the example."""

    def write(old: str, new: str) -> Path:
        text = EXAMPLE.read_text()
        assert old in text
        file = tmp_path / "from-the-client.txt"
        file.write_text(text.replace(old, new))
        return file

    return write


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_guides_example_is_a_third_brand(run: Run, tenants: Path) -> None:
    status, out, error = run("tenant", "add", str(EXAMPLE))
    assert (status, out) == (0, "")
    assert "from the next start" in error
    assert files(tenants) == ["alpenrad.toml", "harbor-books.toml", "maison-lune.toml"]
    assert (tenants / "harbor-books.toml").read_bytes() == EXAMPLE.read_bytes()
    status, out, _ = run("tenant", "check", "--json")
    assert (status, set(json.loads(out))) == (0, {"alpenrad", "harbor-books", "maison-lune"})


def test_its_id_names_the_file_and_programs_are_told(
    run: Run, tenants: Path, changed: Callable[[str, str], Path]
) -> None:
    file = changed('id = "harbor-books"', 'id = "pier-books"')
    status, out, _ = run("tenant", "add", str(file), "--json")
    assert status == 0
    added = json.loads(out)
    versions = json.loads(run("tenant", "check", "--json")[1])
    place = tenants / "pier-books.toml"
    assert added == {
        "id": "pier-books",
        "version": versions["pier-books"],
        "file": str(place),
        "in_force": False,
    }
    assert place.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Harbor Books"\n', "", "name: missing. Add it."),
        ('id = "harbor-books"', 'id = "../outside"', "Use small letters, digits and hyphens."),
        (
            '"555300"',
            '"555200"',
            "lines[1].numbers: 555200 stands in maison-lune.toml lines[1] too.",
        ),
        ('"555300"', '"201"', "201 is taken by a phone"),
        ('["alpenrad"]', '["nobody"]', "field.others: there is no tenant 'nobody'."),
        ("Harbor Books.", "{name}.", "holes"),
        (
            'id = "harbor-books"',
            'id = "maison-lune"',
            "maison-lune.toml: stands there already. Edit it, then run rufwerk tenant reload.",
        ),
        ('id = "harbor-books"', "id = ", "Correct the line"),
    ],
)
def test_a_file_with_a_mistake_is_not_taken(
    run: Run,
    tenants: Path,
    changed: Callable[[str, str], Path],
    old: str,
    new: str,
    said: str,
) -> None:
    before = (tenants / "alpenrad.toml").read_bytes()
    status, out, error = run("tenant", "add", str(changed(old, new)), "--json")
    assert (status, out) == (1, "")
    assert said in error
    assert "Traceback" not in error
    assert files(tenants) == DEMO
    assert (tenants / "alpenrad.toml").read_bytes() == before


def test_a_file_that_is_not_there_is_named(run: Run, tenants: Path) -> None:
    status, _, error = run("tenant", "add", str(tenants.parent / "nothing.toml"))
    assert (status, "nothing.toml is no file" in error) == (1, True)


def test_a_brand_is_added_once(run: Run, tenants: Path) -> None:
    assert run("tenant", "add", str(EXAMPLE))[0] == 0
    place = tenants / "harbor-books.toml"
    for file in (EXAMPLE, place):
        status, _, error = run("tenant", "add", str(file))
        assert (status, f"{place}: stands there already." in error) == (1, True)
    assert files(tenants) == ["alpenrad.toml", "harbor-books.toml", "maison-lune.toml"]


def test_what_came_to_stand_there_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    place = tmp_path / "harbor-books.toml"
    place.write_text("somebody else's")
    with pytest.raises(TenantError, match="stands there already"):
        put_in(EXAMPLE, place)
    assert place.read_text() == "somebody else's"
    assert files(tmp_path) == [place.name]


@pytest.mark.parametrize("failing", ["tell_portal", "wait_until_in_force", "_give_numbers"])
def test_where_a_step_fails_nothing_is_left(
    run: Run, tenants: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """Of an instance that runs, whose steps are stood in for: what it had is given back to it."""
    given: list[int] = []
    told: list[list[str]] = []
    steps = {
        "tell_portal": lambda _: told.append(files(tenants)),
        "wait_until_in_force": lambda *_: None,
        "_give_numbers": lambda _, book: given.append(len(book.tenants)),
    }

    def once(*_: object) -> None:
        monkeypatch.setattr(tenant_commands, failing, steps[failing])
        raise NotTakenOver("it went wrong")

    monkeypatch.setattr(tenant_commands, "_runs", lambda _: True)
    monkeypatch.setattr(prompt_commands, "make", lambda *_: None)
    for name, step in {**steps, failing: once}.items():
        monkeypatch.setattr(tenant_commands, name, step)
    status, out, error = run("tenant", "add", str(EXAMPLE), "--json")
    assert (status, out) == (1, "")
    assert "it went wrong" in error
    assert "Nothing was added." in error
    assert files(tenants) == DEMO
    assert given == [2]
    assert told[-1] == DEMO


def test_prompts_that_cannot_be_made_come_first(
    run: Run, tenants: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(*_: object) -> None:
        assert files(tenants) == DEMO
        raise TenantError(["no voice"])

    monkeypatch.setattr(tenant_commands, "_runs", lambda _: True)
    monkeypatch.setattr(prompt_commands, "make", make)
    assert run("tenant", "add", str(EXAMPLE))[0] == 1
    assert files(tenants) == DEMO
