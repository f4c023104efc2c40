"""A caller has one open wish to be rung back, whoever notes it and however often."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from actions.call_back import (
    AskCallBack,
    CallBacksListed,
    CallBackStanding,
    CallBackWish,
    SeeToCallBack,
)
from actions.take_call import handed_over
from domain.call import Certainty
from domain.dialling import CallBack, CallBackState, Window
from domain.fact import Origin
from domain.field_facts import CallBackAsked, CallBackSeenTo, CallBackSettled, CallBackStands
from domain.handover import Handover
from domain.ids import CallerId, CallId, TenantId
from domain.language import Language
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import NOON, clock
from tests.storage.people import OpenStorage

TENANT, CALLER = TenantId("alpenrad"), CallerId("n1")


def origin(call: str, tenant: TenantId = TENANT) -> Origin:
    return Origin(tenant, CallId(call), "caller")


def at_once(tenant: TenantId, at: datetime) -> datetime | None:
    return at


def end(transactions: SqlTransactions, call: str, was: CallBackState, state: CallBackState) -> bool:
    """As the switchboard does it."""
    with transactions.write() as uow:
        ended = uow.call_backs.end(CallId(call), was, state, NOON)
        uow.commit()
    return ended


def asked(transactions: SqlTransactions) -> list[tuple[str | None, object]]:
    with transactions.read() as uow:
        return [(fact.origin.call, fact.body) for fact in uow.facts.read()]


def test_a_second_wish_is_the_first_one(transactions: SqlTransactions) -> None:
    ask = AskCallBack(transactions, clock, at_once)
    assert ask(origin("a-1"), CALLER) is CallBackWish.NOTED
    assert ask(origin("a-1"), CALLER) is CallBackWish.ALREADY_ASKED
    assert ask(origin("a-2"), CALLER) is CallBackWish.ALREADY_ASKED
    assert ask(origin("a-3"), CallerId("n2")) is CallBackWish.NOTED
    assert ask(origin("a-4", TenantId("maison-lune")), CALLER) is CallBackWish.NOTED
    assert asked(transactions) == [
        ("a-1", CallBackAsked(CALLER, None)),
        ("a-1", CallBackStands()),
        ("a-2", CallBackStands()),
        ("a-3", CallBackAsked(CallerId("n2"), None)),
        ("a-4", CallBackAsked(CALLER, None)),
    ]


@pytest.mark.parametrize("again", ["a-1", "a-2"])
@pytest.mark.parametrize("state", [CallBackState.DONE, CallBackState.GIVEN_UP])
def test_who_was_seen_to_may_ask_again(
    transactions: SqlTransactions, state: CallBackState, again: str
) -> None:
    ask = AskCallBack(transactions, clock, at_once)
    ask(origin("a-1"), CALLER)
    assert end(transactions, "a-1", CallBackState.OPEN, state)
    assert not end(transactions, "a-1", CallBackState.OPEN, state)
    assert ask(origin(again), CALLER) is CallBackWish.NOTED
    with transactions.read() as uow:
        wish = CallBack(CallId(again), TENANT, CALLER, CallBackState.OPEN, NOON)
        assert wish in uow.call_backs.unsettled(TENANT)


def test_the_team_lead_sees_who_was_given_up_until_he_is_seen_to(
    transactions: SqlTransactions,
) -> None:
    ask, seen_to = AskCallBack(transactions, clock, at_once), SeeToCallBack(transactions, clock)

    def given_up() -> list[str]:
        wishes = [one.wish for one in CallBacksListed(transactions)(TENANT)]
        return [wish.call for wish in wishes if wish.state is CallBackState.GIVEN_UP]

    for count in range(4):
        ask(origin(f"a-{count}"), CallerId(f"n{count}"))
    ask(origin("a-9", TenantId("maison-lune")), CALLER)
    for call in ("a-9", "a-2", "a-1"):
        assert end(transactions, call, CallBackState.OPEN, CallBackState.GIVEN_UP)
    end(transactions, "a-0", CallBackState.OPEN, CallBackState.DONE)
    assert not seen_to("p-lena", CallId("a-0"))
    assert not seen_to("p-lena", CallId("a-3"))
    assert not seen_to("p-lena", CallId("a-8"))
    assert given_up() == ["a-1", "a-2"]
    assert len(CallBacksListed(transactions)()) == 4
    assert seen_to("p-lena", CallId("a-1"))
    assert given_up() == ["a-2"]
    with transactions.read() as uow:
        (told,) = [fact for fact in uow.facts.read() if fact.body == CallBackSeenTo()]
    assert told.origin == Origin(TENANT, CallId("a-1"), "p-lena")


def test_whose_wish_is_open_is_known(lite: SqlTransactions) -> None:
    standing = CallBackStanding(lite)
    assert standing(TENANT, CALLER) is None
    AskCallBack(lite, clock, at_once)(origin("a-1"), CALLER)
    assert standing(TENANT, CALLER) == CallBack(
        CallId("a-1"), TENANT, CALLER, CallBackState.OPEN, NOON
    )
    assert standing(TenantId("maison-lune"), CALLER) is None
    end(lite, "a-1", CallBackState.OPEN, CallBackState.DONE)
    assert standing(TENANT, CALLER) is None


def test_the_list_has_the_numbers_to_ring(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        known = uow.callers.note("+491713920001", CallerId("n1"))
        uow.commit()
    ask = AskCallBack(transactions, clock, at_once)
    ask(origin("a-1"), known)
    ask(origin("a-2"), CallerId("n2"))
    listed = CallBacksListed(transactions)()
    assert [one.number for one in listed] == ["+491713920001", None]
    assert "1713920001" not in repr(listed)


def test_a_wish_at_night_waits_until_somebody_may_ring(transactions: SqlTransactions) -> None:
    morning = NOON + timedelta(hours=20)
    ask = AskCallBack(transactions, clock, lambda tenant, at: morning)
    handover = Handover(TENANT, Language.DE, None, Certainty.UNKNOWN, None, ("welcome",), None)
    assert ask(origin("a-1"), CALLER, handover) is CallBackWish.NOTED
    assert ask(origin("a-2"), CALLER, handover) is CallBackWish.ALREADY_ASKED
    assert asked(transactions) == [
        ("a-1", handed_over(handover, later=True)),
        ("a-1", CallBackAsked(CALLER, morning)),
    ]


def test_whose_call_comes_as_they_open_waits_like_any_other(
    transactions: SqlTransactions,
) -> None:
    handover = Handover(TENANT, Language.DE, None, Certainty.UNKNOWN, None, ("welcome",), None)
    AskCallBack(transactions, clock, at_once)(origin("a-1"), CALLER, handover)
    assert asked(transactions) == [
        ("a-1", handed_over(handover)),
        ("a-1", CallBackAsked(CALLER, None)),
    ]


HANDOVER = Handover(TENANT, Language.DE, None, Certainty.UNKNOWN, None, ("welcome",), None)
WINDOW = Window(NOON + timedelta(hours=20), NOON + timedelta(hours=22))


def wishes(transactions: SqlTransactions) -> list[CallBack]:
    with transactions.read() as uow:
        return list(uow.call_backs.unsettled(TENANT))


def test_a_wish_for_a_window_keeps_it(transactions: SqlTransactions) -> None:
    ask = AskCallBack(transactions, clock, at_once)
    assert ask(origin("a-1"), CALLER, HANDOVER, WINDOW) is CallBackWish.NOTED
    assert ask(origin("a-2"), CALLER, HANDOVER, replace(WINDOW, end=NOON)) is (
        CallBackWish.ALREADY_ASKED
    )
    assert asked(transactions) == [
        ("a-1", handed_over(HANDOVER, later=True)),
        ("a-1", CallBackAsked(CALLER, WINDOW.start, WINDOW.end)),
    ]
    open_ = CallBack(CallId("a-1"), TENANT, CALLER, CallBackState.OPEN, NOON, window=WINDOW)
    assert wishes(transactions) == [open_]


def test_a_wish_for_later_gives_way_to_one_that_is_rung_sooner(
    transactions: SqlTransactions,
) -> None:
    ask = AskCallBack(transactions, clock, at_once)
    ask(origin("a-1"), CALLER, HANDOVER, WINDOW)
    assert ask(origin("a-2"), CALLER) is CallBackWish.NOTED
    assert ask(origin("a-3"), CALLER, HANDOVER, WINDOW) is CallBackWish.ALREADY_ASKED
    assert asked(transactions)[2:] == [
        ("a-1", CallBackSettled(CallId("a-2"))),
        ("a-2", CallBackAsked(CALLER, None)),
    ]
    assert [one.call for one in wishes(transactions)] == ["a-2"]


def test_a_wish_is_moved_as_long_as_its_window_has_not_begun(lite: SqlTransactions) -> None:
    now = NOON
    ask = AskCallBack(lite, lambda: now, at_once)
    week = timedelta(days=7)
    later = Window(WINDOW.start + week, WINDOW.end + week)
    ask(origin("a-1"), CALLER, HANDOVER, WINDOW)
    assert ask(origin("a-2"), CALLER, HANDOVER, later) is CallBackWish.ALREADY_ASKED
    moved = ask(origin("a-2"), CALLER, HANDOVER, later, CallId("a-1"))
    assert moved is CallBackWish.NOTED
    assert [(one.call, one.window) for one in wishes(lite)] == [("a-2", later)]
    now = later.start
    assert ask(origin("a-3"), CALLER, HANDOVER, None, CallId("a-2")) is CallBackWish.ALREADY_ASKED
    assert [one.call for one in wishes(lite)] == ["a-2"]


def test_a_wish_moved_to_another_number_leaves_none_at_the_first(lite: SqlTransactions) -> None:
    """Nor takes that of who has asked at the other one before."""
    ask, other = AskCallBack(lite, clock, at_once), CallerId("n2")
    ask(origin("a-1"), CALLER, HANDOVER, WINDOW)
    assert ask(origin("a-2"), other, HANDOVER, WINDOW, CallId("a-1")) is CallBackWish.NOTED
    assert [(one.call, one.caller) for one in wishes(lite)] == [("a-2", other)]
    ask(origin("a-3"), CALLER, HANDOVER, WINDOW)
    moved = ask(origin("a-4"), other, HANDOVER, WINDOW, CallId("a-3"))
    assert moved is CallBackWish.ALREADY_ASKED
    assert sorted(one.call for one in wishes(lite)) == ["a-2", "a-3"]


def test_the_same_call_keeps_its_wish(lite: SqlTransactions) -> None:
    ask = AskCallBack(lite, clock, at_once)
    ask(origin("a-1"), CALLER, HANDOVER, WINDOW)
    assert ask(origin("a-1"), CALLER) is CallBackWish.ALREADY_ASKED
    assert CallBackSettled(CallId("a-1")) not in [body for _, body in asked(lite)]


@pytest.mark.parametrize(
    ("first", "noted"),
    [
        (timedelta(hours=21), CallBackAsked(CALLER, NOON + timedelta(hours=21), WINDOW.end)),
        (timedelta(hours=30), CallBackAsked(CALLER, NOON + timedelta(hours=30), None)),
        (None, CallBackAsked(CALLER, WINDOW.start, WINDOW.end)),
    ],
)
def test_hours_may_have_been_changed_since_a_window_was_chosen(
    lite: SqlTransactions, first: timedelta | None, noted: CallBackAsked
) -> None:
    """He is rung as soon after as may be. Where none comes the gate sees to it as he is to be rung."""
    ask = AskCallBack(lite, clock, lambda tenant, at: None if first is None else NOON + first)
    ask(origin("a-1"), CALLER, HANDOVER, WINDOW)
    assert asked(lite)[-1] == ("a-1", noted)
    (wish,) = wishes(lite)
    until = noted.wanted_until
    assert wish.window == (until and Window(noted.not_before or NOON, until))


def test_a_window_may_begin_while_he_still_speaks_of_it(lite: SqlTransactions) -> None:
    begun = Window(NOON - timedelta(minutes=1), NOON + timedelta(hours=1))
    AskCallBack(lite, clock, at_once)(origin("a-1"), CALLER, HANDOVER, begun)
    assert asked(lite) == [
        ("a-1", handed_over(HANDOVER)),
        ("a-1", CallBackAsked(CALLER, None, begun.end)),
    ]


def test_calls_side_by_side_leave_one_wish(url: str, open_storage: OpenStorage) -> None:
    machines = [AskCallBack(open_storage(url, node), clock, at_once) for node in "ab"]
    start = Barrier(4)

    def ask(count: int) -> CallBackWish:
        start.wait()
        return machines[count % 2](origin(f"a-{count}"), CALLER)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))
    assert sorted(answers) == [*[CallBackWish.ALREADY_ASKED] * 3, CallBackWish.NOTED]
    noted = f"a-{answers.index(CallBackWish.NOTED)}"
    found = asked(open_storage(url, "c"))
    assert [call for call, body in found if body == CallBackAsked(CALLER, None)] == [noted]
    assert sorted(call for call, _ in found if call) == [f"a-{count}" for count in range(4)]


def test_a_wish_without_a_call_is_a_mistake(lite: SqlTransactions) -> None:
    with pytest.raises(ValueError, match="belongs to a call"):
        AskCallBack(lite, clock, at_once)(Origin(TENANT, None, "caller"), CALLER)
