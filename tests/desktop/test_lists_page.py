"""The team lead's pages of lists: who may open them, how far they are, and what is done with their cases."""

from dataclasses import replace

import pytest

from desktop.lead.list_words import money
from domain.dunning import CaseList, CaseState, Lease, ListState
from domain.ids import AgentId
from domain.language import Language
from domain.ports import KnownAgent
from tests.desktop.lists_browser import OTTO, TWO, page
from tests.fakes.counter_desk import ALPENRAD
from tests.fakes.debtors import LIST, debtor
from tests.fakes.desk import EVA, TOM, Actions

PAGES = ("/lead/lists", "/lead/lists/table", f"/lead/lists/{LIST}", f"/lead/lists/{LIST}/now")
PARTS = (f"/lead/lists/{LIST}/cases", f"/lead/lists/cases/{debtor(1).id}")
POSTS = (
    *(f"{LIST}/{deed}" for deed in ("pause", "go-on", "stop")),
    *(f"cases/{debtor(1).id}/{deed}" for deed in ("withdraw", "extend", "reassign")),
    "uploads",
    "uploads/x/import",
    "uploads/x/columns",
    "uploads/x/discard",
)


def put(actions: Actions) -> None:
    """A list of two, of which Eva has one; both she and Tom may."""
    with actions.transactions.write() as uow:
        for agent in (EVA, TOM):
            skills = dict.fromkeys(("alpenrad", "dunning", "de"), 5)
            uow.agents.add(KnownAgent(AgentId(agent.id), agent.name, skills))  # type: ignore[arg-type]
        made = CaseList(LIST, ALPENRAD, "liste.xlsx", ListState.RUNNING, 3, 4, actions.clock())
        uow.case_lists.add(made, b"a workbook")
        lease = Lease(AgentId(EVA.id), 1, actions.clock())
        uow.cases.add([debtor(1), debtor(2)])
        uow.cases.change(replace(debtor(2), lease=lease, fences=1))
        uow.commit()


@pytest.mark.parametrize("name", ["eva", "max", "adler"])
async def test_who_leads_nobody_sees_no_list(actions: Actions, name: str) -> None:
    put(actions)
    async with page(actions, name) as other:
        for path in (*PAGES, *PARTS, "/lead/lists/uploads/x"):
            assert "12" not in await other.get(path, 403)
        for path in POSTS:
            await other.post(path, 403)
        async with other.browser.post(f"/lead/lists/{LIST}/stop") as answer:
            assert answer.status == 403


async def test_another_sites_page_changes_nothing(actions: Actions) -> None:
    put(actions)
    async with page(actions) as lena:
        for path in POSTS:
            async with lena.browser.post(f"/lead/lists/{path}") as answer:
                assert answer.status == 403


async def test_an_operator_may_too_and_nobody_else_without_signing_in(actions: Actions) -> None:
    actions.enrol(OTTO)
    put(actions)
    async with page(actions, "otto") as otto:
        for path in (*PAGES, *PARTS):
            await otto.get(path)
        async with otto.at.browser() as nobody, nobody.get(PAGES[0]) as answer:
            assert answer.status == 401


@pytest.mark.parametrize(
    ("language", "written"),
    [(Language.EN, "1,234.50"), (Language.DE, "1.234,50"), (Language.FR, "1\u202f234,50")],
)
def test_sums_are_written_as_the_language_does(language: Language, written: str) -> None:
    assert money(123_450, "EUR", language) == f"{written}\xa0EUR"
    assert money(1, "JPY", language) == "1\xa0JPY"


async def test_how_far_a_list_is(actions: Actions) -> None:
    put(actions)
    async with page(actions) as lena:
        for path in PAGES:
            shown = await lena.get(path)
            assert "liste.xlsx" in shown or "Being worked on" in shown
        assert 'id="deeds"' not in await lena.get(PAGES[3], state="running")
        assert 'id="deeds"' in await lena.get(PAGES[3], state="paused"), "its buttons are others"


async def test_its_results_can_be_had_at_any_time(actions: Actions) -> None:
    async with page(actions) as lena:
        upload = await lena.send(TWO)
        await lena.settled(upload)
        await lena.post(lena.path_of(upload, "import"), 303)
        of = await lena.settled(upload)
        assert f"{of}/results" in await lena.get(of)
        async with lena.browser.get(f"{of}/results") as answer:
            assert "M%C3%A4rz" in answer.headers["Content-Disposition"]
            content = (await answer.read()).decode("utf-8-sig")
        assert "0171 3920001;Anna Keller;K1" in content
        await lena.get("/lead/lists/list-9/results", 404)
        await lena.get("/lead/lists/list-9", 404)


async def test_cases_are_looked_for(actions: Actions) -> None:
    put(actions)
    async with page(actions) as lena:
        for path in (PARTS[0], f"/lead/lists/{LIST}"):
            shown = await lena.get(path, q="debtor 2", stage="leased")
            assert "Debtor 2" in shown
            assert "Debtor 1" not in shown
        assert "No case fits that." in await lena.get(PARTS[0], outcome="paid", page="7")
        assert "Debtor 1" in await lena.get(PARTS[0], stage="nonsense", page="x")
        assert "Debtor 1" in await lena.get(PARTS[0], page="9" * 5000)


async def test_a_list_is_paused_and_goes_on_and_is_stopped(actions: Actions) -> None:
    put(actions)

    def state() -> ListState:
        with actions.transactions.read() as uow:
            found = uow.case_lists.get(LIST)
        assert found is not None
        return found.state

    async with page(actions) as lena:
        for deed, then in (
            ("pause", ListState.PAUSED),
            ("go-on", ListState.RUNNING),
            ("stop", ListState.STOPPED),
        ):
            await lena.post(f"{LIST}/{deed}")
            assert state() is then
        assert "has been stopped" in await lena.post(f"{LIST}/go-on", 409)
        assert "no such list" in await lena.post("list-9/pause", 404)


async def test_a_case_is_seen_to(actions: Actions) -> None:
    put(actions)
    case, at = debtor(1).id, f"cases/{debtor(1).id}"

    async with page(actions) as lena:
        shown = await lena.get(PARTS[1])
        for words in ("Debtor 1", "123.45\xa0EUR", "No attempt yet.", ">tom</option>"):
            assert words in shown
        await lena.post(f"{at}/reassign", agent=TOM.id)
        assert "Kept for" in await lena.get(PARTS[1])
        await lena.post(f"{at}/extend", limit="5", reason="He asked for it.")
        assert "5 attempts" in await lena.get(PARTS[1])
        await lena.post(f"{at}/reassign", agent="")
        await lena.post(f"{at}/withdraw", reason="Paid at the counter.")
        assert "Paid at the counter." in await lena.get(PARTS[1])
        with actions.transactions.read() as uow:
            found = uow.cases.get(case)
        assert found is not None
        assert (found.state, found.limit) == (CaseState.WITHDRAWN, 5)
        for deed, form, said in (
            ("withdraw", {"reason": "again"}, "withdrawn or closed"),
            ("reassign", {"agent": TOM.id}, "withdrawn or closed"),
        ):
            assert said in await lena.post(f"{at}/{deed}", 409, **form)


@pytest.mark.parametrize(
    ("deed", "form", "said"),
    [
        ("withdraw", {}, "The reason is empty"),
        ("extend", {"limit": "3", "reason": "x"}, "more than the 3 attempts"),
        ("extend", {"limit": "many", "reason": "x"}, "no number of attempts"),
        ("extend", {"limit": "4"}, "The reason is empty"),
        ("reassign", {"agent": "p-nobody"}, "no such agent"),
    ],
)
async def test_what_doesnt_fit_is_said(
    actions: Actions, deed: str, form: dict[str, str], said: str
) -> None:
    put(actions)
    async with page(actions) as lena:
        assert said in await lena.post(f"cases/{debtor(1).id}/{deed}", 409, **form)
