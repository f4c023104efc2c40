"""A caller has one open wish to be rung back, whoever notes it and however often."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from actions.call_back import AskCallBack, CallBacksGivenUp, CallBackWish, EndCallBack
from domain.dialling import CallBack, CallBackState
from domain.fact import Origin
from domain.field_facts import CallBackAsked
from domain.ids import CallerId, CallId, TenantId
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import NOON, clock
from tests.storage.people import OpenStorage

TENANT, CALLER = TenantId("alpenrad"), CallerId("n1")


def origin(call: str, tenant: TenantId = TENANT) -> Origin:
    return Origin(tenant, CallId(call), "caller")


def asked(transactions: SqlTransactions) -> list[tuple[str | None, object]]:
    with transactions.read() as uow:
        return [(fact.origin.call, fact.body) for fact in uow.facts.read()]


def test_a_second_wish_is_the_first_one(transactions: SqlTransactions) -> None:
    ask = AskCallBack(transactions, clock)
    assert ask(origin("a-1"), CALLER) is CallBackWish.NOTED
    assert ask(origin("a-1"), CALLER) is CallBackWish.ALREADY_ASKED
    assert ask(origin("a-2"), CALLER) is CallBackWish.ALREADY_ASKED
    assert ask(origin("a-3"), CallerId("n2")) is CallBackWish.NOTED
    assert ask(origin("a-4", TenantId("maison-lune")), CALLER) is CallBackWish.NOTED
    assert asked(transactions) == [
        ("a-1", CallBackAsked(CALLER)),
        ("a-3", CallBackAsked(CallerId("n2"))),
        ("a-4", CallBackAsked(CALLER)),
    ]


@pytest.mark.parametrize("again", ["a-1", "a-2"])
@pytest.mark.parametrize("state", [CallBackState.DONE, CallBackState.GIVEN_UP])
def test_who_was_seen_to_may_ask_again(
    transactions: SqlTransactions, state: CallBackState, again: str
) -> None:
    ask, end = AskCallBack(transactions, clock), EndCallBack(transactions, clock)
    ask(origin("a-1"), CALLER)
    assert end(CallId("a-1"), state)
    assert not end(CallId("a-1"), state)
    assert ask(origin(again), CALLER) is CallBackWish.NOTED
    with transactions.read() as uow:
        wish = CallBack(CallId(again), TENANT, CALLER, CallBackState.OPEN, NOON)
        assert uow.call_backs.open() == [wish]


def test_the_team_lead_sees_who_was_given_up_until_he_is_seen_to(
    transactions: SqlTransactions,
) -> None:
    ask, end = AskCallBack(transactions, clock), EndCallBack(transactions, clock)
    given_up = CallBacksGivenUp(transactions)
    for count in range(4):
        ask(origin(f"a-{count}"), CallerId(f"n{count}"))
    ask(origin("a-9", TenantId("maison-lune")), CALLER)
    for call in ("a-9", "a-2", "a-1"):
        assert end(CallId(call), CallBackState.GIVEN_UP)
    end(CallId("a-0"), CallBackState.DONE)
    assert not end(CallId("a-0"), CallBackState.GIVEN_UP)
    assert not end(CallId("a-8"), CallBackState.DONE)
    assert not end(CallId("a-1"), CallBackState.OPEN)
    assert [wish.call for wish in given_up(TENANT)] == ["a-1", "a-2"]
    assert {wish.ended_at for wish in given_up(TENANT)} == {NOON}
    assert end(CallId("a-1"), CallBackState.DONE)
    assert [wish.call for wish in given_up(TENANT)] == ["a-2"]


def test_calls_side_by_side_leave_one_wish(url: str, open_storage: OpenStorage) -> None:
    machines = [AskCallBack(open_storage(url, node), clock) for node in "ab"]
    start = Barrier(4)

    def ask(count: int) -> CallBackWish:
        start.wait()
        return machines[count % 2](origin(f"a-{count}"), CALLER)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert sorted(answers) == [*[CallBackWish.ALREADY_ASKED] * 3, CallBackWish.NOTED]
    reader = open_storage(url, "c")
    assert asked(reader) == [(f"a-{answers.index(CallBackWish.NOTED)}", CallBackAsked(CALLER))]


def test_a_wish_without_a_call_is_a_mistake(lite: SqlTransactions) -> None:
    with pytest.raises(ValueError, match="belongs to a call"):
        AskCallBack(lite, clock)(Origin(TENANT, None, "caller"), CALLER)
