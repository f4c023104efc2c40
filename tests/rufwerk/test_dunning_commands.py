"""``rufwerk dunning`` on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.list_files import HEADINGS, read_back, row, workbook
from tests.rufwerk.command_line import Run


@pytest.fixture
def run(run: Run) -> Run:
    """In a home that has a database."""
    run("db", "upgrade")
    return run


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., str]:
    def put(*rows: object, name: str = "liste.xlsx", headings: object = HEADINGS) -> str:
        path = tmp_path / name
        path.write_bytes(workbook(*rows, headings=headings))  # type: ignore[arg-type]
        return str(path)

    return put


def imported(run: Run, *arguments: str) -> tuple[int, dict[str, object]]:
    status, out, _ = run("dunning", "import", *arguments, "--tenant", "alpenrad", "--json")
    return status, json.loads(out)


def statuses(run: Run) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("dunning", "status", "--json")[1])
    return found


def only_reason(said: dict[str, object]) -> str:
    rows = said["rows"]
    assert isinstance(rows, list)
    (one,) = rows
    return str(one["reason"])


def test_a_list_goes_in_and_its_results_come_out(
    run: Run, put: Callable[..., str], tmp_path: Path
) -> None:
    file = put(row(1), row(2, Telefon="0171", Betrag="viel"), row(3))
    status, said = imported(run, file, "--attempts", "5")
    assert status == 0
    assert (said["accepted"], said["rejected"]) == (2, 1)
    rows = said["rows"]
    assert isinstance(rows, list)
    assert [(one["row"], one["column"]) for one in rows] == [(3, "F"), (3, "A")]
    assert all(set(one) == {"row", "column", "reason"} and one["reason"] for one in rows)
    (standing,) = statuses(run)
    assert (standing["state"], standing["cases"], standing["open"]) == ("running", 2, 2)
    of = str(standing["list"])
    target = tmp_path / "out.xlsx"
    assert run("dunning", "export", of, "-o", str(target))[0] == 0
    assert [one[7] for one in read_back(target.read_bytes())] == [
        "Ergebnis",
        "offen",
        None,
        "offen",
    ]
    status, said = imported(run, put(row(3), row(4)), "--edition-of", of)
    assert (status, said["accepted"], said["rejected"]) == (0, 2, 0)
    (standing,) = statuses(run)
    assert (standing["open"], standing["withdrawn"]) == (2, 1)
    shown = run("dunning", "status")[1]
    assert shown.startswith(f"{of}  alpenrad  liste.xlsx: running, 3 cases, open 2 (")


def test_strict_refuses_all_for_one_row(run: Run, put: Callable[..., str]) -> None:
    file = put(row(1), row(2, Betrag="viel"))
    status, said = imported(run, file, "--strict")
    assert (status, said["accepted"], said["rejected"]) == (1, 0, 1)
    assert not statuses(run)
    assert imported(run, put(row(1)), "--strict")[0] == 0
    status, said = imported(run, put(row(1), row(2)), "--strict")
    assert status == 1
    assert "liste.xlsx" in only_reason(said)


def test_rejected_rows_are_told_in_words(run: Run, put: Callable[..., str]) -> None:
    file = put(row(1), row(2, Betrag="viel"))
    status, out, said = run("dunning", "import", file, "--tenant", "alpenrad")
    assert status == 0
    assert out.splitlines()[0] == "Accepted: 1, rejected: 1"
    assert out.splitlines()[1].startswith("3 F  sum ")
    assert "List " in said
    nothing = put(row(3, Betrag="viel"))
    status, out, said = run("dunning", "import", nothing, "--tenant", "alpenrad")
    assert (status, out.splitlines()[0]) == (1, "Accepted: 0, rejected: 1")
    assert "Nothing is stored" in said


def test_a_file_that_cant_be_read_is_refused(
    run: Run, put: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7")
    status, said = imported(run, str(tmp_path / "list.pdf"))
    assert (status, said["accepted"]) == (1, 0)
    assert "neither an Excel workbook" in only_reason(said)
    file = put(row(1, Telefon="7"), headings=("Kontakt", *HEADINGS[1:]))
    status, out, error = run("dunning", "import", file, "--tenant", "alpenrad")
    assert (status, out) == (1, "")
    assert "phone: no column" in error


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "/none.xlsx", "--tenant", "alpenrad"), "Name another file"),
        (("import", "/etc/hostname", "--tenant", "nobody"), "Take one of alpenrad, maison-lune"),
        (
            (
                "import",
                "/etc/hostname",
                "--tenant",
                "alpenrad",
                "--edition-of",
                "x",
                "--attempts",
                "5",
            ),
            "Leave out --attempts",
        ),
        (("export", "none", "-o", "/tmp/none.xlsx"), "no such list"),
    ],
)
def test_what_cant_be_done_is_said(run: Run, arguments: tuple[str, ...], says: str) -> None:
    status, out, said = run("dunning", *arguments)
    assert (status, out) == (1, "")
    assert says in " ".join(said.split())
