"""What a caller in the waiting field hears between the music, and what he may do meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final

from actions.wait import ComeBack, StepAside, Waiter
from domain.participant import Participant
from domain.ports import StorageDown
from domain.tenant import LineDialog, MenuItem
from domain.waiting_field import Band, Overflow
from ivr.dialog import (
    CalledLine,
    Caller,
    CallerHungUp,
    Farewell,
    KeepWaiting,
    Menu,
    NoUsableInput,
    Option,
    PersonWanted,
    Refused,
    Standing,
    WaitEnd,
    Way,
)
from ivr.dialogs.balance import Balance
from ivr.dialogs.call_back import RingMeBack
from ivr.dialogs.log_in import LogInByPhone
from ivr.speech import Noun
from ivr.spoken import Counted


class Wish(Enum):
    WAIT = "wait"
    CALL_BACK = "call_back"
    BALANCE = "balance"


CALL_BACK: Final = Option("1", "field.call_back", Wish.CALL_BACK)
BALANCE: Final = Option("2", "field.balance", Wish.BALANCE)
OVERFLOW: Final = Menu(
    "field.overflow",
    [CALL_BACK, Option("2", "field.go_on", Wish.WAIT)],
    intro="field.overflow",
    tries=1,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One announcement: to whom, where he stands (None: unknown), and what he is offered who waited long enough."""

    waiter: Waiter
    standing: Standing | None
    offer: Overflow | None


@dataclass(frozen=True, slots=True)
class WaitingField:
    """Tells where the caller stands and asks nothing of him who just wants to wait. He may be taken out at any time."""

    ring_me_back: RingMeBack
    log_in: LogInByPhone
    balance: Balance
    step_aside: StepAside
    come_back: ComeBack

    def __call__(self, caller: Caller, line: CalledLine, visit: Visit) -> WaitEnd:
        try:
            return self._visit(caller, line, visit)
        except StorageDown:
            caller.sorry("field.sorry")
            return KeepWaiting()

    def _visit(self, caller: Caller, line: CalledLine, visit: Visit) -> WaitEnd:
        if visit.waiter.wants_call_back:  # something went wrong before he could hang up
            caller.say("call_back.already")
            caller.say("farewell")
            return Farewell()
        if visit.waiter.aside:  # something went wrong before he was back
            caller.during(None, lambda: self.come_back(line.origin))
        if visit.offer is Overflow.MESSAGE:
            caller.say("field.overflow_message")
            return Farewell()
        return self._grant(caller, line, visit.waiter, self._wish(caller, line, visit))

    def _wish(self, caller: Caller, line: CalledLine, visit: Visit) -> Wish:
        if visit.offer is Overflow.CALL_BACK:
            return _chosen(caller, OVERFLOW)
        if visit.standing is None:
            caller.say("field.wait")
            return Wish.WAIT
        if visit.waiter.told < 2:  # this time counts already
            caller.say("field.busy")
        _say_position(caller, visit.standing.position)
        caller.say(wait_prompt(visit.standing.band))
        options = [CALL_BACK]
        is_portal = (
            line.line.dialog is LineDialog.PORTAL
        )  # who was rung about a debt isn't asked for a PIN
        if is_portal and MenuItem.BALANCE in line.tenant.menu:
            options.append(BALANCE)
        return _chosen(caller, Menu("field", options, outro="field.or_wait", tries=1))

    def _grant(self, caller: Caller, line: CalledLine, waiter: Waiter, wish: Wish) -> WaitEnd:
        match wish:
            case Wish.WAIT:
                pass
            case Wish.CALL_BACK:
                with suppress(PersonWanted, NoUsableInput):
                    if farewell := self.ring_me_back(caller, line):
                        return farewell
                caller.say("field.back")
            case Wish.BALANCE:
                with self._aside(caller, line):
                    self._tell_balance(caller, line, waiter)
        return KeepWaiting()

    def _tell_balance(self, caller: Caller, line: CalledLine, waiter: Waiter) -> None:
        with suppress(PersonWanted, NoUsableInput, Refused):
            participant = waiter.participant or self._logged_in(caller, line)
            if participant is not None:
                self.balance(caller, line, participant)
        caller.say("field.back")
        caller.finish()  # once he is back somebody may answer, and cut what he came to hear

    def _logged_in(self, caller: Caller, line: CalledLine) -> Participant | None:
        admitted = self.log_in(caller, line)
        return None if admitted is None else admitted.participant

    @contextmanager
    def _aside(self, caller: Caller, line: CalledLine) -> Iterator[None]:
        """Nobody is offered him meanwhile. Whatever goes wrong he comes back, unless he is gone."""
        gone = False
        caller.during(None, lambda: self.step_aside(line.origin))
        try:
            yield
        except CallerHungUp:
            gone = True
            raise
        finally:
            if not gone:
                caller.during(None, lambda: self.come_back(line.origin))


def wait_prompt(band: Band) -> str:
    """The prompt that tells a wait."""
    if band.at_most_s is None:
        return "field.wait_longer"
    return f"field.wait_{band.at_least_s}_{band.at_most_s}"


def _say_position(caller: Caller, position: int) -> None:
    match position - 1:
        case 0:
            caller.say("field.next")
        case 1:
            caller.say("field.one_ahead")
        case ahead:
            caller.say("field.ahead", people=Counted(ahead, Noun.PERSON))


def _chosen(caller: Caller, menu: Menu[Wish]) -> Wish:
    """Silence, 0 and back all mean that he goes on waiting; that a key is none is told once."""
    told = False
    while True:
        try:
            chosen = caller.choose(menu)
        except PersonWanted:
            return Wish.WAIT
        except NoUsableInput as lost:
            if lost.silent or told:
                return Wish.WAIT
            told = True
            caller.sorry("try.no_match")
        else:
            return Wish.WAIT if isinstance(chosen, Way) else chosen
