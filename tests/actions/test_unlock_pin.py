"""A locked PIN is unlocked under a receipt by who serves the brand; then the right PIN is right again."""

from datetime import timedelta

import pytest

from actions.desk import DeskError, NotYours
from actions.log_in import ByNumber, LogIn, account_of
from actions.unlock_pin import PinLockedUntil, UnlockPin
from domain.desk_facts import ErrandDone, PinUnlocked
from domain.errand import ErrandKind
from domain.fact import Origin
from domain.ids import ParticipantId
from domain.person import Actor
from domain.pin_policy import PinPolicy
from domain.portal_facts import LogInFailure
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ANNA, CALL, EVAS, PETER, STRANGERS, CounterDesk


class PlainPins:
    """Every PIN is 1."""

    def hash(self, participant: ParticipantId, pin: str) -> str:
        return f"plain:{participant}:{pin}"

    def matches(self, participant: ParticipantId, pin: str, stored: str | None) -> bool:
        return stored is not None and pin == "1"

    def digest(self, *parts: str) -> str:
        return "/".join(parts)


PINS = PlainPins()
LOCKED_FOR = PinPolicy().first_lock


def account(participant: ParticipantId) -> str:
    return account_of(PINS, participant)


class Portal:
    """Where Anna keys her PIN."""

    def __init__(self, desk: CounterDesk) -> None:
        self._log_in = LogIn(desk.transactions, PINS, desk.clock, b"spray")
        self.desk = desk

    def key(self, pin: str) -> object:
        origin = Origin(ANNA.tenant, CALL, "ivr")
        return self._log_in(origin, PinPolicy(), ByNumber(ANNA.number), pin, None)

    def lock(self) -> None:
        for _ in range(PinPolicy().tries_per_account):
            self.key("2")
        assert self.key("1") is LogInFailure.ACCOUNT_LOCKED


def test_a_locked_pin_works_again(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    portal, locked_until = Portal(desk), PinLockedUntil(desk.desk, account)
    unlock, wish = UnlockPin(desk.counter, account), desk.wish()
    assert locked_until(EVAS, ANNA.id) is None
    portal.lock()
    assert locked_until(EVAS, ANNA.id) == desk.clock() + LOCKED_FOR
    assert locked_until(EVAS, PETER.id) is None
    errand = unlock(EVAS, wish)
    assert errand.kind is ErrandKind.UNLOCK_PIN
    assert desk.bodies()[-2:] == [
        PinUnlocked(ANNA.id),
        ErrandDone(errand.id, errand.kind, ANNA.id, errand.receipt),
    ]
    assert portal.key("1") == ANNA
    portal.lock()
    assert locked_until(EVAS, ANNA.id) == desk.clock() + LOCKED_FOR, "no longer than the first time"
    assert unlock(EVAS, wish) == errand, "a second click"
    assert locked_until(EVAS, ANNA.id) is not None


def test_what_isnt_locked_isnt_unlocked(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    portal, unlock = Portal(desk), UnlockPin(desk.counter, account)
    portal.key("2")
    with pytest.raises(DeskError, match="isn't locked any more"):
        unlock(EVAS, desk.wish())
    portal.lock()
    desk.clock.turn(LOCKED_FOR - timedelta(microseconds=1))
    assert PinLockedUntil(desk.desk, account)(EVAS, ANNA.id) is not None
    desk.clock.turn(timedelta(microseconds=1))
    assert PinLockedUntil(desk.desk, account)(EVAS, ANNA.id) is None
    with pytest.raises(DeskError, match="isn't locked any more"):
        unlock(EVAS, desk.wish())


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.person.id)
def test_strangers_neither_unlock_nor_know(lite: SqlTransactions, stranger: Actor) -> None:
    desk = CounterDesk(lite)
    Portal(desk).lock()
    before = desk.facts()
    with pytest.raises(NotYours):
        UnlockPin(desk.counter, account)(stranger, desk.wish())
    with pytest.raises(NotYours):
        PinLockedUntil(desk.desk, account)(stranger, ANNA.id)
    assert desk.facts() == before
