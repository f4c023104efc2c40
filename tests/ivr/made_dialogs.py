"""Small dialogs to be walked, as functions of a caller, and a world where everything can be spoken."""

from collections.abc import Callable

from domain.call import Certainty
from domain.handover import Handover
from domain.ids import TenantId
from domain.language import Language
from ivr.dialog import Caller, Menu, Option, Question
from ivr.keypad import EntryRule
from ivr.walking.places import Kind, Walk
from ivr.walking.search import Beginning, walk
from ivr.walking.walker import World

PIN = Question("pin", "pin.help", EntryRule(4, 6))


def menu(step: str, *keys: str) -> Menu[str]:
    """What an option means is its key."""
    return Menu(step, [Option(key, f"{step}.{key}", key) for key in keys])


def to_person() -> Handover:
    return Handover(TenantId("brand"), Language.EN, None, Certainty.UNKNOWN, None, ())


class Tally:
    """A world that counts, and whose count can be brought back."""

    def __init__(self) -> None:
        self.count = 0

    def keep(self) -> int:
        return self.count

    def bring_back(self, count: object) -> None:
        assert isinstance(count, int)
        self.count = count

    def one_more(self) -> int:
        self.count += 1
        return self.count


def world(*digits: str, tally: Tally | None = None) -> World:
    """``digits`` are what every caller may key."""
    counted = tally or Tally()
    return World(
        lambda *_: None, lambda _: digits, lambda who: who, counted.keep, counted.bring_back
    )


def walked(
    dialog: Callable[[Caller], object],
    *digits: str,
    tally: Tally | None = None,
    most: int = 500,
) -> Walk:
    return walk([Beginning("", Language.EN, dialog)], world(*digits, tally=tally), most)


def steps(found: Walk, kind: Kind | None = None) -> list[str]:
    """Of the places found, in that order."""
    places = [spot.place for spot in found.spots]
    return [place.step for place in places if kind in {None, place.kind}]


def ways(found: Walk, step: str | None) -> dict[str, list[str]]:
    """What is said and where it leads, by the keys pressed at a step; None is the beginning."""
    told: dict[str, list[str]] = {}
    for move in found.moves:
        if (move.start.place.step if move.start else None) == step:
            to = getattr(move.to, "place", None)
            named = to.step if to else str(getattr(move.to, "value", move.to))
            said = [words.prompt for words in move.said]
            told.setdefault(move.keys, []).append(" ".join([*said, named]))
    return told
