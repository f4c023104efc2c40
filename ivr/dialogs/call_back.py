"""Have the caller rung back: at which number, and whether that may be rung at all."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from actions.call_back import AskCallBack, CallBackStanding, CallBackWish
from actions.wait import NoteNumber
from domain.dialling import CallBack, Window
from domain.handover import Handover
from domain.ids import CallId
from domain.tenant import Tenant
from ivr.dialog import (
    CalledLine,
    Caller,
    Farewell,
    Menu,
    NoUsableInput,
    Option,
    Question,
    Way,
)
from ivr.keypad import EntryRule
from ivr.spoken import Digits
from ivr.steps import TRIES


class Whither(Enum):
    OWN_NUMBER = "own"
    OTHER_NUMBER = "other"


WHITHER: Final = Menu(
    "call_back.own",
    [
        Option("1", "call_back.yes", Whither.OWN_NUMBER),
        Option("2", "call_back.other", Whither.OTHER_NUMBER),
    ],
    intro="call_back.own",
)
NUMBER_RULE: Final = EntryRule(5, 17, first_digit_s=8, next_digit_s=4)


@dataclass(frozen=True, slots=True)
class LaterWish:
    """A wish for later: ``entering`` takes the caller into the field, who isn't there yet; ``window`` None: as soon as
    somebody is there; ``instead_of`` is the call of the wish that it takes the place of.
    """

    entering: Handover
    window: Window | None
    instead_of: CallId | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a number is read and whether it is one to ring.

    ``e164`` reads digits as people of a country (ISO 3166) dial them, ``as_dialled`` gives them back; ``may_ring`` is
    asked without regard to the hour, and raises StorageDown.
    """

    e164: Callable[[str, str], str | None]
    as_dialled: Callable[[str, str], str]
    may_ring: Callable[[str, Tenant], bool]


@dataclass(frozen=True, slots=True)
class RingMeBack:
    """Ends with the farewell once the wish is noted, with None where it came to nothing. Raises StorageDown."""

    numbers: Numbers
    note_number: NoteNumber
    ask: AskCallBack
    standing: CallBackStanding

    def __call__(self, caller: Caller, line: CalledLine) -> Farewell | None:
        number = self.own_number(caller, line)
        if number is not None:
            match caller.choose(WHITHER):
                case Whither.OWN_NUMBER:
                    return self.note(caller, line, number)
                case Way():
                    return None
                case Whither.OTHER_NUMBER:
                    pass
        number = self._confirmed_number(caller, line)
        return None if number is None else self.note(caller, line, number)

    def standing_wish(self, caller: Caller, line: CalledLine) -> CallBack | None:
        """The open wish of who rings from this number."""
        who = line.call.caller
        if who is None:
            return None
        return caller.during(None, lambda: self.standing(line.tenant.id, who))

    def own_number(self, caller: Caller, line: CalledLine) -> str | None:
        """The number (E.164) he rings from, where it is known and may be rung."""
        number = line.call.number
        return number if number is not None and self._may_ring(caller, line, number) else None

    def keyed_number(self, caller: Caller, line: CalledLine) -> str | None:
        """A number he keys that may be rung, in E.164; None is back."""
        question = Question(
            "call_back.number",
            "call_back.number_help",
            NUMBER_RULE,
            fits=lambda digits: self._read(line, digits) is not None,
            misfit="call_back.no_number",
        )
        for _ in range(TRIES):
            keyed = caller.enter(question)
            if isinstance(keyed, Way):
                return None
            number = self._read(line, keyed)
            assert number is not None, "the question lets nothing else pass"
            if self._may_ring(caller, line, number):
                return number
            caller.sorry("call_back.not_allowed")
        raise NoUsableInput(question.prompt)

    def spoken(self, line: CalledLine, number: str) -> Digits:
        """A number (E.164) as the tenant's country dials it."""
        return Digits(self.numbers.as_dialled(number, line.tenant.country))

    def note(
        self, caller: Caller, line: CalledLine, number: str, wanted: LaterWish | None = None
    ) -> Farewell:
        """Have him rung at a number (E.164), in his turn or as ``wanted``."""

        def ask() -> CallBackWish:
            whom = self.note_number(number)
            if wanted is None:
                return self.ask(line.origin, whom)
            return self.ask(line.origin, whom, wanted.entering, wanted.window, wanted.instead_of)

        match caller.during(None, ask):
            case CallBackWish.NOTED:
                caller.say("call_back.noted" if wanted is None else "call_back.noted_down")
            case CallBackWish.ALREADY_ASKED:
                caller.say("call_back.already")
        caller.say("farewell")
        return Farewell()

    def _confirmed_number(self, caller: Caller, line: CalledLine) -> str | None:
        """A number he keys and confirms, in E.164; None is back, or he confirms none."""
        for _ in range(TRIES):
            number = self.keyed_number(caller, line)
            if number is None:
                return None
            caller.say("call_back.read_back", number=self.spoken(line, number))
            if caller.confirm("call_back.correct"):
                return number
        return None

    def _read(self, line: CalledLine, digits: str) -> str | None:
        return self.numbers.e164(digits, line.tenant.country)

    def _may_ring(self, caller: Caller, line: CalledLine, number: str) -> bool:
        return caller.during(None, lambda: self.numbers.may_ring(number, line.tenant))
