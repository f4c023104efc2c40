"""Lock-out: when an account refuses, for how long, and what a sprayed PIN looks like."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pin_policy import (
    Failures,
    PinPolicy,
    SprayDetector,
    after_wrong_pin,
    caller_exhausted,
    forgiven,
    locked,
    remembered,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
POLICY = PinPolicy()
MINUTE = timedelta(minutes=1)


def wrong(times: int, failures: Failures, now: datetime = NOW) -> Failures:
    for _ in range(times):
        failures = after_wrong_pin(failures, now, POLICY)
    return failures


def test_the_fifth_wrong_pin_locks_for_fifteen_minutes() -> None:
    assert wrong(4, Failures()) == Failures(4, last=NOW)
    assert not locked(Failures(4), NOW)
    failures = wrong(5, Failures())
    assert failures == Failures(0, 1, NOW + 15 * MINUTE, NOW)
    assert locked(failures, NOW)
    assert locked(failures, NOW + 15 * MINUTE - timedelta(microseconds=1))
    assert not locked(failures, NOW + 15 * MINUTE)


def test_tries_while_locked_change_nothing() -> None:
    failures = wrong(5, Failures())
    assert wrong(100, failures, NOW + MINUTE) == failures


def test_each_lock_is_twice_as_long_up_to_the_longest() -> None:
    failures, now, lengths = Failures(), NOW, []
    for _ in range(9):
        failures = wrong(5, failures, now)
        assert failures.locked_until is not None
        lengths.append((failures.locked_until - now) // MINUTE)
        now = failures.locked_until
    assert lengths == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


@given(st.integers(0, 10**9))
def test_a_lock_is_never_longer_than_the_longest(locks: int) -> None:
    failures = after_wrong_pin(Failures(4, locks), NOW, POLICY)
    assert failures.locked_until is not None
    assert POLICY.first_lock <= failures.locked_until - NOW <= POLICY.longest_lock


@pytest.mark.parametrize("tries", [1, 4, 5])
def test_a_day_without_a_wrong_try_or_a_lock_sets_a_count_back(tries: int) -> None:
    failures = wrong(tries, Failures())
    over = (failures.locked_until or NOW) + POLICY.longest_lock
    assert remembered(failures, over - timedelta(microseconds=1), POLICY) == failures
    assert remembered(failures, over, POLICY) == Failures()


def test_mistakes_are_forgiven_but_no_lock() -> None:
    assert forgiven(Failures(4, last=NOW), 3) == Failures(1, last=NOW)
    assert forgiven(Failures(2, last=NOW), 3) == Failures()
    lock = wrong(5, Failures())
    assert forgiven(lock, 5) == lock


def test_a_count_of_unknown_age_stays() -> None:
    assert remembered(Failures(4), NOW, POLICY) == Failures(4)


@pytest.mark.parametrize(("tries", "exhausted"), [(0, False), (9, False), (10, True), (11, True)])
def test_a_calling_number_is_used_up_at_its_limit(tries: int, exhausted: bool) -> None:
    assert caller_exhausted(tries, POLICY) is exhausted


def test_one_pin_on_five_accounts_is_noticed_once() -> None:
    spray = SprayDetector()
    noticed = [spray.wrong(b"pin", str(count), NOW, POLICY) for count in range(7)]
    assert noticed == [False, False, False, False, True, False, False]


def test_one_account_tried_often_is_no_spray() -> None:
    spray = SprayDetector()
    assert not any(spray.wrong(b"pin", "one", NOW, POLICY) for _ in range(20))


def test_different_pins_are_no_spray() -> None:
    spray = SprayDetector()
    tries = [(str(count).encode(), str(count)) for count in range(20)]
    assert not any(spray.wrong(pin, account, NOW, POLICY) for pin, account in tries)


def test_a_pin_opens_no_fifth_account_but_the_four_go_on_as_before() -> None:
    spray = SprayDetector()
    for account in "1234":
        assert not spray.sprayed(b"pin", account, NOW, POLICY)
        spray.wrong(b"pin", account, NOW, POLICY)
    assert not any(spray.sprayed(b"pin", account, NOW, POLICY) for account in "1234")
    assert spray.sprayed(b"pin", "5", NOW, POLICY)
    assert not spray.sprayed(b"another", "5", NOW, POLICY)
    spray.wrong(b"pin", "5", NOW, POLICY)
    assert all(spray.sprayed(b"pin", account, NOW, POLICY) for account in "123456")


def test_a_spray_that_goes_on_stays_one_and_keeps_no_more_than_it_needs() -> None:
    spray, now = SprayDetector(), NOW
    noticed = []
    for account in range(1000):
        now += 12 * MINUTE
        noticed.append(spray.wrong(b"pin", str(account), now, POLICY))
    assert noticed == [False] * 4 + [True] + [False] * 995
    assert spray.sprayed(b"pin", "another", now + 24 * MINUTE, POLICY)
    assert not spray.sprayed(b"pin", "another", now + 25 * MINUTE, POLICY)
    assert len(spray._tries[b"pin"]) == POLICY.spray_accounts


def test_a_try_in_vain_is_as_old_as_the_last_one_of_its_account() -> None:
    spray = SprayDetector()
    for account in "1234":
        spray.wrong(b"pin", account, NOW, POLICY)
    spray.wrong(b"pin", "1", NOW + 30 * MINUTE, POLICY)
    assert spray.sprayed(b"pin", "5", NOW + 60 * MINUTE, POLICY)
    assert not spray.sprayed(b"pin", "5", NOW + 61 * MINUTE, POLICY)


def test_tries_older_than_the_window_are_forgotten() -> None:
    spray = SprayDetector()
    for count in range(4):
        assert not spray.wrong(b"pin", str(count), NOW + count * 10 * MINUTE, POLICY)
    assert not spray.wrong(b"pin", "4", NOW + 61 * MINUTE, POLICY)  # the first has aged out
    assert spray.wrong(b"pin", "5", NOW + 62 * MINUTE, POLICY)
    assert not spray.wrong(b"other", "0", NOW + 600 * MINUTE, POLICY)
    assert list(spray._tries) == [b"other"]
