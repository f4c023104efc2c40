"""What is wrong with a dialog, read off a walk through it: dead ends, menus too deep or long, no way to a person."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ivr.walking.places import PERSON, Ending, Kind, Move, Path, Spot, Walk

DEEPEST: Final = 3
"""Menus one after the other, the main menu being the first (ISO 9241-154)."""

MOST_OPTIONS: Final = 4
"""Of one menu (ISO 9241-154)."""

_TO_PERSON: Final = frozenset({Ending.PERSON, Ending.WAITING})
"""Who goes on waiting waits for a person."""


class What(StrEnum):
    BROKEN = "broken"
    ENDLESS = "endless"
    DEAD_END = "dead_end"
    TOO_DEEP = "too_deep"
    TOO_LONG = "too_long"
    NO_PERSON = "no_person"


@dataclass(frozen=True, slots=True)
class Fault:
    """``step`` is where, ``path`` the keys that lead there, ``why`` a sentence."""

    what: What
    step: str
    path: Path
    why: str


def faults(walk: Walk, *, answered: bool) -> Sequence[Fault]:
    """Each once a step, by its shortest path. ``answered``: persons answer now; where they don't, it is enough
    that 0 leads to an end, since its last words are all that there is.
    """
    ways = _ways(walk.moves)
    found = [Fault(What.BROKEN, one.step, one.path, one.why) for one in walk.failures]
    if not walk.whole:
        found.append(Fault(What.ENDLESS, "", (), "it has more paths than can be walked"))
    found += _dead_ends(walk, ways)
    found += _menus(walk)
    found += _without_person(walk, ways, answered=answered)
    return list({(one.what, one.step, one.why): one for one in reversed(found)}.values())[::-1]


_Ways = Mapping[Spot | None, Sequence[Move]]


def _ways(moves: Iterable[Move]) -> _Ways:
    ways: defaultdict[Spot | None, list[Move]] = defaultdict(list)
    for move in moves:
        ways[move.start].append(move)
    return ways


def _dead_ends(walk: Walk, ways: _Ways) -> Iterator[Fault]:
    """Backwards from the ends: what isn't met leads to none."""
    before: defaultdict[Spot | Ending, list[Spot]] = defaultdict(list)
    for move in walk.moves:
        if move.start is not None and move.to is not Ending.FAILED:
            before[move.to].append(move.start)
    let_go: set[Spot | Ending] = set()
    queue: deque[Spot | Ending] = deque(Ending)
    while queue:
        place = queue.popleft()
        queue.extend(spot for spot in before[place] if spot not in let_go)
        let_go.update(before[place])
    for spot, path in walk.spots.items():
        if spot in let_go or not walk.whole:
            continue
        elsewhere = any(move.to != spot for move in ways[spot])
        why = "a loop that no key leads out of" if elsewhere else "no key leads on"
        yield Fault(What.DEAD_END, spot.place.step, path, why)


def _menus(walk: Walk) -> Iterator[Fault]:
    depths = _depths(walk)
    for spot, path in walk.spots.items():
        if spot.place.kind is not Kind.MENU:
            continue
        step, options, depth = spot.place.step, len(spot.place.options), depths[spot.place.step]
        if options > MOST_OPTIONS:
            why = f"a menu of {options} options; {MOST_OPTIONS} can be kept in mind"
            yield Fault(What.TOO_LONG, step, path, why)
        if depth > DEEPEST:
            why = f"menu {depth} in a row; after {DEEPEST} a caller is lost"
            yield Fault(What.TOO_DEEP, step, path, why)


def _depths(walk: Walk) -> Mapping[str, int]:
    """How many menus a caller must go through to each step, itself among them: the fewest, whoever he is."""
    ways: defaultdict[str | None, dict[str, Kind]] = defaultdict(dict)
    for move in walk.moves:
        if isinstance(move.to, Spot):
            start = move.start.place.step if move.start else None
            ways[start][move.to.place.step] = move.to.place.kind
    depths: dict[str, int] = {}
    level: list[str | None] = [None]
    depth = 0
    while level:
        deeper: list[str] = []
        while level:
            for step, kind in ways[level.pop()].items():
                if step in depths:
                    continue
                if kind is Kind.MENU:
                    deeper.append(step)
                else:
                    depths[step] = depth
                    level.append(step)
        depth += 1
        level = [step for step in dict.fromkeys(deeper) if step not in depths]
        depths.update(dict.fromkeys(filter(None, level), depth))
    return depths


def _without_person(walk: Walk, ways: _Ways, *, answered: bool) -> Iterator[Fault]:
    enough = _TO_PERSON if answered else _TO_PERSON | {Ending.FAREWELL}
    for spot, path in walk.spots.items():
        if walk.whole and not _reaches(spot, ways, enough):
            yield Fault(What.NO_PERSON, spot.place.step, path, "0 doesn't lead to a person")


def _reaches(
    spot: Spot, ways: _Ways, enough: frozenset[Ending], been: frozenset[Spot] = frozenset()
) -> bool:
    """Whether 0, pressed again wherever something is asked, leads to such an end, whatever came before."""
    moves = [move for move in ways[spot] if move.keys == PERSON]
    been |= {spot}

    def leads(to: Spot | Ending) -> bool:
        if isinstance(to, Ending):
            return to in enough
        return to not in been and _reaches(to, ways, enough, been)

    return bool(moves) and all(leads(move.to) for move in moves)
