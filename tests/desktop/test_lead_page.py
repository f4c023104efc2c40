"""The team lead's page: who may open it, what it is sent, and what becomes of her wishes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from actions.call_back import AskCallBack
from cti.front_door import FrontDoor
from desktop.lead.screen import FLOOR, FloorScreen
from desktop.pages import Pages
from desktop.texts import texts
from domain import field_facts as facts
from domain.dialling import CallBackState, Window
from domain.fact import Origin
from domain.ids import CallerId, CallId, PersonId, Phone
from domain.language import Language
from domain.person import Person, Role
from domain.ports import KnownAgent, StorageDown
from tests.cti.paper import ALPENRAD, NOON
from tests.desktop.lead_desk import desk, page
from tests.fakes.desk import LENA, Actions, Desk, served
from tests.rufwerk.front_desk import EVA, LISTENED, TALKS, TOM_IN, front_desk

WAITS = ("rules alpenrad service_level=90", "B enters alpenrad fr return")
OPERATOR = Person(PersonId("p-otto"), "otto", Role.OPERATOR)
PAGES = ("/lead", "/lead/wall")
DIALOGS = ("/lead/story?call=A", "/lead/agents/p-eva", "/lead/calls/A")
SCRIPT = "<script>alert(1)</script>"


async def ask(at: Desk, browser: ClientSession, wish: str, **form: str) -> tuple[int, str]:
    async with browser.post(f"/lead/{wish}", data=form, headers=at.origin) as answer:
        return answer.status, await answer.text()


async def told(socket: ClientWebSocketResponse) -> str:
    return await socket.receive_str(timeout=10)


WISHES: Sequence[tuple[str, dict[str, str]]] = (
    ("agents/p-eva/skills", {"skill": "fr=4"}),
    ("agents/p-eva/pause", {"reason": "training"}),
    ("agents/p-eva/signout", {}),
    ("agents/p-eva/listen", {"how": "whisper", "phone": "204"}),
    ("calls/A/priority", {"priority": "7"}),
    ("call-backs/A/done", {}),
)


@pytest.mark.parametrize("name", ["eva", "max", "adler"])
async def test_who_leads_nobody_has_no_such_page(
    actions: Actions, tmp_path: Path, name: str
) -> None:
    rows = (*LISTENED, *TOM_IN)
    async with desk(actions, tmp_path / "home", *rows) as (at, floor), at.browser(name) as other:
        for path in (*PAGES, *DIALOGS, *(f"{path}/live" for path in PAGES)):
            reads_it = name == "max" and "story" in path
            assert (await page(other, path, **at.origin))[0] == (404 if reads_it else 403)
        for wish, form in WISHES:
            assert (await ask(at, other, wish, **form))[0] == 403
        assert floor.written == []


async def test_who_isnt_signed_in_is_sent_to_do_so(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home") as (at, _), at.browser() as nobody:
        for path in PAGES:
            headers = {"Accept": "text/html"}
            async with nobody.get(path, headers=headers, allow_redirects=False) as answer:
                assert answer.headers["Location"] == f"/signin?next={path}"
        for wish, form in WISHES:
            assert (await ask(at, nobody, wish, **form))[0] == 401


async def test_the_operator_sees_it_too(actions: Actions, tmp_path: Path) -> None:
    actions.enrol(OPERATOR)
    async with desk(actions, tmp_path / "home") as (at, _), at.browser("otto") as otto:
        for path in PAGES:
            assert (await page(otto, path))[0] == 200


async def test_she_sees_the_floor(actions: Actions, tmp_path: Path) -> None:
    async with (
        desk(actions, tmp_path / "home", *TALKS, *WAITS) as (at, _),
        at.browser("lena") as lena,
    ):
        status, floor = await page(lena, "/lead")
        assert status == 200
        for words in (
            "Nobody signed in may take: alpenrad, French, Return or complaint: <b>1</b>",
            "90 % in 20 s",
            "100 %",
            "nobody may take it",
            "talks with",
            "Talking",
            "Not at a phone",  # tom
            'href="/lead/story?call=A"',
        ):
            assert words in floor
        assert 'id="my-phone"' not in floor, "no brand allows that anybody takes part"


async def test_the_page_has_the_browsers_language(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home", *WAITS) as (at, _), at.browser("lena") as lena:
        for language in Language:
            _, floor = await page(lena, "/lead", **{"Accept-Language": language.value})
            assert texts(language)["nobody_may"] in floor


async def test_what_is_amiss_is_told(actions: Actions, tmp_path: Path) -> None:
    async with front_desk(tmp_path / "home") as floor:
        blind: FrontDoor = replace(floor.door, is_linked=lambda: False)
        async with served(actions, door=blind) as at, at.browser("lena") as lena:
            for path in PAGES:
                assert "The telephone system is out of sight" in (await page(lena, path))[1]


@pytest.mark.parametrize(("path", "parts"), [("/lead", 5), ("/lead/wall", 3)])
async def test_what_changes_is_sent_and_nothing_else(
    actions: Actions, tmp_path: Path, path: str, parts: int
) -> None:
    async with (
        desk(actions, tmp_path / "home", *TALKS, *TOM_IN) as (at, floor),
        at.browser("lena") as lena,
    ):
        socket = await lena.ws_connect(f"{path}/live", headers=at.origin)
        everything = await told(socket)
        assert everything.count("hx-swap-oob") == parts
        await floor.wish("tom", "pause", reason="lunch")
        changed = await told(socket)
        assert changed.count("hx-swap-oob") == 1
        assert "Pause" in changed
        await socket.close()
        again = await lena.ws_connect(f"{path}/live", headers=at.origin)
        assert (await told(again)).count("hx-swap-oob") == parts
        await again.close()


async def test_what_was_read_stays_while_the_database_is_away(
    actions: Actions, tmp_path: Path
) -> None:
    is_away = False

    def everybody() -> Sequence[KnownAgent]:
        if is_away:
            raise StorageDown("the database is away")
        return floor.log.agents.all()

    async with front_desk(tmp_path / "home", *TALKS) as floor:
        at = Desk(actions)
        at.door = replace(floor.door, everybody=everybody)
        screen, blind = (FloorScreen(at.floor, Pages(), Language.EN, FLOOR) for _ in range(2))
        before = await screen.look()
        await floor.wish("eva", "pause", reason="lunch")
        is_away = True
        after = await screen.look()
        assert after.seq > before.seq
        assert [name for name in FLOOR if after.parts[name] != before.parts[name]] == ["agents"]
        assert ">eva</button>" in after.parts["agents"]
        with pytest.raises(StorageDown):
            await blind.look()


async def test_a_page_that_speaks_is_let_go(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home") as (at, _), at.browser("lena") as lena:
        socket = await lena.ws_connect("/lead/live", headers=at.origin)
        await told(socket)
        await socket.send_str("anybody there?")
        assert (await socket.receive(timeout=10)).type is WSMsgType.CLOSE


async def test_the_wall_names_nobody_but_agents_by_their_first_names(
    actions: Actions, tmp_path: Path
) -> None:
    async with (
        desk(actions, tmp_path / "home", *TALKS, *WAITS) as (at, floor),
        at.browser("lena") as lena,
    ):
        floor.log.agents.add(KnownAgent(EVA, "Eva Muster", {}))
        _, wall = await page(lena, "/lead/wall")
        assert "<b>Eva</b> <span>Talking</span>" in wall
        for hidden in ("Muster", "tom", "lena", "p-eva", "story"):
            assert hidden not in wall


@pytest.mark.parametrize(
    ("rows", "wish", "form", "body"),
    [
        (TALKS, *WISHES[0], facts.SkillsSet(EVA, ("fr=4",))),
        (TALKS, *WISHES[1], facts.PauseAsked(EVA, "training")),
        (TALKS, *WISHES[2], facts.SignOutAsked(EVA)),
        (LISTENED, *WISHES[3], facts.ListeningAsked(EVA, Phone("204"), facts.Listening.WHISPER)),
        (TALKS, *WISHES[4], facts.PrioritySet(7)),
    ],
)
async def test_what_she_wishes_is_written_in_her_name(
    actions: Actions,
    tmp_path: Path,
    rows: tuple[str, ...],
    wish: str,
    form: dict[str, str],
    body: object,
) -> None:
    async with desk(actions, tmp_path / "home", *rows) as (at, floor), at.browser("lena") as lena:
        assert (await ask(at, lena, wish, **form))[0] == 204
        assert floor.written[0] == body
        assert floor.new[0].origin.actor == LENA.id


@pytest.mark.parametrize(
    ("wish", "form", "said"),
    [
        ("agents/p-nobody/skills", {"skill": "fr"}, "There is no such agent."),
        ("agents/p-eva/skills", {"skill": "French, fluently"}, "is no skill. Write each once"),
        ("agents/p-tom/pause", {"reason": "lunch"}, "Not signed in."),
        ("agents/p-eva/pause", {"reason": "with Anna Keller"}, "is no reason for a pause"),
        ("agents/p-tom/signout", {}, "Not signed in."),
        ("agents/p-eva/listen", {"how": "whisper", "phone": "204"}, "listening = true"),
        ("agents/p-eva/listen", {"how": "shout", "phone": "204"}, "listen, whisper or join"),
        ("calls/Z/priority", {"priority": "7"}, "There is no call Z in the field."),
        ("calls/A/priority", {"priority": "101"}, "from -100 to 100"),
        ("calls/A/priority", {"priority": "high"}, "from -100 to 100"),
        ("calls/A/priority", {}, "from -100 to 100"),
        ("call-backs/A/done", {}, "He isn't on the list"),
    ],
)
async def test_what_doesnt_fit_is_said(
    actions: Actions, tmp_path: Path, wish: str, form: dict[str, str], said: str
) -> None:
    async with desk(actions, tmp_path / "home", *TALKS) as (at, floor), at.browser("lena") as lena:
        status, answer = await ask(at, lena, wish, **form)
        assert (status, said in answer) == (409, True), answer
        assert floor.written == []


async def test_another_sites_page_asks_nothing(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home", *TALKS) as (at, floor), at.browser("lena") as lena:
        for headers in ({}, {"Origin": "https://elsewhere.example"}):
            async with lena.post("/lead/agents/p-eva/signout", headers=headers) as answer:
                assert answer.status == 403
        assert floor.written == []


async def test_one_agents_dialog(actions: Actions, tmp_path: Path) -> None:
    async with (
        desk(actions, tmp_path / "home", *LISTENED) as (at, _),
        at.browser("lena") as lena,
    ):
        assert 'id="my-phone"' in (await page(lena, "/lead"))[1]
        _, eva = await page(lena, "/lead/agents/p-eva")
        for there in ('value="de=5" selected', "/lead/agents/p-eva/pause", "Whisper to the agent"):
            assert there in eva
        _, tom = await page(lena, "/lead/agents/p-tom")
        assert "/lead/agents/p-tom/pause" not in tom, "he isn't signed in"
        assert "/lead/agents/p-tom/skills" in tom
        assert (await page(lena, "/lead/agents/p-nobody"))[0] == 404


async def test_there_is_a_place_to_correct_a_record_in(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home") as (at, _), at.browser("lena") as lena:
        assert '<dialog id="targets"' in (await page(lena, "/lead"))[1]


async def test_one_calls_dialog(actions: Actions, tmp_path: Path) -> None:
    rows = (*WAITS, "B priority 3")
    async with desk(actions, tmp_path / "home", *rows) as (at, _), at.browser("lena") as lena:
        _, call = await page(lena, "/lead/calls/B")
        assert 'value="3"' in call
        assert (await page(lena, "/lead/calls/Z"))[0] == 404


def give_up(actions: Actions, call: str, number: str) -> None:
    """Somebody asked to be rung back in a call, and nobody reached him."""
    with actions.transactions.write() as uow:
        caller = uow.callers.note(number, CallerId(f"caller-{call}"))
        uow.commit()
    window = Window(actions.clock() + timedelta(hours=4), actions.clock() + timedelta(hours=6))
    AskCallBack(actions.transactions, actions.clock, lambda _, at: at)(
        Origin(ALPENRAD, CallId(call), "caller"), caller, wished=window
    )
    with actions.transactions.write() as uow:
        states = CallBackState.OPEN, CallBackState.GIVEN_UP
        assert uow.call_backs.end(CallId(call), *states, actions.clock())
        uow.commit()


async def test_who_wasnt_reached_is_on_her_list_until_he_is_seen_to(
    actions: Actions, tmp_path: Path
) -> None:
    give_up(actions, "a-1.2", "+491713920001")
    async with desk(actions, tmp_path / "home") as (at, _), at.browser("lena") as lena:
        _, floor = await page(lena, "/lead")
        for words in (
            "+491713920001",
            "wasn&#39;t reached",
            "2026-03-02 12:00",
            "2026-03-02 16:00-18:00",
        ):
            assert words in floor
        assert "+491713920001" not in (await page(lena, "/lead/wall"))[1]
        assert await ask(at, lena, "call-backs/a-1.2/done") == (204, "")
        assert "Nobody waits to be rung back." in (await page(lena, "/lead"))[1]
        assert (await ask(at, lena, "call-backs/a-1.2/done"))[0] == 409
        story = (await page(lena, "/lead/story?call=a-1.2"))[1]
        assert texts(Language.EN)["fact_CallBackSeenTo"] in story
        assert "<td>lena</td>" in story


async def test_names_are_text_and_never_markup(actions: Actions, tmp_path: Path) -> None:
    odd = CallId("a'\"><b>")
    with actions.transactions.write() as uow:
        uow.agents.add(KnownAgent(EVA, SCRIPT, {}))
        reason = (f"waited {SCRIPT}",)
        uow.facts.append(Origin(ALPENRAD, odd, SCRIPT), NOON, facts.Offered(EVA, 1, reason))
        uow.commit()
    async with desk(actions, tmp_path / "home", *TALKS) as (at, floor), at.browser("lena") as lena:
        floor.log.agents.add(KnownAgent(EVA, SCRIPT, {}))
        async with lena.get("/lead/story", params={"call": odd}) as answer:
            story = await answer.text()
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "waited &lt;script&gt;" in story
        assert "<b>" not in story
        socket = await lena.ws_connect("/lead/live", headers=at.origin)
        sent = await told(socket)
        await socket.close()
        wall, dialog = await page(lena, "/lead/wall"), await page(lena, "/lead/agents/p-eva")
        assert "&lt;script&gt;" in sent
        for shown in (story, sent, wall[1], dialog[1]):
            assert SCRIPT not in shown
