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

TOLD_AFTERWARDS: Final = frozenset({MenuItem.BALANCE, MenuItem.MOVEMENTS})
"""What they come to is heard with the next menu: until that begins he is at them still."""

_AS_TOLD: Final = "call_back.or_hang_up"
"""The prompt that tells him to hang up."""

_OF_MENUS: Final = "menu."
"""How the names of prompts begin that are heard at the main menu, the one behind it, or an item's own."""


@dataclass(frozen=True, slots=True)
class ForPerson:
    """He wants a person. ``asked``: he has been asked what for, and ``concern`` is what he said."""

    asked: bool = False
    concern: Concern | None = None


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A call whose line was lost ``at``; ``waited`` is for whom, None where he was in a dialog. ``done`` needs no
    second time. ``in_menu``: a menu was being heard, so that what is told before it had been heard.
    """

    at: datetime
    waited: ForPerson | None = None
    done: frozenset[MenuItem] = frozenset()
    in_menu: bool = False

    def is_recent(self, now: datetime) -> bool:
        return now - self.at <= WITHIN


def broken_off(facts: Iterable[Fact]) -> BrokenOff | None:
    """A call's facts, in order. None where it goes on, or ended as calls end: with our farewell, with a person, with
    the promise to be rung back, sent away, or told to hang up.
    """
    waited: ForPerson | None = None
    done: set[MenuItem] = set()
    for fact in facts:
        match fact.body:
            case DialogLeft(end=DialogEnd.HUNG_UP, last_prompt=prompt) if prompt != _AS_TOLD:
                in_menu = prompt is not None and prompt.startswith(_OF_MENUS)
                return BrokenOff(fact.at, done=frozenset(done), in_menu=in_menu)
            case CallEnded() if waited is not None:
                return BrokenOff(fact.at, waited)
            case HandedOver(concern=concern):
                waited = ForPerson(asked=True, concern=concern)
            case DialogLeft(end=DialogEnd.HUNG_UP | DialogEnd.FAREWELL):
                return None
            case Overflowed(to=Overflow.MESSAGE):
                return None
            case Connected() | FoundTalking() | CallBackAsked() | CallBackStands():
                return None
            case body if type(body) in DONE:
                done.add(DONE[type(body)])
            case _:
                pass
    return None
