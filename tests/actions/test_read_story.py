"""A call's story has all its facts, and the names of who had a part in it."""

from actions.read_story import ReadStory
from domain import field_facts as facts
from domain.api_token import ApiRole, ApiToken
from domain.fact import Origin
from domain.ids import AgentId, CallId, IntegrationId, PersonId, TenantId
from domain.person import Person, Role
from domain.ports import KnownAgent
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import NOON

EVA, LENA, WALL = AgentId("p-1"), PersonId("p-2"), IntegrationId("i-3")


def test_a_call_is_told_from_its_first_fact_to_its_last(transactions: SqlTransactions) -> None:
    a, b = (CallId(call) for call in ("a-1", "a-2"))
    with transactions.write() as uow:
        uow.agents.add(KnownAgent(EVA, "eva", {}))
        uow.people.add(Person(LENA, "lena", Role.TEAM_LEAD), "hash")
        assert uow.api_tokens.add(ApiToken(WALL, "wall", ApiRole.FLOOR, None, "digest", NOON))
        assert uow.api_tokens.revoke("wall", NOON) == WALL
        for call, actor, body in (
            (a, "caller", facts.WaitAsked()),
            (b, "caller", facts.WaitAsked()),
            (a, LENA, facts.PrioritySet(5)),
            (a, WALL, facts.PrioritySet(6)),
            (a, "cti", facts.Offered(EVA, 1, ("waited 3 s",))),
        ):
            uow.facts.append(Origin(TenantId("alpenrad"), call, actor), NOON, body)
        uow.commit()
    story = ReadStory(transactions)(a)
    assert story is not None
    assert [type(fact.body).__name__ for fact in story.facts] == [
        "WaitAsked",
        "PrioritySet",
        "PrioritySet",
        "Offered",
    ]
    assert story.names == {EVA: "eva", LENA: "lena", WALL: "wall"}
    assert "lena" not in repr(story)


def test_what_never_rang_has_no_story(transactions: SqlTransactions) -> None:
    assert ReadStory(transactions)(CallId("a-9")) is None
