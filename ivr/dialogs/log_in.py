"""Find out who is calling: by number, or by ZIP and birth date, and always with the PIN."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.log_in import ByNumber, ByZipAndBirthDate, Claim, FindFitting, LogIn
from actions.take_call import NoteLanguage
from domain.call import Certainty
from domain.participant import Participant
from domain.portal_facts import LanguageCause, LogInFailure
from ivr.dialog import CalledLine, Caller, Question, Refused, Way
from ivr.dialogs.welcome import ChooseLanguage
from ivr.keypad import EntryRule
from ivr.steps import keyed_date

NUMBER = Question(
    "login.number",
    "login.number_help",
    EntryRule(4, 12, first_digit_s=8, next_digit_s=4, empty=True),
    other=True,
)
NUMBER_AFTER_SEVERAL = Question(
    "login.several", "login.several", EntryRule(4, 12, first_digit_s=8, next_digit_s=4)
)
ZIP = Question("login.zip", "login.zip_help", EntryRule(4, 10))
BORN = Question(
    "login.born",
    "login.born_help",
    EntryRule(8, 8, first_digit_s=8, next_digit_s=4),
    fits=lambda digits: keyed_date(digits) is not None,
    misfit="try.no_date",
)
PIN_RULE = EntryRule(4, 8)
PIN = Question("login.pin", "login.pin_help", PIN_RULE)
PIN_AGAIN = Question("login.pin_again", "login.pin_help", PIN_RULE)


@dataclass(frozen=True, slots=True)
class LogInByPhone:
    """Ends with the participant; raises Refused where he doesn't get in."""

    find_fitting: FindFitting
    log_in: LogIn
    choose_language: ChooseLanguage
    note_language: NoteLanguage

    def __call__(self, caller: Caller, line: CalledLine) -> Participant:
        tries = line.tenant.pin.tries_per_call
        while True:
            claim = self._claim(caller, line)
            question = PIN
            while not isinstance(pin := caller.enter(question), Way):
                found = self._check(caller, line, claim, pin)
                if isinstance(found, Participant):
                    self._let_in(caller, line, found)
                    return found
                tries -= 1
                refuse(caller, found, tries, PIN.prompt, "login.wrong")
                question = PIN_AGAIN

    def _check(
        self, caller: Caller, line: CalledLine, claim: Claim, pin: str
    ) -> Participant | LogInFailure:
        def check() -> Participant | LogInFailure:
            return self.log_in(line.origin, line.tenant.pin, claim, pin, line.call.caller)

        return caller.during("login.moment", check)

    def _claim(self, caller: Caller, line: CalledLine) -> Claim:
        """What the caller says he is known by; nothing tells him whether we know it."""
        while True:
            self._is_nobody_yet(caller)
            match caller.enter(NUMBER):
                case Way.OTHER:
                    claim = self._by_zip(caller, line)
                    if claim is not None:
                        return claim
                case Way.BACK:
                    continue
                case "":
                    self.choose_language(caller, line)
                case number:
                    return self._known_as(caller, line, ByNumber(str(number)))

    def _by_zip(self, caller: Caller, line: CalledLine) -> Claim | None:
        """ZIP, then birth date, then the number where several people fit; None is back to the
        start.
        """
        while True:
            zip_code = caller.enter(ZIP)
            if isinstance(zip_code, Way):
                return None
            digits = caller.enter(BORN)
            if isinstance(digits, Way):
                continue
            born = keyed_date(digits)
            assert born is not None, "the question lets nothing else pass"
            claim = ByZipAndBirthDate(zip_code, born)
            if len(self._fitting(caller, line, claim)) < 2:
                return self._known_as(caller, line, claim)
            number = caller.enter(NUMBER_AFTER_SEVERAL)
            if not isinstance(number, Way):
                return self._known_as(caller, line, ByNumber(number))

    def _known_as(self, caller: Caller, line: CalledLine, claim: Claim) -> Claim:
        """A person who takes over before the PIN sees who the caller says he is."""
        people = self._fitting(caller, line, claim)
        if len(people) == 1:
            caller.who = replace(
                caller.who, participant=people[0].id, certainty=Certainty.IDENTIFIED
            )
        return claim

    def _is_nobody_yet(self, caller: Caller) -> None:
        """Who goes back withdraws what he said he is."""
        caller.who = replace(caller.who, participant=None, certainty=Certainty.UNKNOWN, priority=0)

    def _fitting(self, caller: Caller, line: CalledLine, claim: Claim) -> Sequence[Participant]:
        return caller.during(None, lambda: self.find_fitting(line.tenant.id, claim))

    def _let_in(self, caller: Caller, line: CalledLine, found: Participant) -> None:
        caller.who = replace(
            caller.who,
            participant=found.id,
            certainty=Certainty.PIN_VERIFIED,
            priority=found.priority,
            short_form=found.short_form,
        )
        if found.language != caller.who.language and found.language in line.line.languages:
            caller.switch_to(found.language)
            set_to, why = found.language, LanguageCause.PARTICIPANT
            caller.during(None, lambda: self.note_language(line.origin, set_to, why))


def refuse(caller: Caller, failure: LogInFailure, tries_left: int, step: str, wrong: str) -> None:
    """Tell the caller that his PIN didn't let him in, a wrong one by the prompt ``wrong``. Raises Refused where he may
    not try again.
    """
    match failure:
        case LogInFailure.UNKNOWN | LogInFailure.WRONG_PIN:
            caller.sorry(wrong)
            if tries_left <= 0:
                raise Refused(step)
        case LogInFailure.ACCOUNT_LOCKED | LogInFailure.CALLER_EXHAUSTED:
            caller.sorry("login.locked")
            raise Refused(step)
