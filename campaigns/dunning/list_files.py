"""What is needed of clients' files, as a Protocol: reading and writing them where a hostile one harms nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from domain.case_columns import ColumnMap
from sheets.blanking import Erased
from sheets.case_lists import ReadList
from sheets.results import Results


@dataclass(frozen=True, slots=True)
class Terms:
    """What a list leaves unsaid. ``country`` (ISO 3166) is the one its numbers and ZIPs are read in, ``currency`` (ISO
    4217) that of amounts which name none; ``columns`` are the client's of old, or those that a person has chosen now.
    """

    country: str
    currency: str
    columns: ColumnMap | None = None


class ListFiles(Protocol):
    """All take seconds for a long list, from any thread."""

    def read(self, content: bytes, terms: Terms, progress: Callable[[int], None]) -> ReadList:
        """As ``sheets.case_lists.read_list``. Raises UnreadableFile, where it takes too much time or memory too, or
        ColumnsUnclear.
        """
        ...

    def write(self, content: bytes, results: Results, terms: Terms) -> bytes:
        """The file with the results, its rows of headings found anew by ``terms``. Raises UnreadableFile."""
        ...

    def blank(self, content: bytes, erased: Erased, columns: ColumnMap | None) -> bytes:
        """The file without a debtor, as ``sheets.blanking.blank``; ``columns`` are the client's of old. Raises
        UnreadableFile.
        """
        ...
