"""A report as data: what was issued is kept so too, to be drawn again or compared with. Of its sources only the names
are in it: they are files of their own.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from domain.ids import TenantId
from domain.period import Period
from domain.service_record import Price
from reporting.report import (
    Cell,
    Chart,
    ChartKind,
    Column,
    Headline,
    Key,
    Kind,
    Report,
    Section,
    Series,
    Source,
    Table,
    Unit,
)

_VERSION: Final = 1
_MICROSECOND: Final = timedelta(microseconds=1)


class UnreadableReport(ValueError):
    """A newer program has written it. No retry helps."""


def dump(report: Report) -> bytes:
    """The same bytes for the same report."""
    values = {
        "version": _VERSION,
        "kind": report.kind.value,
        "tenant": report.tenant,
        "brand": report.brand,
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "zone": report.zone.key,
        "headlines": [_headline(one) for one in report.headlines],
        "sections": [_section(one) for one in report.sections],
        "formulas": list(report.formulas),
        "sources": [one.name for one in report.sources],
        "corrects": report.corrects,
    }
    return json.dumps(values, ensure_ascii=False, indent=1).encode()


def load(content: bytes, sources: Sequence[bytes] = ()) -> Report:
    """What ``dump`` wrote, with its sources as ``reporting.sources`` wrote them. Raises UnreadableReport."""
    try:
        values = json.loads(content)
        if values["version"] != _VERSION:
            raise UnreadableReport(f"a report of version {values['version']}")
        return Report(
            kind=Kind(values["kind"]),
            tenant=None if values["tenant"] is None else TenantId(values["tenant"]),
            brand=values["brand"],
            period=Period(
                datetime.fromisoformat(values["since"]), datetime.fromisoformat(values["until"])
            ),
            zone=ZoneInfo(values["zone"]),
            headlines=tuple(_headline_of(one) for one in values["headlines"]),
            sections=tuple(_section_of(one) for one in values["sections"]),
            formulas=tuple(map(Key, values["formulas"])),
            sources=tuple(map(_source, values["sources"], sources)),
            corrects=values["corrects"],
        )
    except (KeyError, TypeError) as error:
        raise UnreadableReport(f"no report that we know: {error!r}") from None


def _source(name: str, content: bytes) -> Source:
    columns, *lines = csv.reader(io.StringIO(content.decode(), newline=""))
    return Source(name, tuple(columns), lines)


def _cell(cell: Cell) -> object:
    match cell:
        case Key():
            return {"key": str(cell)}
        case timedelta():
            return {"us": cell // _MICROSECOND}
        case datetime():
            return {"at": cell.isoformat()}
        case date():
            return {"day": cell.isoformat()}
        case Price():
            return {"amount": str(cell.amount), "currency": cell.currency}
        case _:
            return cell


def _cell_of(value: Any) -> Cell:
    match value:
        case {"key": str(key)}:
            return Key(key)
        case {"us": int(count)}:
            return count * _MICROSECOND
        case {"at": str(written)}:
            return datetime.fromisoformat(written)
        case {"day": str(written)}:
            return date.fromisoformat(written)
        case {"amount": str(amount), "currency": str(currency)}:
            return Price(Decimal(amount), currency)
        case None | str() | int() | float():
            return value
        case _:
            raise UnreadableReport(f"no cell that we know: {value!r}")


def _row(cells: Sequence[Cell]) -> list[object]:
    return [_cell(one) for one in cells]


def _row_of(values: Sequence[Any]) -> tuple[Cell, ...]:
    return tuple(_cell_of(one) for one in values)


def _headline(one: Headline) -> Mapping[str, object]:
    value, before = _row((one.value, one.before))
    return {"label": one.label, "value": value, "unit": one.unit.value, "before": before}


def _headline_of(values: Mapping[str, Any]) -> Headline:
    value, before = _row_of((values["value"], values["before"]))
    return Headline(Key(values["label"]), value, Unit(values["unit"]), before)


def _section(one: Section) -> Mapping[str, object]:
    return {
        "title": one.title,
        "tables": [_table(table) for table in one.tables],
        "charts": [_chart(chart) for chart in one.charts],
    }


def _section_of(values: Mapping[str, Any]) -> Section:
    tables = tuple(_table_of(table) for table in values["tables"])
    return Section(Key(values["title"]), tables, tuple(map(_chart_of, values["charts"])))


def _table(one: Table) -> Mapping[str, object]:
    return {
        "title": one.title,
        "columns": [[column.key, column.unit.value, column.formula] for column in one.columns],
        "rows": [_row(row) for row in one.rows],
        "totals": None if one.totals is None else _row(one.totals),
        "note": one.note,
    }


def _table_of(values: Mapping[str, Any]) -> Table:
    columns = (Column(Key(key), Unit(unit), formula) for key, unit, formula in values["columns"])
    totals, note = values["totals"], values["note"]
    return Table(
        Key(values["title"]),
        tuple(columns),
        tuple(_row_of(row) for row in values["rows"]),
        None if totals is None else _row_of(totals),
        None if note is None else Key(note),
    )


def _chart(one: Chart) -> Mapping[str, object]:
    return {
        "title": one.title,
        "kind": one.kind.value,
        "labels": _row(one.labels),
        "series": [_row((line.label, *line.values)) for line in one.series],
        "unit": one.unit.value,
        "target": one.target,
    }


def _chart_of(values: Mapping[str, Any]) -> Chart:
    labels: Any = _row_of(values["labels"])
    lines: Any = map(_row_of, values["series"])
    return Chart(
        Key(values["title"]),
        ChartKind(values["kind"]),
        labels,
        tuple(Series(label, tuple(cells)) for label, *cells in lines),
        Unit(values["unit"]),
        values["target"],
    )
