"""Have the caller rung back: at which number, and whether that may be rung at all."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from actions.call_back import AskCallBack, CallBackWish
from actions.wait import NoteNumber
from domain.handover import Handover
from domain.tenant import Tenant
from ivr.dialog import CalledLine, Caller, Farewell, Menu, Option, Question, Way
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
class Numbers:
    """How a number is read and whether it is one to ring.

    ``e164`` reads digits as people of a country (ISO 3166) dial them; ``may_ring`` is asked without regard to the hour,
    and raises StorageDown.
    """

    e164: Callable[[str, str], str | None]
    may_ring: Callable[[str, Tenant], bool]


@dataclass(frozen=True, slots=True)
class RingMeBack:
    """Ends with the farewell once the wish is noted, with None where it came to nothing. Raises StorageDown."""

    numbers: Numbers
    note_number: NoteNumber
    ask: AskCallBack

    def __call__(self, caller: Caller, line: CalledLine) -> Farewell | None:
        if self.own_can_be_rung(caller, line):
            match caller.choose(WHITHER):
                case Whither.OWN_NUMBER:
                    return self.at_own(caller, line, "call_back.noted")
                case Way():
                    return None
                case Whither.OTHER_NUMBER:
                    pass
        number = self._other(caller, line)
        return None if number is None else self._note(caller, line, number, "call_back.noted")

    def own_can_be_rung(self, caller: Caller, line: CalledLine) -> bool:
        """Whether the number he rings from is known, and may be rung."""
        number = line.call.number
        return number is not None and self._may_ring(caller, line, number)

    def at_own(
        self, caller: Caller, line: CalledLine, noted: str, entering: Handover | None = None
    ) -> Farewell:
        """Have him rung at the number he rings from; ``noted`` is the prompt that promises it, ``entering`` takes him
        into the field who isn't there yet.
        """
        assert line.call.number is not None, "it was asked whether it can be rung"
        return self._note(caller, line, line.call.number, noted, entering)

    def _note(
        self,
        caller: Caller,
        line: CalledLine,
        number: str,
        noted: str,
        entering: Handover | None = None,
    ) -> Farewell:
        def ask() -> CallBackWish:
            return self.ask(line.origin, self.note_number(number), entering)

        match caller.during(None, ask):
            case CallBackWish.NOTED:
                caller.say(noted)
            case CallBackWish.ALREADY_ASKED:
                caller.say("call_back.already")
        caller.say("farewell")
        return Farewell()

    def _other(self, caller: Caller, line: CalledLine) -> str | None:
        """A number he keys and confirms, in E.164; None is back, or no number of his will do."""
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
            if not self._may_ring(caller, line, number):
                caller.sorry("call_back.not_allowed")
                continue
            caller.say("call_back.read_back", number=Digits(keyed))
            if caller.confirm("call_back.correct"):
                return number
        return None

    def _read(self, line: CalledLine, digits: str) -> str | None:
        return self.numbers.e164(digits, line.tenant.country)

    def _may_ring(self, caller: Caller, line: CalledLine, number: str) -> bool:
        return caller.during(None, lambda: self.numbers.may_ring(number, line.tenant))
