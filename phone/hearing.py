"""What was heard: finds known clips in 8 kHz sound, in order, with their beginnings and whether each was cut.

Where sound begins that nothing explains yet, the first eighth of a second of every clip is laid over it by normalised
cross-correlation (FFT); the likely ones are followed along in pieces of an eighth of a second, and the one that explains
most is taken. A piece weighs ``-log(1 - score^2)`` times its length: the very clip, coded and decoded, scores 0.999 and
more, another word of the same voice hardly above 0.9. Pieces follow the clip through lost and dropped frames. Sound that
begins in the middle of a clip (resumed music, a lost beginning) is looked for in all clips, which takes longer.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 8000
Floats = NDArray[np.float32]

_PIECE: Final = 1000  # 1/8 s
_FRAME: Final = 160  # 20 ms
_AUDIBLE: Final = 104.0  # root mean square of a frame, of 32767: -50 dBFS
_SLACK: Final = 480  # how far a clip's audible beginning may lie from where sound begins
_DRIFT: Final = 800  # how far a piece may be displaced against the one before it
_LIKELY: Final = 0.5  # score of a beginning that is worth following
_FOLLOWED: Final = 40  # beginnings followed at most
_SAME_PLACE: Final = 0.6  # score of a piece that stands where it is expected (a frame of it may be lost)
_MOVED: Final = 0.95  # score of a piece that stands elsewhere
_GIVE_UP: Final = 3  # bad pieces in a row after which a clip is over
_SURE: Final = 0.97  # median score of the pieces with which no better place is looked for
_SOUND: Final = 0.88  # median score of the pieces below which nothing was recognised
_WHOLE: Final = 0.04 * RATE  # a whole clip is preferred to a cut one that explains this much more
_CUT: Final = 800  # samples missing at the end that make a clip cut
_SHORT: Final = 3 * _PIECE  # a trace shorter than this must be sure
_CHUNK: Final = 65536  # samples of the library searched at once
_QUERIES: Final = 3  # pieces in a row that are looked for in the middle of clips
_BURST: Final = 3  # frames of sound up to which it isn't looked for in the middle of clips
_SHORTEST: Final = 480  # samples of a clip that must be heard
_HOLE: Final = 2400  # samples between two parts of one clip
_AS_GOOD: Final = 0.95  # of a trace's weight
_SEARCH_AGAIN: Final = 2 * RATE  # samples until such a search is tried again where one failed
_UNKNOWN: Final = 800  # samples of sound without an explanation that are reported
_GAP: Final = 0.3  # seconds of silence that are reported


@dataclass(frozen=True, slots=True)
class Clip:
    """A known piece of sound: ``samples`` are 16-bit, 8 kHz."""

    key: str
    language: str
    text: str
    samples: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Heard:
    """A clip that was heard, from ``at_s`` to ``until_s`` (seconds); ``cut`` where its end was missing."""

    prompt: str
    text: str
    language: str
    at_s: float
    until_s: float
    cut: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds from ``at_s`` to ``until_s``."""

    at_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """Clips in order, sound that no clip explains, and silences of 0.3 s and more."""

    heard: tuple[Heard, ...]
    unknown: tuple[Stretch, ...]
    silences: tuple[Stretch, ...]


class Library:
    """Known clips, prepared once for any number of calls (about 12 KB and 0.1 ms a clip)."""

    _SIZE: Final = 2048

    def __init__(self, clips: Sequence[Clip]) -> None:
        audible = [(clip, _frames_audible(clip.samples)) for clip in clips]
        self.clips = tuple(clip for clip, frames in audible if frames.any())
        self.sounds = [_floats(clip.samples) for clip in self.clips]
        marks = [np.flatnonzero(frames) for _, frames in audible if frames.any()]
        self.begins = np.array([frames[0] * _FRAME for frames in marks], dtype=np.int64)
        """Where each clip becomes audible, in samples."""
        self.ends = [int(min((frames[-1] + 1) * _FRAME, sound.size)) for frames, sound in zip(marks, self.sounds, strict=True)]
        """Where each clip has become silent."""
        heads = np.zeros((len(self.clips), self._SIZE), np.float32)
        self._lengths = np.zeros(len(self.clips), np.int64)
        for row, sound in enumerate(self.sounds):
            head = sound[self.begins[row] : self.begins[row] + _PIECE]
            heads[row, : head.size] = head
            self._lengths[row] = head.size
        self._norms = np.sqrt((heads.astype(np.float64) ** 2).sum(axis=1))
        self._spectra = np.conj(np.fft.rfft(heads, axis=1))
        self._all = np.concatenate([*self.sounds, np.zeros(0, np.float32)])
        self._starts = np.cumsum([0, *(sound.size for sound in self.sounds)])

    def beginnings(self, sound: Floats, place: int) -> list[tuple[int, int]]:
        """Clips that may begin to be audible near ``place``: (clip's index, where its first sample would stand)."""
        if not self.clips:
            return []
        first = place - _SLACK
        window = _cut_out(sound, first, self._SIZE)
        lags = 2 * _SLACK + 1
        products = np.fft.irfft(self._spectra * np.fft.rfft(window), axis=1)[:, :lags]
        energy = np.concatenate(([0.0], np.cumsum(window.astype(np.float64) ** 2)))
        ends = np.minimum(np.arange(lags)[None, :] + self._lengths[:, None], self._SIZE)
        norms = np.sqrt(energy[ends] - energy[:lags][None, :] + 1.0) * self._norms[:, None]
        scores = products / norms
        best = scores.argmax(axis=1)
        top = scores[np.arange(best.size), best]
        order = np.argsort(-top, kind="stable")[:_FOLLOWED]
        return [
            (int(row), int(first + best[row] - self.begins[row]))
            for row in order
            if top[row] >= _LIKELY
        ]

    def middles(self, sound: Floats, place: int) -> list[tuple[int, int]]:
        """Clips of which any part may be heard near ``place``; as ``beginnings``, but looks at everything."""
        queries = [_cut_out(sound, place + step * _PIECE, _PIECE) for step in range(_QUERIES)]
        spectra = [np.conj(np.fft.rfft(query, _CHUNK)) for query in queries]
        norms = [float(np.sqrt((query.astype(np.float64) ** 2).sum())) + 1.0 for query in queries]
        found: dict[tuple[int, int], float] = {}
        for first in range(0, self._all.size, _CHUNK - _PIECE):
            chunk = _cut_out(self._all, first, _CHUNK)
            spectrum = np.fft.rfft(chunk)
            energy = np.concatenate(([0.0], np.cumsum(chunk.astype(np.float64) ** 2)))
            local = np.sqrt(energy[_PIECE:] - energy[:-_PIECE] + _PIECE)
            for step in range(_QUERIES):
                scores = np.fft.irfft(spectrum * spectra[step])[: local.size] / local / norms[step]
                for offset in _peaks(scores):
                    row = int(np.searchsorted(self._starts, first + offset, side="right")) - 1
                    begins = place + step * _PIECE - int(first + offset - self._starts[row])
                    found[row, begins] = float(scores[offset])
        likely = sorted(found, key=lambda candidate: -found[candidate])
        return likely[:_FOLLOWED]


def hear(samples: NDArray[np.int16], library: Library) -> Hearing:
    """What a recording holds; times count from its first sample. About a second for a call of 40 s and 1,200 clips."""
    sound = _floats(samples)
    audible = _frames_audible(samples)
    traces = _explain(sound, audible, library)
    heard = tuple(
        Heard(
            (clip := library.clips[trace.clip]).key,
            clip.text,
            clip.language,
            round(trace.begins / RATE, 3),
            round(trace.ends / RATE, 3),
            trace.is_cut,
        )
        for trace in traces
    )
    return Hearing(heard, _unexplained(audible, traces), _silences(audible))


@dataclass(frozen=True, slots=True)
class _Trace:
    """A clip (index) laid along the sound from sample ``begins`` to ``ends``, and how much of it that explains.

    ``origin`` is where its first sample would stand, as its last piece lies.
    """

    clip: int
    origin: int
    begins: int
    ends: int
    weight: float
    median: float
    is_cut: bool

    @property
    def is_sure(self) -> bool:
        """Good enough not to look any further."""
        return self.median >= _SURE

    @property
    def is_something(self) -> bool:
        """Good enough to be told."""
        needed = _SURE if self.ends - self.begins < _SHORT else _SOUND
        return self.median >= needed

    @property
    def rank(self) -> float:
        return self.weight + (0.0 if self.is_cut else _WHOLE * _weight(1.0))


def _explain(sound: Floats, audible: NDArray[np.bool_], library: Library) -> list[_Trace]:
    traces: list[_Trace] = []
    last: Clip | None = None
    search_from = 0
    place = _next_audible(audible, 0)
    while place is not None:
        best = _best(sound, library, library.beginnings(sound, place), place, last)
        frame = place // _FRAME
        is_burst = not audible[frame : frame + _BURST + 1].all()
        if (best is None or not best.is_sure) and not is_burst and place >= search_from:
            other = _best(sound, library, library.middles(sound, place), place, last)
            if other is None:
                search_from = place + _SEARCH_AGAIN
            elif best is None or other.rank > best.rank:
                best = other
        if best is None:
            place = _next_audible(audible, place + _PIECE // 2)
            continue
        if traces and _goes_on(sound, library, traces[-1], best):
            best = replace(best, begins=traces.pop().begins)
        traces.append(best)
        last = library.clips[best.clip]
        place = _next_audible(audible, max(best.ends, place + _FRAME))
    return traces


def _best(
    sound: Floats,
    library: Library,
    candidates: Sequence[tuple[int, int]],
    place: int,
    last: Clip | None,
) -> _Trace | None:
    """The candidate that explains most; of equals (one text in two prompts) the one most akin to the clip before it."""
    traces = [
        trace
        for row, start in candidates
        if (trace := _follow(sound, library, row, start, place)) is not None
        and trace.is_something
        and trace.ends >= max(trace.begins, place) + _SHORTEST
    ]
    return max(
        traces,
        key=lambda trace: (trace.rank, _kinship(library.clips[trace.clip], last), -trace.clip),
        default=None,
    )


def _kinship(clip: Clip, last: Clip | None) -> tuple[bool, int]:
    """Whether two clips speak one language, and how much of their keys they share."""
    if last is None:
        return False, 0
    return clip.language == last.language, len(os.path.commonprefix([clip.key, last.key]))


def _goes_on(sound: Floats, library: Library, before: _Trace, now: _Trace) -> bool:
    """Whether one clip explains both traces: a hole or a jump in the sound had made two of it."""
    if not before.is_cut or now.begins - before.ends > _HOLE:
        return False
    if abs(now.origin - before.origin) > _HOLE or now.begins <= before.begins + _PIECE:
        return False
    if now.clip == before.clip:
        return True
    whole = _follow(sound, library, now.clip, before.begins, before.begins)
    return whole is not None and whole.weight >= _AS_GOOD * before.weight


def _follow(sound: Floats, library: Library, row: int, start: int, place: int) -> _Trace | None:
    """Follow a clip whose first sample would stand at ``start`` from ``place`` on; None where nothing of it is there."""
    clip, end = library.sounds[row], library.ends[row]
    first = int(library.begins[row])
    if start + first < place - _SLACK:
        first = place - start
    scores: list[float] = []
    lengths: list[int] = []
    shift = bad = 0
    last = (first, 0)
    for begins, ends in _pieces(first, end):
        moved, score = _find(sound, clip[begins:ends], start + begins + shift)
        if score is None:
            continue
        if score == 0.0:
            bad += 1
            if bad == _GIVE_UP:
                break
            continue
        bad = 0
        shift += moved
        last = (begins, shift)
        scores.append(score)
        lengths.append(ends - begins)
    if not scores:
        return None
    heard_to = _heard_to(sound, clip[:end], last[0], start + last[1])
    weight = sum(_weight(score) * length for score, length in zip(scores, lengths, strict=True))
    begins_at = start if first == library.begins[row] else start + first
    return _Trace(
        row, start + last[1], max(begins_at, 0), start + last[1] + heard_to, weight, float(np.median(scores)), end - heard_to > _CUT
    )


def _find(sound: Floats, piece: Floats, at: int) -> tuple[int, float | None]:
    """How far from ``at`` a piece lies and its score: 0 where it isn't there, None where it is silent as the sound is."""
    there = _cut_out(sound, at, piece.size)
    if _is_quiet(piece):
        return 0, None if _is_quiet(there) else 0.0
    here = _score(piece, there)
    if here >= _SURE:
        return 0, here
    offset, score = _best_place(_cut_out(sound, at - _DRIFT, piece.size + 2 * _DRIFT), piece)
    if score >= _MOVED and score > here:
        return offset - _DRIFT, score
    return 0, here if here >= _SAME_PLACE else 0.0


def _heard_to(sound: Floats, clip: Floats, begins: int, start: int) -> int:
    """Up to which of its samples a clip that stands at ``start`` is heard, looking from ``begins`` on, frame by frame."""
    heard_to = begins
    for first in range(begins, clip.size, _FRAME):
        wanted = clip[first : first + _FRAME]
        there = _cut_out(sound, start + first, wanted.size)
        if _is_quiet(wanted):
            matches = _is_quiet(there)
        else:
            matches = _score(wanted, there) >= _SAME_PLACE
        if matches:
            heard_to = first + wanted.size
        elif first - heard_to >= _GIVE_UP * _FRAME:
            break
    return heard_to


def _pieces(first: int, end: int) -> list[tuple[int, int]]:
    """Pieces of an eighth of a second; the last takes a remainder of less than half a piece."""
    edges = list(range(first, max(end, first + 1), _PIECE))
    if len(edges) > 1 and end - edges[-1] < _PIECE // 2:
        edges.pop()
    return list(zip(edges, [*edges[1:], end], strict=True))


def _best_place(sound: Floats, piece: Floats) -> tuple[int, float]:
    """Where in ``sound`` a piece fits best (offset) and its score."""
    size = 1 << (sound.size + piece.size - 1).bit_length()
    products = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    energy = np.concatenate(([0.0], np.cumsum(sound.astype(np.float64) ** 2)))
    local = np.sqrt(energy[piece.size :] - energy[: -piece.size] + 1.0)
    scores = products[: local.size] / local / (np.linalg.norm(piece) + 1.0)
    best = int(scores.argmax())
    return best, float(scores[best])


def _peaks(scores: NDArray[np.floating]) -> list[int]:
    """Offsets of likely places, the best of each tenth of a second."""
    likely = np.flatnonzero(scores >= _LIKELY)
    peaks: list[int] = []
    for offset in likely[np.argsort(-scores[likely], kind="stable")].tolist():
        if all(abs(offset - peak) > RATE // 10 for peak in peaks):
            peaks.append(offset)
    return peaks


def _score(one: Floats, other: Floats) -> float:
    return float(np.dot(one, other) / (np.linalg.norm(one) * np.linalg.norm(other) + 1.0))


def _weight(score: float) -> float:
    return float(-np.log(1.0 - min(score, 1.0) ** 2 + 1e-4))


def _is_quiet(sound: Floats) -> bool:
    return sound.size == 0 or float(np.sqrt(np.mean(sound**2))) < _AUDIBLE


def _floats(samples: NDArray[np.int16]) -> Floats:
    return samples.astype(np.float32)


def _cut_out(sound: Floats, first: int, size: int) -> Floats:
    """``size`` samples from ``first`` on, zeros where there are none."""
    piece = np.zeros(size, np.float32)
    begins, ends = max(first, 0), min(first + size, sound.size)
    if begins < ends:
        piece[begins - first : ends - first] = sound[begins:ends]
    return piece


def _frames_audible(samples: NDArray[np.int16]) -> NDArray[np.bool_]:
    """For each 20 ms whether it is louder than a line's noise."""
    count = -(-samples.size // _FRAME)
    frames = np.zeros(count * _FRAME, np.float32)
    frames[: samples.size] = samples
    loudness: NDArray[np.floating] = np.sqrt((frames.reshape(count, _FRAME) ** 2).mean(axis=1))
    return loudness >= _AUDIBLE


def _next_audible(audible: NDArray[np.bool_], place: int) -> int | None:
    """The first sample of the first audible frame that begins at or after ``place``."""
    frame = -(-place // _FRAME)
    later = np.flatnonzero(audible[frame:])
    return int(frame + later[0]) * _FRAME if later.size else None


def _unexplained(audible: NDArray[np.bool_], traces: Sequence[_Trace]) -> tuple[Stretch, ...]:
    left = audible.copy()
    for trace in traces:
        left[max(trace.begins // _FRAME - 1, 0) : -(-trace.ends // _FRAME) + 1] = False
    return tuple(
        stretch for stretch in _runs(left, bridged=5) if stretch.until_s - stretch.at_s >= _UNKNOWN / RATE
    )


def _silences(audible: NDArray[np.bool_]) -> tuple[Stretch, ...]:
    return tuple(run for run in _runs(~audible) if run.until_s - run.at_s >= _GAP)


def _runs(frames: NDArray[np.bool_], bridged: int = 0) -> list[Stretch]:
    """Stretches of true frames; up to ``bridged`` false ones between two are passed over."""
    runs: list[tuple[int, int]] = []
    for frame in np.flatnonzero(frames).tolist():
        if runs and frame - runs[-1][1] <= bridged:
            runs[-1] = (runs[-1][0], frame + 1)
        else:
            runs.append((frame, frame + 1))
    seconds = _FRAME / RATE
    return [Stretch(round(first * seconds, 3), round(end * seconds, 3)) for first, end in runs]
