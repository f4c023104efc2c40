"""Takes a mail apart to be looked at; whoever wrote it is not to be trusted."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from itertools import islice
from typing import Final

from typing_extensions import override

TEXT_BYTES: Final = 500_000
"""A longer text is an attachment: a single step over it would keep others in the process waiting."""

HEAD_BYTES: Final = 32 << 10
"""Of a mail: enough for the lines before the text."""

_LINE_CHARACTERS: Final = 1000
_ATTACHMENTS: Final = 50
_LINES: Final = 100_000
_CONTAINERS: Final = 50
_DESCRIPTION_BYTES: Final = 4096

_CONTAINER: Final = re.compile(rb"boundary|message/", re.IGNORECASE)
_DESCRIPTION: Final = re.compile(
    rb"(?:\A|(?<=[\r\n]))content-[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*", re.IGNORECASE
)
_CHARSETS: Final = frozenset({"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_TEXTS: Final = frozenset({"text/plain", "text/html"})
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_CONTENT_ID: Final = re.compile(r"\bcid:([^\s\"'<>()]{1,200})")
_REACHES_OUT: Final = re.compile(r"<(?=(?:a|area|base|link|meta)\b)", re.IGNORECASE)


class TooOdd(Exception):
    """This mail can't be taken apart, or not in a short time; nothing is gained by a second try."""


@dataclass(frozen=True, slots=True)
class Heading:
    """``recipients`` are all whom it was sent to, those of a blind copy too; plain text of one line each."""

    sender: str = field(repr=False)
    recipients: str = field(repr=False)
    subject: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """``name`` is one that a file may have, on any machine."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """``text`` and ``html`` are empty where it has none; ``html`` is as it came, but for its pictures and for what
    would reach out of it.
    """

    heading: Heading
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[Attachment, ...]


class _Utf8(Compat32):
    """What isn't ASCII in a line before the text is UTF-8 (RFC 6532)."""

    @override
    def header_fetch_parse(self, name: str, value: str) -> str:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


_POLICY: Final = _Utf8()


def heading(content: bytes) -> Heading:
    """Of a mail's beginning, the only part of it that is looked at."""
    return _heading(BytesHeaderParser(policy=_POLICY).parsebytes(content[:HEAD_BYTES]))


def read(content: bytes) -> Mail:
    """Raises TooOdd."""
    if _is_odd(content):
        raise TooOdd("This mail is built in a way that takes too long to take apart.")
    try:
        return _taken_apart(content)
    except (ValueError, TypeError):  # Python's parser trusts a parameter's parts and character set
        raise TooOdd("This mail is built in a way that can't be taken apart.") from None


def _taken_apart(content: bytes) -> Mail:
    message = message_from_bytes(content, policy=_POLICY)
    texts: dict[str, str] = {}
    attachments: list[Attachment] = []
    pictures: dict[str, str] = {}
    for part in islice(_leaves(message), _ATTACHMENTS + 2):
        kind, data = part.get_content_type(), _data(part)
        if kind in _TEXTS - texts.keys() and len(data) <= TEXT_BYTES and not part.get_filename():
            texts[kind] = _decoded(data, str(part.get_content_charset() or ""))
            continue
        attachments.append(Attachment(_file_name(part, len(attachments) + 1), data))
        if kind in _PICTURES:
            name = str(part.get("Content-ID", "")).strip().strip("<>")
            pictures[name] = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return Mail(
        _heading(message),
        texts.get("text/plain", "").replace("\r\n", "\n"),
        _shown(texts.get("text/html", ""), pictures),
        tuple(attachments),
    )


def _is_odd(content: bytes) -> bool:
    """The time the parser takes grows with the product of lines and parts within parts, and with the square of the
    length of what describes a part.
    """
    return (
        max(content.count(b"\n"), content.count(b"\r")) > _LINES
        or _more_than(_CONTAINERS, _CONTAINER.finditer(content))
        or any(
            found.end() - found.start() > _DESCRIPTION_BYTES
            for found in _DESCRIPTION.finditer(content)
        )
    )


def _more_than(most: int, found: Iterable[object]) -> bool:
    return next(islice(found, most, None), None) is not None


def _leaves(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _data(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _heading(message: Message) -> Heading:
    return Heading(
        _line(message.get("From") or message.get("Return-Path")),
        _line(message.get("Delivered-To") or message.get("To")),
        _line(message.get("Subject")),
    )


def _line(value: object) -> str:
    """Without what a page or a terminal would obey, such as a change of the writing's direction."""
    raw = " ".join(str(value or "").split())[:_LINE_CHARACTERS]
    try:
        parts = [
            one if isinstance(one, str) else _decoded(one, charset or "")
            for one, charset in decode_header(raw)
        ]
    except (HeaderParseError, ValueError):
        parts = [raw]
    return "".join(one if one.isprintable() else " " for one in "".join(parts)).strip()


def _decoded(data: bytes, charset: str) -> str:
    """Of the few character sets that mails of ours have; Python knows some that run long, or aren't any."""
    wanted = charset.lower()
    return data.decode(wanted if wanted in _CHARSETS else "utf-8", "replace")


def _file_name(part: Message, place: int) -> str:
    """Its end says what it is, so that is what is kept of a long one."""
    wanted = _line(part.get_filename() or "").replace("\\", "/").rpartition("/")[2]
    return re.sub(r"[^\w.-]+", "_", wanted)[-100:].strip("._") or f"part-{place}"


def _shown(html: str, pictures: Mapping[str, str]) -> str:
    """With its pictures within, each once, so that a small mail makes no huge page; and a browser that shows it asks
    nobody anything: no policy keeps it from connecting beforehand to where a link leads.
    """
    left = dict(pictures)
    quiet = _REACHES_OUT.sub("<x-", html)
    return _CONTENT_ID.sub(lambda found: left.pop(found[1], found[0]), quiet)
