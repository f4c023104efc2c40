"""``rufwerk call-backs`` on the command line."""

import json
from contextlib import closing
from datetime import timedelta

import pytest

from actions.call_back import AskCallBack
from domain.dialling import CallBackState, Window
from domain.fact import Origin
from domain.field_facts import CallBackSeenTo
from domain.ids import CallerId, CallId, TenantId
from rufwerk import wiring
from rufwerk.terminal import load
from tests.rufwerk.command_line import Run

ORIGIN = Origin(TenantId("alpenrad"), CallId("a-1.1"), "caller")


@pytest.fixture
def run(run: Run) -> Run:
    """After somebody asked to be rung back, and nobody reached him."""
    run("db", "upgrade")
    with closing(wiring.transactions(load())) as transactions:
        now = wiring.utc_now()
        window = Window(now + timedelta(hours=1), now + timedelta(hours=3))
        ask = AskCallBack(transactions, wiring.utc_now, lambda _, at: at)
        ask(ORIGIN, CallerId("n1"), wished=window)
        with transactions.write() as uow:
            states = CallBackState.OPEN, CallBackState.GIVEN_UP
            assert uow.call_backs.end(CallId("a-1.1"), *states, wiring.utc_now())
            uow.commit()
    return run


def test_who_has_been_seen_to_is_off_the_list_and_in_the_log(run: Run) -> None:
    (one,) = json.loads(run("call-backs", "list", "--json")[1])
    assert one["call"] == "a-1.1"
    assert one["asked_at"] < one["wanted_from"] < one["wanted_until"]
    assert " to " in run("call-backs", "list")[1]
    assert run("call-backs", "done", "a-1.1")[0] == 0
    assert json.loads(run("call-backs", "list", "--json")[1]) == []
    status, _, said = run("call-backs", "done", "a-1.1")
    assert (status != 0, "isn't on the list" in said) == (True, True)
    with closing(wiring.transactions(load())) as transactions, transactions.read() as uow:
        told = [one.origin.actor for one in uow.facts.read() if one.body == CallBackSeenTo()]
    assert told == ["operator"]
