"""Clients' files, read and written in this process, and workbooks made of rows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from openpyxl import Workbook, load_workbook

from campaigns.dunning.list_files import Terms
from domain.case_columns import ColumnMap
from domain.case_entry import ListTerms
from rufwerk.swiss_zips import swiss_languages
from rufwerk.telephone_numbers import e164
from sheets.blanking import Erased, blank
from sheets.case_lists import ReadList, headings_end, read_list
from sheets.results import Results, write_results

HEADINGS = ("Telefon", "Name", "Kundennummer", "Adresse", "PLZ", "Betrag", "Rechnung")
Row = Sequence[str | float | date | None]


class ListFilesHere:
    def read(self, content: bytes, terms: Terms, progress: Callable[[int], None]) -> ReadList:
        own = ListTerms(terms.country, terms.currency, e164, swiss_languages())
        with NamedTemporaryFile() as file:
            Path(file.name).write_bytes(content)
            return read_list(Path(file.name), own, terms.columns, progress)

    def write(self, content: bytes, results: Results, terms: Terms) -> bytes:
        with NamedTemporaryFile() as file, NamedTemporaryFile() as target:
            Path(file.name).write_bytes(content)
            ends = headings_end(Path(file.name), terms.columns)
            write_results(Path(file.name), Path(target.name), replace(results, headings_end=ends))
            return Path(target.name).read_bytes()

    def blank(self, content: bytes, erased: Erased, columns: ColumnMap | None) -> bytes:
        with NamedTemporaryFile() as file, NamedTemporaryFile() as target:
            Path(file.name).write_bytes(content)
            blank(Path(file.name), Path(target.name), erased, columns)
            return Path(target.name).read_bytes()


def row(number: int, amount: float = 12.5, **changed: str | float) -> Row:
    """Debtor ``number`` lives in Ettlingen; ``changed`` are cells by heading."""
    usual: Row = (
        f"0171 39{number:05}",
        f"Debtor {number}",
        f"K{number}",
        "Hauptstr. 1, Ettlingen",
        "76275",
        amount,
        f"R-{number}",
    )
    return tuple((dict(zip(HEADINGS, usual, strict=True)) | changed).values())


def workbook(*rows: Row, headings: Row = HEADINGS, sheet: str = "Mai") -> bytes:
    book, content = Workbook(), BytesIO()
    assert book.active is not None
    book.active.title = sheet
    for one in (headings, *rows):
        book.active.append(list(one))
    book.save(content)
    return content.getvalue()


def read_back(content: bytes, sheet: str = "Mai") -> list[list[object]]:
    found = load_workbook(BytesIO(content))[sheet]
    return [[_plain(cell.value) for cell in one] for one in found.iter_rows()]


def _plain(value: object) -> object:
    """A day has no time."""
    return value.date() if isinstance(value, datetime) else value
