"""What several walks found, put together as a caller of one language meets it: from each place the ways that lead on,
those together that lead to the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from domain.language import Language
from ivr.walking.places import (
    BACK,
    MISFIT,
    OTHER,
    PERSON,
    POUND,
    SILENCE,
    Ending,
    Move,
    Place,
    Spot,
    Walk,
    Words,
    is_entry,
)

DIGITS: Final = "digits"
"""Stands for any entry."""

_ORDER: Final = (DIGITS, POUND, OTHER, BACK, PERSON, SILENCE, MISFIT)


@dataclass(frozen=True, slots=True)
class Link:
    """What keys lead to; ``only`` names the scenes in which they do, where in others the same keys lead elsewhere."""

    start: Place | None
    keys: tuple[str, ...]
    said: tuple[Words, ...]
    to: Place | Ending
    only: tuple[str, ...] = ()


@dataclass(slots=True)
class _Outcome:
    """``decided`` are the spots and keys that came to it, ``scenes`` those in which that was."""

    decided: set[tuple[Spot | None, str]] = field(default_factory=set)
    scenes: set[str] = field(default_factory=set)


_Way = tuple[Place | None, str, tuple[Words, ...], Place | Ending]


def chart(walks: Mapping[str, Walk], language: Language) -> Sequence[Link]:
    """``walks`` by scene. In the order in which they were found, the keys of a place as they are offered."""
    outcomes: defaultdict[_Way, _Outcome] = defaultdict(_Outcome)
    decided: defaultdict[tuple[Spot | None, str], set[str]] = defaultdict(set)
    for scene, walk in walks.items():
        for move in walk.moves:
            if _is_in(move, language):
                at = move.start, move.keys
                decided[at].add(scene)
                outcome = outcomes[_way(move)]
                outcome.decided.add(at)
                outcome.scenes.add(scene)
    links: dict[tuple[object, ...], Link] = {}
    for way in sorted(outcomes, key=_rank):
        start, key, said, to = way
        only = _only(outcomes[way], decided, tuple(walks))
        alike = links.get((start, said, to, only))
        keys = (*alike.keys, key) if alike else (key,)
        links[start, said, to, only] = Link(start, keys, said, to, only)
    return tuple(links.values())


def _is_in(move: Move, language: Language) -> bool:
    spot = move.start or move.to
    return isinstance(spot, Ending) or spot.who.language == language


def _way(move: Move) -> _Way:
    start = move.start.place if move.start else None
    to = move.to.place if isinstance(move.to, Spot) else move.to
    return start, DIGITS if is_entry(move.keys) else move.keys, move.said, to


def _rank(way: _Way) -> int:
    """A place's keys as they are offered, then those that are the same everywhere."""
    start, key, _, _ = way
    order = (*start.options, *_ORDER) if start else ()
    return order.index(key) if key in order else 0


def _only(
    outcome: _Outcome,
    decided: Mapping[tuple[Spot | None, str], Set[str]],
    scenes: Sequence[str],
) -> tuple[str, ...]:
    elsewhere = set().union(*(decided[at] for at in outcome.decided)) - outcome.scenes
    return tuple(scene for scene in scenes if scene in outcome.scenes) if elsewhere else ()
