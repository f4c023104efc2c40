"""A caller's end of the line without sound: a script of keys in, the prompts that were played out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from ivr.dialog import CallerHungUp
from ivr.voice import SILENT, Piece, Utterance, Voice
from tests.fakes import shipped

HANG_UP = "hang up"
SILENCE = "-"

LONG_PAUSE_MS = 500
"""Longer than between two sentences."""


@dataclass(frozen=True, slots=True)
class Heard:
    digits: str
    timed_out: bool


class WrittenVoice(Voice):
    """Joins nothing: an utterance's sound is the list of its prompts, a second each. Dots are a long pause in a
    number.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(shipped.catalogue(), Path(), Path(), folder)

    @override
    def join(self, pieces: Iterable[Piece]) -> Utterance:
        prompts: list[str] = []
        marks: list[tuple[float, str]] = []
        paused, said, spoken = False, "", ""
        for piece in pieces:
            language, prompt = piece.file.parts[0], piece.prompt
            if piece.file.parts[1] == "short":
                prompt = f"short.{prompt}"
            if not prompts or piece.prompt != said or language != spoken:
                marks.append((float(len(prompts)), piece.prompt))
                prompts.append(f"{prompt}:{language}")
            said, spoken = piece.prompt, language
            if piece.file.parts[1] in {"number", "noun", "digit"}:
                prompts[-1] += f"{' ...' if paused else ''} {piece.file.parts[-1]}"
            elif piece.file.parts[1] in {"week", "time"}:
                prompts[-1] += f" {'/'.join(piece.file.parts[2:])}"
            paused = piece.pause_ms > LONG_PAUSE_MS
        if not prompts:
            return SILENT
        return Utterance(", ".join(prompts), float(len(prompts)), tuple(marks))


@dataclass
class ScriptedLine:
    """A channel whose caller types each group of ``keys`` when he is asked; the last group is followed by a hang-up.

    ``rows`` holds what was heard after each group of keys, one entry for each sound. Where ``cut_at`` is heard in a
    sound that takes no keys, the caller is gone; ``into_sound`` is keyed into one that isn't cut by it.
    """

    keys: list[str]
    rows: list[tuple[str, list[str]]] = field(default_factory=lambda: [("", [])])
    variables: dict[str, str] = field(default_factory=dict)
    guards: list[int] = field(default_factory=list)
    cut_at: str | None = None
    into_sound: str = ""
    _typing: str = ""

    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        if sound:
            self.rows[-1][1].append(sound)
        if timeout_s < 1:
            return Heard("", timed_out=True)
        if not self._typing:
            self._typing = self.keys.pop(0) if self.keys else HANG_UP
            self.rows.append((self._typing, []))
        if self._typing == HANG_UP:
            raise CallerHungUp
        if self._typing == SILENCE:
            self._typing = ""
            return Heard("", timed_out=True)
        before, pound, after = self._typing.partition("#")
        if pound and len(before) < max_digits:
            self._typing = after
            return Heard(before, timed_out=False)
        typed, self._typing = self._typing[:max_digits], self._typing[max_digits:]
        return Heard(typed, timed_out=len(typed) < max_digits)

    def stream(self, sound: str, playing_s: float, *, takes_keys: bool) -> str:
        self.rows[-1][1].append(sound)
        if self.cut_at is not None and self.cut_at in sound:
            raise CallerHungUp
        return self.into_sound if takes_keys else ""

    def answer(self) -> None:
        self.variables["answered"] = "yes"

    def raise_guard(self, seconds: int) -> None:
        self.guards.append(seconds)

    def set_variable(self, name: str, value: str) -> None:
        self.variables[name] = value

    def get_variable(self, name: str) -> str | None:
        return self.variables.get(name)
