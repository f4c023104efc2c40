"""What an agent and her team lead ask for becomes a fact, where the rows allow it."""

from typing import Any

import pytest

from actions.shift import (
    EndWrapUp,
    FindAgent,
    GoReady,
    Pause,
    SetPriority,
    SetSkills,
    SignIn,
    SignOut,
    UnfitReason,
    UnfitSkills,
    UnknownAgent,
)
from domain.agent import read_skills
from domain.fact import Fact, Origin
from domain.field_facts import (
    EndedBy,
    PauseAsked,
    PrioritySet,
    SignedIn,
    SignOutAsked,
    SkillsSet,
    WentReady,
    WrapUpEnded,
)
from domain.ids import AgentId, CallId, Phone, TenantId
from domain.ports import KnownAgent
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import NOON, clock

EVA = KnownAgent(AgentId("a-eva"), "eva", read_skills(("de=5", "en=4")))
NOBODY = AgentId("a-nobody")


def enrol(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.agents.add(EVA)
        uow.commit()


def facts_of(transactions: SqlTransactions) -> list[Fact]:
    with transactions.read() as uow:
        return list(uow.facts.read())


def test_a_day_is_a_fact_for_each_wish(transactions: SqlTransactions) -> None:
    enrol(transactions)
    SignIn(transactions, clock)(EVA.id, EVA.id, Phone("201"), in_page=True)
    GoReady(transactions, clock)(EVA.id, EVA.id)
    Pause(transactions, clock)("lena", EVA.id, "lunch")
    EndWrapUp(transactions, clock)(EVA.id, EVA.id, CallId("a-1"))
    SignOut(transactions, clock)("lena", EVA.id)
    written = facts_of(transactions)
    assert [(fact.origin.actor, fact.body) for fact in written] == [
        (EVA.id, SignedIn(EVA.id, Phone("201"), ("de=5", "en=4"), in_page=True)),
        (EVA.id, WentReady(EVA.id)),
        ("lena", PauseAsked(EVA.id, "lunch")),
        (EVA.id, WrapUpEnded(EVA.id, EndedBy.AGENT)),
        ("lena", SignOutAsked(EVA.id)),
    ]
    assert {fact.at for fact in written} == {NOON}
    of_call = [fact.origin.call for fact in written]
    assert of_call == [None, None, None, "a-1", None]


def test_skills_change_in_row_and_log_at_once(transactions: SqlTransactions) -> None:
    enrol(transactions)
    SetSkills(transactions, clock)("lena", EVA.id, ["fr", "de=3", "maison-lune=2"])
    skills = ("de=3", "fr=5", "maison-lune=2")
    assert [fact.body for fact in facts_of(transactions)] == [SkillsSet(EVA.id, skills)]
    assert FindAgent(transactions)("eva").skills == read_skills(skills)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "=5",
        "fr=0",
        "fr=6",
        "fr=five",
        "fr=",
        "fr=5=5",
        "two words",
        "Dear Anna",
        "fr\n",
        "x" * 99,
    ],
)
def test_what_is_no_skill_changes_nothing(lite: SqlTransactions, written: str) -> None:
    enrol(lite)
    with pytest.raises(UnfitSkills, match="Write each once"):
        SetSkills(lite, clock)("lena", EVA.id, ["de", written])
    assert facts_of(lite) == []
    assert FindAgent(lite)("eva") == EVA


def test_a_skill_named_twice_is_a_mistake(lite: SqlTransactions) -> None:
    enrol(lite)
    with pytest.raises(UnfitSkills, match="skill 'fr' stands there twice"):
        SetSkills(lite, clock)("lena", EVA.id, ["fr", "fr=3"])


@pytest.mark.parametrize("reason", ["", "Lunch", "with Anna Keller", "signed_in", "missed", "a\n"])
def test_what_is_no_reason_changes_nothing(lite: SqlTransactions, reason: str) -> None:
    enrol(lite)
    with pytest.raises(UnfitReason, match="such as lunch"):
        Pause(lite, clock)(EVA.id, EVA.id, reason)
    assert facts_of(lite) == []


@pytest.mark.parametrize(
    ("action", "more"),
    [
        (SignIn, (Phone("201"),)),
        (SignOut, ()),
        (GoReady, ()),
        (Pause, ("lunch",)),
        (EndWrapUp, (CallId("a-1"),)),
        (SetSkills, (["fr"],)),
    ],
)
def test_an_agent_there_is_not_is_refused(
    lite: SqlTransactions, action: Any, more: tuple[Any, ...]
) -> None:
    with pytest.raises(UnknownAgent, match="such as eva"):
        action(lite, clock)("lena", NOBODY, *more)
    assert facts_of(lite) == []


def test_agents_are_found_by_name(lite: SqlTransactions) -> None:
    enrol(lite)
    assert FindAgent(lite)("eva") == EVA
    with pytest.raises(UnknownAgent):
        FindAgent(lite)("Eva")


def test_a_priority_belongs_to_its_call(lite: SqlTransactions) -> None:
    tenant, call = TenantId("alpenrad"), CallId("a-1")
    SetPriority(lite, clock)("lena", tenant, call, 3)
    (fact,) = facts_of(lite)
    assert (fact.origin, fact.body) == (Origin(tenant, call, "lena"), PrioritySet(3))
