"""The team lead's pages of lists: who may open them, a file looked at and imported, and what is done with its cases."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from aiohttp import ClientSession, FormData

from desktop.lead import uploads
from desktop.lead.list_words import money, told_unfit, told_unreadable
from desktop.texts import texts
from domain.dunning import CaseList, CaseState, Lease, ListState
from domain.dunning_profile import DE, Dunning
from domain.ids import AgentId, PersonId
from domain.language import Language
from domain.person import Person, Role
from domain.ports import KnownAgent
from domain.tenant import TenantBook
from domain.unfit_cell import Unfit
from sheets.unreadable import Why
from tests.desktop.test_told import holes
from tests.fakes.counter_desk import ALPENRAD, LUNE, brand
from tests.fakes.debtors import LIST, debtor
from tests.fakes.desk import EVA, TOM, Actions, Desk, served

HEAD = "Telefon;Name;Kundennummer;Adresse;PLZ;Betrag;Rechnung\n"
TWO = HEAD + (
    "0171 3920001;Anna Keller;K1;Hauptstr. 1;76275;12,50;R-1\n"
    "0171 3920002;Peter Keller;K2;Hauptstr. 2;76275;20,00;R-2\n"
)
FAULTY = TWO + "=1+1;=HYPERLINK(1);K3;Hauptstr. 3;76275;30,00;R-3\n;;K4;Hauptstr. 4;76275;;R-4\n"
UNNAMED = TWO.replace("Telefon;Name", "Was;Wer").replace("0171 39", "x 39")
OTTO = Person(PersonId("p-otto"), "otto", Role.OPERATOR)
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


@dataclass
class Page:
    """Lena's browser."""

    at: Desk
    browser: ClientSession

    async def get(self, path: str, status: int = 200, **query: str) -> str:
        async with self.browser.get(path, params=query) as answer:
            assert answer.status == status, await answer.text()
            return await answer.text()

    async def post(self, path: str, status: int = 204, **form: str) -> str:
        asked = self.browser.post(
            f"/lead/lists/{path}", data=form, headers=self.at.origin, allow_redirects=False
        )
        async with asked as answer:
            assert answer.status == status, await answer.text()
            return answer.headers.get("Location") or await answer.text()

    async def send(self, content: str, wanted: str = "tenant:alpenrad", status: int = 303) -> str:
        """Where it is looked at, or why it isn't taken."""
        form = FormData(quote_fields=False)
        form.add_field("as", wanted)
        form.add_field("file", content.encode(), filename="C:/Listen/März.csv")
        asked = self.browser.post(
            "/lead/lists/uploads", data=form, headers=self.at.origin, allow_redirects=False
        )
        async with asked as answer:
            assert answer.status == status, await answer.text()
            return answer.headers.get("Location") or await answer.text()

    async def settled(self, upload: str) -> str:
        """What becomes of it, when it isn't read or imported any more; where the list is, once it is imported."""
        async with asyncio.timeout(20):
            while True:
                asked = self.browser.get(upload, allow_redirects=False)
                async with asked as answer:
                    shown = answer.headers.get("Location") or await answer.text()
                if "/state" not in shown:
                    return shown

    def path_of(self, upload: str, then: str) -> str:
        return f"{upload.removeprefix('/lead/lists/')}/{then}"


def with_debtors() -> TenantBook:
    """Of Alpenrad; nobody rings Lune's."""
    alpenrad = replace(brand(ALPENRAD, "DE"), dunning=Dunning(DE, "EUR"))
    return TenantBook.of([alpenrad, brand(LUNE, "FR")])


@asynccontextmanager
async def page(actions: Actions, name: str = "lena") -> AsyncIterator[Page]:
    async with (
        served(actions, book=with_debtors()) as at,
        at.browser(name) as browser,
    ):
        yield Page(at, browser)


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


@pytest.mark.parametrize("language", Language)
def test_why_a_row_or_a_file_isnt_taken_has_its_words(language: Language) -> None:
    words = texts(language)
    for unfit in Unfit:
        assert holes(words[f"unfit_{unfit.name.lower()}"]) == holes(unfit.value)
        assert told_unfit(unfit, "7", words)
    for why in Why:
        assert told_unreadable(why, words)
    known = {f"unfit_{one.name.lower()}" for one in Unfit}
    known |= {f"file_{one.name.lower()}" for one in Why} | {"file_hint"}
    assert {key for key in words if key.startswith(("unfit_", "file_"))} <= known
    if language is Language.EN:
        assert all(words[f"file_{why.name.lower()}"] == why.value for why in Why)


@pytest.mark.parametrize(
    ("language", "written"),
    [(Language.EN, "1,234.50"), (Language.DE, "1.234,50"), (Language.FR, "1\u202f234,50")],
)
def test_sums_are_written_as_the_language_does(language: Language, written: str) -> None:
    assert money(123_450, "EUR", language) == f"{written}\xa0EUR"
    assert money(1, "JPY", language) == "1\xa0JPY"


async def test_a_list_is_looked_at_and_then_imported(actions: Actions) -> None:
    async with page(actions) as lena:
        assert "No list yet." in await lena.get("/lead/lists")
        upload = await lena.send(FAULTY)
        shown = await lena.settled(upload)
        for words in (
            "März.csv",
            "<dt>New</dt><dd>2</dd>",
            "is no telephone number",
            "A · Telefon",
            "=1+1",
        ):
            assert words in shown
        assert "C:" not in shown
        assert "No list yet." in await lena.get("/lead/lists"), "nothing is stored yet"
        files = list((lena.at.home / "uploads").iterdir())
        assert [oct(one.stat().st_mode & 0o777) for one in files] == ["0o600"]

        assert await lena.post(lena.path_of(upload, "import"), 303, attempts="5") == upload
        of = await lena.settled(upload)
        assert of.startswith("/lead/lists/")
        shown = await lena.get(of)
        for words in ("März.csv", "Anna Keller", "12.50\xa0EUR", "Attempts a case: 5", "K2"):
            assert words in shown
        assert "<dt>Rejected rows</dt><dd>2</dd>" in shown
        assert list((lena.at.home / "uploads").iterdir()) == []


async def test_all_rejected_rows_can_be_had_as_csv(actions: Actions) -> None:
    async with page(actions) as lena:
        upload = await lena.send(FAULTY)
        await lena.settled(upload)
        async with lena.browser.get(
            f"{upload}/rejected.csv", headers={"Accept-Language": "de"}
        ) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment")
            content = (await answer.read()).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert rows[0] == ["Blatt", "Zeile", "Spalte", "Grund", "Inhalt"]
    assert [row[1] for row in rows[1:]] == ["4", "5", "5", "5"]
    assert rows[1][4] == "'=1+1", "nothing in it is a formula"
    assert rows[1][2] == "A · Telefonnummer"
    assert "keine Telefonnummer" in rows[1][3]


async def test_a_new_edition_is_told_apart_from_what_is_there(actions: Actions) -> None:
    async with page(actions) as lena:
        first = await lena.send(TWO)
        await lena.settled(first)
        await lena.post(lena.path_of(first, "import"), 303)
        of = (await lena.settled(first)).removeprefix("/lead/lists/")
        changed = TWO.replace("12,50", "15,00").replace("K2", "K9").replace("R-2", "R-9")
        second = await lena.send(changed, f"list:{of}")
        shown = await lena.settled(second)
        for words in (
            "<dt>New</dt><dd>1</dd>",
            "<dt>Changed</dt><dd>1</dd>",
            "<dt>Unchanged</dt><dd>0</dd>",
            "<dt>Withdrawn</dt><dd>1</dd>",
            "New edition of März.csv",
        ):
            assert words in shown
        again = await lena.settled(await lena.send(TWO))
        assert "Rung for the list März.csv already: 2" in again
        assert "None of the rows can be taken." in again
        await lena.get(second, 404)


async def test_columns_that_arent_clear_are_chosen_and_remembered(actions: Actions) -> None:
    async with page(actions) as lena:
        upload = await lena.send(UNNAMED)
        shown = await lena.settled(upload)
        assert "clear which column is which" in shown
        assert "x 3920001" in shown, "the first rows are shown to choose by"
        chosen = {"phone": "0", "name": "1", "customer_number": "2", "address": "3", "sum": "5"}
        await lena.post(lena.path_of(upload, "columns"), 303, **chosen)
        shown = await lena.settled(upload)
        assert "<dt>New</dt><dd>2</dd>" in shown
        assert "A · Was" in shown
        await lena.post(lena.path_of(upload, "import"), 303)
        await lena.settled(upload)
        again = await lena.settled(await lena.send(UNNAMED))
        assert "A · Was" in again


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "Nothing stands in it"), ("<html><table>", "web page"), ("PK\x03\x04", "damaged")],
)
async def test_a_file_that_cant_be_read_is_told(actions: Actions, content: str, said: str) -> None:
    async with page(actions) as lena:
        shown = await lena.settled(await lena.send(content))
        assert said in shown


async def test_what_is_sent_is_checked(actions: Actions, monkeypatch: pytest.MonkeyPatch) -> None:
    async with page(actions) as lena:
        assert "no such list" in await lena.send(TWO, "tenant:lune", 404)
        assert "no such list" in await lena.send(TWO, "list:nothing", 404)
        assert "no such list" in await lena.send(TWO, "", 404)
        await lena.post("uploads", 415)
        monkeypatch.setattr(uploads, "LARGEST_FILE", 100)
        assert "Send the list in parts" in await lena.send(TWO, status=413)
        assert list((lena.at.home / "uploads").iterdir()) == []


async def test_what_waits_is_its_senders_alone_and_can_be_thrown_away(actions: Actions) -> None:
    actions.enrol(OTTO)
    async with page(actions) as lena:
        upload = await lena.send(TWO)
        await lena.settled(upload)
        async with lena.at.browser("otto") as otto, otto.get(upload) as answer:
            assert answer.status == 404
        assert await lena.post(lena.path_of(upload, "discard"), 303) == "/lead/lists"
        await lena.get(upload, 404)
        assert list((lena.at.home / "uploads").iterdir()) == []


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


async def test_names_are_text_and_never_markup(actions: Actions) -> None:
    script = "<script>alert(1)</script>"
    async with page(actions) as lena:
        upload = await lena.send(FAULTY.replace("Anna Keller", script).replace("=1+1", script))
        assert script not in await lena.settled(upload)
        await lena.post(lena.path_of(upload, "import"), 303)
        of = await lena.settled(upload)
        assert script not in await lena.get(of)
        assert "&lt;script&gt;" in await lena.get(of)
