"""``rufwerk participants`` on the command line: whole files in and out."""

import errno
import json
import os
import stat
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest
from openpyxl import load_workbook

from domain.language import Language
from domain.ports import UnitOfWork
from rufwerk import settings_reading, wiring
from sheets.new_list import write_list
from storage.unit_of_work import SqlTransactions
from tests.fakes.list_files import workbook
from tests.rufwerk.command_line import Run

HEADINGS = (
    "Kundennummer", "Name", "Sprache", "PLZ", "Geburtsdatum", "Telefon", "E-Mail", "Punkte", "Prio", "PIN", "Notiz",
)  # fmt: skip
PIN = "135790"
Cell = Any


def person(number: int, **other: Cell) -> Sequence[Cell]:
    usual = (
        30_000_000 + number, f"Person {number}", "de", "01067", date(1985, 5, 17), "0171 3920001",
        f"p{number}@mail.example", 100 * number, 0, None, "x",
    )  # fmt: skip
    return tuple((dict(zip(HEADINGS, usual, strict=True)) | other).values())


@pytest.fixture
def run(run: Run) -> Run:
    """In a home that has a database."""
    run("db", "upgrade")
    return run


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., str]:
    def put(*rows: Sequence[Cell], headings: Sequence[str] = HEADINGS) -> str:
        path = tmp_path / "teilnehmer.xlsx"
        path.write_bytes(workbook(*rows, headings=headings))
        return str(path)

    return put


def imported(run: Run, *arguments: str) -> tuple[int, dict[str, Any]]:
    status, out, _ = run("participants", "import", *arguments, "--tenant", "alpenrad", "--json")
    said: dict[str, Any] = json.loads(out)
    return status, said


def counts(said: dict[str, Any]) -> tuple[int, ...]:
    return tuple(said[key] for key in ("accepted", "new", "changed", "unchanged", "rejected"))


def exported(run: Run, file: Path) -> None:
    status, out, error = run("participants", "export", str(file), "--tenant", "alpenrad")
    assert (status, out) == (0, "")
    assert "Written to" in error


def test_in_changed_and_told(run: Run, put: Callable[..., str], tmp_path: Path) -> None:
    file = put(
        person(1, PIN=PIN),
        person(2, PIN="123456"),
        person(3),
        person(3),
        person(4, Telefon="=cmd", Name="@SUM(A1)", PIN="12", Prio=654321, Sprache="864209 x"),
    )
    result = tmp_path / "abgelehnt.xlsx"
    status, said = imported(run, file, "--result", str(result))
    assert (status, *counts(said)) == (0, 2, 2, 0, 0, 3)
    assert [(one["row"], one["column"]) for one in said["rows"]] == [
        (3, "J"),
        (5, "A"),
        (6, "C"),
        (6, "F"),
        (6, "I"),
        (6, "J"),
    ]
    assert stat.S_IMODE(result.stat().st_mode) == 0o600
    sheet = load_workbook(result).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == [
        "Zeile", "Kundennummer", "Name", "Sprache", "PLZ", "Geburtsdatum", "Telefonnummer", "E-Mail", "Punkte",
        "Priorität", "Grund",
    ]  # fmt: skip
    assert [row[:2] for row in rows[1:]] == [[3, "30000002"], [5, "30000003"], [6, "30000004"]]
    assert rows[3][2] == "@SUM(A1)"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    shown = json.dumps([said, rows], default=str)
    for digits in (PIN, "123456", "654321", "864209"):
        assert digits not in shown, "what may be a PIN isn't repeated"
    status, said = imported(run, put(person(1, Name="Anders", Punkte=5), person(3)))
    assert (status, *counts(said), said["points_kept"]) == (0, 2, 0, 1, 1, 0, 2)


def test_what_is_refused_is_told_in_words(
    run: Run, put: Callable[..., str], tmp_path: Path
) -> None:
    file = put(person(1), person(2, PLZ="7"))
    status, out, said = run("participants", "import", file, "--tenant", "alpenrad")
    first, *others = out.splitlines()
    assert first == "Accepted: 1 (new 1, changed 0, unchanged 0), rejected: 1"
    assert [one.split(":")[0] for one in others] == ["3 D  ZIP"]
    assert "aren't read: Notiz" in said
    result = tmp_path / "refused.csv"
    arguments = ("participants", "import", file, "--tenant", "alpenrad", "--result", str(result))
    status, out, _ = run(*arguments, "--language", "fr")
    assert status == 0
    assert out.splitlines()[1] == "Points left as they are, of customers known before: 1"
    assert str(result) in out.splitlines()[2]
    headings, row = result.read_text("utf-8-sig").splitlines()
    assert headings.startswith("Ligne;Numéro de client;Nom;Langue;Code postal;Date de naissance")
    assert row.startswith("3;30000002;Person 2;de;7;1985-05-17;0171 3920001;")


def test_the_clients_file_is_spared(run: Run, put: Callable[..., str], tmp_path: Path) -> None:
    file = Path(put(person(1), person(2, PLZ="7")))
    before = file.read_bytes()
    (tmp_path / "again.xlsx").hardlink_to(file)
    (tmp_path / "link.xlsx").symlink_to(file)
    for name in ("teilnehmer.xlsx", "again.xlsx", "link.xlsx"):
        result = str(tmp_path / name)
        status, out, error = run(
            "participants", "import", str(file), "--tenant", "alpenrad", "--result", result
        )
        assert (status, out) == (1, "")
        assert "is the file that is read" in " ".join(error.split())
        assert file.read_bytes() == before


def test_the_file_isnt_blamed_for_what_fails_elsewhere(
    run: Run, put: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOMEM, "no more processes")

    monkeypatch.setattr("rufwerk.files_apart.subprocess.Popen", fail)
    with pytest.raises(OSError, match="no more processes"):
        run("participants", "import", put(person(1)), "--tenant", "alpenrad")


def test_strict_refuses_all_for_one_row(run: Run, put: Callable[..., str]) -> None:
    file = put(person(1), person(2, PLZ="7"))
    status, said = imported(run, file, "--strict")
    assert (status, *counts(said)) == (1, 0, 0, 0, 0, 1)
    status, said = imported(run, file)
    assert (status, *counts(said)) == (0, 1, 1, 0, 0, 1)
    status, _, error = run(
        "participants", "import", put(person(2, PLZ="7")), "--tenant", "alpenrad"
    )
    assert (status, "Nothing is stored" in error) == (1, True)


ODD = (
    person(1, Name="Ünal Çelik-Ødegård", PLZ="00001", Kundennummer="0000123"),
    person(2, Name="=HYPERLINK(1)", Sprache="fr", Telefon="+33 6 39 98 00 01", PLZ="8001"),
    person(3, Name="'=x", Sprache="en", Telefon=None, PLZ="SW1A 1AA"),
    person(4, Name='-1; "Anna"', Sprache="es", Geburtsdatum=date(1900, 1, 15)),
    person(5, Name="_x0041_ 李小龍 🎈", PLZ="CH-8001", **{"E-Mail": None}),
    person(6, Name="'O'Neil", Prio=-100, Punkte=0),
)


@pytest.mark.parametrize(
    ("suffix", "first"), [("xlsx", "de"), ("csv", "en"), ("xlsx", "es"), ("csv", "fr")]
)
def test_what_goes_out_comes_in_again_without_a_change(
    run: Run, tmp_path: Path, suffix: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_list(tmp_path / "odd.xlsx", ".xlsx", "Mai", [HEADINGS, *ODD])
    status, said = imported(run, str(tmp_path / "odd.xlsx"))
    assert (status, *counts(said)) == (0, 6, 6, 0, 0, 0)
    monkeypatch.setattr("rufwerk.participant_commands._first", lambda _: Language(first))
    file = tmp_path / f"out.{suffix}"
    exported(run, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    status, said = imported(run, str(file), "--strict")
    assert (status, *counts(said)) == (0, 6, 0, 0, 6, 0)
    if suffix == "csv":
        lines = file.read_text("utf-8-sig").splitlines()[1:]
        assert not [
            field for line in lines for field in line.split(";") if field[:1] in "=+@" and field
        ]


def test_a_csv_with_german_day_and_numbers_that_excel_shortened(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "teilnehmer.csv"
    lines = [
        "Teilnehmer-Nr.;Nachname;Vorname;PLZ;geboren am",
        "30000001;Müller;Änne;1067;04/07/1990",
        "3,00E+08;Kaputt;Karl;01067;04.07.1990",
        "Teilnehmer-Nr.;Nachname;Vorname;PLZ;geboren am",
    ]
    file.write_bytes("\r\n".join(lines).encode("cp1252"))
    status, said = imported(run, str(file))
    assert (status, *counts(said)) == (0, 1, 1, 0, 0, 1)
    exported(run, tmp_path / "out.csv")
    row = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()[1]
    assert row == "30000001;Änne Müller;de;01067;1990-07-04;;;0;0"


def test_a_file_that_cant_be_read_is_refused(
    run: Run, put: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7")
    status, said = imported(run, str(tmp_path / "list.pdf"))
    assert (status, *counts(said)) == (1, 0, 0, 0, 0, 0)
    assert "neither an Excel workbook" in said["rows"][0]["reason"]
    doubled = put(person(1), headings=(*HEADINGS[:10], "Mobil"))
    status, said = imported(run, doubled)
    assert (status, said["accepted"]) == (1, 0)
    assert said["rows"][0]["reason"].startswith(
        "Columns can't be told apart: F Telefon and K Mobil could be phone."
    )
    (tmp_path / "none.csv").write_text("a;b\n1;2\n")
    status, said = imported(run, str(tmp_path / "none.csv"))
    assert "no row of headings" in said["rows"][0]["reason"]


def test_the_log_goes_to_standard_error(
    run: Run, put: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    status, out, error = run(
        "participants", "import", put(person(1)), "--tenant", "alpenrad", "--json"
    )
    assert (status, json.loads(out)["accepted"]) == (1, 0)
    assert "a list's file was given up" in error


def test_pins_are_hashed_and_stand_nowhere(
    run: Run, put: Callable[..., str], tmp_path: Path
) -> None:
    assert imported(run, put(person(1, PIN=PIN)))[0] == 0
    settings = settings_reading.load(None)
    transactions: SqlTransactions = wiring.transactions(settings)
    with transactions.read() as uow:
        stored = _pin_hash(uow)
    transactions.close()
    assert stored is not None
    assert stored[1].startswith("$argon2id$")
    assert wiring.pins(settings).matches(stored[0], PIN, stored[1])
    written = b"".join(
        path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()
    )
    assert PIN.encode() not in written


def _pin_hash(uow: UnitOfWork) -> Any:
    known = uow.participant_imports.known("alpenrad", ["30000001"])["30000001"]  # type: ignore[arg-type]
    return known.participant.id, uow.participants.pin_hash(known.participant.id)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "/none.xlsx", "--tenant", "alpenrad"), "Name another file"),
        (("import", "/dev/null", "--tenant", "alpenrad"), "is no file"),
        (("import", "/etc/hostname", "--tenant", "nobody"), "Take one of alpenrad, maison-lune"),
        (("import", "/etc/hostname", "--tenant", "alpenrad", "--result", "x.pdf"), ".xlsx or .csv"),
        (("export", "out.txt", "--tenant", "alpenrad"), ".xlsx or .csv"),
        (("export", "/none/out.csv", "--tenant", "alpenrad"), "Name another file"),
    ],
)
def test_what_cant_be_done_is_said(run: Run, arguments: tuple[str, ...], says: str) -> None:
    status, out, said = run("participants", *arguments)
    assert (status, out) == (1, "")
    assert says in " ".join(said.split())


@pytest.mark.parametrize("command", ["participants", "dunning"])
def test_a_pipe_is_refused_and_not_waited_for(run: Run, tmp_path: Path, command: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    status, out, said = run(command, "import", str(tmp_path / "pipe"), "--tenant", "alpenrad")
    assert (status, out) == (1, "")
    assert "is no file" in " ".join(said.split())
