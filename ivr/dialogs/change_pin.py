"""Change the PIN: the old one, then the new one twice."""

from dataclasses import dataclass, replace

from actions.change_pin import ChangePin
from actions.log_in import ByNumber, LogIn
from domain.call import Certainty
from domain.new_pin import NewPin, Objection, allowed
from domain.participant import Participant
from domain.portal_facts import LogInFailure
from domain.ports import StorageDown
from ivr.dialog import CalledLine, Caller, NoUsableInput, Question, Refused, Way
from ivr.dialogs.log_in import PIN_RULE, refuse
from ivr.keypad import EntryRule
from ivr.speech import Noun
from ivr.spoken import Counted
from ivr.steps import TRIES

OLD = Question("pin.old", "pin.old_help", PIN_RULE)


@dataclass(frozen=True, slots=True)
class ChangeMyPin:
    log_in: LogIn
    change_pin: ChangePin

    def __call__(self, caller: Caller, line: CalledLine, participant: Participant) -> None:
        """Raises Refused where he isn't who he said he is, and where nobody can say which PIN is in force."""
        old = self._old(caller, line, participant)
        new = None if old is None else self._new(caller, line, participant, old)
        if new is None or not self._change(caller, line, participant, new):
            caller.say("pin.kept")
        else:
            caller.say("pin.changed")

    def _old(self, caller: Caller, line: CalledLine, participant: Participant) -> str | None:
        """The PIN in force; None is back. Who doesn't know it may be somebody who found the call open, so it is asked
        although he has logged in, and each try counts like any.
        """
        tries = line.tenant.pin.tries_per_call
        while not isinstance(pin := caller.enter(OLD), Way):
            found = self._check(caller, line, participant, pin)
            if isinstance(found, Participant):
                return pin
            tries -= 1
            try:
                refuse(caller, found, tries, OLD.prompt, "pin.wrong")
            except Refused:
                caller.who = replace(caller.who, certainty=Certainty.IDENTIFIED)
                raise
        return None

    def _check(
        self, caller: Caller, line: CalledLine, participant: Participant, pin: str
    ) -> Participant | LogInFailure:
        def check() -> Participant | LogInFailure:
            claim = ByNumber(participant.number)
            return self.log_in(line.origin, line.tenant.pin, claim, pin, line.call.caller)

        return caller.during("login.moment", check)

    def _new(
        self, caller: Caller, line: CalledLine, participant: Participant, old: str
    ) -> NewPin | None:
        """A PIN that is allowed, keyed twice alike; None is back."""
        length = line.tenant.pin.digits
        rule, values = EntryRule(length, length), {"digits": Counted(length, Noun.DIGIT)}
        question = Question("pin.new", "pin.new_help", rule, values=values)
        again = Question("pin.again", "pin.again_help", rule)
        tries = TRIES
        while tries:
            keyed = caller.enter(question)
            if isinstance(keyed, Way):
                return None
            new = allowed(keyed, old, participant)
            if isinstance(new, Objection):
                caller.sorry(f"pin.refused_{new}")
            else:
                repeated = caller.enter(again)
                if isinstance(repeated, Way):
                    continue
                if repeated == keyed:
                    return new
                caller.sorry("pin.differ")
            tries -= 1
        raise NoUsableInput(question.prompt)

    def _change(
        self, caller: Caller, line: CalledLine, participant: Participant, new: NewPin
    ) -> bool:
        def change() -> bool:
            return self.change_pin(line.origin, participant.id, new)

        try:
            return caller.during("login.moment", change)
        except StorageDown:
            caller.sorry("pin.unsure")
            raise Refused("pin.unsure") from None
