"""``rufwerk report`` on the command line."""

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from domain.ports import Transactions
from reporting.issuing import Issuing
from rufwerk import cli, report_wiring, wiring
from tests.fakes.reports import BERLIN, Floor

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("RUFWERK_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["rufwerk", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        shown = capsys.readouterr()
        return int(end.value.code or 0), shown.out, shown.err

    run("db", "upgrade")
    return run


@pytest.fixture
def floor(monkeypatch: pytest.MonkeyPatch) -> Floor:
    """In place of the figures, which others put together."""
    floor = Floor()

    def issuing(_settings: object, transactions: Transactions, *_: object) -> Issuing:
        return Issuing(transactions, wiring.utc_now, floor.makers, "operator")

    monkeypatch.setattr(report_wiring, "issuing", issuing)
    return floor


def made(run: Run, *arguments: str) -> list[dict[str, Any]]:
    status, out, said = run("report", *arguments, "--json")
    assert status == 0, said
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_a_day_of_real_figures(run: Run, tmp_path: Path) -> None:
    (row,) = made(run, "daily", "--date", "2026-03-02", "--out", str(tmp_path / "out"))
    assert row["title"] == "Tagesbericht Rufwerk, Montag, 2. März 2026"
    for file in row["files"]:
        content = Path(file["path"]).read_bytes()
        assert (sha256(content).hexdigest(), len(content)) == (file["sha256"], file["bytes"])
    assert {"text", "html", "workbook", "csv", "data"} <= {one["part"] for one in row["files"]}
    assert run("report", "daily", "--date", "2026-03-02", "--correct")[0] == 1


def test_a_month_is_two_reports_of_each_brand(run: Run, floor: Floor) -> None:
    rows = made(run, "monthly", "--date", "2026-02-14")
    assert [(one["tenant"], one["kind"]) for one in rows] == [
        (tenant, kind)
        for tenant in ("alpenrad", "maison-lune")
        for kind in ("billing", "service_level")
    ]
    assert [one["number"] for one in rows] == [
        f"{rows[0]['number'][:4]}-{n:06d}" for n in (1, 2, 3, 4)
    ]
    assert made(run, "monthly", "--date", "2026-02-28") == rows
    assert len(floor.built) == 4


def test_by_default_it_is_the_one_before(run: Run, floor: Floor) -> None:
    for command in ("daily", "weekly", "monthly"):
        for row in made(run, command, "--tenant", "alpenrad"):
            assert not row["provisional"]
    assert {wanted.tenant for wanted in floor.built} == {"alpenrad"}


def test_what_is_not_over_is_provisional(run: Run, floor: Floor) -> None:
    today = wiring.utc_now().astimezone(BERLIN).date().isoformat()
    (row,) = made(run, "weekly", "--date", today)
    assert (row["provisional"], row["number"]) == (True, None)
    for option in ("--send", "--correct"):
        status, _, said = run("report", "weekly", "--date", today, option)
        assert status == 1
        assert "isn't over before" in said
    assert json.loads(run("report", "list", "--json")[1]) == {"runs": [], "reports": []}
    assert "Provisional" in run("report", "weekly", "--date", today)[1]


def test_it_is_corrected_and_sent_and_listed(run: Run, floor: Floor) -> None:
    day = ("--date", "2026-03-01", "--tenant", "alpenrad")
    (first,) = made(run, "daily", *day, "--send")
    assert first["to"] == ["lena@rufwerk.example"]
    assert "nothing is to correct" in run("report", "daily", *day, "--correct")[2]
    floor.calls["09"] = (5, 4)
    (second,) = made(run, "daily", *day, "--correct")
    assert second["corrects"] == first["number"]
    listed = json.loads(run("report", "list", "--json")[1])["reports"]
    assert [one["number"] for one in listed] == [second["number"], first["number"]]
    assert [one["state"] for one in listed[1]["mails"]] == ["waiting"]
    assert run("report", "send", second["number"], "--to", "max@rufwerk.example")[0] == 0
    said = run("report", "list")[1]
    assert f"{second['number']}, corrects {first['number']}" in said
    assert "max@rufwerk.example: waiting" in said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("daily", "--date", "2999-01-01"), "yet to come"),
        (("daily", "--date", "yesterday"), "Write it as 2026-03-01"),
        (("daily", "--tenant", "nobody"), "Take one of alpenrad, maison-lune"),
        (("daily", "--date", "2026-03-01", "--tenant", "maison-lune", "--send"), "reports.sends"),
        (("send", "2026-000001"), "no such report"),
        (("send", "2026-000001", "--to", "max"), "no mail address"),
    ],
)
def test_each_error_names_the_remedy(
    run: Run, floor: Floor, arguments: tuple[str, ...], told: str
) -> None:
    status, _, said = run("report", *arguments)
    assert status == 1
    assert told in said


def test_a_folder_that_cannot_be_written_to(run: Run, floor: Floor, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, _, said = run(
        "report", "daily", "--date", "2026-03-01", "--out", str(tmp_path / "file" / "x")
    )
    assert status == 1
    assert "Name another folder" in said
