"""Has clients' files handled by a process apart, one at a time: whatever is in them, we go on."""

import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Iterator
from threading import Lock, Timer
from typing import IO

import msgspec
import structlog

from domain.sheet_row import SheetRow
from rufwerk.list_wire import ANSWERS, Answer, AnyWish, NoHeadings, Unclear, Unreadable
from sheets.case_lists import ColumnsUnclear
from sheets.participant_list import HeadingsUnclear
from sheets.unreadable import UnreadableFile, Why

log = structlog.get_logger()


class FilesApart:
    def __init__(self) -> None:
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """Whoever waits for a file is told that it can't be read."""
        if self._process is not None:
            self._process.kill()

    def asked(self, wish: AnyWish, *files: IO[bytes]) -> Generator[Answer]:
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
            timer = Timer(wish.limits.wall_s, process.kill)
            timer.start()
            try:
                yield from _answers(process, wish)
            finally:
                process.kill()
                timer.cancel()
                timer.join()
        if process.returncode:
            log.warning("a list's file was given up", status=process.returncode)


def _answers(process: subprocess.Popen[bytes], wish: AnyWish) -> Iterator[Answer]:
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
            case NoHeadings():
                raise HeadingsUnclear(answer.doubled)
            case Unclear():
                sample = [SheetRow(number, cells) for number, cells in answer.sample.items()]
                raise ColumnsUnclear(answer.sheet, answer.recognised, sample)
            case _:
                yield answer


def _without_secrets() -> dict[str, str]:
    return {name: one for name, one in os.environ.items() if not name.startswith("RUFWERK_")}


def name_of(file: IO[bytes]) -> str:
    """By which a process that was handed it opens it."""
    return f"/proc/self/fd/{file.fileno()}"
