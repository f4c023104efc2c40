"""Asterisk's records are read, each for the tenant and the call that it is about."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cti.lines import Lines
from domain.period import of_day
from rufwerk.call_records import UnreadableRecords, read_records

DAY = of_day(date(2026, 3, 2), ZoneInfo("Europe/Berlin"))
NOON = 1772449200
LINES = Lines("a")


def records(tmp_path: Path, text: str) -> list[tuple[str, str, float]]:
    path = tmp_path / "calls.csv"
    path.write_text(text)
    found = read_records(path, DAY, LINES)
    return [(one.call, one.tenant, (one.end - one.start).total_seconds()) for one in found]


def test_calls_that_came_in(tmp_path: Path) -> None:
    text = (
        f"{NOON}.1,{NOON}.1,alpenrad,{NOON}.25,{NOON}.5,{NOON + 60}.75,60\n"
        f"{NOON}.2,{NOON}.1,alpenrad,{NOON},{NOON},{NOON},0\n"  # an agent's line
        f"{NOON}.3,{NOON}.3,,{NOON},{NOON},{NOON},0\n"  # our own monitoring
        f"{NOON}.4,{NOON}.4,alpenrad,{NOON},0.000000,{NOON + 1},0\n"  # never answered
        "1.1,1.1,alpenrad,1,1,2,1\n"  # another day's
    )
    assert records(tmp_path, text) == [
        (f"a-{NOON}.1", "alpenrad", 60.5),
        (f"a-{NOON}.4", "alpenrad", 1),
    ]


def test_no_file_yet(tmp_path: Path) -> None:
    assert not list(read_records(tmp_path / "calls.csv", DAY, LINES))


@pytest.mark.parametrize("text", ["a,b\n", "1.1,1.1,alpenrad,noon,1,2,1\n"])
def test_somebody_elses_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableRecords, match="line 1"):
        records(tmp_path, text)
