"""A workbook's frame: sheets, strings, formats; the only module that imports openpyxl."""

import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE, is_date_format
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import SHARED_STRINGS

from domain.currencies import currency_of_format
from sheets.package import DAMAGES_IN_READING, opened
from sheets.shared_strings import strings_of
from sheets.unreadable import UnreadableFile, Why

_EPOCH: Final = date(1899, 12, 30)
_MAC_EPOCH: Final = date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """``part`` is its file in the zip. Chart sheets aren't among a workbook's sheets."""

    name: str
    part: str
    is_visible: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What all sheets of a workbook share. ``part`` and ``strings_part`` are the files of the workbook itself and of
    ``strings``, the texts that cells point to. ``dates`` are the styles that show a number as a day, ``currencies``
    those that show it as money, by style; ``epoch`` is the day 0 of such numbers.
    """

    sheets: tuple[Sheet, ...]
    part: str
    strings_part: str | None
    strings: Sequence[str] = field(repr=False)
    dates: frozenset[int]
    currencies: Mapping[int, str]
    epoch: date

    @property
    def is_mac(self) -> bool:
        """Whether days are counted from 1904, as Excel for the Macintosh did."""
        return self.epoch == _MAC_EPOCH


@contextmanager
def open_workbook(path: Path, currency: str) -> Iterator[tuple[zipfile.ZipFile, Frame]]:
    """The checked zip and its frame; ``currency`` is what ``$`` means where it can. Raises UnreadableFile.

    Its sheets are read by ``sheets.sheet_rows``: openpyxl's own rows tell neither which of them are hidden nor which
    formulas lack a result.
    """
    with opened(path) as archive:
        try:
            frame = _frame(path, archive, currency)
        except DAMAGES_IN_READING:
            raise UnreadableFile(Why.DAMAGED) from None
        yield archive, frame


def _frame(path: Path, archive: zipfile.ZipFile, currency: str) -> Frame:
    with warnings.catch_warnings(), path.open("rb") as source:
        warnings.simplefilter("ignore")  # about what it doesn't keep: nothing is kept here
        reader = ExcelReader(source, read_only=True, data_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        sheets = tuple(
            Sheet(sheet.name, relation.target, sheet.state == "visible")
            for sheet, relation in reader.parser.find_sheets()
            if "chartsheet" not in relation.Type and relation.target in reader.valid_files
        )
    formats = _formats(reader.wb)
    strings_part = _strings_part(reader.package)
    currencies = {style: currency_of_format(one, currency) for style, one in formats.items()}
    return Frame(
        sheets,
        reader.parser.workbook_part_name,
        strings_part,
        _strings(archive, strings_part),
        frozenset(style for style, one in formats.items() if is_date_format(one)),
        {style: found for style, found in currencies.items() if found},
        _MAC_EPOCH if reader.wb.epoch == MAC_EPOCH else _EPOCH,
    )


def _strings_part(package: Manifest) -> str | None:
    found = (one.PartName for one in package.Override if one.ContentType == SHARED_STRINGS)
    part: str | None = next(found, None)
    return None if part is None else part.removeprefix("/")


def _strings(archive: zipfile.ZipFile, part: str | None) -> Sequence[str]:
    if part is None:
        return ()
    with archive.open(part) as source:
        return strings_of(source)


def _formats(book: Workbook) -> Mapping[int, str]:
    """Number formats by style."""
    # openpyxl's own rows read them there too; there is no other way to them
    own = book._number_formats  # type: ignore[attr-defined]  # noqa: SLF001
    styles = book._cell_styles  # type: ignore[attr-defined]  # noqa: SLF001
    numbers = (style.numFmtId for style in styles)
    return {
        style: BUILTIN_FORMATS.get(number, "General")
        if number < BUILTIN_FORMATS_MAX_SIZE
        else own[number - BUILTIN_FORMATS_MAX_SIZE]
        for style, number in enumerate(numbers)
    }
