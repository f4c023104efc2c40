"""Whether a call broke off, when, and what is left of it to go on with: read off the facts of that call."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.call import Concern
from domain.fact import Body, Fact
from domain.field_facts import (
    CallBackAsked,
    CallBackStands,
    CallEnded,
    Connected,
    FoundTalking,
    Overflowed,
)
from domain.portal_facts import (
    DialogEnd,
    DialogLeft,
    HandedOver,
    LanguageRemembered,
    PinChanged,
    ShortFormRemembered,
)
from domain.tenant import MenuItem
from domain.waiting_field import Overflow

WITHIN: Final = timedelta(minutes=10)
"""After a call broke off its caller may go on with it."""

DONE: Final[Mapping[type[Body], MenuItem]] = {
    PinChanged: MenuItem.CHANGE_PIN,
    LanguageRemembered: MenuItem.LANGUAGE,
    ShortFormRemembered: MenuItem.SHORT_FORM,
}
"""What of the menu isn't begun anew once its fact is in the log: it would be done twice, or undone."""


@dataclass(frozen=True, slots=True)
class ForPerson:
    """He wants a person. ``asked``: he has been asked what for, and ``concern`` is what he said."""

    asked: bool = False
    concern: Concern | None = None


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A call whose line was lost ``at``; ``waited`` is for whom, None where he was in a dialog. ``done`` needs no
    second time.
    """

    at: datetime
    waited: ForPerson | None = None
    done: frozenset[MenuItem] = frozenset()

    def is_recent(self, now: datetime) -> bool:
        return now - self.at <= WITHIN


def broken_off(facts: Iterable[Fact]) -> BrokenOff | None:
    """A call's facts, in order. None where it goes on, or ended as calls end: with our farewell, with a person, with
    the promise to be rung back, or sent away.
    """
    waited: ForPerson | None = None
    done: set[MenuItem] = set()
    for fact in facts:
        match fact.body:
            case DialogLeft(end=DialogEnd.HUNG_UP):
                return BrokenOff(fact.at, done=frozenset(done))
            case CallEnded() if waited is not None:
                return BrokenOff(fact.at, waited)
            case HandedOver(concern=concern):
                waited = ForPerson(asked=True, concern=concern)
            case DialogLeft(end=DialogEnd.FAREWELL) | Overflowed(to=Overflow.MESSAGE):
                return None
            case Connected() | FoundTalking() | CallBackAsked() | CallBackStands():
                return None
            case body if type(body) in DONE:
                done.add(DONE[type(body)])
            case _:
                pass
    return None
