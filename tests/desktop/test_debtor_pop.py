"""A debtor rings back: what his agent's page says of him, and that his case becomes hers as she answers."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.dunning import Case, CaseList, Lease, ListState
from domain.dunning_profile import DE, Dunning
from domain.fact import Origin
from domain.field_facts import Connected
from domain.ids import AgentId, CallerId, CallId, Skill
from domain.portal_facts import CallArrived, DebtorIdentified
from domain.ports import KnownAgent
from domain.tenant import TenantBook
from tests.cti.paper import ALPENRAD, NOON
from tests.desktop.test_agent_page import desk
from tests.fakes.counter_desk import ANNA, brand
from tests.fakes.debtors import LIST, debtor
from tests.fakes.desk import EVA, TOM, Actions
from tests.rufwerk.front_desk import TALKS

CALL = CallId("A")
ONE = debtor(1, attempts=2)


def rung_back(actions: Actions, case: Case) -> None:
    """In the call of ``TALKS``, from a number of Anna's."""
    with actions.transactions.write() as uow:
        for person in (EVA, TOM):
            skills = {Skill(one): 5 for one in (ALPENRAD, "de", "dunning")}
            uow.agents.add(KnownAgent(AgentId(person.id), person.name, skills))
        uow.callers.note("+491713920001", CallerId("c"))
        uow.participants.add(ANNA, "hash")
        uow.case_lists.add(CaseList(LIST, ALPENRAD, "l.xlsx", ListState.RUNNING, 3, 0, NOON), b"")
        uow.cases.add([case])
        bodies = (
            CallArrived("debtors", CallerId("c")),
            DebtorIdentified(case.id, LIST),
            Connected(AgentId(EVA.id), 1),
        )
        uow.facts.append(Origin(ALPENRAD, CALL, "caller"), NOON, *bodies)
        uow.commit()


@pytest.mark.parametrize("colleague", [None, TOM])
async def test_she_sees_whose_case_it_is_and_no_sum(
    actions: Actions, tmp_path: Path, colleague: object
) -> None:
    toms = Lease(AgentId(TOM.id), 1, NOON.replace(year=2100))
    rung_back(actions, replace(ONE, fences=1, lease=toms) if colleague else ONE)
    async with (
        desk(actions, tmp_path / "home", *TALKS) as (at, _),
        at.browser("eva") as eva,
        eva.get("/agent") as answer,
    ):
        page = await answer.text()
    for shown in ('id="call-title">Debtor 1<', "R-0001", "2 of 3", "ask whom you speak to"):
        assert shown in page
    assert ("Being worked on by</dt><dd>tom" in page) is bool(colleague)
    assert 'hx-post="/agent/dunning/take-up"' in page
    for hidden in ("123.45", "123,45", "12345", ANNA.name, ONE.debtor.address):
        assert hidden not in page


@pytest.mark.parametrize("colleague", [None, TOM])
async def test_the_case_is_hers_as_she_answers(
    actions: Actions, tmp_path: Path, colleague: object
) -> None:
    toms = Lease(AgentId(TOM.id), 1, NOON.replace(year=2100))
    rung_back(actions, replace(ONE, fences=1, lease=toms) if colleague else ONE)
    async with desk(actions, tmp_path / "home", *TALKS) as (at, _), at.browser("eva") as eva:
        at.book = TenantBook.of([replace(brand(ALPENRAD, "DE"), dunning=Dunning(DE, "EUR"))])
        for _ in range(2):
            form = {"call": CALL}
            async with eva.post("/agent/dunning/take-up", data=form, headers=at.origin) as answer:
                assert answer.status == (409 if colleague else 200)
                said = await answer.text()
            assert ("tom works on this debtor" in said) is bool(colleague)
    with actions.transactions.read() as uow:
        now = uow.cases.get(ONE.id)
    assert now is not None
    assert now.lease is not None
    assert now.lease.agent == AgentId(TOM.id if colleague else EVA.id)
