"""Following clips along a sound, through lost, dropped and doubled frames; the one that explains most is taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from phone.clip_library import PIECE, SLACK, Clip, Library
from phone.waves import FRAME, RATE, Floats, best_place, cut_out, is_quiet, score, weight

_DRIFT: Final = 800  # how far a piece may be displaced against the one before it
_SAME_PLACE: Final = (
    0.6  # score of a piece that stands where it is expected (a frame of it may be lost)
)
_MOVED: Final = 0.95  # score of a piece that stands elsewhere
_GIVE_UP: Final = 3  # bad pieces in a row after which a clip is over
_SURE: Final = 0.97  # median score of the pieces with which no better place is looked for
_SOUND: Final = 0.88  # median score of the pieces below which nothing was recognised
_SHORT: Final = 3 * PIECE  # a trace shorter than this must be sure
_SHORTEST: Final = 480  # samples of a clip that must be heard
_WHOLE: Final = 0.04 * RATE  # a whole clip is preferred to a cut one that explains this much more
_CUT: Final = 800  # samples missing at the end that make a clip cut
_BURST: Final = 3  # frames of sound up to which it isn't looked for in the middle of clips
_HOLE: Final = 2400  # samples between two parts of one clip
_AS_GOOD: Final = 0.95  # of a trace's weight
_TOLD_APART: Final = 0.99  # of a trace's rank: above, two cut clips are taken for equal
_SEARCH_AGAIN: Final = (
    2 * RATE
)  # samples until a search in the middle of clips is tried again where one failed


@dataclass(frozen=True, slots=True)
class Trace:
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
        return self.weight + (0.0 if self.is_cut else _WHOLE * weight(1.0))


def explain(sound: Floats, audible: NDArray[np.bool_], library: Library) -> list[Trace]:
    traces: list[Trace] = []
    last: Clip | None = None
    search_from = 0
    place = _next_audible(audible, 0)
    while place is not None:
        best = _best(sound, library, library.beginnings(sound, place), place, last)
        frame = place // FRAME
        is_burst = not audible[frame : frame + _BURST + 1].all()
        if (best is None or not best.is_sure) and not is_burst and place >= search_from:
            other = _best(sound, library, library.middles(sound, place), place, last)
            if other is None:
                search_from = place + _SEARCH_AGAIN
            elif best is None or other.rank > best.rank:
                best = other
        if best is None:
            place = _next_audible(audible, place + PIECE // 2)
            continue
        if traces and _goes_on(sound, library, traces[-1], best):
            best = replace(best, begins=traces.pop().begins)
        traces.append(best)
        last = library.clips[best.clip]
        place = _next_audible(audible, max(best.ends, place + FRAME))
    return traces


def _best(
    sound: Floats,
    library: Library,
    candidates: Sequence[tuple[int, int]],
    place: int,
    last: Clip | None,
) -> Trace | None:
    """The candidate that explains most.

    Of equals (one text in two prompts, or two that begin alike and were cut so early that nobody can tell) the one
    most akin to the clip before it.
    """
    traces = [
        trace
        for row, start in candidates
        if (trace := follow(sound, library, row, start, place)) is not None
        and trace.is_something
        and trace.ends >= max(trace.begins, place) + _SHORTEST
    ]
    if not traces:
        return None
    best = max(traces, key=lambda trace: (trace.rank, -trace.clip))
    equals = [trace for trace in traces if trace.rank == best.rank or _is_as_good(trace, best)]
    return max(equals, key=lambda trace: (_kinship(library.clips[trace.clip], last), -trace.clip))


def _is_as_good(cut: Trace, best: Trace) -> bool:
    """Whether two clips were cut at the same place after the same sound."""
    return (
        cut.is_cut
        and best.is_cut
        and abs(cut.ends - best.ends) <= FRAME
        and cut.rank >= _TOLD_APART * best.rank
    )


def _kinship(clip: Clip, last: Clip | None) -> tuple[bool, int]:
    """Whether two clips speak one language, and how much of their keys they share."""
    if last is None:
        return False, 0
    return clip.language == last.language, sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(clip.key, last.key, strict=False))
    )


def _goes_on(sound: Floats, library: Library, before: Trace, now: Trace) -> bool:
    """Whether one clip explains both traces: a hole or a jump in the sound had made two of it."""
    if not before.is_cut or now.begins - before.ends > _HOLE:
        return False
    if abs(now.origin - before.origin) > _HOLE or now.begins <= before.begins + PIECE:
        return False
    if now.clip == before.clip:
        return True
    whole = follow(sound, library, now.clip, before.begins, before.begins)
    return whole is not None and whole.weight >= _AS_GOOD * before.weight


def follow(sound: Floats, library: Library, row: int, start: int, place: int) -> Trace | None:
    """Follow a clip whose first sample would stand at ``start`` from ``place`` on; None where nothing is there."""
    clip = library.sounds[row][: library.ends[row]]
    audible = int(library.begins[row])
    is_head_there = start + audible >= place - SLACK
    found = list(_along(sound, clip, start, audible if is_head_there else place - start))
    if not found:
        return None
    last = found[-1]
    heard_to = _heard_to(sound, clip, last.begins, start + last.shift)
    return Trace(
        clip=row,
        origin=start + last.shift,
        begins=max(start if is_head_there else place, 0),
        ends=start + last.shift + heard_to,
        weight=sum(weight(piece.score) * piece.size for piece in found),
        median=float(np.median([piece.score for piece in found])),
        is_cut=clip.size - heard_to > _CUT,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A piece of a clip (from its sample ``begins`` on) that was found ``shift`` samples from its place."""

    begins: int
    size: int
    shift: int
    score: float


def _along(sound: Floats, clip: Floats, start: int, first: int) -> Iterator[_Found]:
    """The pieces of a clip that are there, from its sample ``first`` on, until too many in a row are missing."""
    shift = missing = 0
    for begins, ends in _pieces(first, clip.size):
        moved, likeness = _find(sound, clip[begins:ends], start + begins + shift)
        if likeness is None:
            continue
        if likeness == 0.0:
            missing += 1
            if missing == _GIVE_UP:
                return
            continue
        missing = 0
        shift += moved
        yield _Found(begins, ends - begins, shift, likeness)


def _find(sound: Floats, piece: Floats, at: int) -> tuple[int, float | None]:
    """How far from ``at`` a piece lies, and its score: 0 where it isn't there, None where both are silent."""
    there = cut_out(sound, at, piece.size)
    if is_quiet(piece):
        return 0, None if is_quiet(there) else 0.0
    here = score(piece, there)
    if here >= _SURE:
        return 0, here
    offset, elsewhere = best_place(cut_out(sound, at - _DRIFT, piece.size + 2 * _DRIFT), piece)
    if elsewhere >= _MOVED and elsewhere > here:
        return offset - _DRIFT, elsewhere
    return 0, here if here >= _SAME_PLACE else 0.0


def _heard_to(sound: Floats, clip: Floats, begins: int, start: int) -> int:
    """Up to which of its samples a clip that stands at ``start`` is heard, looking from ``begins`` on."""
    heard_to = begins
    for first in range(begins, clip.size, FRAME):
        wanted = clip[first : first + FRAME]
        there = cut_out(sound, start + first, wanted.size)
        if is_quiet(there) if is_quiet(wanted) else score(wanted, there) >= _SAME_PLACE:
            heard_to = first + wanted.size
        elif first - heard_to >= _GIVE_UP * FRAME:
            break
    return heard_to


def _pieces(first: int, end: int) -> list[tuple[int, int]]:
    """Pieces of an eighth of a second; the last takes a remainder of less than half a piece."""
    edges = list(range(first, max(end, first + 1), PIECE))
    if len(edges) > 1 and end - edges[-1] < PIECE // 2:
        edges.pop()
    return list(zip(edges, [*edges[1:], end], strict=True))


def _next_audible(audible: NDArray[np.bool_], place: int) -> int | None:
    """The first sample of the first audible frame that begins at or after ``place``."""
    frame = -(-place // FRAME)
    later = np.flatnonzero(audible[frame:])
    return int(frame + later[0]) * FRAME if later.size else None
