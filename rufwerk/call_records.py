"""Asterisk's own records of calls, as ``dialplans/cdr_custom.conf`` has them written: read, put aside each month."""

import csv
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TextIO

from cti.lines import Lines
from domain.ids import TenantId
from domain.period import Period
from domain.ports import Clock
from domain.retention import kept_for
from reporting.matching import CallRecord
from rufwerk.asterisk_config import Places
from rufwerk.settings import Settings

FOLDER: Final = "call-records"
"""Of the home: what was put aside, a file for each time, named by when that was."""

_NAME: Final = "%Y%m%dT%H%M%SZ.csv"


class UnreadableRecords(Exception):
    """A line isn't as we have it written: somebody else's file, or another version's. Reading it again won't help."""


@dataclass(frozen=True, slots=True)
class CallRecords:
    """``written`` is the file that Asterisk adds to, ``aside`` the folder of those before it, which are ``kept`` for
    some time; None: for good.

    Asterisk opens its file anew for each record (``cdr/cdr_custom.c``, in newer releases
    ``res/cdrel_custom/writers.c``), so that none is lost when it is renamed. It writes one when a part of a call is
    over.
    """

    written: Path
    aside: Path
    kept: timedelta | None
    clock: Clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> "CallRecords":
        kept = kept_for(settings.retention.call_records_days)
        return cls(Places.of(settings.home).call_records, settings.home / FOLDER, kept, clock)

    def read(self, period: Period, lines: Lines) -> Iterator[CallRecord] | None:
        """Of calls that came in for a tenant, those that touch the period; a call may have several. None where there
        are no records yet, or those of the period were forgotten. Raises, when read, UnreadableRecords and OSError.
        """
        if self.kept is not None and period.since < self.clock() - self.kept:
            return None
        if not self.written.exists() and not self._files_aside():
            return None
        return self._read(period, lines)

    def _read(self, period: Period, lines: Lines) -> Iterator[CallRecord]:
        """What is put aside meanwhile is met twice, but nothing is missed: Asterisk's file is opened first."""
        with ExitStack() as opened:
            files = []
            late = (path for path, at in self._files_aside().items() if at >= period.since)
            for path in (self.written, *late):
                with suppress(FileNotFoundError):
                    files.append(opened.enter_context(path.open(encoding="utf-8", newline="")))
            for file in files:
                yield from _records(file, period, lines)

    def put_aside(self) -> None:
        """What Asterisk has written, once in each month (of UTC), and forget what is kept no longer. Raises OSError."""
        now, before = self.clock(), self._files_aside()
        newest = max(before.values(), default=None)
        this_month = newest is not None and (newest.year, newest.month) == (now.year, now.month)
        if self.written.exists() and not this_month:
            self.aside.mkdir(mode=0o700, exist_ok=True)
            self.written.rename(self.aside / now.strftime(_NAME))
        for path, at in before.items():
            if self.kept is not None and at < now - self.kept:
                path.unlink()

    def for_backup(self) -> Iterator[tuple[str, Path]]:
        """By their names in the home that they are restored into: there nothing is being written."""
        yield f"{FOLDER}/{self.clock().strftime(_NAME)}", self.written
        for path in self._files_aside():
            yield f"{FOLDER}/{path.name}", path

    def _files_aside(self) -> dict[Path, datetime]:
        """By when: what is in a file was written before; files of other names are none of ours."""
        found = {}
        for path in sorted(self.aside.glob("*.csv")):
            with suppress(ValueError):
                found[path] = datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
        return found


def _records(file: TextIO, period: Period, lines: Lines) -> Iterator[CallRecord]:
    for number, row in enumerate(csv.reader(file), start=1):
        try:
            unique, linked, account, start, _, end, _ = row
            begun, ended = _instant(start), _instant(end)
        except ValueError:
            raise UnreadableRecords(
                f"{file.name}, line {number}: this is no record of ours. Move the file away."
            ) from None
        if unique == linked and account and begun < period.until and ended >= period.since:
            yield CallRecord(lines.call(unique), TenantId(account), begun, ended)


def _instant(seconds: str) -> datetime:
    """From seconds since 1970 with microseconds: ``1774080000.250000``."""
    return datetime.fromtimestamp(float(seconds), UTC)
