"""A report as an Excel workbook: its sheets. With the modules of its cells, tables and charts it alone imports
xlsxwriter.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from reporting.formulas import footnotes
from reporting.report import Column, Report, Section
from reporting.sheet_cells import Formats, safe, sheet_names, write
from reporting.sheet_tables import write_table
from reporting.words import Words
from reporting.workbook_charts import ChartSheet

_A4: Final = 9
_WIDE: Final = 60
_COVER_COLUMNS: Final = (34, 24, 24)
_TITLE_ROWS: Final = 3
"""Of a sheet, before its first table."""

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,  # what others wrote is text, whatever it begins with
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def workbook(report: Report, words: Words, at: datetime) -> bytes:
    """Of type xlsx; the same bytes for the same report and the same ``at``, which it says it was made at."""
    content = io.BytesIO()
    # differences of times may be negative, which Excel shows in this calendar alone
    book = Workbook(content, {**_OPTIONS, "date_1904": report.corrects is not None})
    book.set_properties({"title": _title(report, words), "created": at.replace(tzinfo=None)})
    book.set_calc_mode("auto")
    _Book(book, report, words).write()
    book.close()
    return content.getvalue()


class _Book:
    def __init__(self, book: Workbook, report: Report, words: Words) -> None:
        self._book, self._report, self._words = book, report, words
        self._formats = Formats(book, words.language)
        self._tables = 0

    def write(self) -> None:
        text = self._words.text
        sections = self._report.sections
        names = sheet_names(
            [text("cover"), *(text(one.title) for one in sections), text("chart_figures")]
        )
        sheets = [self._book.add_worksheet(name) for name in names[:-1]]
        has_charts = any(one.charts for one in sections)
        data = self._book.add_worksheet(names[-1]) if has_charts else None
        charts = ChartSheet(self._book, data, self._formats, self._words) if data else None
        self._cover(sheets[0], names[1 : len(sections) + 1])
        for sheet, section in zip(sheets[1:], sections, strict=True):
            self._section(sheet, section, charts)
        for sheet in filter(None, (*sheets, data)):
            self._set_up(sheet)

    def _set_up(self, sheet: Worksheet) -> None:
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(0.5, 0.5, 0.6, 0.7)
        sheet.fit_to_pages(1, 0)
        left = f"{_title(self._report, self._words)}".replace("&", "&&")
        sheet.set_footer(f"&L&8{left[:180]}&R&8{self._words.text('page_of')}")

    # the first sheet

    def _cover(self, sheet: Worksheet, names: Sequence[str]) -> None:
        text, formats = self._words.text, self._formats
        for place, width in enumerate(_COVER_COLUMNS):
            sheet.set_column(place, place, width)
        sheet.set_column(3, 3, _WIDE)
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, safe(_name(self._report, self._words)), formats.title)
        sheet.write_string(1, 0, self._words.period(self._report.period), formats.soft)
        row = 3
        if self._report.corrects:
            told = text("corrects", number=self._report.corrects)
            sheet.write_string(row, 0, safe(told), formats.strong)
            row += 2
        row = self._headlines(sheet, row) + 1
        row = (
            self._lines(sheet, row, text("formulas"), [text(one) for one in self._report.formulas])
            + 1
        )
        sheet.write_string(row, 0, text("contents"), formats.heading)
        titles = [safe(text(one.title)) for one in self._report.sections]  # names may be cut
        for place, (name, title) in enumerate(zip(names, titles, strict=True), row + 1):
            to = f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1"
            sheet.write_url(place, 0, to, formats.link, title)
        row += len(names) + 2
        zone = text("times_are_of", zone=self._report.zone.key)
        sheet.write_string(row, 0, zone, formats.soft)

    def _headlines(self, sheet: Worksheet, row: int) -> int:
        heads = (
            self._words.text("figure"),
            self._words.text("value"),
            self._words.text("previously"),
        )
        for place, head in enumerate(heads):
            sheet.write_string(row, place, head, self._formats.head(right=place > 0))
        for one in self._report.headlines:
            row += 1
            column = Column(one.label, one.unit)
            sheet.write_string(row, 0, self._words.text(one.label), self._formats.text)
            for place, value in ((1, one.value), (2, one.before)):
                write(sheet, (row, place), value, column.unit, self._formats, self._words)
        return row + 1

    def _lines(self, sheet: Worksheet, row: int, title: str, lines: Sequence[str]) -> int:
        if not lines:
            return row
        sheet.write_string(row, 0, title, self._formats.heading)
        for line in lines:
            row += 1
            sheet.merge_range(row, 0, row, 3, "", self._formats.wrapped)
            sheet.write_string(row, 0, line, self._formats.wrapped)
        return row + 1

    # a section's sheet

    def _section(self, sheet: Worksheet, section: Section, charts: ChartSheet | None) -> None:
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, self._words.text(section.title), self._formats.title)
        under = f"{_name(self._report, self._words)}, {self._words.period(self._report.period)}"
        sheet.write_string(1, 0, safe(under), self._formats.soft)
        row = _TITLE_ROWS
        for place, table in enumerate(section.tables):
            if table.title != section.title:
                sheet.write_string(row, 0, self._words.text(table.title), self._formats.heading)
                row += 1
            if place == 0:
                sheet.freeze_panes(row + 1, 1)
                sheet.repeat_rows(row)
            self._tables += 1
            row = write_table(sheet, row, table, self._tables, self._formats, self._words)
            for line in footnotes(table, self._words):
                sheet.write_string(row, 0, line, self._formats.soft)
                row += 1
            row += 1
        if charts is not None:
            charts.put(sheet, row, section.charts)


def _name(report: Report, words: Words) -> str:
    brand = report.brand or words.text("all_brands")
    return f"{words.text(f'kind_{report.kind}')} {brand}"


def _title(report: Report, words: Words) -> str:
    return f"{_name(report, words)}, {words.period(report.period)}"
