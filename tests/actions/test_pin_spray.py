"""One PIN sprayed over many accounts opens none of them once it is noticed, and honest callers get in beside it."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from os import sched_yield
from threading import Barrier, Thread

import pytest

from actions.log_in import ByNumber, ByZipAndBirthDate, Claim, LogIn, Turns
from domain.fact import Body, Fact, Origin
from domain.ids import CallerId, CallId, ParticipantId, TenantId
from domain.language import Language
from domain.participant import Participant
from domain.pin_policy import SPRAYED_COUNTS, PinPolicy
from domain.portal_facts import LoggedIn, LogInFailed, LogInFailure, PinSprayed
from domain.ports import StorageDown
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import NOON
from tests.scenarios.portal import QuickPins

TENANT = TenantId("alpenrad")
POLICY = PinPolicy()
SPRAYED = "424242"
EVERY = 97
"""How often the sprayed PIN is right."""


@dataclass(frozen=True, slots=True)
class Try:
    """``index`` is whose account; ``number`` the calling number, None withheld."""

    call: str
    index: int
    pin: str
    number: str | None


def phone(index: int) -> str:
    return f"+4917139{index:05}"


def pin_of(index: int) -> str:
    return SPRAYED if index % EVERY == 0 else f"{100_000 + index}"


def person(index: int) -> Participant:
    born = date(1950, 1, 1) + timedelta(days=index)
    return Participant(
        ParticipantId(f"p{index}"),
        TENANT,
        f"{10_000_000 + index}",
        "Robin Example",
        Language.DE,
        "76275",
        born,
        phone(index),
    )


class Portal:
    """``accounts`` people, of whom each ``EVERY``-th has the sprayed PIN."""

    def __init__(self, transactions: SqlTransactions, accounts: int, policy: PinPolicy) -> None:
        self.now, self.pins, self._policy = NOON, QuickPins(), policy
        self._transactions = transactions
        self._log_in = LogIn(transactions, self.pins, self.clock, b"spray")
        with transactions.write() as uow:
            for index in range(accounts):
                somebody = person(index)
                uow.participants.add(somebody, self.pins.hash(somebody.id, pin_of(index)))
            uow.commit()

    def clock(self) -> datetime:
        return self.now

    def key(self, one: Try) -> Participant | LogInFailure:
        return self.claim(ByNumber(f"{10_000_000 + one.index}"), one)

    def claim(self, claim: Claim, one: Try) -> Participant | LogInFailure:
        caller = None
        if one.number is not None:
            with self._transactions.write() as uow:
                caller = uow.callers.note(one.number, CallerId(f"c{one.number}"))
                uow.commit()
        origin = Origin(TENANT, CallId(one.call), "caller")
        return self._log_in(origin, self._policy, claim, one.pin, caller)

    def spray(self, accounts: int = POLICY.spray_accounts) -> None:
        """Over accounts that there aren't, as good as others."""
        for index in range(accounts):
            assert self.key(Try("spray", 5_000_000 + index, SPRAYED, None)) is FAILED

    def facts(self) -> list[Fact]:
        with self._transactions.read() as uow:
            return list(uow.facts.read(0, 100_000))

    def of_kind(self, kind: type[Body]) -> list[Fact]:
        return [fact for fact in self.facts() if isinstance(fact.body, kind)]


FAILED = LogInFailure.WRONG_PIN


def attack(accounts: int, numbers: int) -> list[Try]:
    """Each account once; a third of the calls hide their number."""
    ringing = [f"+49305550{number:04}" for number in range(numbers)]
    return [
        Try(f"attack-{index}", index, SPRAYED, None if index % 3 == 0 else ringing[index % numbers])
        for index in range(accounts)
    ]


def check_spray(transactions: SqlTransactions, accounts: int, honest: int) -> None:
    """None of them is stopped by the limit of a calling number: it is set high."""
    rng = random.Random(accounts)
    portal = Portal(transactions, accounts, replace(POLICY, caller_limit=100))
    tries = attack(accounts, numbers=20)
    owners = [index for index in range(accounts) if pin_of(index) == SPRAYED]
    others = [index for index in range(accounts) if pin_of(index) != SPRAYED]
    for index in [*owners, *rng.sample(others, honest - len(owners))]:
        tries.append(Try(f"honest-{index}", index, pin_of(index), phone(index)))
    rng.shuffle(tries)

    def ring(one: Try) -> bool:
        """Whether he gets in; some mistype at first."""
        if one.call.startswith("honest") and one.index % 10 == 3:
            assert portal.key(replace(one, pin=f"{900_000 + one.index}")) is FAILED
        return isinstance(portal.key(one), Participant)

    with ThreadPoolExecutor(8) as pool:
        let_in = dict(zip((one.call for one in tries), pool.map(ring, tries), strict=True))
    assert all(got_in for call, got_in in let_in.items() if call.startswith("honest"))
    assert sum(call.startswith("honest") for call in let_in) == honest
    (noticed,) = portal.of_kind(PinSprayed)
    attacker = [fact for fact in portal.facts() if str(fact.origin.call).startswith("attack")]
    assert all(fact.seq < noticed.seq for fact in attacker if isinstance(fact.body, LoggedIn))
    reasons = [fact.body.failure for fact in attacker if isinstance(fact.body, LogInFailed)]
    assert reasons.count(LogInFailure.WRONG_PIN) == POLICY.spray_accounts - 1, "these counted"
    assert set(reasons) == {LogInFailure.WRONG_PIN, LogInFailure.PIN_SPRAYED}
    assert all(SPRAYED not in str(fact) for fact in portal.facts())


def test_a_spray_over_a_thousand_accounts_is_stopped(lite: SqlTransactions) -> None:
    check_spray(lite, accounts=1000, honest=200)


def test_a_spray_is_stopped_on_every_database(transactions: SqlTransactions) -> None:
    check_spray(transactions, accounts=100, honest=20)


@pytest.mark.parametrize("ringing", [None, "+4930555", phone(1)])
def test_who_has_a_sprayed_pin_gets_in_from_his_own_number_alone(
    lite: SqlTransactions, ringing: str | None
) -> None:
    portal = Portal(lite, 2, POLICY)
    portal.spray()
    assert portal.key(Try("his", 0, SPRAYED, ringing)) is FAILED
    claim = ByZipAndBirthDate("76275", person(0).born)
    assert portal.claim(claim, Try("his", 0, SPRAYED, ringing)) is FAILED
    assert portal.key(Try("his", 0, SPRAYED, phone(0))) == person(0)
    portal.now += POLICY.spray_window + timedelta(seconds=1)
    assert portal.key(Try("his", 0, SPRAYED, ringing)) == person(0)


def test_nobody_learns_whether_a_sprayed_pin_is_right(lite: SqlTransactions) -> None:
    """The answers, the work, and the tries that are left."""
    portal = Portal(lite, 2, POLICY)
    portal.spray()
    told, kinds = [], []
    for index in (0, 1, 7_000_000):
        before = portal.pins.checked, len(portal.facts())
        told.append([portal.key(Try(f"{index}", index, SPRAYED, None)) for _ in range(6)])
        assert portal.pins.checked == before[0] + 6
        kinds.append([type(fact.body) for fact in portal.facts()[before[1] :]])
    assert told[0] == told[1] == told[2] == [FAILED] * 4 + [LogInFailure.ACCOUNT_LOCKED] * 2
    assert kinds[0] == kinds[1] == kinds[2]


def test_numbers_that_spray_are_used_up_sooner(lite: SqlTransactions) -> None:
    portal = Portal(lite, 1, POLICY)
    portal.spray()
    told = [
        portal.key(Try("spray", 6_000_000 + turn, SPRAYED, "+4930555"))
        for turn in range(POLICY.caller_limit)
    ]
    answered = POLICY.caller_limit // SPRAYED_COUNTS
    assert told[:answered] == [FAILED] * answered
    assert set(told[answered:]) == {LogInFailure.CALLER_EXHAUSTED}


def test_a_right_pin_from_his_own_number_uses_nothing_up(lite: SqlTransactions) -> None:
    portal = Portal(lite, 1, POLICY)
    portal.spray()
    for _ in range(2 * POLICY.caller_limit):
        assert portal.key(Try("his", 0, SPRAYED, phone(0))) == person(0)


def test_a_spray_side_by_side_gains_no_guess(lite: SqlTransactions) -> None:
    portal = Portal(lite, 1, POLICY)
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(portal.key, [Try("a", 6_000_000 + n, SPRAYED, None) for n in range(20)]))
    reasons = [
        fact.body.failure
        for fact in portal.of_kind(LogInFailed)
        if isinstance(fact.body, LogInFailed)
    ]
    assert reasons.count(LogInFailure.UNKNOWN) == POLICY.spray_accounts - 1
    assert reasons.count(LogInFailure.PIN_SPRAYED) == 20 - POLICY.spray_accounts + 1


def test_different_keys_never_wait_for_each_other() -> None:
    """A thousand are held at once, by as many lines as there may be."""
    turns = Turns()

    def hold() -> None:
        with ExitStack() as held:
            for number in range(1000):
                held.enter_context(turns.turn(f"claim-{number}"))
            held.enter_context(turns.turn(None))
            held.enter_context(turns.turn(None))
            assert len(turns._turns) == 1000

    holding = Thread(target=hold, daemon=True)
    holding.start()
    holding.join(20)
    assert not holding.is_alive(), "one waits for another"
    assert turns._turns == {}


def test_who_has_the_same_key_waits() -> None:
    turns, together, order = Turns(), Barrier(8), list[str]()

    def take(name: str) -> None:
        together.wait()
        for _ in range(50):
            with turns.turn("claim"):
                order.append(name)
                sched_yield()
                order.append(name)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, "abcdefgh"))
    assert order[::2] == order[1::2]
    assert len(order) == 2 * 8 * 50
    assert turns._turns == {}


def test_a_turn_that_fails_is_given_back() -> None:
    turns = Turns()
    with pytest.raises(StorageDown), turns.turn("claim"):
        raise StorageDown("out of reach")
    assert turns._turns == {}
