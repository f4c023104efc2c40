"""Has clients' files of participants read by a process apart. They are never copied: there may be PINs in them."""

from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from hashlib import file_digest
from io import BufferedReader

from domain.participant_row import Terms
from rufwerk.files_apart import FilesApart, name_of
from rufwerk.list_wire import (
    Limits,
    ParticipantFaults,
    Participants,
    ParticipantsRead,
    ReadWish,
    Shown,
    ShowWish,
    Told,
)
from sheets.participant_list import ReadParticipants, ShownRow
from sheets.unreadable import UnreadableFile, Why


class ParticipantFile:
    """``source`` is the client's own file, open for reading."""

    def __init__(self, source: BufferedReader, limits: Limits | None = None) -> None:
        self._source = source
        self._limits = limits or Limits()
        self._apart = FilesApart()

    def digest(self) -> str:
        """SHA-256, hex."""
        self._source.seek(0)
        return file_digest(self._source, "sha256").hexdigest()

    def read(self, terms: Terms, progress: Callable[[int], None]) -> ReadParticipants:
        """As ``sheets.participant_list.read_participants``. Raises UnreadableFile, where it takes too much time or
        memory too, or HeadingsUnclear.
        """
        found = ReadParticipants()
        wish = ReadWish(name_of(self._source), terms, self._limits)
        with closing(self._apart.asked(wish, self._source)) as answers:
            for answer in answers:
                match answer:
                    case Told():
                        progress(answer.rows)
                    case Participants():
                        found.entries.extend(answer.entries)
                    case ParticipantFaults():
                        found.faults.extend(answer.faults)
                    case ParticipantsRead():
                        found.columns.update(answer.columns)
                        found.left_out.extend(answer.left_out)
                        return found
                    case _:
                        break
        raise UnreadableFile(Why.TOO_COSTLY)

    def rows(
        self, wanted: Collection[tuple[str, int]], pin_digits: int | None
    ) -> Iterator[ShownRow]:
        """What stands in these, as ``sheets.participant_list.rows_shown``. Raises UnreadableFile."""
        wish = ShowWish(name_of(self._source), frozenset(wanted), pin_digits, self._limits)
        with closing(self._apart.asked(wish, self._source)) as answers:
            for answer in answers:
                match answer:
                    case Shown():
                        yield from answer.rows
                    case ParticipantsRead():
                        return
                    case _:
                        break
        raise UnreadableFile(Why.TOO_COSTLY)
