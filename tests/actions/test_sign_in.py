"""Who may sign in, who holds a session, and how long: over both databases."""

from datetime import timedelta

import pytest

from actions.sign_in import TRIES_OF_A_NAME, TRIES_OF_AN_ADDRESS, WINDOW, SignedIn, SignInFailure
from domain.person import IDLE, LONGEST
from storage.unit_of_work import SqlTransactions
from tests.fakes.desk import EVA, PASSWORD, TOM, Actions

HOME = "192.0.2.7"


def sign_in(desk: Actions, name: str = "eva") -> str:
    signed_in = desk.sign_in(name, PASSWORD, HOME)
    assert isinstance(signed_in, SignedIn)
    return signed_in.token


def opened(transactions: SqlTransactions) -> Actions:
    desk = Actions(transactions)
    desk.enrol(EVA, TOM)
    return desk


def test_a_session_from_sign_in_to_sign_out(transactions: SqlTransactions) -> None:
    desk = opened(transactions)
    token = sign_in(desk)
    assert desk.who(token) == EVA
    assert desk.who("token") is None
    desk.sign_out(token)
    desk.sign_out(token)
    assert desk.who(token) is None


def test_the_database_holds_no_token(transactions: SqlTransactions) -> None:
    desk = opened(transactions)
    token = sign_in(desk)
    with transactions.read() as uow:
        assert uow.sessions.get(token) is None


def test_each_sign_in_is_a_session_of_its_own(lite: SqlTransactions) -> None:
    desk = opened(lite)
    first, second = sign_in(desk), sign_in(desk)
    assert first != second
    desk.sign_out(first)
    assert desk.who(second) == EVA


def test_a_name_is_found_however_it_is_written(lite: SqlTransactions) -> None:
    desk = opened(lite)
    assert desk.who(sign_in(desk, "  EVA ")) == EVA


@pytest.mark.parametrize("name", ["\0eva", "\ud800", "e\x1bva"])
def test_what_no_keyboard_writes_is_nobodys_name(transactions: SqlTransactions, name: str) -> None:
    desk = opened(transactions)
    assert desk.sign_in(name, PASSWORD, HOME) is SignInFailure.WRONG


def test_an_unknown_name_costs_what_a_wrong_password_costs(lite: SqlTransactions) -> None:
    desk = opened(lite)
    assert desk.sign_in("eva", "wrong", HOME) is SignInFailure.WRONG
    assert desk.sign_in("nobody", PASSWORD, HOME) is SignInFailure.WRONG
    assert desk.passwords.asked == 2


def test_a_session_ends_when_it_is_not_used(lite: SqlTransactions) -> None:
    desk = opened(lite)
    token = sign_in(desk)
    desk.clock.turn(IDLE - timedelta(seconds=1))
    assert desk.who(token) == EVA
    desk.clock.turn(IDLE - timedelta(seconds=1))
    assert desk.who(token) == EVA
    desk.clock.turn(IDLE)
    assert desk.who(token) is None


def test_a_session_ends_in_use_too(lite: SqlTransactions) -> None:
    desk = opened(lite)
    token, step = sign_in(desk), timedelta(minutes=30)
    for _ in range(LONGEST // step - 1):
        desk.clock.turn(step)
        assert desk.who(token) == EVA
    desk.clock.turn(step)
    assert desk.who(token) is None
    sign_in(desk)  # clears away what has ended


def test_a_thousand_wrong_passwords_do_not_get_through(transactions: SqlTransactions) -> None:
    """Wherever they come from: few are even looked at, and then the right one isn't either, for a while."""
    desk = opened(transactions)
    for number in range(1000):
        desk.sign_in("eva", f"wrong-{number}", f"10.0.{number // 250}.{number % 250}")
    assert desk.passwords.asked == TRIES_OF_A_NAME
    assert desk.sign_in("eva", PASSWORD, HOME) is SignInFailure.TOO_MANY
    assert isinstance(desk.sign_in("tom", PASSWORD, HOME), SignedIn)
    desk.clock.turn(WINDOW + timedelta(seconds=1))
    sign_in(desk)


def test_a_thousand_names_do_not_get_through(lite: SqlTransactions) -> None:
    desk = opened(lite)
    for number in range(1000):
        desk.sign_in(f"name-{number}", "rufwerk", HOME)
    assert desk.passwords.asked == TRIES_OF_AN_ADDRESS
    assert desk.sign_in("tom", PASSWORD, HOME) is SignInFailure.TOO_MANY
    assert isinstance(desk.sign_in("tom", PASSWORD, "192.0.2.8"), SignedIn)


def test_who_signs_in_has_her_tries_again(lite: SqlTransactions) -> None:
    desk = opened(lite)
    for _ in range(3):
        for _ in range(TRIES_OF_A_NAME - 1):
            assert desk.sign_in("eva", "wrong", HOME) is SignInFailure.WRONG
        sign_in(desk)


def test_who_signs_in_uses_up_no_tries_of_the_office(lite: SqlTransactions) -> None:
    desk = opened(lite)
    for _ in range(TRIES_OF_AN_ADDRESS + 1):
        desk.clock.turn(timedelta(seconds=1))
        sign_in(desk)
