"""A dialog's chart as SVG: a tree from left to right in black and white, each place once, where it is met first; who
comes back to it is pointed there.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from html import escape
from textwrap import wrap
from typing import Final

from ivr.walking.chart import Link
from ivr.walking.places import Ending, Kind, Place, Words

_SIZE: Final = 11
_FONT: Final = f'font-family="Helvetica, Arial, sans-serif" font-size="{_SIZE}"'


class Shape(Enum):
    """How a box is drawn; its attributes in SVG."""

    MENU = 'fill="#fff" stroke="#000" stroke-width="3"'
    QUESTION = 'fill="#fff" stroke="#000"'
    CONFIRMATION = 'rx="12" fill="#fff" stroke="#000"'
    SAID = 'fill="#fff" stroke="#000" stroke-dasharray="3 3"'
    POINTER = 'rx="11" fill="#fff" stroke="#000"'
    END = 'rx="11" fill="#000" stroke="#000"'


@dataclass(frozen=True, slots=True)
class Writing:
    """What stands in a drawing: a prompt's text, and the drawing's own words by key: keys pressed that have no sign,
    scenes, beginnings, endings and the shapes' names.
    """

    text: Callable[[Words], str]
    word: Callable[[str], str]


_LINE: Final = 14
_LETTER: Final = 5.8
_BOLD: Final = 6.6
"""The width of a letter, on average, of that size (px)."""

_WIDTH: Final = 280
_PAD: Final = 8
_PORT: Final = 12
"""How far below a box's upper edge lines come and go."""

_BETWEEN: Final = 20
_ROOM: Final = 46
"""For a line's turn and its arrow."""

_MARGIN: Final = 20
_TOP: Final = 90
_SHAPE_OF: Final = {
    Kind.MENU: Shape.MENU,
    Kind.QUESTION: Shape.QUESTION,
    Kind.CONFIRMATION: Shape.CONFIRMATION,
}
_LEGEND: Final = (Shape.MENU, Shape.QUESTION, Shape.CONFIRMATION, Shape.SAID)


@dataclass(slots=True)
class _Box:
    """``keys`` and ``only`` are written at the line that leads to it."""

    shape: Shape
    title: str
    lines: list[str] = field(default_factory=list)
    keys: str = ""
    only: str = ""
    next: "list[_Box]" = field(default_factory=list)
    x: int = 0
    y: int = 0

    @property
    def titles(self) -> list[str]:
        return _wrapped(self.title, _BOLD)

    @property
    def height(self) -> int:
        return _PAD * 2 + _LINE * (len(self.titles) + len(self.lines)) - 4

    @property
    def width(self) -> int:
        if self.shape in {Shape.POINTER, Shape.END}:
            return round(max(map(len, self.titles)) * _BOLD) + 2 * _PAD
        return _WIDTH


def svg(title: str, links: Sequence[Link], writing: Writing) -> str:
    """The drawing as the text of a file; the same for the same chart."""
    roots = _tree(links, writing)
    columns = _columns(roots)
    bottom = _TOP
    for root in roots:
        bottom = _lay_out(root, columns, bottom) + _BETWEEN
    boxes = [box for root in roots for box in _all(root)]
    right = max((box.x + box.width for box in boxes), default=0) + _MARGIN
    width, height = max(right, 900), bottom + _MARGIN
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size} {_FONT}>',
        f"<title>{_escaped(title)}</title>",
        f'<rect {size} fill="#fff"/>',
        _written(_MARGIN, 34, title, 'font-size="18" font-weight="bold"'),
        *_legend(writing),
    ]
    for root in roots:
        parts += _line((_MARGIN, root.y + _PORT), _MARGIN, root)
    for box in boxes:
        parts += _lines_from(box)
        parts += _drawn(box)
    return "\n".join([*parts, "</svg>", ""])


def _tree(links: Sequence[Link], writing: Writing) -> list[_Box]:
    """Breadth first, so that each place stands as near to the beginning as can be."""
    root = _Box(Shape.SAID, "")
    drawn: dict[object, str] = {}
    queue: deque[tuple[Place | None, _Box]] = deque([(None, root)])
    while queue:
        place, box = queue.popleft()
        for link in (one for one in links if one.start == place):
            reached, more = _reached(link, drawn, writing)
            reached.keys = " · ".join(writing.word(key) for key in link.keys)
            reached.only = "; ".join(writing.word(scene) for scene in link.only)
            box.next.append(reached)
            queue.extend(more)
    return root.next


def _reached(
    link: Link, drawn: dict[object, str], writing: Writing
) -> tuple[_Box, list[tuple[Place, _Box]]]:
    """The box that a link leads to, and the place to go on from where that is new."""
    if not link.said:
        return _target(link.to, drawn, writing)
    title = ", ".join(dict.fromkeys(words.prompt for words in link.said))
    if (link.said, link.to) in drawn:
        return _Box(Shape.POINTER, f"→ {title}"), []
    drawn[link.said, link.to] = title
    box = _Box(Shape.SAID, title, _texts(link.said, writing))
    target, more = _target(link.to, drawn, writing)
    box.next.append(target)
    return box, more


def _target(
    to: Place | Ending, drawn: dict[object, str], writing: Writing
) -> tuple[_Box, list[tuple[Place, _Box]]]:
    if isinstance(to, Ending):
        return _Box(Shape.END, writing.word(to.value)), []
    if to in drawn:
        return _Box(Shape.POINTER, f"→ {to.step}"), []
    drawn[to] = to.step
    box = _Box(_SHAPE_OF[to.kind], to.step, _texts(to.words, writing))
    return box, [(to, box)]


def _texts(words: Sequence[Words], writing: Writing) -> list[str]:
    return [line for one in words for line in _wrapped(writing.text(one))]


def _wrapped(text: str, letter: float = _LETTER) -> list[str]:
    return wrap(text, int((_WIDTH - 2 * _PAD) / letter)) or [""]


def _columns(boxes: Sequence[_Box]) -> list[int]:
    """Where each column of boxes begins: before it there is room for the longest of what is written at its lines."""
    columns: list[int] = []
    x = _MARGIN
    while boxes:
        longest = max(len(text) for box in boxes for text in (box.keys, box.only))
        x += round(longest * _BOLD) + _ROOM
        columns.append(x)
        x += _WIDTH
        boxes = [following for box in boxes for following in box.next]
    return columns


def _lay_out(box: _Box, columns: Sequence[int], top: int) -> int:
    """A box stands level with the first that it leads to; the lower edge of all of them."""
    box.x, *further = columns
    box.y = top
    bottom = top
    for following in box.next:
        bottom = _lay_out(following, further, bottom) + _BETWEEN
    return max(bottom - _BETWEEN, top + box.height)


def _all(box: _Box) -> Iterator[_Box]:
    yield box
    for following in box.next:
        yield from _all(following)


def _lines_from(box: _Box) -> Iterator[str]:
    for to in box.next:
        yield from _line((box.x + box.width, box.y + _PORT), box.x + _WIDTH + 14, to)


def _line(start: tuple[int, int], turn: int, to: _Box) -> Iterator[str]:
    """Across, up or down at ``turn``, and across to a box, with what is written there."""
    x, y = start
    end = to.y + _PORT
    yield f'<path d="M{x},{y} H{turn} V{end} H{to.x - 6}" fill="none" stroke="#000"/>'
    yield f'<path d="M{to.x - 8},{end - 4} L{to.x},{end} L{to.x - 8},{end + 4} Z"/>'
    if to.keys:
        yield _written(turn + 6, end - 4, to.keys, 'font-weight="bold"')
    if to.only:
        yield _written(turn + 6, end + 12, to.only, 'font-style="italic"')


def _drawn(box: _Box) -> Iterator[str]:
    colour = "#fff" if box.shape is Shape.END else "#000"
    yield (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
        f" {box.shape.value}/>"
    )
    y = box.y + _PAD + _SIZE - 2
    for line in box.titles:
        yield _written(box.x + _PAD, y, line, f'font-weight="bold" fill="{colour}"')
        y += _LINE
    for line in box.lines:
        yield _written(box.x + _PAD, y, line)
        y += _LINE


def _legend(writing: Writing) -> Iterator[str]:
    for place, shape in enumerate(_LEGEND):
        x = _MARGIN + place * 180
        yield f'<rect x="{x}" y="50" width="34" height="20" {shape.value}/>'
        yield _written(x + 42, 64, writing.word(shape.name.lower()))


def _written(x: int, y: int, text: str, how: str = "") -> str:
    return f'<text x="{x}" y="{y}"{how and " " + how}>{_escaped(text)}</text>'


def _escaped(text: str) -> str:
    return escape("".join(letter for letter in text if letter.isprintable()))
