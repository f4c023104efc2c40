"""Whatever callers key, whenever they hang up and whenever the database fails: points are booked once, cards are
blocked where that was confirmed, nothing is told before the PIN, and every dialog has an end.
"""

import os
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from typing_extensions import override

from domain import portal_facts as facts
from domain.fact import Body
from domain.facts import encode, kind_of
from ivr.agi_channel import AgiChannel, AgiRequest
from ivr.dialog import CallerHungUp
from rufwerk import demo_data
from rufwerk.kept_database import KeptDatabase
from tests.scenarios.portal import NOON, Exchange, Fault, QuickPins
from tests.scenarios.random_caller import Mind, RandomLine

CALLS = 10
"""In a row, over the same accounts."""

LINES = {"alpenrad": "555100", "maison-lune": "555200"}


class WatchedPins(QuickPins):
    """Knows whether a PIN has been right."""

    def __init__(self) -> None:
        super().__init__()
        self.right = False

    @override
    def matches(self, participant: str, pin: str, stored: str | None) -> bool:
        right = super().matches(participant, pin, stored)
        self.right |= right
        return right


@dataclass(frozen=True, slots=True)
class Books:
    """What there is of the people: points, bookings for redemptions and redemptions, blocked cards, PINs."""

    balances: Mapping[str, int]
    booked: Counter[str]
    redeemed: Counter[str]
    blocked: frozenset[str]
    pins: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that is over."""

    line: RandomLine
    facts: Sequence[Body]
    hung_up: bool
    failed: bool
    logged: str

    def count(self, kind: type[Body]) -> int:
        return sum(isinstance(body, kind) for body in self.facts)


class World:
    """The demo's portal and people, as good as new for each row of calls."""

    def __init__(self, folder: Path) -> None:
        self.pins = WatchedPins()
        self.exchange = Exchange(folder, hasher=self.pins)
        self._kept = KeptDatabase(folder / "test.db")
        self._hand = sqlite3.connect(folder / "test.db", isolation_level=None)
        self._books = self._read()
        self.people = [one.participant for one in demo_data.PEOPLE]
        self.rows = self.calls = 0
        self.seen: Counter[str] = Counter()

    def close(self) -> None:
        self._hand.close()
        self._kept.close()
        self.exchange.transactions.close()

    def anew(self) -> None:
        """A week later, so that no try of a row before counts in the next."""
        self._kept.forget()
        self._books = self._read()
        self.rows += 1
        self.exchange.now = NOON + timedelta(weeks=self.rows)

    def ring(self, seed: int) -> None:
        rng = random.Random(seed)
        before = self._books
        mind, number = self._mind(rng, before), self._number(rng)
        call = self._call(rng, mind, number, LINES[mind.who.tenant])
        self._books = self._read()
        self._check(call, before, self._books, mind)
        self.calls += 1
        self.seen.update(kind_of(body) for body in call.facts)
        self.seen["storage failed"] += call.failed

    def _mind(self, rng: random.Random, books: Books) -> Mind:
        who = rng.choice(self.people)
        chosen = f"{rng.randrange(10**6):06}"
        return Mind(rng, who, books.pins[who.id], chosen, tries_home=rng.random() < 0.2)

    def _number(self, rng: random.Random) -> str | None:
        known = [one.phone for one in self.people]
        return rng.choice([None, None, f"+4930555{rng.randrange(10**4):04}", *known])

    def _call(self, rng: random.Random, mind: Mind, number: str | None, dialled: str) -> Ended:
        exchange, storage, self.pins.right = self.exchange, self.exchange.storage, False
        exchange.later(minutes=rng.randrange(30))
        if rng.random() < 0.1:
            exchange.later(hours=9)  # nobody is there
        storage.opened, failing = 0, rng.random() < 0.2
        storage.faults = (
            {rng.randrange(25): rng.choice(list(Fault)) for _ in range(rng.randint(1, 3))}
            if failing
            else {}
        )
        hangs_up = rng.choice([0.0, 0.01, 0.03, 0.1]) if rng.random() < 0.5 else 0.03
        line = RandomLine([], mind=mind, let_in=lambda: self.pins.right, hangs_up=hangs_up)
        request = AgiRequest("inbound", f"1772452800.{self.calls}", number, dialled, "de")
        before, hung_up = self._last_seq(), False
        with capture_logs() as logged:
            try:
                exchange.routes(cast("AgiChannel", line), request)
            except CallerHungUp:
                hung_up = True
        failed = any(at < storage.opened for at in storage.faults)
        storage.faults = {}
        with exchange.transactions.read() as uow:
            told = [fact.body for fact in uow.facts.read(before, 10_000)]
        return Ended(line, told, hung_up, failed, str(logged))

    def _last_seq(self) -> int:
        with self.exchange.transactions.read() as uow:
            return uow.facts.last_seq()

    def _read(self) -> Books:
        """By hand: it is read after each call."""

        def rows(query: str) -> dict[str, Any]:
            return dict(self._hand.execute(query).fetchall())

        booked = "FROM ledger WHERE reason = 'redemption' GROUP BY participant"
        pins = rows("SELECT id, pin_hash FROM participants")
        return Books(
            rows("SELECT participant, sum(points) FROM ledger GROUP BY participant"),
            Counter(rows(f"SELECT participant, count(*) {booked}")),
            Counter(rows("SELECT participant, count(*) FROM redemptions GROUP BY participant")),
            frozenset(rows("SELECT id, state FROM cards WHERE state = 'blocked'")),
            {who: pin_hash.partition(":")[2] for who, pin_hash in pins.items()},
        )

    def _check(self, call: Ended, before: Books, after: Books, mind: Mind) -> None:
        _check_points(call, before, after)
        _check_cards(call, before, after)
        _check_pins(call, before, after, mind)
        ends = call.count(facts.DialogLeft)
        assert ends == 1 or (call.failed and ends == 0), "every dialog ends once"


def _check_points(call: Ended, before: Books, after: Books) -> None:
    """Each redemption is one booking, one row and one fact, and was asked for."""
    told = [body for body in call.facts if isinstance(body, facts.PointsRedeemed)]
    new = after.redeemed - before.redeemed
    assert after.booked - before.booked == new == Counter(body.participant for body in told)
    for who, points in after.balances.items():
        spent = sum(body.points for body in told if body.participant == who)
        assert points == before.balances[who] - spent
        assert points >= 0
    asked, done = call.line.prompts["redeem.confirm"], call.line.prompts["redeem.done"]
    assert len(told) <= asked
    if not call.hung_up and not call.failed:
        assert (not told) == (not done)


def _check_cards(call: Ended, before: Books, after: Books) -> None:
    """A block was confirmed, by who has logged in or by who said all that stands for a PIN."""
    told = [body for body in call.facts if isinstance(body, facts.CardBlocked)]
    assert after.blocked - before.blocked == {body.card for body in told}
    for body in told:
        asked = ("lost.all",) if body.without_pin else ("block.confirm", "block.confirm_all")
        assert any(call.line.prompts[prompt] for prompt in asked)
        assert any("1" in keys for keys in call.line.typed)


def _check_pins(call: Ended, before: Books, after: Books, mind: Mind) -> None:
    """A PIN changes with its fact, and stands nowhere in clear."""
    changed = {who for who, pin in after.pins.items() if pin != before.pins[who]}
    assert changed == {
        body.participant for body in call.facts if isinstance(body, facts.PinChanged)
    }
    secret = {*before.pins.values(), *after.pins.values(), mind.new_pin}
    for text in (call.logged, *(str(encode(body)) for body in call.facts)):
        assert not secret & set(re.findall(r"(?<![0-9A-Za-z-])[0-9]{4,8}(?![0-9A-Za-z-])", text))


@contextmanager
def opened() -> Iterator[World]:
    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    with TemporaryDirectory(dir=place) as folder, closing(World(Path(folder))) as world:
        yield world


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with opened() as world:
        yield world


def rings(world: World, seeds: Sequence[int]) -> None:
    """A row of calls; 0 is none, so that what fails gets short."""
    world.anew()
    for seed in filter(None, seeds):
        world.ring(seed)
    for kind, often in world.seen.items():
        event(kind, often > 0)


def reached(world: World, calls: int) -> None:
    """The depths were reached: without them, the rest would prove little."""
    print(f"{world.calls} calls: {dict(world.seen)}")
    assert world.calls >= calls
    for kind, share in (
        ("LoggedIn", 0.4),
        ("PointsRedeemed", 0.1),
        ("CardBlocked", 0.1),
        ("PinChanged", 0.05),
        ("LogInFailed", 0.1),
        ("HandedOver", 0.1),
        ("storage failed", 0.05),
    ):
        assert world.seen[kind] >= share * world.calls, (kind, world.seen)


SEEDS = st.lists(st.integers(0, 2**32 - 1), min_size=CALLS, max_size=CALLS)
UNHURRIED = settings(
    deadline=None, suppress_health_check=list(HealthCheck), database=None, print_blob=True
)


@settings(UNHURRIED, max_examples=30, derandomize=True)
@given(seeds=SEEDS)
def check_some(world: World, seeds: Sequence[int]) -> None:
    rings(world, seeds)


@settings(UNHURRIED, max_examples=520)
@given(seeds=SEEDS)
def check_many(world: World, seeds: Sequence[int]) -> None:
    rings(world, seeds)


def test_whatever_callers_do(world: World) -> None:
    check_some(world)
    reached(world, calls=200)


@pytest.mark.drill
@pytest.mark.timeout(1200)
def test_whatever_five_thousand_callers_do(world: World) -> None:
    check_many(world)
    reached(world, calls=5000)
