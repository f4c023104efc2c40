"""Asterisk's own records of calls, as ``dialplans/cdr_custom.conf`` has them written."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cti.lines import Lines
from domain.ids import TenantId
from domain.period import Period
from reporting.matching import CallRecord


class UnreadableRecords(Exception):
    """A line isn't as we have it written: somebody else's file, or another version's. Reading it again won't help."""


def read_records(path: Path, period: Period, lines: Lines) -> Iterator[CallRecord]:
    """Of calls that came in for a tenant, those that touch the period; a call may have several. None where there is no
    file yet. Raises UnreadableRecords, and OSError.
    """
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            try:
                unique, linked, account, start, _, end, _ = row
                begun, ended = _instant(start), _instant(end)
            except ValueError:
                raise UnreadableRecords(
                    f"{path}, line {number}: this is no record of ours. Move the file away."
                ) from None
            if unique == linked and account and begun < period.until and ended >= period.since:
                yield CallRecord(lines.call(unique), TenantId(account), begun, ended)


def _instant(seconds: str) -> datetime:
    """From seconds since 1970 with microseconds: ``1774080000.250000``."""
    return datetime.fromtimestamp(float(seconds), UTC)
