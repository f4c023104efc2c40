"""Another program's way in: opened, counted where it is wrong, and closed."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from actions.api_token import (
    WRONG_OF_AN_ADDRESS,
    AddApiToken,
    ApiTokenError,
    ListApiTokens,
    RevokeApiToken,
    WhoAsks,
)
from actions.sign_in import WINDOW, SignInFailure
from domain.api_token import ApiRole
from domain.desk_facts import ApiTokenAdded, ApiTokenRevoked
from domain.ids import IntegrationId, TenantId
from storage.unit_of_work import SqlTransactions
from tests.fakes.desk import Clock

HOME = "192.0.2.1"


def adding(transactions: SqlTransactions) -> AddApiToken:
    numbers = count(1)
    return AddApiToken(
        transactions,
        Clock(),
        lambda: f"secret-{next(numbers)}",
        lambda: IntegrationId(f"i-{next(numbers)}"),
    )


def test_a_token_counts_from_its_first_moment_to_its_last(transactions: SqlTransactions) -> None:
    made = adding(transactions)("toolbar", ApiRole.AGENT_DESK, TenantId("alpenrad"))
    assert "secret-1" not in repr(made)
    who = WhoAsks(transactions, Clock())
    assert who(made.secret, HOME) == made.token
    assert who.is_in_force(made.token)
    RevokeApiToken(transactions, Clock())("toolbar")
    assert who(made.secret, HOME) is SignInFailure.WRONG
    assert not who.is_in_force(made.token)
    (kept,) = ListApiTokens(transactions)()
    assert kept.revoked == Clock()()
    with transactions.read() as uow:
        assert [(fact.origin.actor, fact.body) for fact in uow.facts.read()] == [
            ("operator", ApiTokenAdded(made.token.id)),
            ("operator", ApiTokenRevoked(made.token.id)),
        ]


@pytest.mark.parametrize(
    ("do", "says"),
    [
        (lambda add, _: add("Tool bar", ApiRole.FLOOR, None), "small letters"),
        (lambda add, _: add("", ApiRole.FLOOR, None), "is no name"),
        (lambda add, _: add("wall", ApiRole.FLOOR, None), "api-token revoke wall"),
        (lambda _, revoke: revoke("nobody"), "api-token list"),
    ],
)
def test_what_cant_be_done_is_said_and_not_done(
    lite: SqlTransactions, do: Callable[[AddApiToken, RevokeApiToken], object], says: str
) -> None:
    add, revoke = adding(lite), RevokeApiToken(lite, Clock())
    add("wall", ApiRole.FLOOR, None)
    with pytest.raises(ApiTokenError, match=says):
        do(add, revoke)
    assert len(ListApiTokens(lite)()) == 1


def test_wrong_tokens_are_counted_and_shut_out_nobody_else(lite: SqlTransactions) -> None:
    clock = Clock()
    who, made = WhoAsks(lite, clock), adding(lite)("wall", ApiRole.FLOOR, None)
    for _ in range(WRONG_OF_AN_ADDRESS):
        assert who("wrong", HOME) is SignInFailure.WRONG
    assert who("wrong", HOME) is SignInFailure.TOO_MANY
    assert who("wrong", "192.0.2.2") is SignInFailure.WRONG
    assert who(made.secret, HOME) == made.token
    clock.turn(WINDOW + timedelta(seconds=1))
    assert who("wrong", HOME) is SignInFailure.WRONG
