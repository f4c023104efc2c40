"""What waits to be sent to somebody outside, or to be done because it takes its time: in order, at least once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

_FIRST: Final = timedelta(seconds=5)
_LONGEST: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Message:
    """``channel`` is who sees to it (``crm``); those of one ``lane`` of a channel go out one after another."""

    channel: str
    lane: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in the outbox; ``tries`` counts the one that it was taken for."""

    id: int
    message: Message
    tries: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a channel has still to send: how many wait, since when the oldest, how many were refused for good, and why
    the last that failed did (may hold personal data).
    """

    waiting: int
    oldest: datetime | None
    refused: int
    last_error: str | None = field(default=None, repr=False)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: 5 s, then twice as long each time, an hour at most."""
    return min(_FIRST * (1 << min(tries - 1, 16)), _LONGEST)
