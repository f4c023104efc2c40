"""Agents, call-backs and blocked numbers come back as they were, and the rows hold to their rules by themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.agent import read_skills
from domain.dialling import CallBack, CallBackState, Window
from domain.ids import AgentId, CallerId, CallId, Skill, TenantId
from domain.ports import KnownAgent
from storage.engine import writers
from storage.errors import StorageFault
from storage.unit_of_work import SqlTransactions
from tests.storage.people import NOW, TENANT

EVA = KnownAgent(AgentId("a-eva"), "eva", read_skills(("de=5", "en=4")))
WISH = CallBack(CallId("a-1"), TENANT, CallerId("n1"), CallBackState.OPEN, NOW)


def test_agents_are_found_by_id_and_name(transactions: SqlTransactions) -> None:
    nobody = KnownAgent(AgentId("a-new"), "new", {})
    with transactions.write() as uow:
        uow.agents.add(EVA)
        uow.agents.add(nobody)
        uow.commit()
    with transactions.read() as uow:
        assert uow.agents.get(EVA.id) == uow.agents.by_name("eva") == EVA
        assert uow.agents.by_name("new") == nobody
        assert uow.agents.get(AgentId("eva")) is None
        assert uow.agents.by_name("a-eva") is None


def test_skills_are_replaced(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.agents.add(EVA)
        assert uow.agents.set_skills(EVA.id, {Skill("fr"): 1})
        assert not uow.agents.set_skills(AgentId("nobody"), {})
        uow.commit()
    with transactions.read() as uow:
        assert uow.agents.get(EVA.id) == replace(EVA, skills={Skill("fr"): 1})


def test_a_name_is_one_agents(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.agents.add(EVA)
        uow.commit()
    with pytest.raises(StorageFault), transactions.write() as uow:
        uow.agents.add(replace(EVA, id=AgentId("a-other")))


def test_open_wishes_come_in_the_order_they_were_made(transactions: SqlTransactions) -> None:
    later = replace(WISH, call=CallId("a-0"), caller=CallerId("n2"), asked_at=NOW)
    window = Window(NOW + timedelta(hours=1), NOW + timedelta(hours=3))
    sooner = replace(WISH, asked_at=NOW - timedelta(minutes=1), window=window)
    elsewhere = replace(WISH, call=CallId("a-2"), tenant=TenantId("maison-lune"))
    with transactions.write() as uow:
        for wish in (later, sooner, elsewhere):
            assert uow.call_backs.claim(wish)
        assert uow.call_backs.end(elsewhere.call, CallBackState.OPEN, CallBackState.GIVEN_UP, NOW)
        uow.commit()
    with transactions.read() as uow:
        assert uow.call_backs.unsettled(TENANT) == [sooner, later]
        given_up = replace(elsewhere, state=CallBackState.GIVEN_UP, ended_at=NOW)
        assert uow.call_backs.unsettled(elsewhere.tenant) == [given_up]
        assert len(uow.call_backs.unsettled(None)) == 3


@pytest.mark.parametrize(
    "row",
    [
        "('a-2', 'alpenrad', 'n1', 'open', NULL)",  # the second open one
        "('a-1', 'alpenrad', 'n2', 'open', NULL)",  # of the same call
        "('a-3', 'alpenrad', 'n3', 'open', {now})",
        "('a-3', 'alpenrad', 'n3', 'done', NULL)",
        "('a-3', 'alpenrad', 'n3', 'lost', {now})",
    ],
)
def test_the_table_itself_refuses_what_cannot_be(transactions: SqlTransactions, row: str) -> None:
    with transactions.write() as uow:
        uow.call_backs.claim(WISH)
        uow.commit()
    insert = (
        "INSERT INTO call_backs (call, tenant, caller, state, ended_at, asked_at)"
        " SELECT v.*, asked_at FROM call_backs, (VALUES {row}) AS v"
    )
    with writers(transactions._engine).begin() as connection:
        sqlite = connection.dialect.name == "sqlite"
        written = row.format(now="0" if sqlite else "now()")
        if not sqlite:
            written = written.replace("NULL", "NULL::timestamptz")
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text(insert.format(row=written)))


def test_a_blocked_number_is_that_number_alone(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.blocked_numbers.add("+491713920001", NOW)
        uow.blocked_numbers.add("+491713920001", NOW + timedelta(days=1))
        uow.commit()
    with transactions.read() as uow:
        assert uow.blocked_numbers.holds("+491713920001")
        assert not uow.blocked_numbers.holds("+49171392000")
        assert not uow.blocked_numbers.holds("+4917139200012")
