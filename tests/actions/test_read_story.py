"""A call's story has all its facts, and the names of who had a part in it."""

from actions.read_story import ReadStory
from domain import field_facts as facts
from domain.fact import Origin
from domain.ids import AgentId, CallId, PersonId, TenantId
from domain.person import Person, Role
from domain.ports import KnownAgent
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import NOON

EVA, LENA = AgentId("p-1"), PersonId("p-2")


def test_a_call_is_told_from_its_first_fact_to_its_last(transactions: SqlTransactions) -> None:
    a, b = (CallId(call) for call in ("a-1", "a-2"))
    with transactions.write() as uow:
        uow.agents.add(KnownAgent(EVA, "eva", {}))
        uow.people.add(Person(LENA, "lena", Role.TEAM_LEAD), "hash")
        for call, actor, body in (
            (a, "caller", facts.WaitAsked()),
            (b, "caller", facts.WaitAsked()),
            (a, LENA, facts.PrioritySet(5)),
            (a, "cti", facts.Offered(EVA, 1, ("waited 3 s",))),
        ):
            uow.facts.append(Origin(TenantId("alpenrad"), call, actor), NOON, body)
        uow.commit()
    story = ReadStory(transactions)(a)
    assert story is not None
    assert [type(fact.body).__name__ for fact in story.facts] == [
        "WaitAsked",
        "PrioritySet",
        "Offered",
    ]
    assert story.names == {EVA: "eva", LENA: "lena"}
    assert "lena" not in repr(story)


def test_what_never_rang_has_no_story(transactions: SqlTransactions) -> None:
    assert ReadStory(transactions)(CallId("a-9")) is None
