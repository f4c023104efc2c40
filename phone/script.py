"""What a scripted caller types and when: the ``--keys`` of a call, and the ear that knows when the portal asks.

    "10000001#,135790#,1"   three groups; each waits until the portal asks for something
    "!1"                    a group that begins with "!" is typed at once, into whatever is being said
    ",1"                    an empty group lets one question pass
    "!ww1"                  each w waits half a second before the next key

The portal asks when speech was heard and then none for ``ASKS_AFTER_S``: longer than it pauses within a number that it
says slowly.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

KEYS: Final = "0123456789*#"
PAUSE: Final = "w"
PAUSE_S: Final = 0.5
BETWEEN_KEYS_S: Final = 0.15
ASKS_AFTER_S: Final = 1.0
ENOUGH_SPEECH_S: Final = 0.2
"""Less is the tail of a prompt that a key has just cut."""

LISTENS_AFTER_S: Final = 3.0
"""Silence after the last answer before the caller hangs up."""

ANSWER_WITHIN_S: Final = 20.0
"""How long the caller waits for a sound when nothing is heard at all."""

SOUND_AT_MOST_S: Final = 40.0
"""How long sound may go on without a pause, as music does, before the caller hangs up."""


class ScriptError(ValueError):
    """``--keys`` can't be read; the message names the place and the remedy, never the digits."""


@dataclass(frozen=True, slots=True)
class Group:
    """Keys typed one after the other; ``at_once`` doesn't wait for the portal to ask."""

    keys: str
    at_once: bool = False


def parse(keys: str) -> tuple[Group, ...]:
    """The groups of a script, in order; none for an empty text. Raises ScriptError."""
    if not keys.strip():
        return ()
    groups = []
    place = 1
    for word in keys.split(","):
        text = word.strip()
        at_once = text.startswith("!")
        typed = text.removeprefix("!")
        for key in typed:
            if key not in KEYS + PAUSE:
                raise ScriptError(
                    f"keys: {key!r} in group {place} can't be typed. "
                    "Use 0 to 9, * and #, a comma to wait for a question, w for half a second, "
                    "! before a group to type it at once."
                )
        if text and not typed.strip(PAUSE):
            raise ScriptError(
                f"keys: group {place} has no keys, only {text}. Write keys behind it."
            )
        groups.append(Group(typed, at_once))
        place += 1
    return tuple(groups)


def times(keys: str) -> tuple[tuple[float, str], ...]:
    """When each key of a group is to be typed, in seconds from its beginning."""
    at = 0.0
    typed = []
    for key in keys:
        if key == PAUSE:
            at += PAUSE_S
        else:
            typed.append((round(at, 3), key))
            at += BETWEEN_KEYS_S
    return tuple(typed)


class Ear:
    """Knows from the audible moments of a call whether the portal asks. All times in seconds of one clock."""

    def __init__(self) -> None:
        self._last: float | None = None
        self._heard_s = 0.0

    def sound(self, at: float, seconds: float) -> None:
        """``seconds`` of audible sound arrived, the end of it at ``at``."""
        self._last = at
        self._heard_s += seconds

    def start_again(self) -> None:
        """Something was typed: only what is said from now on counts."""
        self._last = None
        self._heard_s = 0.0

    @property
    def has_heard(self) -> bool:
        """Whether anything worth the name of speech was heard since the last typing."""
        return self._heard_s >= ENOUGH_SPEECH_S

    def quiet_s(self, now: float) -> float:
        """Seconds since the last sound; 0 where none was heard."""
        return 0.0 if self._last is None else now - self._last

    def asks(self, now: float) -> bool:
        return self.has_heard and self.quiet_s(now) >= ASKS_AFTER_S


class Leave(Enum):
    """Why the caller hangs up by himself."""

    DONE = "the script is done"
    NOTHING_HEARD = "nothing was heard"
    NO_PAUSE = "the sound went on without a pause"
    TIME_IS_UP = "the time is up"


class Run:
    """One script on its way: give it sounds, ask it what to do next, tell it when keys were typed."""

    def __init__(self, groups: tuple[Group, ...], answered_at: float) -> None:
        self._left = list(groups)
        self._since = answered_at
        self._ear = Ear()

    @property
    def untyped(self) -> int:
        """Groups still to be typed."""
        return len(self._left)

    def sound(self, at: float, seconds: float) -> None:
        self._ear.sound(at, seconds)

    def typed(self, at: float) -> None:
        """The keys given out by ``next`` have all been typed."""
        self._since = at
        self._ear.start_again()

    def next(self, now: float) -> str | Leave | None:
        """Keys to type now (perhaps none, then nothing is to be reported), why to leave, or None to go on listening."""
        if self._left and (self._left[0].at_once or self._ear.asks(now)):
            keys = self._left.pop(0).keys
            if not keys:
                self.typed(now)
            return keys or None
        if not self._ear.has_heard:
            return Leave.NOTHING_HEARD if now - self._since >= ANSWER_WITHIN_S else None
        if not self._left and self._ear.quiet_s(now) >= LISTENS_AFTER_S:
            return Leave.DONE
        return Leave.NO_PAUSE if now - self._since >= SOUND_AT_MOST_S else None
