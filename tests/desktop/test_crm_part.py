"""The caller in the CRM, beside the pop: found, not found, or why that isn't known; and of nobody else's call."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop.agent.crm import Records
from domain.crm import Contact, CrmDown, CrmTrouble, RecordUrls, Trouble
from domain.fact import Origin
from domain.ids import CallerId, CallId, ContactId
from domain.portal_facts import CallArrived
from tests.cti.paper import ALPENRAD, NOON
from tests.fakes.desk import Actions, served
from tests.rufwerk.front_desk import TALKS, front_desk

URLS = RecordUrls("https://crm.example/contact/{id}")
ANNA = Contact(ContactId("k/1"), "10000001", "<script>alert(1)</script>", "Keller")


class Search:
    def __init__(self, found: Sequence[Contact] | CrmTrouble) -> None:
        self.found = found

    async def contacts_by_phone(self, number: str) -> Sequence[Contact]:
        assert number == "+491713920001"
        if isinstance(self.found, CrmTrouble):
            raise self.found
        return self.found

    contacts_by_number = contacts_by_phone


async def looked_up(
    actions: Actions, home: Path, search: Search | None, call: str = "A"
) -> tuple[int, str]:
    """What Eva, who talks about call A, is shown of a call."""
    with actions.transactions.write() as uow:
        uow.callers.note("+491713920001", CallerId("c"))
        arrived = CallArrived("service", CallerId("c"))
        uow.facts.append(Origin(ALPENRAD, CallId("A"), "caller"), NOON, arrived)
        uow.commit()
    async with (
        front_desk(home, *TALKS) as floor,
        served(actions, door=floor.door, records=Records(search, URLS)) as desk,
        desk.browser("eva") as eva,
        eva.get("/agent/crm", params={"call": call}) as answer,
    ):
        return answer.status, await answer.text()


async def test_who_it_is_opens_in_one_window(actions: Actions, tmp_path: Path) -> None:
    status, part = await looked_up(actions, tmp_path / "home", Search([ANNA]))
    assert status == 200
    assert 'href="https://crm.example/contact/k%2F1"' in part
    assert 'data-crm="only"' in part
    assert "<script" not in part
    assert "&lt;script&gt;" in part


async def test_several_are_to_choose_from(actions: Actions, tmp_path: Path) -> None:
    _, part = await looked_up(actions, tmp_path / "home", Search([ANNA, ANNA]))
    assert part.count('data-crm="one"') == 2


@pytest.mark.parametrize(
    ("search", "words"),
    [
        (Search([]), "Not found in the CRM."),
        (Search(CrmDown(Trouble.SLOW)), "The CRM doesn&#39;t answer in time."),
        (None, ""),
    ],
)
async def test_where_there_is_nobody_it_says_why(
    actions: Actions, tmp_path: Path, search: Search | None, words: str
) -> None:
    status, part = await looked_up(actions, tmp_path / "home", search)
    assert status == 200
    assert words in part


@pytest.mark.parametrize("call", ["B", ""])
async def test_another_call_is_none_of_hers(actions: Actions, tmp_path: Path, call: str) -> None:
    status, _ = await looked_up(actions, tmp_path / "home", Search([ANNA]), call)
    assert status == 404
