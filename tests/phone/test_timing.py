"""No time tells whether a customer number exists: real Argon2, real SQLite, 200 tries each, side by side.

The phone is left out, since its packets come every 20 ms; what is heard is compared in
``test_odd_callers``.
"""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path

import pytest

from actions.log_in import ByNumber, LogIn
from domain.fact import Origin
from domain.ids import CallId, ParticipantId
from domain.pin_policy import PinPolicy
from domain.portal_facts import LogInFailure
from domain.ports import PinHasher
from rufwerk import demo_data, wiring
from rufwerk.settings import Settings
from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions
from tests.phone.house import add_people, digits

pytestmark = pytest.mark.timeout(300)

TRIES = 200
PEOPLE = 20
ORIGIN = Origin(demo_data.ALPENRAD, CallId("a-1"), "caller")
POLICY = PinPolicy(tries_per_account=10**6, spray_accounts=10**6)
"""No lock comes in between: each try is a whole one."""

BOUND = 0.15
"""How far from one half the chance may be that an unknown number takes longer than a known one.

It is Mann and Whitney's U divided by all pairs. For 200 and 200 tries of equal distributions its
standard deviation is 0.029, so that this is five of them; a hash that is left out makes it 0.
"""


class LeavesOut:
    """Saves itself the hash where there is no such participant."""

    def __init__(self, pins: PinHasher) -> None:
        self._pins = pins
        self.digest = pins.digest
        self.hash = pins.hash

    def matches(self, participant: ParticipantId, pin: str, stored: str | None) -> bool:
        return stored is not None and self._pins.matches(participant, pin, stored)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    upgrade(settings.database_url)
    return settings


@pytest.fixture
def transactions(settings: Settings) -> Iterator[SqlTransactions]:
    with closing(wiring.transactions(settings)) as transactions:
        yield transactions


def test_an_unknown_number_takes_the_time_of_a_wrong_pin(
    settings: Settings, transactions: SqlTransactions
) -> None:
    unknown, known = times(settings, transactions, wiring.pins(settings), TRIES)
    assert chance_of_longer(unknown, known) == pytest.approx(0.5, abs=BOUND)


def test_a_hash_left_out_would_show(settings: Settings, transactions: SqlTransactions) -> None:
    leak = LeavesOut(wiring.pins(settings))
    unknown, known = times(settings, transactions, leak, TRIES // 10)
    assert chance_of_longer(unknown, known) < 0.5 - 2 * BOUND


def times(
    settings: Settings, transactions: SqlTransactions, pins: PinHasher, tries: int
) -> tuple[list[float], list[float]]:
    """Seconds of tries with unknown numbers and of such with a wrong PIN, taken in turns."""
    log_in = LogIn(transactions, pins, wiring.utc_now, b"k" * 32)
    people = add_people(settings, PEOPLE)
    unknown, known = [digits(10) for _ in people], [person.number for person in people]
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn, numbers in enumerate(islice(cycle(zip(unknown, known, strict=True)), tries)):
        for kind in (0, 1) if turn % 2 else (1, 0):
            began = time.perf_counter()
            failure = log_in(ORIGIN, POLICY, ByNumber(numbers[kind]), digits(7), None)
            seconds[kind].append(time.perf_counter() - began)
            assert failure is LogInFailure.WRONG_PIN
    return seconds


def chance_of_longer(these: Sequence[float], those: Sequence[float]) -> float:
    """How likely one of these is above one of those: U over all pairs, ties counted half."""
    ranked = sorted(those)
    u = sum(bisect_left(ranked, one) + bisect_right(ranked, one) for one in these) / 2
    return u / (len(these) * len(those))


def test_the_rank_statistic() -> None:
    assert chance_of_longer([1, 2], [3, 4]) == 0
    assert chance_of_longer([3, 4], [1, 2]) == 1
    assert chance_of_longer([1, 2], [1, 2]) == 0.5
    assert chance_of_longer([2, 2], [1, 3]) == 0.5
