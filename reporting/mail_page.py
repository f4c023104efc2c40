"""A report as a mail: HTML with its pictures named by content id, and plain text beside. The only module of reporting
that imports jinja2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import jinja2

from reporting.chart_looks import WIDTH, as_number
from reporting.formulas import footnotes
from reporting.inlining import inlined
from reporting.report import Cell, Chart, Headline, Report, Section, Table, Unit
from reporting.words import NOTHING, Words

MOST_ROWS: Final = 32
"""Of a table: mail programs cut a long mail off (Gmail after 102 kB), and the workbook has them all."""

_TEXTS: Final = frozenset({Unit.NAME, Unit.TEXT})
_PLAIN_WIDTH: Final = 78
_ARROWS: Final = {1: "\N{UPWARDS ARROW}", 0: "\N{RIGHTWARDS ARROW}", -1: "\N{DOWNWARDS ARROW}"}

_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FunctionLoader(lambda name: _read(name)),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _read(name: str) -> str:
    return files("reporting").joinpath("templates", name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that is enclosed, and what it is for."""

    name: str
    says: str


def subject(report: Report, words: Words) -> str:
    parts = {
        "kind": words.text(f"kind_{report.kind}"),
        "brand": report.brand or words.text("all_brands"),
        "period": words.period(report.period),
    }
    if report.corrects is None:
        return words.text("subject", **parts)
    return words.text("subject_of_correction", number=report.corrects, **parts)


def picture_name(number: int) -> str:
    """The content id (RFC 2392) of a report's chart, counted from 1 on."""
    return f"chart-{number}@rufwerk"


def html(report: Report, words: Words, enclosed: Sequence[Listed]) -> str:
    """A page that fetches nothing; its pictures are named by ``picture_name`` in the order of the charts."""
    text = words.text
    number = 0
    sections = []
    for section in report.sections:
        pictures = []
        for chart in section.charts:
            number += 1
            pictures.append({"name": picture_name(number), "alt": told_chart(chart, words)})
        tables = [_table(table, words) for table in section.tables]
        sections.append({"title": text(section.title), "pictures": pictures, "tables": tables})
    page = _TEMPLATES.get_template("report.html").render(
        language=words.language,
        style=_markup(_read("report.css")),
        subject=subject(report, words),
        kind=text(f"kind_{report.kind}"),
        brand=report.brand or text("all_brands"),
        period=words.period(report.period),
        corrects=text("corrects", number=report.corrects) if report.corrects else "",
        headlines=[_headline(one, words) for one in report.headlines],
        sections=sections,
        width=WIDTH,
        formulas=[text(key) for key in report.formulas],
        files=enclosed,
        **{name: text(name) for name in ("how_computed", "enclosed", "written_by")},
        times_are_of=text("times_are_of", zone=report.zone.key),
    )
    return inlined(page)


def _markup(text: str) -> Any:
    return jinja2.utils.markupsafe.Markup(text)  # our own style sheet


def _headline(one: Headline, words: Words) -> dict[str, str]:
    before = (
        "" if one.before is None else words.text("before", value=words.cell(one.before, one.unit))
    )
    return {
        "label": words.text(one.label),
        "value": words.cell(one.value, one.unit),
        "before": before,
        "arrow": _arrow(one),
    }


def _arrow(one: Headline) -> str:
    """Which way it went; that says nothing about whether it is better."""
    now, before = (_comparable(value, one.unit) for value in (one.value, one.before))
    return "" if now is None or before is None else _ARROWS[(now > before) - (now < before)]


def _comparable(value: Cell, unit: Unit) -> float | None:
    return None if isinstance(value, str) or hasattr(value, "year") else as_number(value, unit)  # type: ignore[arg-type]


def _table(table: Table, words: Words) -> dict[str, Any]:
    heads = [
        {"text": words.text(column.key), "figure": column.unit not in _TEXTS and place > 0}
        for place, column in enumerate(table.columns)
    ]
    rows = [
        {"total": total, "cells": _cells(cells, table, heads, words)}
        for cells, total in _rows(table, words)
    ]
    return {
        "title": words.text(table.title),
        "heads": heads,
        "rows": rows,
        "footnotes": [*_left_out(table, words), *footnotes(table, words)],
    }


def _cells(
    cells: Sequence[str], table: Table, heads: Sequence[dict[str, Any]], words: Words
) -> list[dict[str, Any]]:
    """The first says what the row is of; where there are many, each says what it is, for narrow screens."""
    labelled = len(heads) > 5
    return [
        {
            "text": cell,
            "tag": "td" if place else "th",
            "figure": head["figure"],
            "label": head["text"] if place and labelled else "",
        }
        for place, (cell, head) in enumerate(zip(cells, heads, strict=True))
    ]


def _rows(table: Table, words: Words) -> list[tuple[list[str], bool]]:
    """Each with whether it is the totals'."""
    shown = [
        (
            [
                words.cell(cell, column.unit)
                for cell, column in zip(row, table.columns, strict=True)
            ],
            False,
        )
        for row in table.rows[:MOST_ROWS]
    ]
    if table.totals is None:
        return shown
    totals = [
        "" if cell is None else words.cell(cell, column.unit)
        for cell, column in zip(table.totals, table.columns, strict=True)
    ]
    totals[0] = totals[0] or words.text("total")
    return [*shown, (totals, True)]


def _left_out(table: Table, words: Words) -> list[str]:
    rest = len(table.rows) - MOST_ROWS
    return [words.text("more_rows", count=words.number(rest, 0))] if rest > 0 else []


def told_chart(chart: Chart, words: Words) -> str:
    """For who doesn't see it: from where to where each series goes."""
    parts = []
    for one in chart.series:
        values = [value for value in one.values if value is not None]
        if values:
            ends = sorted(values, key=lambda value: as_number(value, chart.unit) or 0.0)
            lowest, highest = (words.cell(end, chart.unit) for end in (ends[0], ends[-1]))
            span = lowest if lowest == highest else f"{lowest} {NOTHING} {highest}"
            parts.append(f"{words.label(one.label)} {span}")
    return words.text(
        "chart_says", title=words.text(chart.title), figures="; ".join(parts) or NOTHING
    )


# the same as plain text


def plain(report: Report, words: Words, enclosed: Sequence[Listed]) -> str:
    """Lines end in LF; those of tables are aligned where they fit."""
    text = words.text
    lines = [subject(report, words), ""]
    if report.corrects:
        lines += [text("corrects", number=report.corrects), ""]
    lines += _plain_headlines(report, words)
    for section in report.sections:
        lines += _plain_section(section, words)
    if report.formulas:
        lines += ["", text("how_computed").upper(), *(text(key) for key in report.formulas)]
    lines += ["", text("enclosed").upper(), *(f"{one.name}: {one.says}" for one in enclosed)]
    lines += ["", text("times_are_of", zone=report.zone.key), text("written_by")]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _plain_headlines(report: Report, words: Words) -> list[str]:
    told = [_headline(one, words) for one in report.headlines]
    widest = max((len(one["label"]) for one in told), default=0)
    return [
        f"{one['label']:<{widest}}  {one['value']}"
        + (f"  ({one['before']})" if one["before"] else "")
        for one in told
    ]


def _plain_section(section: Section, words: Words) -> list[str]:
    lines = ["", words.text(section.title).upper()]
    for table in section.tables:
        if table.title != section.title:
            lines += ["", words.text(table.title)]
        lines += _plain_table(table, words)
        lines += [*_left_out(table, words), *footnotes(table, words)]
    return lines


def _plain_table(table: Table, words: Words) -> list[str]:
    heads = [words.text(column.key) for column in table.columns]
    rows = [cells for cells, _ in _rows(table, words)]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) <= _PLAIN_WIDTH:
        texts = [column.unit in _TEXTS or not place for place, column in enumerate(table.columns)]
        return [
            "  ".join(
                f"{cell:<{width}}" if is_text else f"{cell:>{width}}"
                for cell, width, is_text in zip(row, widths, texts, strict=True)
            )
            for row in (heads, *rows)
        ]
    return [
        f"{row[0]}: "
        + ", ".join(f"{head} {cell}" for head, cell in zip(heads[1:], row[1:], strict=True) if cell)
        for row in rows
    ]
