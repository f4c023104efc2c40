"""Has clients' lists of debtors read and written by a process apart: whatever is in them, the desk goes on."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import IO

from campaigns.dunning.list_files import Terms
from domain.case_columns import ColumnMap
from domain.case_entry import Entry, RowFault
from rufwerk.files_apart import FilesApart, name_of
from rufwerk.list_wire import Entries, Faults, Limits, Read, Told, Wish, Written
from sheets.blanking import Erased
from sheets.case_lists import ReadList
from sheets.results import Results
from sheets.unreadable import UnreadableFile, Why


class ListFilesApart:
    """The files themselves have no names, so that nothing is left of them, however we end."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._apart = FilesApart()

    def read(self, content: bytes, terms: Terms, progress: Callable[[int], None]) -> ReadList:
        entries: list[Entry] = []
        faults: list[RowFault] = []
        with _holding(content) as source:
            wish = Wish(name_of(source), terms, self._limits)
            with closing(self._apart.asked(wish, source)) as answers:
                for answer in answers:
                    match answer:
                        case Told():
                            progress(answer.rows)
                        case Entries():
                            entries += answer.entries
                        case Faults():
                            faults += answer.faults
                        case Read():
                            return ReadList(entries, faults, answer.sheets, answer.left_out)
                        case _:
                            break
        raise UnreadableFile(Why.TOO_COSTLY)

    def write(self, content: bytes, results: Results, terms: Terms) -> bytes:
        return self._changed(content, results, terms)

    def blank(self, content: bytes, erased: Erased, columns: ColumnMap | None) -> bytes:
        return self._changed(content, erased, Terms("", "", columns))

    def _changed(self, content: bytes, change: Results | Erased, terms: Terms) -> bytes:
        with _holding(content) as source, tempfile.TemporaryFile() as target:
            wish = Wish(name_of(source), terms, self._limits, name_of(target), change)
            with closing(self._apart.asked(wish, source, target)) as answers:
                if any(isinstance(answer, Written) for answer in answers):
                    target.seek(0)
                    return target.read()
        raise UnreadableFile(Why.TOO_COSTLY)

    def close(self) -> None:
        """Whoever waits for a file is told that it can't be read."""
        self._apart.close()


@contextmanager
def _holding(content: bytes) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file
