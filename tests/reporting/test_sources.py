"""The CSV beside a report: what an outsider's program reads back."""

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reporting.report import Source
from reporting.sources import as_csv, instant, read_out, seconds
from tests.reporting import samples


def test_lines_are_read_back_as_they_were() -> None:
    lines = (("a,b", 'say "x"'), ("two\nlines", "ü"), ("-12.5", "+3"))
    content = as_csv(Source("visits", ("call", "note"), lines))
    assert content.startswith(b"call,note\r\n"), "RFC 4180, and no byte order mark"
    read = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert read == [["call", "note"], *map(list, lines)]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+x", "-x", "@SUM(A1)", "\t=1", "\r=1", "-1+cmd|' /C calc'!A0", "\n=1"]
)
def test_a_spreadsheet_obeys_nothing(cell: str) -> None:
    (_, (read,)) = csv.reader(
        io.StringIO(as_csv(Source("x", ("a",), ((cell,),))).decode(), newline="")
    )
    assert read == f"'{cell}"


def test_instants_and_times() -> None:
    at = datetime(2026, 3, 2, 8, 0, 0, 1, ZoneInfo("Europe/Berlin"))
    assert instant(at) == "2026-03-02T07:00:00.000001Z"
    assert seconds(timedelta(seconds=12, microseconds=3)) == "12.000003"
    assert seconds(timedelta(days=1)) == "86400.000000"
    assert seconds(timedelta(microseconds=-1)) == "-0.000001"


def test_what_was_read_out_needs_its_origin_no_more() -> None:
    gone = iter([("a-1", "=1"), ("a-2", "-7.5")])
    report = replace(samples.daily(), sources=(Source("calls", ("call", "note"), gone),))
    apart = read_out(report)
    (source,) = apart.sources
    assert list(source.lines) == [["a-1", "'=1"], ["a-2", "-7.5"]]
    assert as_csv(source) == as_csv(source)
    assert replace(apart, sources=()) == replace(report, sources=())
