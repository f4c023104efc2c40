"""Walks a dialog in every direction: it is run again for each decision that can be made at each place, along the keys
that led there. What work came to on the way is remembered and not done again: that is most of what a run would cost.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from domain.handover import Handover
from domain.language import Language
from ivr.dialog import Caller, CallerHungUp, Farewell, KeepWaiting
from ivr.steps import TRIES
from ivr.walking.places import POUND, Ending, Failure, Kind, Move, Path, Spot, Walk, is_entry
from ivr.walking.walker import Astray, Done, Walker, World

MOST_PATHS: Final = 5000
"""After so many a walk is given up: a dialog asks anew and anew."""

_MOST_ASKED: Final = 100


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a call comes to a dialog. ``run`` is the dialog; all that it does depends on the keys, on what its work comes
    to, and on what of the world can be kept. ``keys`` lead to where it is like no other; nothing else is tried on the
    way there.
    """

    name: str
    language: Language
    run: Callable[[Caller], object]
    keys: Path = ()


def walk(beginnings: Sequence[Beginning], world: World, most: int = MOST_PATHS) -> Walk:
    """Every decision at every spot, each spot once, whichever way he comes there first; the shortest ways first.

    A caller who comes to a spot that is known goes on as he did before, so that a third wrong try and a second
    blocking of the same card are met as well, and then hangs up.
    """
    search, kept = _Search(world), world.keep()
    queue = deque(_Way(beginning, beginning.keys, (), kept) for beginning in beginnings)
    while queue and search.count < most:
        queue.extend(search.follow(queue.popleft()))
    moves, paths = tuple(search.moves), dict(search.paths)
    return Walk(moves, search.spots, paths, tuple(search.failures), whole=not queue)


@dataclass(frozen=True, slots=True)
class _Way:
    """A path to be tried. All but its last key has been tried before: what work came to on it is ``done``, and the
    world was ``kept`` as that left it.
    """

    beginning: Beginning
    keys: Path
    done: tuple[Done, ...]
    kept: object


@dataclass(slots=True)
class _Search:
    world: World
    spots: dict[Spot, Path] = field(default_factory=dict)
    moves: dict[Move, None] = field(default_factory=dict)
    paths: Counter[Language] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    count: int = 0

    def follow(self, way: _Way) -> Sequence[_Way]:
        """Run the dialog along a way, and on to where nobody has been before; the ways that lead on from there."""
        self.count += 1
        self.world.bring_back(way.kept)
        course = _Course(way.keys, self.spots.keys(), self.world.keep)
        beginning = way.beginning
        walker = Walker(self.world, beginning.language, beginning.name, course.decide, way.done)
        failed = _run(beginning, walker, course)
        path = (beginning.name, *course.taken)
        if failed:
            self.failures.append(Failure(path, walker.step, failed))
        self.moves.update(dict.fromkeys(walker.moves))
        if course.found is None:
            self.paths[walker.who.language] += 1
            return ()
        self.spots[course.found.spot] = path
        done, kept = tuple(walker.done), course.found.kept
        return [
            _Way(beginning, (*course.taken, keys), done, kept) for keys in course.found.possible
        ]


def _run(beginning: Beginning, walker: Walker, course: "_Course") -> str | None:
    """What went wrong; None where the dialog ended as dialogs end."""
    try:
        end = beginning.run(walker)
    except Astray as astray:
        failed = str(astray)
    except CallerHungUp:
        if course.hung_up:
            return None
        failed = "it ends as if the caller had hung up"
    except Exception as error:  # noqa: BLE001 - whatever a dialog raises is what we are here to find
        failed = f"{type(error).__name__}: {error}"
    else:
        if course.hung_up:
            return "it doesn't end when the caller hangs up"
        ending = _ENDINGS.get(type(end), Ending.FAILED)
        walker.leave(ending)
        return f"it ends in {end!r}" if ending is Ending.FAILED else None
    if not course.hung_up:
        walker.leave(Ending.FAILED)
    return failed


_ENDINGS: Final[dict[type, Ending]] = {
    Handover: Ending.PERSON,
    Farewell: Ending.FAREWELL,
    KeepWaiting: Ending.WAITING,
}


@dataclass(frozen=True, slots=True)
class _Found:
    """A new spot, what can be decided there, and the world as it is then."""

    spot: Spot
    possible: Sequence[str]
    kept: object


@dataclass(slots=True)
class _Course:
    """One caller's decisions: first those ``given``, then he goes on as before where all is known, until he comes to a
    new spot.
    """

    given: Path
    known: Set[Spot]
    keep: Callable[[], object]
    been: list[tuple[Spot, str]] = field(default_factory=list)
    found: _Found | None = None
    hung_up: bool = False

    @property
    def taken(self) -> Path:
        return tuple(keys for _, keys in self.been)

    def decide(self, spot: Spot, possible: Sequence[str]) -> str:
        if self.hung_up:
            raise Astray("it goes on asking after the caller has hung up")
        keys = self._next(spot, possible)
        if keys is None or len(self.been) == _MOST_ASKED:
            self.hung_up = True
            raise CallerHungUp
        if keys not in possible:
            raise Astray("the same keys lead elsewhere another time: it can't be walked")
        self.been.append((spot, keys))
        return keys

    def _next(self, spot: Spot, possible: Sequence[str]) -> str | None:
        if len(self.been) < len(self.given):
            return self.given[len(self.been)]
        if spot not in self.known:
            self.found = _Found(spot, possible, self.keep())
            return None
        before = [keys for been, keys in self.been if been == spot]
        if before:
            return before[-1] if len(before) < TRIES else None
        return self._same_digits(possible) if spot.place.kind is Kind.QUESTION else None

    def _same_digits(self, possible: Sequence[str]) -> str | None:
        """What he keyed last, as far as it is asked for here."""
        last = self.been[-1][1] if self.been else ""
        if not is_entry(last):
            return None
        digits = last.removesuffix(POUND)
        entries = (keys for keys in possible if is_entry(keys))
        same = (
            keys
            for keys in entries
            if digits.startswith(keys.removesuffix(POUND)) or keys.startswith(digits)
        )
        return next(same, None)
