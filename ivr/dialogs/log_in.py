"""Find out who is calling: by number, or by ZIP and birth date, and always with the PIN."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.go_on import Bookmark, Bookmarks, NoteWentOn, Whereabouts
from actions.log_in import Claim, FindFitting, Keyed, LogIn
from actions.take_call import NoteLanguage
from domain.call import Certainty
from domain.ids import CallId
from domain.language import Language
from domain.participant import Participant
from domain.portal_facts import LanguageCause, LogInFailure
from ivr.dialog import CalledLine, Caller, Question, Refused, Way
from ivr.dialogs.identity import GO_ON, NO, NUMBER, NUMBER_AFTER_SEVERAL, YES, ask_home
from ivr.dialogs.lost_card import LostCard
from ivr.dialogs.welcome import ChooseLanguage
from ivr.keypad import EntryRule

PIN_RULE = EntryRule(4, 8)
PIN = Question("login.pin", "login.pin_help", PIN_RULE)
PIN_AGAIN = Question("login.pin_again", "login.pin_help", PIN_RULE)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who has logged in, and where he goes on, None: wherever he likes."""

    participant: Participant
    where: Whereabouts | None


@dataclass(frozen=True, slots=True)
class LogInByPhone:
    """Ends with who is let in; with None for who had his cards blocked without a PIN, and has what he can have.
    Raises Refused where he doesn't get in.
    """

    find_fitting: FindFitting
    log_in: LogIn
    choose_language: ChooseLanguage
    note_language: NoteLanguage
    lost_card: LostCard
    bookmarks: Bookmarks
    note_went_on: NoteWentOn

    def __call__(
        self, caller: Caller, line: CalledLine, unfinished: Bookmark | None = None
    ) -> Admitted | None:
        """Who has something ``unfinished`` is offered to go on with it: he keys his PIN, and nothing else again."""
        tries = line.tenant.pin.tries_per_call
        while True:
            bookmark = self._bookmark(caller, line, unfinished)
            keyed, unfinished = bookmark.keyed, None
            question = _offering(PIN, line, at_once=False)
            while (pin := caller.enter(question)) is not Way.BACK:
                if pin is Way.OTHER:
                    if self.lost_card(caller, line, keyed):
                        return None
                    continue
                found = self._check(caller, line, keyed.claim, str(pin))
                if isinstance(found, Participant):
                    self._let_in(caller, line, found)
                    self._note_went_on(caller, line, found, bookmark.broken)
                    return Admitted(found, bookmark.where)
                tries -= 1
                if self._is_settled(caller, line, keyed, found, tries):
                    return None
                question = _offering(PIN_AGAIN, line, at_once=True)

    def _check(
        self, caller: Caller, line: CalledLine, claim: Claim, pin: str
    ) -> Participant | LogInFailure:
        def check() -> Participant | LogInFailure:
            return self.log_in(line.origin, line.tenant.pin, claim, pin, line.call.caller)

        return caller.during("login.moment", check)

    def _bookmark(self, caller: Caller, line: CalledLine, unfinished: Bookmark | None) -> Bookmark:
        """What the caller says he is known by; nothing tells him whether we know it."""
        while True:
            self._is_nobody_yet(caller)
            if unfinished is None:
                self.bookmarks.drop(line.call)
            match caller.enter(NUMBER if unfinished is None else GO_ON):
                case Way.OTHER:
                    known = self._by_home(caller, line)
                    if known is not None:
                        return known
                case Way.BACK:
                    continue
                case "":
                    self.choose_language(caller, line)
                case answer if answer == YES and unfinished is not None:
                    # nobody is told by it who that was: not an agent either
                    bookmark = replace(unfinished, language=caller.who.language)
                    self.bookmarks.put(line.call, bookmark)
                    return bookmark
                case answer if answer == NO:
                    unfinished = None
                case number:
                    return self._known_as(caller, line, Keyed(str(number)))

    def _by_home(self, caller: Caller, line: CalledLine) -> Bookmark | None:
        """ZIP, then birth date, then the number where several people fit; None is back to the
        start.
        """
        while (home := ask_home(caller)) is not None:
            keyed = Keyed(home=home)
            if len(self._fitting(caller, line, keyed.claim)) < 2:
                return self._known_as(caller, line, keyed)
            number = caller.enter(NUMBER_AFTER_SEVERAL)
            if not isinstance(number, Way):
                return self._known_as(caller, line, Keyed(number, home))
        return None

    def _known_as(self, caller: Caller, line: CalledLine, keyed: Keyed) -> Bookmark:
        """A person who takes over before the PIN sees who the caller says he is, and the next call may go on."""
        bookmark = Bookmark(keyed, caller.who.language)
        self.bookmarks.put(line.call, bookmark)
        people = self._fitting(caller, line, keyed.claim)
        if len(people) == 1:
            caller.who = replace(
                caller.who, participant=people[0].id, certainty=Certainty.IDENTIFIED
            )
        return bookmark

    def _is_nobody_yet(self, caller: Caller) -> None:
        """Who goes back withdraws what he said he is."""
        caller.who = replace(caller.who, participant=None, certainty=Certainty.UNKNOWN, priority=0)

    def _fitting(self, caller: Caller, line: CalledLine, claim: Claim) -> Sequence[Participant]:
        return caller.during(None, lambda: self.find_fitting(line.tenant.id, claim))

    def _is_settled(
        self,
        caller: Caller,
        line: CalledLine,
        keyed: Keyed,
        failure: LogInFailure,
        tries_left: int,
    ) -> bool:
        """Says why he isn't let in; whether he has had his cards blocked instead. Raises Refused where he may not try
        again.
        """
        try:
            refuse(caller, failure, tries_left, PIN.prompt, "login.wrong")
        except Refused:
            may_block = line.tenant.pin.block_without_pin
            locked = failure is LogInFailure.ACCOUNT_LOCKED
            if locked and may_block and self.lost_card(caller, line, keyed):
                return True
            raise
        return False

    def _let_in(self, caller: Caller, line: CalledLine, found: Participant) -> None:
        caller.who = replace(
            caller.who,
            participant=found.id,
            certainty=Certainty.PIN_VERIFIED,
            priority=found.priority,
            short_form=found.short_form,
        )
        self.speak(caller, line, found.language, LanguageCause.PARTICIPANT)

    def speak(
        self, caller: Caller, line: CalledLine, language: Language, why: LanguageCause
    ) -> None:
        """From here on, if the line has it."""
        if language != caller.who.language and language in line.line.languages:
            caller.switch_to(language)
            caller.during(None, lambda: self.note_language(line.origin, language, why))

    def _note_went_on(
        self, caller: Caller, line: CalledLine, found: Participant, broken: CallId | None
    ) -> None:
        if broken is not None:
            caller.during(None, lambda: self.note_went_on(line.origin, found.id, broken))


def _offering(question: Question, line: CalledLine, *, at_once: bool) -> Question:
    """With the way to a block without PIN, where the tenant has it."""
    if not line.tenant.pin.block_without_pin:
        return question
    return replace(question, offer="lost.offer", offered_at_once=at_once)


def refuse(caller: Caller, failure: LogInFailure, tries_left: int, step: str, wrong: str) -> None:
    """Tell the caller that his PIN didn't let him in, a wrong one by the prompt ``wrong``. Raises Refused where he may
    not try again.
    """
    match failure:
        case LogInFailure.UNKNOWN | LogInFailure.WRONG_PIN | LogInFailure.PIN_SPRAYED:
            caller.sorry(wrong)
            if tries_left <= 0:
                raise Refused(step)
        case LogInFailure.ACCOUNT_LOCKED | LogInFailure.CALLER_EXHAUSTED:
            caller.sorry("login.locked")
            raise Refused(step)
