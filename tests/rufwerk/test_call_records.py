"""Asterisk's records are read, each for the tenant and the call that it is about, and put aside each month."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cti.lines import Lines
from domain.period import of_day, of_month
from rufwerk.call_records import FOLDER, CallRecords, UnreadableRecords
from tests.fakes.desk import Clock

DAY = of_day(date(2026, 3, 2), ZoneInfo("Europe/Berlin"))
MARCH = of_month(date(2026, 3, 2), ZoneInfo("Europe/Berlin"))
NOON = 1772449200
LINES = Lines("a")
KEPT = timedelta(days=62)


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = datetime(2026, 4, 1, 5, tzinfo=UTC)
    return clock


@pytest.fixture
def records(tmp_path: Path, clock: Clock) -> CallRecords:
    return CallRecords(tmp_path / "calls.csv", tmp_path / FOLDER, KEPT, clock)


def write(records: CallRecords, begun: datetime, minutes: int = 1) -> str:
    """As Asterisk does, a record of a call; its id."""
    start, end = begun.timestamp(), (begun + timedelta(minutes=minutes)).timestamp()
    with records.written.open("a") as file:
        file.write(f"{start:.0f}.1,{start:.0f}.1,alpenrad,{start:.6f},{start:.6f},{end:.6f},1\n")
    return f"a-{start:.0f}.1"


def calls(records: CallRecords) -> list[str]:
    """Those that touch March, without those met twice."""
    return sorted({one.call for one in records.read(MARCH, LINES) or ()})


def names(records: CallRecords) -> Sequence[str]:
    return sorted(one.name for one in records.aside.iterdir())


def test_calls_that_came_in(records: CallRecords) -> None:
    records.written.write_text(
        f"{NOON}.1,{NOON}.1,alpenrad,{NOON}.25,{NOON}.5,{NOON + 60}.75,60\n"
        f"{NOON}.2,{NOON}.1,alpenrad,{NOON},{NOON},{NOON},0\n"  # an agent's line
        f"{NOON}.3,{NOON}.3,,{NOON},{NOON},{NOON},0\n"  # our own monitoring
        f"{NOON}.4,{NOON}.4,alpenrad,{NOON},0.000000,{NOON + 1},0\n"  # never answered
        "1.1,1.1,alpenrad,1,1,2,1\n"  # another day's
    )
    found = records.read(DAY, LINES) or ()
    assert [(one.call, one.tenant, (one.end - one.start).total_seconds()) for one in found] == [
        (f"a-{NOON}.1", "alpenrad", 60.5),
        (f"a-{NOON}.4", "alpenrad", 1),
    ]


@pytest.mark.parametrize("text", ["a,b\n", "1.1,1.1,alpenrad,noon,1,2,1\n"])
def test_somebody_elses_file(records: CallRecords, text: str) -> None:
    records.written.write_text(text)
    with pytest.raises(UnreadableRecords, match="line 1"):
        list(records.read(DAY, LINES) or ())


def test_they_are_put_aside_once_in_a_month_and_read_all_the_same(
    records: CallRecords, clock: Clock
) -> None:
    records.put_aside()
    assert records.read(MARCH, LINES) is None, "nothing was ever written"
    end = MARCH.until
    write(records, MARCH.since - timedelta(days=1))
    march = [write(records, end - timedelta(days=days)) for days in (30, 2)]
    records.put_aside()
    assert names(records) == ["20260401T050000Z.csv"]
    assert records.aside.stat().st_mode & 0o077 == 0
    assert not records.written.exists()
    assert calls(records) == sorted(march)
    over_midnight = write(records, end - timedelta(minutes=1), minutes=600)
    write(records, end + timedelta(days=1))
    assert calls(records) == sorted([*march, over_midnight])
    clock.turn(timedelta(days=29))
    records.put_aside()
    assert names(records) == ["20260401T050000Z.csv"], "it is April still"
    clock.turn(timedelta(days=1))
    records.put_aside()
    assert names(records) == ["20260401T050000Z.csv", "20260501T050000Z.csv"]
    assert calls(records) == sorted([*march, over_midnight])


def test_those_kept_no_longer_go_and_their_time_is_matched_no_more(
    records: CallRecords, clock: Clock
) -> None:
    write(records, MARCH.since)
    records.put_aside()
    (records.aside / "notes.csv").write_text("somebody else's")
    assert calls(records)
    clock.turn(KEPT)
    records.put_aside()
    assert names(records) == ["20260401T050000Z.csv", "notes.csv"]
    assert records.read(MARCH, LINES) is None, "of its first days there may be none any more"
    write(records, clock())
    clock.turn(timedelta(seconds=1))
    records.put_aside()
    assert names(records) == ["20260602T050001Z.csv", "notes.csv"]


def test_none_is_missed_while_they_are_put_aside(records: CallRecords, clock: Clock) -> None:
    first = write(records, MARCH.since)
    found = records.read(MARCH, LINES)
    assert found is not None
    assert next(found).call == first
    second = write(records, MARCH.since + timedelta(hours=1))
    records.put_aside()
    assert {one.call for one in found} == {second}
    assert calls(records) == sorted([first, second])


def test_a_backup_has_all_of_them(records: CallRecords, clock: Clock) -> None:
    march = write(records, MARCH.since)
    records.put_aside()
    clock.turn(timedelta(days=9))
    april = write(records, clock())
    found = {name: path.read_text() for name, path in records.for_backup()}
    assert list(found) == [f"{FOLDER}/20260410T050000Z.csv", f"{FOLDER}/20260401T050000Z.csv"]
    assert [text.partition(",")[0] for text in found.values()] == [april[2:], march[2:]]
