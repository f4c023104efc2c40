"""Runs the portal's own dialog once without a telephone, and keeps what a caller would hear."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import ParamSpec, TypeVar

from typing_extensions import override

from actions.take_call import Arrival, TakeCall
from domain.ids import CallId
from domain.ports import PinHasher, Transactions
from domain.tenant import TenantBook
from ivr.caller import PhoneCaller
from ivr.dialog import CalledLine, CallerHungUp
from ivr.voice import Voice
from rufwerk import ivr_wiring, wiring

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scene:
    """A sound (file without extension), its seconds, and how many keys are taken: 0 is a word without a question."""

    sound: str
    seconds: float
    keys: int


@dataclass(frozen=True, slots=True)
class _Typed:
    digits: str
    timed_out: bool


@dataclass(slots=True)
class _Channel:
    """A channel whose caller keys each group at a question of its own, then hangs up at the next."""

    groups: list[str]
    scenes: list[Scene] = field(default_factory=list)
    left: str = ""

    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> _Typed:
        asks = timeout_s > 1.0
        if sound:
            keys = len(self.groups[0].rstrip("#")) if asks and self.groups else int(asks)
            self.scenes.append(Scene(sound, playing_s, keys))
        if asks and not self.left:
            if not self.groups:
                raise CallerHungUp
            self.left = self.groups.pop(0)
        if not asks:
            return _Typed("", timed_out=True)
        digits, pound, rest = self.left[:max_digits].partition("#")
        self.left = rest if pound else self.left[max_digits:]
        return _Typed(digits, timed_out=False)

    def stream(self, sound: str, playing_s: float, *, takes_keys: bool) -> str:
        del sound, playing_s, takes_keys
        return ""

    def raise_guard(self, seconds: int) -> None:
        del seconds

    def set_variable(self, name: str, value: str) -> None:
        del name, value


class _AtOnce(Executor):
    """Work beside a prompt is done when it begins: this channel's prompts take no time."""

    @override
    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def rehearse(
    book: TenantBook, voice: Voice, transactions: Transactions, hasher: PinHasher, line: str,
    groups: Sequence[str],
) -> Sequence[Scene]:  # fmt: skip
    """What is heard on ``line`` by a caller who keys ``groups`` and hangs up, joined by ``voice``."""
    dialled = book.dialled(line)
    assert dialled is not None
    take_call = TakeCall(transactions, wiring.utc_now, wiring.new_caller)
    call, who = take_call(Arrival(CallId("rehearsal"), line, None, True), dialled)
    channel = _Channel(list(groups))
    caller = PhoneCaller(
        channel, voice, dialled.tenant, who.language, workers=_AtOnce(), monotonic=time.monotonic
    )
    dialogs = ivr_wiring.dialogs(transactions, hasher, wiring.utc_now, lambda: book, Event().wait)
    with suppress(CallerHungUp):
        dialogs.inbound[dialled.line.dialog](caller, CalledLine(call, dialled.tenant, dialled.line))
    return channel.scenes
