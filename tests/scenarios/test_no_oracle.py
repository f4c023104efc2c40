"""Nothing that a caller hears tells whether an account exists: the same calls about somebody and about nobody, side by
side, sound alike, cost alike and lock alike, whatever its owner and our agents do meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from actions.log_in import account_of
from domain import portal_facts as facts
from domain.ids import ParticipantId
from domain.pin_policy import Failures
from rufwerk.demo_data import ALPENRAD
from tests.scenarios.portal import Call, Exchange

NUMBERS = ("10000002#", "99999999#")
HOMES = ("*", "10115#", "04071990#"), ("*", "10115#", "05071990#")
JOHN = ("10000002#", "246801#")
RINGING = ("+493055500001", "+493055500002")
JOHNS = "+491713920002"
WRONG = [f"{pin}#" for pin in range(111_111, 111_160)]
THREE, FIVE = WRONG[:3], [WRONG[:3], WRONG[3:5]]

Meanwhile = Callable[[Exchange], None]


@dataclass(frozen=True, slots=True)
class Ring:
    """A call: what is keyed ``after`` who he says he is, ``waiting`` minutes after the call before."""

    after: list[str]
    waiting: float = 0
    number: str | None = None
    meanwhile: Meanwhile | None = None


def johns_id(exchange: Exchange) -> ParticipantId:
    with exchange.transactions.read() as uow:
        john = uow.participants.by_number(ALPENRAD, "10000002")
    assert john is not None
    return john.id


def unlock(exchange: Exchange) -> None:
    """As an agent's errand does."""
    with exchange.transactions.write() as uow:
        account = account_of(exchange.pins, johns_id(exchange))
        uow.pin_attempts.put(ALPENRAD, {account: Failures()})
        uow.commit()


def owner_rings(exchange: Exchange) -> None:
    assert exchange.call(*JOHN).heard("menu.balance")


def owner_mistypes_first(exchange: Exchange) -> None:
    assert exchange.call(JOHN[0], "246802#", "246803#", JOHN[1]).heard("menu.balance")


def owner_is_unlocked_and_rings(exchange: Exchange) -> None:
    unlock(exchange)
    owner_rings(exchange)


def owner_blocks(exchange: Exchange) -> None:
    call = exchange.call(JOHN[0], "-", "*#", "1", "10115#", "04071990#")
    assert call.heard("lost.done"), call.table


def use_numbers_up(exchange: Exchange) -> None:
    for number in RINGING:
        for account in range(10):
            exchange.call(f"7777000{account}#", WRONG[account], number=number)


def spray(exchange: Exchange) -> None:
    for account in range(5):
        exchange.call(f"8888000{account}#", "424242#")


LOCK_AND_LATER = [
    *(Ring(keys) for keys in FIVE),
    *(Ring(WRONG[5:6], waiting) for waiting in (14, 2)),
    *(Ring(WRONG[6:8], waiting) for waiting in (0.1, 0.1)),
    *(Ring(WRONG[8:9], waiting) for waiting in (29, 2)),
    *(Ring(WRONG[9:12]) for _ in range(3)),
    *(Ring(WRONG[12:13], waiting) for waiting in (59, 2, 24 * 60, 1, 1, 1, 1, 16)),
]
STORIES: dict[str, list[Ring]] = {
    "three times wrong, then a person": [Ring([*THREE, "-"])],
    "back and again": [Ring([WRONG[0], "9#"])],
    "help": [Ring(["-", "1#", WRONG[0], "*", "-", "-"])],
    "a person": [Ring(["0#"])],
    "nothing at all": [Ring(["-", "-", "-"])],
    "locks that double, end and are forgotten": LOCK_AND_LATER,
    "a block without PIN": [
        Ring([WRONG[0], "*#", "1", "10115#", "04071990#", "-"]),
        Ring([*THREE]),
        Ring([*WRONG[3:5], "*", "1", "-"]),
    ],
    "a number used up": [Ring([WRONG[0]], number=RINGING[0], meanwhile=use_numbers_up)],
    "a sprayed PIN": [Ring(["424242#"], meanwhile=spray)],
    "its owner rings in between": [
        Ring([*THREE]),
        Ring([WRONG[3]]),
        Ring([*WRONG[4:7], "-"], 60, meanwhile=owner_rings),
        Ring([WRONG[7]]),
    ],
    "its owner mistypes in between": [
        Ring([*WRONG[:2]]),
        Ring([*WRONG[4:7], "-"], 60, meanwhile=owner_mistypes_first),
        Ring([WRONG[7]]),
    ],
    "an agent unlocks it": [
        *(Ring(keys) for keys in FIVE),
        Ring(WRONG[5:7], 1, meanwhile=unlock),
        Ring(WRONG[7:9], 1),
        *(Ring([pin], 15) for pin in WRONG[9:14]),
    ],
    "its owner is unlocked and rings": [
        *(Ring(keys) for keys in FIVE),
        Ring(WRONG[5:7], 1, meanwhile=owner_is_unlocked_and_rings),
        Ring(WRONG[7:9], 15),
    ],
    "its owner blocks his cards": [
        Ring(WRONG[:2]),
        Ring([WRONG[2], "*#", "1", "10115#", "04071990#", "-"], meanwhile=owner_blocks),
        Ring(WRONG[3:6]),
    ],
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call has cost: computations of a hash, and transactions."""

    hashes: int
    transactions: int


def rung(
    exchange: Exchange, who: tuple[str, ...], ring: Ring, number: str | None
) -> tuple[Call, Cost]:
    before = exchange.pins.checked, exchange.storage.opened
    call = exchange.call(*who, *ring.after, number=number)
    return call, Cost(exchange.pins.checked - before[0], exchange.storage.opened - before[1])


def sounds(call: Call) -> list[list[str]]:
    return [heard for _, heard in call.rows]


@pytest.mark.parametrize("by", ["number", "home"])
@pytest.mark.parametrize("story", STORIES)
def test_somebody_and_nobody_are_alike(exchange: Exchange, story: str, by: str) -> None:
    known, unknown = [(number,) for number in NUMBERS] if by == "number" else HOMES
    for ring in STORIES[story]:
        exchange.later(minutes=ring.waiting)
        if ring.meanwhile:
            ring.meanwhile(exchange)
        there, cost = rung(exchange, known, ring, ring.number)
        other = ring.number and RINGING[1]
        not_there, as_much = rung(exchange, unknown, ring, other)
        assert sounds(there) == sounds(not_there)
        assert cost == as_much


def test_a_lock_by_one_claim_is_not_heard_by_another(exchange: Exchange) -> None:
    """Else whoever knows a number could tell whose it is; nobody gets in for all that, and tries count together."""
    for keys in FIVE:
        exchange.call(NUMBERS[0], *keys)
    locked = exchange.call(*HOMES[0], "246801#", WRONG[0])
    nobodys = exchange.call(*HOMES[1], "246801#", WRONG[0])
    assert locked.heard("login.wrong")
    assert not locked.heard("login.locked")
    assert sounds(locked) == sounds(nobodys)
    assert not locked.heard("menu.balance")
    reasons = [body.failure for body in locked.facts if isinstance(body, facts.LogInFailed)]
    assert reasons == [facts.LogInFailure.ACCOUNT_LOCKED] * 2
    exchange.later(minutes=16)
    assert exchange.call(*HOMES[0], "246801#").heard("menu.balance")


def test_tries_by_both_claims_are_five_in_all(exchange: Exchange) -> None:
    exchange.call(NUMBERS[0], *WRONG[:3])
    last = exchange.call(*HOMES[0], *WRONG[3:5], "246801#")
    assert "AccountLocked" in last.kinds
    assert not last.heard("menu.balance")
    assert not exchange.call(*JOHN, number=JOHNS).heard("menu.balance")


def test_who_is_unlocked_gets_in_while_others_hear_that_he_is_locked(exchange: Exchange) -> None:
    for keys in FIVE:
        exchange.call(NUMBERS[0], *keys)
    unlock(exchange)
    assert exchange.call(NUMBERS[0], WRONG[5]).heard("login.locked")
    assert exchange.call(*JOHN).heard("menu.balance")
    assert exchange.call(NUMBERS[0], WRONG[6]).heard("login.locked")
