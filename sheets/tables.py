"""The tables of a client's file: the sheets of a workbook, or the one of a CSV."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from domain.sheet_row import SheetRow
from sheets import delimited
from sheets.package import is_workbook
from sheets.sheet_rows import rows_of
from sheets.workbook import open_workbook


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet; a CSV's name is empty."""

    name: str
    rows: Iterable[SheetRow]


@contextmanager
def open_tables(
    path: Path, currency: str, *, hidden: bool = False
) -> Iterator[tuple[Iterator[Table], Sequence[str]]]:
    """What can be seen of a file, or all that is in it, one table after another; and the names of hidden sheets."""
    if not is_workbook(path):
        written = delimited.format_of(path)
        with delimited.records(path, written) as records:
            yield iter([Table("", delimited.rows_of(records))]), ()
        return
    with open_workbook(path, currency) as (archive, frame):

        def visible() -> Generator[Table, None, None]:
            for sheet in frame.sheets:
                if sheet.is_visible or hidden:
                    with archive.open(sheet.part) as source:
                        yield Table(sheet.name, rows_of(source, frame))

        with closing(visible()) as found:
            yield found, [sheet.name for sheet in frame.sheets if not sheet.is_visible]
