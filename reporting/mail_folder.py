"""The folder of caught mails: a file each, numbered as they came; the oldest make room for the newest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reporting.mails import HEAD_BYTES

LARGEST: Final = 5 << 20
"""Bytes of one mail."""

MOST: Final = 100
"""Mails."""

_ALL_BYTES: Final = 100 << 20
_CONTROL: Final = re.compile(rb"[\x00-\x1f\x7f]")


class NotKept(Exception):
    """The folder can't be written to; whoever sends may try again later."""


@dataclass(frozen=True, slots=True)
class Caught:
    """A mail, or its beginning, as it lies there: ``at`` is when it came."""

    number: int
    at: datetime
    content: bytes


class MailFolder:
    """For one writer, one mail after another, and any number of readers in other processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, sender: str, recipients: Sequence[str], content: bytes) -> int:
        """Its number. The envelope, which nobody sees in a mail itself, is put before it. Raises NotKept."""
        envelope = f"Return-Path: <{sender}>", f"Delivered-To: {', '.join(recipients)}"
        lines = (_CONTROL.sub(b"?", one.encode("utf-8", "surrogateescape")) for one in envelope)
        try:
            return self._write(b"".join(line + b"\r\n" for line in lines) + content)
        except OSError as error:
            raise NotKept(f"{self._folder} can't be written to: {error.strerror}") from None

    def _write(self, content: bytes) -> int:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        number = max(self._numbers(), default=0) + 1
        unfinished = self._folder / "unfinished.part"
        unfinished.write_bytes(content)
        unfinished.rename(self._file(number))
        self._make_room()
        return number

    def newest(self) -> Iterator[Caught]:
        """The beginnings of all, the newest first: enough for the lines before the text."""
        for number in sorted(self._numbers(), reverse=True):
            if found := self._read(number, HEAD_BYTES):
                yield found

    def get(self, number: int) -> Caught | None:
        """The whole mail, None where it has made room."""
        return self._read(number, 2 * LARGEST)

    def __len__(self) -> int:
        return len(self._numbers())

    def _read(self, number: int, most: int) -> Caught | None:
        file = self._file(number)
        try:
            with file.open("rb") as opened:
                content = opened.read(most)
                came = file.stat().st_mtime
        except FileNotFoundError:
            return None
        return Caught(number, datetime.fromtimestamp(came, UTC), content)

    def _make_room(self) -> None:
        room = _ALL_BYTES
        for place, number in enumerate(sorted(self._numbers(), reverse=True)):
            file = self._file(number)
            room -= file.stat().st_size
            if place >= MOST or room < 0:
                file.unlink()

    def _numbers(self) -> list[int]:
        return [int(one.stem) for one in self._folder.glob("*.eml") if one.stem.isdecimal()]

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:09}.eml"
