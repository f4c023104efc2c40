"""Issued reports and their files, which only grow in number; contents are kept packed, once each."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select

from domain.ids import TenantId
from domain.issued_report import (
    Issued,
    IssuedFile,
    Part,
    ReportFile,
    ReportKind,
    ReportNumber,
    Wanted,
    number_of,
)
from domain.language import Language
from domain.period import Period
from domain.person import Role
from storage.report_tables import issued_files, issued_reports, report_contents


class SqlIssuedReports:
    """Must add inside a writing unit of work only: its lock makes the next number ours, and no number is lost where it
    rolls back.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, number: ReportNumber) -> Issued | None:
        return next(iter(self._all(issued_reports.c.number == number)), None)

    def find(self, wanted: Wanted) -> Issued | None:
        same = and_(
            _edition(wanted),
            issued_reports.c.language == wanted.language.value,
            issued_reports.c.corrects.is_(None),
        )
        return next(iter(self._all(same)), None)

    def editions(self, wanted: Wanted) -> Sequence[Issued]:
        return self._all(_edition(wanted))

    def newest(self, limit: int) -> Sequence[Issued]:
        numbers = (
            select(issued_reports.c.number)
            .order_by(issued_reports.c.year.desc(), issued_reports.c.ordinal.desc())
            .limit(limit)
        )
        return self._all(issued_reports.c.number.in_(numbers))[::-1]

    def keep(self, file: ReportFile) -> None:
        known = select(report_contents.c.digest).where(report_contents.c.digest == file.digest)
        if self._connection.execute(known).first() is None:
            row = {"digest": file.digest, "packed": zlib.compress(file.content)}
            self._connection.execute(insert(report_contents), row)

    def add(self, new: Issued, year: int) -> Issued:
        highest = select(func.coalesce(func.max(issued_reports.c.ordinal), 0))
        ordinal = (
            1 + self._connection.execute(highest.where(issued_reports.c.year == year)).scalar_one()
        )
        issued = replace(new, number=number_of(year, ordinal))
        row = {
            "number": issued.number,
            "year": year,
            "ordinal": ordinal,
            **wanted_row(issued.wanted),
            "made": issued.made,
            "title": issued.title,
            "corrects": issued.corrects,
        }
        self._connection.execute(insert(issued_reports), row)
        files = [
            {
                "number": issued.number,
                "name": file.name,
                "position": position,
                "part": file.part.value,
                "digest": file.digest,
                "size": file.size,
            }
            for position, file in enumerate(issued.files)
        ]
        self._connection.execute(insert(issued_files), files)
        return issued

    def content(self, number: ReportNumber, name: str) -> ReportFile | None:
        query = (
            select(issued_files.c.part, report_contents.c.packed)
            .join(report_contents, report_contents.c.digest == issued_files.c.digest)
            .where(issued_files.c.number == number, issued_files.c.name == name)
        )
        row = self._connection.execute(query).one_or_none()
        return (
            None if row is None else ReportFile(name, Part(row.part), zlib.decompress(row.packed))
        )

    def _all(self, condition: ColumnElement[bool]) -> Sequence[Issued]:
        query = select(issued_reports).where(condition)
        query = query.order_by(issued_reports.c.year, issued_reports.c.ordinal)
        rows = self._connection.execute(query).all()
        files: dict[str, list[IssuedFile]] = {row.number: [] for row in rows}
        found = select(issued_files).where(issued_files.c.number.in_(files))
        for row in self._connection.execute(found.order_by(issued_files.c.position)):
            file = IssuedFile(row.name, Part(row.part), row.digest, row.size)
            files[row.number].append(file)
        return [_issued(row, tuple(files[row.number])) for row in rows]


def wanted_row(wanted: Wanted) -> Mapping[str, object]:
    return {
        "tenant": wanted.tenant or "",
        "kind": wanted.kind.value,
        "since": wanted.period.since,
        "until": wanted.period.until,
        "language": wanted.language.value,
        "role": wanted.role.value,
    }


def wanted_of(row: Row[Any]) -> Wanted:
    return Wanted(
        ReportKind(row.kind),
        TenantId(row.tenant) if row.tenant else None,
        Period(row.since, row.until),
        Language(row.language),
        Role(row.role),
    )


def _edition(wanted: Wanted) -> ColumnElement[bool]:
    return and_(
        issued_reports.c.kind == wanted.kind.value,
        issued_reports.c.tenant == (wanted.tenant or ""),
        issued_reports.c.since == wanted.period.since,
        issued_reports.c.until == wanted.period.until,
        issued_reports.c.role == wanted.role.value,
    )


def _issued(row: Row[Any], files: tuple[IssuedFile, ...]) -> Issued:
    corrects = None if row.corrects is None else ReportNumber(row.corrects)
    return Issued(ReportNumber(row.number), wanted_of(row), row.made, row.title, files, corrects)
