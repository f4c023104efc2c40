"""Somebody whom dunning agents have rung rings back: which case it is, and then one of them. He hears no name, no sum,
and not that anything is owed.
"""

from dataclasses import dataclass
from typing import Final

from actions.identify_debtor import Identified, IdentifyDebtor, KeyedByDebtor
from ivr.dialog import (
    CalledLine,
    Caller,
    End,
    NoUsableInput,
    PersonWanted,
    Question,
    Refused,
    Way,
)
from ivr.dialogs.person import ToPerson
from ivr.dialogs.welcome import ChooseLanguage, Welcome
from ivr.keypad import EntryRule

_RULE: Final = EntryRule(2, 24, first_digit_s=8, next_digit_s=4, empty=True)

REFERENCE: Final = Question("debtor.reference", "debtor.reference_help", _RULE, other=True)
AGAIN: Final = Question("debtor.again", "debtor.reference_help", _RULE, other=True)
ZIP: Final = Question("debtor.zip", "debtor.zip_help", EntryRule(3, 10))


@dataclass(frozen=True, slots=True)
class RingBack:
    """Whatever he keys, he reaches a person."""

    welcome: Welcome
    choose_language: ChooseLanguage
    identify: IdentifyDebtor
    to_person: ToPerson

    def __call__(self, caller: Caller, line: CalledLine) -> End:
        self.welcome(caller, line)
        caller.say("debtor.rung")
        try:
            self._find_out(caller, line)
        except PersonWanted:
            pass
        except NoUsableInput as lost:
            return self.to_person.given_up(caller, line, lost.step)
        except Refused as refused:
            return self.to_person.refused(caller, line, refused.step)
        end = self.to_person.asked_for(caller, line)
        assert end is not None, "he isn't asked what he wants, so there is no way back"
        return end

    def _find_out(self, caller: Caller, line: CalledLine) -> None:
        """Until reference and ZIP fit. Raises Refused where they don't in the end."""
        question = REFERENCE
        for _ in range(line.tenant.pin.tries_per_call):
            keyed = self._asked(caller, line, question)
            match self._identified(caller, line, keyed):
                case Identified.YES:
                    return
                case Identified.NO:
                    caller.sorry("debtor.wrong")
                    question = AGAIN
                case Identified.LOCKED:
                    caller.sorry("debtor.wrong")
                    break
        raise Refused(question.prompt)

    def _asked(self, caller: Caller, line: CalledLine, question: Question) -> KeyedByDebtor:
        """What he keys; who has no reference goes to a person at once."""
        while True:
            match caller.enter(question):
                case Way.OTHER:
                    raise PersonWanted
                case Way.BACK:
                    continue
                case "":
                    self.choose_language(caller, line)
                case reference:
                    zip_code = caller.enter(ZIP)
                    if not isinstance(zip_code, Way):
                        return KeyedByDebtor(str(reference), zip_code)

    def _identified(self, caller: Caller, line: CalledLine, keyed: KeyedByDebtor) -> Identified:
        policy, number = line.tenant.pin, line.call.caller
        return caller.during(None, lambda: self.identify(line.origin, policy, keyed, number))
