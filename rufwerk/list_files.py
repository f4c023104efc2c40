"""Has clients' files read and written by a process apart, one at a time: whatever is in them, the desk goes on."""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from threading import Lock, Timer
from typing import IO

import msgspec
import structlog

from campaigns.dunning.list_files import Terms
from domain.case_columns import ColumnMap
from domain.case_entry import Entry, RowFault
from domain.sheet_row import SheetRow
from rufwerk.list_wire import (
    ANSWERS,
    Answer,
    Entries,
    Faults,
    Limits,
    Read,
    Told,
    Unclear,
    Unreadable,
    Wish,
    Written,
)
from sheets.blanking import Erased
from sheets.case_lists import ColumnsUnclear, ReadList
from sheets.results import Results
from sheets.unreadable import UnreadableFile, Why

log = structlog.get_logger()


class ListFilesApart:
    """The files themselves have no names, so that nothing is left of them, however we end."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, content: bytes, terms: Terms, progress: Callable[[int], None]) -> ReadList:
        entries: list[Entry] = []
        faults: list[RowFault] = []
        with _holding(content) as source:
            wish = Wish(_name(source), terms, self._limits)
            with closing(self._asked(wish, source)) as answers:
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
            wish = Wish(_name(source), terms, self._limits, _name(target), change)
            with closing(self._asked(wish, source, target)) as answers:
                if any(isinstance(answer, Written) for answer in answers):
                    target.seek(0)
                    return target.read()
        raise UnreadableFile(Why.TOO_COSTLY)

    def close(self) -> None:
        """Whoever waits for a file is told that it can't be read."""
        if self._process is not None:
            self._process.kill()

    def _asked(self, wish: Wish, *files: IO[bytes]) -> Generator[Answer]:
        """What the process says, until it has no more to say; its refusals are raised."""
        command = [sys.executable, "-m", "rufwerk.list_process"]
        with (
            self._turn,
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=[one.fileno() for one in files],
                env=_without_secrets(),
                start_new_session=True,
            ) as process,
        ):
            self._process = process
            timer = Timer(self._limits.wall_s, process.kill)
            timer.start()
            try:
                yield from _answers(process, wish)
            finally:
                process.kill()
                timer.cancel()
                timer.join()
        if process.returncode:
            log.warning("a list's file was given up", status=process.returncode)


def _answers(process: subprocess.Popen[bytes], wish: Wish) -> Iterator[Answer]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with process.stdin as ears:
            pickle.dump(wish, ears)
    except BrokenPipeError:
        return
    for line in process.stdout:
        try:
            answer = ANSWERS.decode(line)
        except msgspec.MsgspecError:  # it was cut off in the middle
            return
        match answer:
            case Unreadable():
                if answer.cause:
                    log.warning("a list's file isn't understood", cause=answer.cause)
                raise UnreadableFile(Why[answer.why])
            case Unclear():
                sample = [SheetRow(number, cells) for number, cells in answer.sample.items()]
                raise ColumnsUnclear(answer.sheet, answer.recognised, sample)
            case _:
                yield answer


def _without_secrets() -> dict[str, str]:
    return {name: one for name, one in os.environ.items() if not name.startswith("RUFWERK_")}


@contextmanager
def _holding(content: bytes) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        yield file


def _name(file: IO[bytes]) -> str:
    """By which a process that was handed it opens it."""
    return f"/proc/self/fd/{file.fileno()}"
