"""What passes between Asterisk's manager and us, and its shape on the wire: blocks, and lines that stay lines.

The bounds for what is sent are those of Asterisk 22's main/manager.c, measured on 22.10: beyond
them it takes nothing of the action.
"""

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from typing_extensions import override

GREETING: Final = "Asterisk Call Manager/"

LONGEST_BLOCK: Final = 32 * 1024
"""Bytes of an event or an answer; Asterisk's own events stay under 10 KiB."""

LONGEST_LINE: Final = 1022
"""Bytes of a line sent, without its end."""

MOST_LINES: Final = 128
"""Lines of an action, its name and its ActionID included."""

_END: Final = b"\r\n\r\n"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

Fields = Mapping[str, str | Sequence[str]]
"""An action's fields by Asterisk's names; a sequence writes its field once for each text."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where Asterisk's manager listens, and as whom we log in."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """Deadlines in seconds, and how much is held.

    ``login_s`` for connecting, for the greeting and for the login each; ``boot_s`` until Asterisk
    has booted; a ping every ``ping_every_s``, answered in ``ping_s``; ``action_s`` for an action and
    the whole of its list; pauses before a new link from ``retry_s``, doubling, to
    ``longest_retry_s``; ``waiting`` events between the link and who reads; ``listed`` of one answer.
    """

    login_s: float = 5.0
    boot_s: float = 30.0
    ping_every_s: float = 2.0
    ping_s: float = 5.0
    action_s: float = 5.0
    retry_s: float = 0.1
    longest_retry_s: float = 2.0
    waiting: int = 10_000
    listed: int = 10_000


@dataclass(frozen=True, slots=True)
class Event:
    """One thing Asterisk did: ``Hangup`` with its fields, named and written as Asterisk does.

    A field that stands in the block twice keeps its first text: a UserEvent's own fields come
    after Asterisk's, and can't pass for them.
    """

    name: str
    fields: Mapping[str, str]

    def get(self, name: str, default: str = "") -> str:
        """The text of a field; ``default`` where the event hasn't got it."""
        return self.fields.get(name, default)


@dataclass(frozen=True, slots=True)
class Linked:
    """The link is up and Asterisk has booted. What happened before is unknown: reconcile now."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The link is gone, and nothing is seen until the next Linked. ``reason`` is for the log."""

    reason: str


Item = Event | Linked | Lost


@dataclass(frozen=True, slots=True)
class Answer:
    """Asterisk's Success; ``events`` is the list that followed, without its closing event."""

    fields: Mapping[str, str]
    events: Sequence[Event] = ()


class LoginRefused(Exception):
    """User or secret is wrong; a retry makes no sense before somebody has changed that."""


class LinkDown(Exception):
    """There is no link: nothing was sent, and a later retry makes sense."""


class ActionRefused(Exception):
    """Asterisk answered with an error, which is the text: nothing was done."""


class ActionUncertain(Exception):
    """The action was sent and no answer came: whether it was done isn't known, so ask before a retry."""


class BadValue(ValueError):
    """An action can't be written as it is: nothing was sent, and a retry makes no sense.

    Its text names the field, never the value.
    """


class OutOfStep(Exception):
    """What came can't be AMI, or no end of it is in sight: the connection is of no more use."""


class Blocks:
    """Cuts what comes over one connection into blocks, in whatever pieces it comes.

    The first block is the greeting. Holds ``LONGEST_BLOCK`` bytes and one piece at most.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._greeted = False

    def feed(self, data: bytes) -> list[str]:
        """The blocks that are whole by now, without their ends; what is no UTF-8 is replaced.

        Raises OutOfStep where a block is longer than ``LONGEST_BLOCK`` or the greeting is none.
        """
        data = self._rest + data
        blocks = []
        if not self._greeted:
            greeting, end, after = data.partition(b"\r\n")
            expected = GREETING.encode()
            if not greeting.startswith(expected if end else expected[: len(greeting)]):
                raise OutOfStep("what answers there isn't Asterisk's manager interface")
            if end:
                self._greeted = True
                blocks = [greeting.decode("utf-8", "replace")]
                data = after
        end_of_last = data.rfind(_END)
        self._rest = data if end_of_last < 0 else data[end_of_last + len(_END) :]
        if end_of_last >= 0:
            # characters split over two pieces are whole here, and replacing spares line ends
            text = data[:end_of_last].decode("utf-8", "replace")
            # an end of line more than it takes happens between blocks
            blocks += [block.strip("\r\n") for block in text.split("\r\n\r\n")]
        if len(data) > LONGEST_BLOCK:
            self._check(blocks)
        return blocks

    def _check(self, blocks: list[str]) -> None:
        if len(self._rest) > LONGEST_BLOCK or any(len(block) > LONGEST_BLOCK for block in blocks):
            self._rest = b""
            raise OutOfStep(f"Asterisk sent a block of more than {LONGEST_BLOCK} bytes")


def fields_of(lines: str) -> dict[str, str]:
    """The fields in some lines of a block; what has no name is left out."""
    pairs = [line.split(": ", 1) for line in lines.split("\r\n") if ": " in line]
    fields = dict(pairs)
    if len(fields) != len(pairs):  # the first of a name counts
        fields = dict(reversed(pairs))
    return fields


def checked(action: str, fields: Fields) -> dict[str, str | list[str]]:
    """The fields of an action that Asterisk will read as they are meant. Raises BadValue.

    Asterisk itself drops blanks before a value.
    """
    if not _NAME.fullmatch(action):
        raise BadValue("the action's name is none")
    if any(not _NAME.fullmatch(name) for name in fields):
        raise BadValue(f"{action} has a field whose name is none")
    names = {name.lower() for name in fields}
    if len(names) != len(fields) or names & {"action", "actionid"}:
        raise BadValue(f"{action} has a field twice")
    found: dict[str, str | list[str]] = {}
    lines = 2
    for name, value in fields.items():
        texts = [value] if isinstance(value, str) else list(value)
        for text in texts:
            _check_line(action, name, text)
        lines += len(texts)
        found[name] = value if isinstance(value, str) else texts
    if lines > MOST_LINES:
        raise BadValue(f"{action} has more lines than Asterisk reads ({MOST_LINES})")
    return found


def _check_line(action: str, name: str, text: str) -> None:
    if _CONTROL.search(text):
        raise BadValue(f"{name} of {action} has a line break or another control character")
    try:
        line = f"{name}: {text}".encode()
    except UnicodeEncodeError:
        raise BadValue(f"{name} of {action} has half a character") from None
    if len(line) > LONGEST_LINE:
        raise BadValue(f"{name} of {action} is longer than Asterisk reads ({LONGEST_LINE} bytes)")


class Stream(AsyncIterator[Item]):
    """Items in their order, from the link to the one who reads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: deque[Item] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._ended = False

    def put(self, event: Event) -> bool:
        """Add an event; False where too many wait: it isn't taken, so the link must be given up."""
        if len(self._items) >= self._most:
            self._room.clear()
            return False
        self._items.append(event)
        self._news.set()
        return True

    def tell(self, item: Linked | Lost) -> None:
        """Add what must be told however many wait."""
        self._items.append(item)
        self._news.set()

    def end(self) -> None:
        self._ended = True
        self._news.set()
        self._room.set()

    async def room(self) -> None:
        """Come back at once, or after too many have waited, when all of them are read."""
        await self._room.wait()

    @override
    async def __anext__(self) -> Item:
        while not self._items:
            self._room.set()
            if self._ended:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._items.popleft()
