"""A call's story, as the team lead reads it."""

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from actions.read_story import Story
from desktop.lead.story import Teller
from desktop.texts import texts
from domain import field_facts as facts
from domain.fact import Fact, Origin
from domain.facts import kind_of
from domain.ids import CallId
from domain.language import Language
from domain.ports import KnownAgent
from tests.cti.paper import ALPENRAD, NOON
from tests.desktop.lead_desk import desk, page
from tests.fakes.desk import LENA, Actions
from tests.fakes.sample_facts import sample_bodies
from tests.rufwerk.front_desk import EVA, TOM


async def test_a_calls_story(actions: Actions, tmp_path: Path) -> None:
    with actions.transactions.write() as uow:
        uow.agents.add(KnownAgent(EVA, "eva", {}))
        uow.agents.add(KnownAgent(TOM, "tom", {}))
        of_call = Origin(ALPENRAD, CallId("A"), "cti")
        uow.facts.append(of_call, NOON, facts.Offered(EVA, 1, ("waited 3 s", "idle 9 s")))
        uow.facts.append(replace(of_call, actor=LENA.id), NOON, facts.PrioritySet(5))
        wish = facts.ControlAsked(EVA, facts.Control.CONSULT, "agent:p-tom")
        uow.facts.append(replace(of_call, actor=EVA), NOON, wish)
        uow.commit()
    async with desk(actions, tmp_path / "home") as (at, _), at.browser("lena") as lena:
        status, story = await page(lena, "/lead/story?call=A")
        assert status == 200
        for words in (
            "2026-03-02 12:00:00",
            "Offered to eva, offer 1",
            "<li>waited 3 s</li><li>idle 9 s</li>",
            "Priority set to 5",
            "<td>lena</td>",
            "eva asks for: Ask somebody in tom",
        ):
            assert words in story
        for nothing in ("/lead/story?call=Z", "/lead/story"):
            status, story = await page(lena, nothing)
            assert (status, "There is no such call." in story) == (404, True)


OF_NO_CALL = frozenset(
    {
        "ApiTokenAdded",
        "ApiTokenRevoked",
        "CaseGivenBack",
        "CaseLeased",
        "CaseReserved",
        "CaseUndiallable",
        "CaseWithdrawn",
        "CheckedIn",
        "CheckedOut",
        "FieldRulesSet",
        "LimitExtended",
        "ListChanged",
        "ListImported",
        "ListRevised",
        "ParticipantsImported",
        "PauseAsked",
        "PersonFiguresSeen",
        "PersonPlaced",
        "PhoneFound",
        "PhoneLost",
        "ReportAsked",
        "ReportIssued",
        "ReportOpened",
        "ReportSentAgain",
        "SightRegained",
        "SignOutAsked",
        "SignedIn",
        "SiteAdded",
        "SkillsSet",
        "TenantChanged",
        "WentReady",
    }
)


@pytest.mark.parametrize("language", Language)
def test_every_fact_of_a_call_is_told_in_every_language(language: Language) -> None:
    bodies = [body for body in sample_bodies() if kind_of(body) not in OF_NO_CALL]
    log = tuple(
        Fact(seq, NOON, Origin(ALPENRAD, CallId("A"), "cti"), "a", body)
        for seq, body in enumerate(bodies, start=1)
    )
    story = Teller(texts(language), UTC).tell(Story(log, {}))
    for body, one in zip(bodies, story, strict=True):
        assert one.words != kind_of(body)
        assert not any(sign in one.words for sign in "{}_"), one.words
        assert one.by == texts(language)["actor_cti"]


@pytest.mark.parametrize("language", Language)
def test_who_does_something_and_is_no_person_is_named(language: Language) -> None:
    for actor in ("caller", "ivr", "cti", "jobs", "operator"):
        assert f"actor_{actor}" in texts(language)
