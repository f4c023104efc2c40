"""The CSV beside a report, from which an outsider recomputes it: RFC 4180, UTF-8, instants in UTC, times in seconds."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final

from reporting.report import Report, Source

_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_OBEYED: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def instant(at: datetime) -> str:
    """``2026-03-02T07:00:00.000001Z``"""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def seconds(time: timedelta) -> str:
    """``12.000003``: to the microsecond, and exact."""
    whole, rest = divmod(abs(time) // timedelta(microseconds=1), 1_000_000)
    return f"{'-' if time < timedelta() else ''}{whole}.{rest:06}"


def as_csv(source: Source) -> bytes:
    """A header, then lines; what a spreadsheet would take for a formula has an apostrophe before it."""
    content = io.StringIO(newline="")
    writer = csv.writer(content, lineterminator="\r\n")
    for line in chain([source.columns], source.lines):
        writer.writerow([_harmless(cell) for cell in line])
    return content.getvalue().encode()


@dataclass(frozen=True, slots=True)
class _Written:
    """The lines of a CSV, read anew each time they are gone through: as text they take a tenth of the place."""

    content: bytes

    def __iter__(self) -> Iterator[list[str]]:
        lines = csv.reader(io.StringIO(self.content.decode(), newline=""))
        next(lines)  # its header
        return lines


def read_out(report: Report) -> Report:
    """The same, its sources no longer read from where they came from: drawing takes its time, and no transaction of
    the database is to last as long.
    """
    sources = tuple(replace(one, lines=_Written(as_csv(one))) for one in report.sources)
    return replace(report, sources=sources)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_OBEYED) and not _NUMBER.fullmatch(cell) else cell
