"""Joins prompt clips into one sound that Asterisk plays in one go, so that no key falls between two
files.

A key pressed while no AGI command runs is lost; one utterance per question leaves no gap inside a
sentence and lets any key cut it anywhere.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count, zip_longest
from pathlib import Path
from threading import Lock
from typing import Final

import structlog

from domain.language import Language
from domain.tenant import Tenant
from ivr.speech import PAUSE, ClipKey
from ivr.spoken import USUAL, Manner, Named, Spoken, clips_of
from prompts.catalogue import Catalogue, Clip, Sentence

log = structlog.get_logger()

_RATES: Final = {".sln16": 16000, ".sln": 8000}
_BYTES_PER_SAMPLE: Final = 2
_KEPT: Final = 1000
_BREATH_MS: Final = 250
LONG_BREATH_MS: Final = 600
"""Time to write two digits down."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A clip of a sentence: the prompt it belongs to, its file without extension, and the pause
    after it (milliseconds).
    """

    prompt: str
    file: Path
    pause_ms: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sound to play: its file without extension, its length, and when each prompt in it begins
    (seconds).
    """

    sound: str
    seconds: float
    marks: tuple[tuple[float, str], ...]

    def prompt_at(self, seconds: float) -> str | None:
        """The prompt that is being heard after so long."""
        begun = [prompt for start, prompt in self.marks if start <= seconds]
        return begun[-1] if begun else None


SILENT: Final = Utterance("", 0.0, ())


class Voice:
    """Speaks the catalogue's sentences out of rendered clips. Safe to use from many threads."""

    def __init__(self, catalogue: Catalogue, sounds: Path, own: Path, joined: Path) -> None:
        """``sounds`` holds the clips by language, ``joined`` takes the joined files and is ours
        alone.
        """
        self._catalogue = catalogue
        self._folders = {language: sounds / language for language in Language}
        self._own = {language: own / language for language in Language}
        self._joined = joined
        self._known: OrderedDict[str, Utterance] = OrderedDict()
        self._retired: list[Utterance] = []
        self._numbers = count()
        self._lock = Lock()
        joined.mkdir(parents=True, exist_ok=True)
        for leftover in joined.iterdir():
            leftover.unlink()

    def sentence(
        self,
        language: Language,
        tenant: Tenant,
        prompt: str,
        values: Mapping[str, Spoken],
        manner: Manner = USUAL,
    ) -> list[Piece]:
        """The clips that speak a prompt. A missing value is a programmer's error (KeyError)."""
        breath_ms = LONG_BREATH_MS if manner.slowly else _BREATH_MS
        pieces: list[Piece] = []
        folder, own = self._folders[language], self._own[language]
        key = self._catalogue.short(language, prompt) if manner.short else prompt
        sentence = self._catalogue.sentence(language, key, tenant)
        if self._catalogue.has(language, key) and not self._is_rendered(language, sentence):
            sentence = self._catalogue.sentence(language, key)
        for part in sentence:
            if isinstance(part, Clip):
                place = _file(own if part.is_tenants else folder, part.key)
                pieces.append(Piece(prompt, place, part.pause_ms))
                continue
            match values[part.name]:
                case Named(other):
                    *before, last = self.sentence(language, tenant, other, {})
                    pieces += [*before, replace(last, pause_ms=part.pause_ms)]
                case number:
                    clips = clips_of(language, number, slowly=manner.slowly)
                    pieces += _number(prompt, folder, clips, breath_ms, part.pause_ms)
        return pieces

    def forget(self) -> None:
        """Join anew what was joined before: its clips may have changed.

        The files stay until the next time, for those who are about to play them.
        """
        with self._lock:
            unplayed, self._retired = self._retired, list(self._known.values())
            self._known.clear()
        _delete(unplayed)

    def close(self) -> None:
        """Leave nothing behind: a joined balance is personal."""
        self.forget()
        self.forget()

    def join(self, pieces: Sequence[Piece]) -> Utterance:
        """One sound of all pieces. A clip that can't be read is left out and logged: half a sentence
        beats silence.
        """
        if not pieces:
            return SILENT
        spoken = "\n".join(f"{piece.file}|{piece.pause_ms}|{piece.prompt}" for piece in pieces)
        name = hashlib.sha256(spoken.encode()).hexdigest()[:32]
        with self._lock:
            known = self._known.get(name)
            if known is not None:
                self._known.move_to_end(name)
                return known
        written = self._write(self._joined / f"{name}-{next(self._numbers)}", pieces)
        with self._lock:
            utterance = self._known.setdefault(name, written)
            stale = [self._known.popitem(last=False)[1] for _ in range(len(self._known) - _KEPT)]
        if utterance is not written:
            stale.append(written)  # another thread was at the same utterance
        _delete(stale)
        return utterance

    def _is_rendered(self, language: Language, sentence: Sentence) -> bool:
        """Whether a tenant's own text can be heard; where not, ours is said."""
        folder = self._own[language]
        return all(
            _file(folder, f"{part.key}.sln").exists()
            for part in sentence
            if isinstance(part, Clip) and part.is_tenants
        )

    def _write(self, target: Path, pieces: Sequence[Piece]) -> Utterance:
        marks: list[tuple[float, str]] = []
        seconds = 0.0
        for suffix, rate in _RATES.items():
            marks, sound = [], bytearray()
            for piece in pieces:
                if not marks or marks[-1][1] != piece.prompt:
                    marks.append((len(sound) / (rate * _BYTES_PER_SAMPLE), piece.prompt))
                sound += _clip(piece, suffix) + bytes(
                    piece.pause_ms * rate // 1000 * _BYTES_PER_SAMPLE
                )
            seconds = len(sound) / (rate * _BYTES_PER_SAMPLE)
            target.with_name(target.name + suffix).write_bytes(sound)
        return Utterance(str(target), seconds, tuple(marks))


@lru_cache(maxsize=8192)
def _file(folder: Path, key: str) -> Path:
    """Making paths is most of what a sentence costs."""
    return folder / key


def _clip(piece: Piece, suffix: str) -> bytes:
    try:
        with open(f"{piece.file}{suffix}", "rb") as file:  # noqa: PTH123 - quicker
            return file.read()
    except OSError as error:
        # a number's clip tells a part of it
        log.warning(
            "clip missing", prompt=piece.prompt, why=error.strerror, **{"pii.clip": piece.file}
        )
        return b""


def _delete(utterances: Iterable[Utterance]) -> None:
    for old in utterances:
        for suffix in _RATES:
            Path(old.sound + suffix).unlink(missing_ok=True)


def _number(
    prompt: str, folder: Path, clips: Sequence[ClipKey], breath_ms: int, pause_after_ms: int
) -> Iterator[Piece]:
    """The clips of a number, if it has any; a pause within it belongs to the clip before."""
    for clip, following in zip_longest(clips, clips[1:]):
        if clip != PAUSE:
            within = breath_ms if following == PAUSE else 0
            yield Piece(prompt, _file(folder, clip), within if following else pause_after_ms)
