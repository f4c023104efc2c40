"""A report as a mail: HTML with its pictures named by content id, and plain text beside."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from domain.service_record import Price
from reporting.chart_looks import WIDTH, as_number
from reporting.formulas import footnotes
from reporting.pages import page
from reporting.report import Cell, Chart, Headline, Report, Section, Table, Unit
from reporting.words import NOTHING, Words

LONGEST: Final = 95_000
"""Bytes of the page: Gmail cuts a mail off after 102 kB."""

_ROWS: Final = (32, 24, 16, 10, 6, 4)
"""Of a table; the workbook has them all."""

_TEXTS: Final = frozenset({Unit.NAME, Unit.TEXT})
_PLAIN_WIDTH: Final = 78
_NARROW_WIDTH: Final = 44
"""Characters of a telephone's screen, in a small type."""

_PAGE_WIDTH: Final = 96

_ARROWS: Final = {1: "\N{UPWARDS ARROW}", 0: "\N{RIGHTWARDS ARROW}", -1: "\N{DOWNWARDS ARROW}"}


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
    """A page that fetches nothing; its pictures are named by ``picture_name`` in the order of the charts. Its tables
    are cut off so far as it must be short enough, if that is possible.
    """
    made = ""
    for most in _ROWS:
        made = _page(report, words, enclosed, most)
        if len(made.encode()) <= LONGEST:
            break
    return made


def _page(report: Report, words: Words, enclosed: Sequence[Listed], most: int) -> str:
    text = words.text
    return page(
        "report.html",
        language=words.language,
        subject=subject(report, words),
        kind=text(f"kind_{report.kind}"),
        brand=report.brand or text("all_brands"),
        period=words.period(report.period),
        corrects=text("corrects", number=report.corrects) if report.corrects else "",
        headlines=_abreast([_headline(one, words) for one in report.headlines]),
        sections=_sections(report, words, most),
        width=WIDTH,
        formulas=[text(key) for key in report.formulas],
        files=enclosed,
        how_computed=text("how_computed"),
        enclosed=text("enclosed"),
        written_by=text("written_by"),
        times_are_of=text("times_are_of", zone=report.zone.key),
    )


def _abreast(told: list[dict[str, str]]) -> list[list[dict[str, str]]]:
    """Rows of up to four, the last filled up with empty ones."""
    lines = -(-len(told) // 4)
    each = -(-len(told) // lines) if lines else 0
    filled = [*told, *({} for _ in range(each * lines - len(told)))]
    return [filled[start : start + each] for start in range(0, len(filled), each or 1)]


def _sections(report: Report, words: Words, most: int) -> list[dict[str, Any]]:
    number = itertools.count(1)
    told: set[str] = set()
    return [
        {
            "title": words.text(section.title),
            "pictures": [
                {"name": picture_name(next(number)), "alt": told_chart(chart, words)}
                for chart in section.charts
            ],
            "tables": [_table(table, words, most, told) for table in section.tables],
        }
        for section in report.sections
    ]


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
    match value:
        case int() | float() | timedelta() | Price():
            return as_number(value, unit)
        case _:
            return None


def _table(table: Table, words: Words, most: int, told: set[str]) -> dict[str, Any]:
    """In parts, each with the first column, where it is wider than the page; under it what isn't ``told`` yet."""
    new = [line for line in footnotes(table, words) if line not in told]
    told.update(new)
    heads = [words.text(column.key) for column in table.columns]
    rows = _rows(table, words, most)
    widths = _widths(heads, [cells for cells, _ in rows])
    many = sum(widths) > _NARROW_WIDTH
    figures = [
        column.unit not in _TEXTS and place > 0 for place, column in enumerate(table.columns)
    ]
    return {
        "title": words.text(table.title),
        "many": many,
        "parts": [
            {
                "heads": [{"text": heads[place], "figure": figures[place]} for place in part],
                "rows": [
                    {
                        "total": total,
                        "cells": [
                            {
                                "text": cells[place],
                                "tag": "td" if place else "th",
                                "figure": figures[place],
                                # for narrow screens, where each row is a card
                                "label": heads[place] if place and many else "",
                            }
                            for place in part
                        ],
                    }
                    for cells, total in rows
                ],
            }
            for part in _parts(widths)
        ],
        "footnotes": [*_left_out(table, words, most), *new],
    }


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Of the columns, in characters, with what is between them; heads and first cells may go over lines."""
    widths = [max(map(len, head.split()), default=0) for head in heads]
    for row in rows:
        first = max(map(len, row[0].split()), default=0)
        widths = [max(*pair) for pair in zip(widths, (first, *map(len, row[1:])), strict=True)]
    return [width + 1 for width in widths]


def _parts(widths: Sequence[int]) -> list[list[int]]:
    """Which columns stand side by side, as many in each part as in the others; the first is in all of them."""
    first, others = widths[0], widths[1:]
    found = _filled(widths, _PAGE_WIDTH)
    if len(found) == 1:
        return found
    even = first + sum(others) // len(found) + max(others) // 2
    return _filled(widths, min(even, _PAGE_WIDTH))


def _filled(widths: Sequence[int], most: int) -> list[list[int]]:
    parts = [[0]]
    for place, width in enumerate(widths[1:], 1):
        if len(parts[-1]) > 1 and sum(widths[one] for one in parts[-1]) + width > most:
            parts.append([0])
        parts[-1].append(place)
    return parts


def _rows(table: Table, words: Words, most: int) -> list[tuple[list[str], bool]]:
    """Each with whether it is the totals'."""
    shown = [
        (
            [
                words.cell(cell, column.unit)
                for cell, column in zip(row, table.columns, strict=True)
            ],
            False,
        )
        for row in table.rows[:most]
    ]
    if table.totals is None:
        return shown
    totals = [
        "" if cell is None else words.cell(cell, column.unit)
        for cell, column in zip(table.totals, table.columns, strict=True)
    ]
    totals[0] = totals[0] or words.text("total")
    return [*shown, (totals, True)]


def _left_out(table: Table, words: Words, most: int) -> list[str]:
    rest = len(table.rows) - most
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
        lines += [*_left_out(table, words, _ROWS[0]), *footnotes(table, words)]
    return lines


def _plain_table(table: Table, words: Words) -> list[str]:
    heads = [words.text(column.key) for column in table.columns]
    rows = [cells for cells, _ in _rows(table, words, _ROWS[0])]
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
