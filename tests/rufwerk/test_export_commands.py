"""``rufwerk export``: what other programs read of the log, and that it is what stands there."""

import csv
import json
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from domain import facts
from domain.fact import Fact, Origin
from domain.ids import AgentId, CallerId, CallId
from domain.portal_facts import CallArrived, HandedOver
from domain.ports import KnownAgent
from reporting import parquet as writing
from rufwerk import settings_reading, wiring
from tests.cti.queue_lines import Reader, lines_of
from tests.cti.random_day import MAISON_LUNE, MORNING, Habits, RandomDay
from tests.rufwerk.command_line import Run

LOG = RandomDay(5, Habits(profile=(60.0,))).play().log
DAY = ("--since", f"{MORNING:%Y-%m-%d}", "--until", f"{MORNING:%Y-%m-%d}")


@pytest.fixture
def run(run: Run) -> Run:
    """In a home whose log holds a day."""
    run("db", "upgrade")
    transactions = wiring.transactions(settings_reading.load(None))
    with transactions.write() as uow:
        for fact in LOG:
            uow.facts.append(fact.origin, fact.at, fact.body)
        uow.agents.add(KnownAgent(AgentId("eva"), "Eva Moser", {}))
        uow.commit()
    transactions.close()
    return run


def test_queue_log_is_a_file_or_comes_out(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "queue_log"
    status, out, told = run("export", "queue-log", str(file), *DAY)
    written = file.read_text().splitlines()
    assert (status, out) == (0, "")
    assert written == lines_of(LOG)
    assert f"{len(written)} lines" in told
    assert file.stat().st_mode & 0o077 == 0
    assert [one.name for one in tmp_path.iterdir() if one != tmp_path / "home"] == ["queue_log"]
    assert run("export", "queue-log", "-")[1].splitlines() == written


def test_queue_log_of_one_brand_and_with_names(run: Run) -> None:
    _, out, _ = run("export", "queue-log", "-", "--tenant", "maison-lune", "--names", "--numbers")
    read = Reader().read(out.splitlines())
    assert set(read.counts) == {MAISON_LUNE}
    assert "|Eva Moser|" in out
    assert "|eva|" not in out


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_facts_are_read_back(run: Run, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"facts.{form}"
    assert run("export", "facts", str(file), "--format", form)[0] == 0
    read = [_fact(row) for row in (_csv(file) if form == "csv" else _parquet(file))]
    assert [(one.seq, one.at, one.origin, one.body) for one in read] == [
        (one.seq, one.at, one.origin, one.body) for one in LOG
    ]


def test_facts_of_a_brand_and_of_some_days(run: Run) -> None:
    yesterday = f"{MORNING - timedelta(days=1):%Y-%m-%d}"
    assert run("export", "facts", "-", "--until", yesterday)[1].count("\n") == 1
    _, out, _ = run("export", "facts", "-", *DAY, "--tenant", "maison-lune")
    tenants = Counter(row["tenant"] for row in csv.DictReader(out.splitlines()))
    assert tenants == {MAISON_LUNE: sum(one.origin.tenant == MAISON_LUNE for one in LOG)}


def test_more_facts_than_are_held_at_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_GROUP", 100)
    file = tmp_path / "facts.parquet"
    assert run("export", "facts", str(file), "--format", "parquet")[0] == 0
    assert parquet.ParquetFile(file).num_row_groups == -(-len(LOG) // 100)


def test_without_pyarrow_the_remedy_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    status, _, told = run("export", "facts", str(tmp_path / "f"), "--format", "parquet")
    assert status == 1
    assert "rufwerk[parquet]" in told
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("queue-log", "-", "--tenant", "alpenrat"), "alpenrad, maison-lune"),
        (("queue-log", "-", "--since", "1.3.2026"), "2026-03-01"),
        (("facts", "-", "--since", "2026-03-02", "--until", "2026-03-01"), "the last day"),
        (("facts", "-", "--format", "parquet"), "Name a file"),
        (("facts", "/nowhere/at/all"), "Name another file"),
    ],
)
def test_what_cannot_be_done_names_its_remedy(
    run: Run, arguments: tuple[str, ...], remedy: str
) -> None:
    status, out, told = run("export", *arguments)
    assert (status, out) == (1, "")
    assert remedy in told


def test_a_callers_number_is_there_where_it_is_asked_for(run: Run) -> None:
    transactions = wiring.transactions(settings_reading.load(None))
    with transactions.write() as uow:
        caller = uow.callers.note("+493012345", CallerId("c1"))
        origin = Origin(MAISON_LUNE, CallId("new"), "ivr")
        entered = next(one.body for one in LOG if isinstance(one.body, HandedOver))
        uow.facts.append(origin, LOG[-1].at, CallArrived("service", caller), entered)
        uow.commit()
    transactions.close()
    assert "+493012345" not in run("export", "queue-log", "-")[1]
    assert "|ENTERQUEUE||+493012345|" in run("export", "queue-log", "-", "--numbers")[1]


def _csv(file: Path) -> list[dict[str, Any]]:
    with file.open(newline="", encoding="utf-8") as stream:
        return [
            {name: value or None for name, value in row.items()}
            | {"at": datetime.fromisoformat(row["at"]), "synthetic": row["synthetic"] == "1"}
            for row in csv.DictReader(stream)
        ]


def _parquet(file: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parquet.read_table(file).to_pylist()
    return rows


def _fact(row: dict[str, Any]) -> Fact:
    body = facts.decode(row["kind"], int(row["version"]), json.loads(row["body"]))
    origin = Origin(row["tenant"], row["call"], row["actor"], row["synthetic"])
    return Fact(int(row["seq"]), row["at"], origin, row["node"], body)
