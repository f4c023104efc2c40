"""XML changed by splicing bytes in and out, so that everything else stays as it was, to the byte."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

_HEAD: Final = 1 << 16
"""Bytes that a document's first element begins in."""


@dataclass(frozen=True, slots=True, order=True)
class Splice:
    """``text`` takes the place of the bytes from ``start`` to ``end``."""

    start: int
    end: int
    text: str


def spliced(data: bytes, splices: Iterable[Splice]) -> bytes:
    """``splices`` may come in any order and never overlap."""
    parts = []
    done = 0
    for splice in sorted(splices):
        parts += [data[done : splice.start], splice.text.encode()]
        done = splice.end
    return b"".join([*parts, data[done:]])


def scan(
    data: bytes,
    on_start: Callable[[str, dict[str, str], int], None],
    on_end: Callable[[str, int], None],
    on_text: Callable[[str], None] | None = None,
) -> None:
    """Tells of every element its name without its prefix, its attributes, and at which byte its tag begins; and of the
    texts between tags.

    An element written as ``<row/>`` ends where it begins. Raises what expat raises.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    opened = -1

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal opened
        opened = parser.CurrentByteIndex
        on_start(name.rpartition(":")[2], attributes, opened)

    def end(name: str) -> None:
        nonlocal opened
        at = parser.CurrentByteIndex
        if opened >= 0 and data[at - 2 : at] == b"/>" and is_closed(data, opened):
            at = opened  # expat is behind its tag by now
        opened = -1
        on_end(name.rpartition(":")[2], at)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = on_text
    parser.Parse(data, True)


def tag_end(data: bytes, start: int) -> int:
    """The byte after the tag that begins at ``start``: a ``>`` in an attribute's quotes doesn't close it."""
    at = start
    while True:
        close = data.index(b">", at)
        marks = [place for mark in (b'"', b"'") if (place := data.find(mark, at, close)) >= 0]
        if not marks:
            return close + 1
        quote = min(marks)
        at = data.index(data[quote : quote + 1], quote + 1) + 1


def is_closed(data: bytes, start: int) -> bool:
    """Whether the tag is written as ``<row/>``."""
    return data[tag_end(data, start) - 2 : tag_end(data, start)] == b"/>"


def prefix_of(data: bytes) -> str:
    """That of the document's first element, with its colon, or empty."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: found.append(name)
    parser.Parse(data[:_HEAD])
    prefix, colon, _ = found[0].rpartition(":")
    return prefix + colon


def retagged(data: bytes, start: int, attributes: Mapping[str, str]) -> Splice:
    """The tag that begins at ``start`` with other attributes."""
    name = data[start + 1 : tag_end(data, start)].split(None, 1)[0].strip(b"/>").decode()
    new = tag(name, attributes)
    end = tag_end(data, start)
    return Splice(start, end, new if is_closed(data, start) else new.removesuffix("/>") + ">")


def tag(name: str, attributes: Mapping[str, str]) -> str:
    """An empty element."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}/>"
