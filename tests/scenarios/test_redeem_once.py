"""Each confirmed redemption is booked exactly once, whatever fails in between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Semaphore

import pytest
from typing_extensions import override

from domain import portal_facts as facts
from domain.call import Certainty
from ivr.dialog import CallerHungUp
from tests.fakes.telephone import Heard, ScriptedLine
from tests.scenarios.portal import Exchange, Fault
from tests.scenarios.redeeming import (
    ANNA,
    LOG_IN,
    TO_RECEIPT,
    TRIES,
    account,
    books,
    ring,
    set_balance,
)
from tests.scenarios.test_calls import only


@pytest.mark.parametrize("step", range(1, 7))
def test_a_hang_up_at_any_step_books_once_or_not_at_all(exchange: Exchange, step: int) -> None:
    call = exchange.call(*[*TO_RECEIPT, "*"][:step])
    assert call.hung_up
    found = books(exchange)
    found.check()
    assert len(found.rows) == (step >= 5)
    assert found.balance == (234 if step >= 5 else 1234)


def transactions_before_the_booking(exchange: Exchange) -> int:
    """The next call's are counted from 0 again."""
    exchange.call(*TO_RECEIPT[:4])
    before = exchange.storage.opened - 1  # the last one noted that the caller had left
    exchange.storage.opened = 0
    return before


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_at_any_transaction_books_once_or_not_at_all(
    exchange: Exchange, fault: Fault
) -> None:
    booking = transactions_before_the_booking(exchange)
    for at in range(booking + 2):
        set_balance(exchange, ANNA, 1234)
        had = len(books(exchange).rows)
        exchange.storage.opened, exchange.storage.faults = 0, {at: fault}
        call = exchange.call(*TO_RECEIPT)
        exchange.storage.faults = {}
        found = books(exchange)
        found.check()
        receipts = [one.receipt for one in found.rows[: len(found.rows) - had]]
        heard = [one for one in receipts if call.heard(f"redeem.done:de {' '.join(one)}")]
        assert heard == receipts, (at, call.table)
        confirmed = at >= booking or not call.heard("failure.disturbed:de")
        assert len(receipts) == confirmed, (at, call.table)
        assert found.balance == 1234 - 1000 * confirmed


@pytest.mark.parametrize("fault", Fault)
def test_ten_seconds_without_the_database(exchange: Exchange, fault: Fault) -> None:
    booking = transactions_before_the_booking(exchange)
    exchange.storage.left, exchange.storage.gone = booking, timedelta(seconds=10)
    if fault is not Fault.AWAY:  # it goes away in the midst of the first try
        exchange.storage.left += 1
        exchange.storage.faults = {booking: fault}
    call = exchange.call(*TO_RECEIPT)
    found = books(exchange)
    found.check()
    (redeemed,) = found.rows
    assert call.heard(f"redeem.done:de {' '.join(redeemed.receipt)}, redeem.code_by_mail:de")
    assert found.balance == 234


@pytest.mark.parametrize("language", LOG_IN)
@pytest.mark.parametrize(("first", "booked"), [(Fault.AWAY, 0), (Fault.UNHEARD, 1)])
def test_what_cant_be_known_is_told_and_seen_to(
    exchange: Exchange, language: str, first: Fault, booked: int
) -> None:
    participant = account(LOG_IN[language][0].removesuffix("#"))
    set_balance(exchange, participant, 500)
    exchange.call(*LOG_IN[language], "2", "1")
    booking = exchange.storage.opened - 1
    exchange.storage.opened = 0
    tries = range(booking, booking + TRIES)
    exchange.storage.faults = {**dict.fromkeys(tries, Fault.AWAY), booking: first}
    call = exchange.call(*LOG_IN[language], "2", "1", "1")
    assert call.rows[-1] == ("1", [f"redeem.unsure:{language}, person.connecting:{language}"])
    assert call.variables["AGIDONE"] == "field"
    handed = only(call, facts.HandedOver)
    assert (handed.participant, handed.certainty) == (participant, Certainty.PIN_VERIFIED)
    assert (handed.failed_at, handed.path[-1]) == ("redeem.unsure", "redeem.confirm")
    found = books(exchange, participant)
    found.check()
    assert len(found.rows) == booked


def test_a_database_that_stays_away_ends_at_a_person(exchange: Exchange) -> None:
    exchange.storage.left = transactions_before_the_booking(exchange)
    call = exchange.call(*TO_RECEIPT)
    assert call.heard("redeem.unsure:de, person.connecting:de")
    assert call.variables["AGIDONE"] == "field"
    assert books(exchange).rows == []


def test_two_calls_at_once_spend_the_points_once(exchange: Exchange) -> None:
    set_balance(exchange, ANNA, 500)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(exchange.call, *TO_RECEIPT) for _ in range(4)]
        heard = [call.result().heard("redeem.done:de") for call in calls]
    found = books(exchange)
    assert (len(found.rows), found.booked, found.told, found.balance) == (1, 1, 1, 0)
    assert heard.count(True) == 1


# With the work in a thread of its own


class Patient(Exchange):
    """While the database is away, time passes by what the caller hears: he is spoken to before the next try."""

    def __init__(self, folder: Path, workers: ThreadPoolExecutor) -> None:
        self.spoken_to = Semaphore(0)
        super().__init__(folder, workers)

    @override
    def pass_time(self, seconds: float) -> None:
        self.spoken_to.acquire(timeout=30)
        super().pass_time(seconds)


@dataclass
class Listening(ScriptedLine):
    """``moments`` counts how often he is asked to wait; at the ``patience``-th he hangs up."""

    spoken_to: Semaphore = field(default_factory=Semaphore)
    patience: int | None = None
    moments: int = 0

    @override
    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        if sound.startswith("login.moment") and timeout_s < 1 and len(self.rows) > 4:
            self.moments += 1
            if self.moments == self.patience:
                self.spoken_to.release(100)
                raise CallerHungUp
            self.spoken_to.release()
        return super().get_data(sound, timeout_s, max_digits, playing_s)


@pytest.mark.parametrize("patience", [None, 2])
def test_he_is_spoken_to_while_it_is_tried_again(tmp_path: Path, patience: int | None) -> None:
    with ThreadPoolExecutor(1) as workers:
        exchange = Patient(tmp_path, workers)
        exchange.storage.left = transactions_before_the_booking(exchange)
        exchange.storage.gone = timedelta(seconds=10)
        line = Listening([*TO_RECEIPT], spoken_to=exchange.spoken_to, patience=patience)
        call = ring(exchange, line)
        found = books(exchange)
        exchange.transactions.close()
    found.check()
    assert len(found.rows) == 1, "a caller who hangs up meanwhile has confirmed, too"
    assert call.heard("redeem.done:de") is (patience is None)
    assert line.moments >= (patience or 10)
