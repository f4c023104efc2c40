"""What waits for somebody at the desk: who sees it, what is done with it, and under whose name."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from actions.call_back import AskCallBack
from actions.end_membership import AskToEnd
from actions.sign_in import TRIES_OF_A_NAME
from actions.write_note import NewNote, WriteNote
from domain import desk_facts as facts
from domain.customer_note import CustomerNote, NoteKind
from domain.dialling import Window
from domain.errand import Errand, ErrandKind
from domain.fact import Origin
from domain.ids import CallerId, NoteId, PersonId
from domain.participant import Membership
from domain.person import Actor, Person, Role
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, EVAS, LENAS, CounterDesk
from tests.fakes.desk import ADLER, EVA, MAX, PASSWORD, TOM, Actions, Desk, served
from tests.rufwerk.front_desk import front_desk
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names
from tests.storage.people import OpenStorage

SCRIPT = "<script>alert(1)</script>"
OPERATOR = Person(PersonId("p-otto"), "otto", Role.OPERATOR)
LISTS = ("/agent/duties", "/agent/archive?q=Anna")
DEEDS = ("note-done", "note-archive", "approve", "decline")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    triggers: str

    @property
    def said(self) -> str:
        return str(json.loads(self.triggers)["said"])


@dataclass(frozen=True, slots=True)
class Page:
    desk: Desk
    browser: ClientSession

    async def read(self, path: str = "/agent/duties", **headers: str) -> tuple[int, str]:
        async with self.browser.get(path, headers=headers) as answer:
            return answer.status, await answer.text()

    async def ask(self, path: str, /, **form: str) -> Answer:
        headers = self.desk.origin
        async with self.browser.post(f"/agent/{path}", data=form, headers=headers) as answer:
            return Answer(answer.status, await answer.text(), answer.headers.get("HX-Trigger", ""))

    async def do(self, deed: str, of: str) -> Answer:
        return await self.ask(f"duties/{deed}", id=of)

    async def check_in(self, name: str, password: str = PASSWORD) -> Answer:
        return await self.ask("check-in", name=name, password=password)


@dataclass(frozen=True, slots=True)
class House:
    desk: Desk
    counter: CounterDesk
    _open: AsyncExitStack

    async def page(self, name: str | None) -> Page:
        return Page(self.desk, await self._open.enter_async_context(self.desk.browser(name)))

    def note(self, text: str = "Wants a bell.", responsible: PersonId = TOM.id) -> CustomerNote:
        new = NewNote(self.counter.new(NoteId), ANNA.id, NoteKind.OTHER, responsible, text)
        return WriteNote(self.counter.desk)(EVAS, new)

    def asked(self, actor: Actor = EVAS, why: str = "Moves away.") -> Errand:
        ask = AskToEnd(self.counter.counter)
        return ask(actor, self.counter.wish(), ErrandKind.LEAVE, why)


@pytest.fixture
async def house(sqlite_url: str, open_storage: OpenStorage) -> AsyncIterator[House]:  # noqa: F811
    async with opened(open_storage(sqlite_url, "a")) as made:
        yield made


@asynccontextmanager
async def opened(transactions: SqlTransactions) -> AsyncIterator[House]:
    counter = CounterDesk(transactions)
    async with (
        served(Actions(transactions), book=counter.book) as desk,
        AsyncExitStack() as browsers,
    ):
        yield House(desk, counter, browsers)


async def test_her_notes_say_who_when_and_for_whom(house: House) -> None:
    note = house.note()
    status, page = await (await house.page("tom")).read()
    assert status == 200
    for shown in (
        "My open notes (1)",
        "Wants a bell.",
        "Anna Keller · 10000001 · Alpenrad",
        f'hx-get="/agent/card?participant={ANNA.id}"',
        "eva, <time",
        "2026-03-02 13:00",  # in the brand's time zone
        f'id="note-done-mine-{note.id}"',
    ):
        assert shown in page
    assert "My open notes (0)" in (await (await house.page("eva")).read())[1]


async def test_a_note_is_done_once_however_often_it_is_clicked(house: House) -> None:
    note, tom = house.note(), await house.page("tom")
    for _ in range(2):
        done = await tom.do("note-done", note.id)
        assert (done.status, done.said) == (204, "noted")
    assert "No note is open." in (await tom.read())[1]
    for _ in range(2):
        assert (await tom.do("note-archive", note.id)).said == "archived"
    assert house.counter.bodies()[1:] == [facts.NoteDone(note.id), facts.NoteArchived(note.id)]


async def test_what_doesnt_fit_is_said_and_the_lists_come_anew(house: House) -> None:
    note, eva = house.note(), await house.page("eva")
    before = house.counter.bodies()
    for deed, of, why in (
        ("note-done", note.id, "Somebody else sees to this note"),
        ("note-archive", note.id, "still open"),
        ("note-done", house.counter.new(NoteId), "Search again"),
        ("approve", house.counter.new(NoteId), "Search again"),
        ("approve", "'; drop", "The id is none"),
        ("decline", "\0", "The id is none"),
        ("note-done", "", "The id is none"),
    ):
        refused = await eva.do(deed, of)
        assert (refused.status, refused.triggers) == (409, "duties")
        assert why in refused.text
    assert house.counter.bodies() == before


async def test_what_people_wrote_is_text_and_never_markup(house: House) -> None:
    participants = house.counter
    with participants.transactions.write() as uow:
        uow.participants.change(replace(ANNA, name=f'Anna "{SCRIPT}'))
        uow.commit()
    note = house.note(f"{SCRIPT}' onclick='x")
    house.asked(why=SCRIPT)
    tom = await house.page("tom")
    for path in LISTS:
        _, page = await tom.read(path)
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert "' onclick" not in page
    await tom.do("note-done", note.id)
    assert "<script" not in (await tom.read(LISTS[1]))[1]


async def test_a_second_person_approves_and_never_who_has_asked(house: House) -> None:
    errand = house.asked()
    eva, tom = await house.page("eva"), await house.page("tom")
    _, hers = await eva.read()
    assert f'id="approve-errand-{errand.id}"' not in hers
    assert "Take back" in hers
    assert "Somebody else has to approve" in (await eva.do("approve", errand.id)).text
    _, his = await tom.read()
    for shown in ("Approvals (1)", "Leave the scheme", "Moves away.", "eva, <time", "Decline"):
        assert shown in his
    assert f'id="approve-errand-{errand.id}"' in his
    assert "hx-confirm=" in his
    for _ in range(2):
        assert (await tom.do("approve", errand.id)).said == "approved"
    assert house.counter.participant().membership is Membership.LEFT
    assert house.counter.bodies().count(facts.ErrandApproved(errand.id)) == 1
    assert "can't be declined" in (await tom.do("decline", errand.id)).text
    assert "Approvals (0)" in (await tom.read())[1]


async def test_what_was_asked_is_declined_or_taken_back_once(house: House) -> None:
    tom, eva = await house.page("tom"), await house.page("eva")
    for page in (tom, eva):
        errand = house.asked()
        for _ in range(2):
            assert (await page.do("decline", errand.id)).said == "declined"
        assert "Nothing waits here" in (await tom.do("approve", errand.id)).text
        assert house.counter.bodies()[-1] == facts.ErrandDeclined(errand.id)
    assert house.counter.participant().membership is Membership.ACTIVE


async def test_who_sits_at_a_shared_desk_writes_under_his_name(house: House) -> None:
    note, eva = house.note(), await house.page("eva")
    assert "Writing: <b>eva</b>" in (await eva.read())[1]
    assert (await eva.check_in(" TOM ")).said == "checked_in"
    _, page = await eva.read()
    assert "Writing: <b>tom</b>" in page
    assert 'hx-post="/agent/check-out"' in page
    assert "My open notes (1)" in page
    assert (await eva.do("note-done", note.id)).status == 204
    written = {"participant": ANNA.id, "id": house.counter.new(NoteId), "kind": "internal"}
    deed = await eva.ask("card/note", text="Rang.", responsible=EVA.id, **written)
    assert deed.status == 200
    with house.counter.transactions.read() as uow:
        (signed,) = [one.signature for one in uow.notes.open_of(EVA.id)]
    assert (signed.by, signed.checked_in) == (EVA.id, TOM.id)
    for _ in range(2):
        assert (await eva.ask("check-out")).said == "checked_out"
    assert "Writing: <b>eva</b>" in (await eva.read())[1]
    seats = [one for one in house.counter.bodies() if "Checked" in type(one).__name__]
    assert seats == [facts.CheckedIn(TOM.id), facts.CheckedOut(TOM.id)]


async def test_who_asked_approves_nothing_from_another_ones_desk(house: House) -> None:
    errand = house.asked()
    toms_desk, evas_desk = await house.page("tom"), await house.page("eva")
    await toms_desk.check_in("eva")
    await evas_desk.check_in("tom")
    for page in (toms_desk, evas_desk):
        assert "approve-errand" not in (await page.read())[1]
        assert (await page.do("approve", errand.id)).status == 409
    assert house.counter.participant().membership is Membership.ACTIVE


@pytest.mark.parametrize(
    ("name", "password"), [("tom", "wrong horse"), ("nobody", PASSWORD), ("", ""), ("\0", "x")]
)
async def test_who_cant_prove_who_he_is_doesnt_sit_down(
    house: House, name: str, password: str
) -> None:
    eva = await house.page("eva")
    refused = await eva.check_in(name, password)
    assert (refused.status, refused.text) == (409, "Name or password is wrong.")
    assert "Writing: <b>eva</b>" in (await eva.read())[1]
    assert house.counter.facts() == []


async def test_who_has_no_work_at_the_desk_doesnt_sit_down(house: House) -> None:
    eva = await house.page("eva")
    assert "Only agents and team leads" in (await eva.check_in("max")).text
    assert house.counter.facts() == []


async def test_passwords_arent_guessed_at_a_desk_either(house: House) -> None:
    eva = await house.page("eva")
    for _ in range(TRIES_OF_A_NAME):
        await eva.check_in("tom", "wrong horse")
    assert "Too many tries" in (await eva.check_in("tom")).text
    assert house.counter.facts() == []


async def test_notes_are_found_in_the_archive(house: House) -> None:
    note, tom = house.note(), await house.page("tom")
    await tom.do("note-done", note.id)
    eva = await house.page("eva")
    _, page = await eva.read("/agent/archive?q=keller")
    assert f'id="note-archive-found-{note.id}"' in page
    await eva.do("note-archive", note.id)
    _, page = await eva.read("/agent/archive?q=10000001")
    assert "in the archive" in page
    assert "Wants a bell." in page
    for known in ('<button id="found-', '<button id="dial-found-'):
        page = page.replace(known, "")
    assert "<button" not in page
    assert "no notes found" in (await eva.read("/agent/archive?q=zzz"))[1]
    assert await eva.read("/agent/archive?q=+") == (200, "")
    assert await eva.read("/agent/archive") == (200, "")


async def test_who_is_to_be_rung_back_can_be_dialled(house: House) -> None:
    wish = AskCallBack(house.counter.transactions, house.counter.clock, lambda _, at: at)
    now = house.counter.clock()
    window = Window(now, now + timedelta(hours=2))
    wish(Origin(ALPENRAD, CALL, "caller"), CallerId("n1"), wished=window)
    _, page = await (await house.page("eva")).read()
    assert "Call-backs (1)" in page
    assert "wanted 2026-03-02 13:00-15:00" in page, "by the brand's clock"
    assert f'id="dial-call-back-{CALL}"' in page
    _, page = await (await house.page("chloe")).read()
    assert "Call-backs (0)" in page


async def test_another_brands_lists_are_empty(house: House) -> None:
    note, errand, chloe = house.note(), house.asked(LENAS), await house.page("chloe")
    _, page = await chloe.read()
    assert "My open notes (0)" in page
    assert "Approvals (0)" in page
    assert "Anna" not in (await chloe.read(LISTS[1]))[1]
    for deed, of in (("note-done", note.id), ("approve", errand.id), ("decline", errand.id)):
        assert (await chloe.do(deed, of)).status == 409
    await chloe.check_in("tom")
    assert "My open notes (0)" in (await chloe.read())[1], "a seat gives no right"
    assert len(house.counter.facts()) == 3


@pytest.mark.parametrize("who", [MAX, ADLER, OPERATOR], ids=lambda one: one.name)
async def test_who_serves_nobody_has_no_such_lists(house: House, who: Person) -> None:
    if who is OPERATOR:
        house.desk.actions.enrol(who)
    note, page = house.note(), await house.page(who.name)
    for path in LISTS:
        assert (await page.read(path))[0] == 403
    for deed in DEEDS:
        assert (await page.do(deed, note.id)).status == 403
    for seat in ("check-in", "check-out"):
        assert (await page.ask(seat, name="tom", password=PASSWORD)).status == 403
    assert len(house.counter.facts()) == 1


async def test_who_isnt_signed_in_or_comes_from_elsewhere_does_nothing(house: House) -> None:
    note, nobody, tom = house.note(), await house.page(None), await house.page("tom")
    paths = ("check-in", "check-out", *(f"duties/{deed}" for deed in DEEDS))
    for path in paths:
        assert (await nobody.ask(path, id=note.id)).status == 401
        for headers in ({}, {"Origin": "https://elsewhere.example"}):
            form = {"id": note.id}
            async with tom.browser.post(f"/agent/{path}", data=form, headers=headers) as answer:
                assert answer.status == 403
    assert (await nobody.read())[0] == 401
    assert len(house.counter.facts()) == 1


async def test_too_much_is_refused(house: House) -> None:
    eva = await house.page("eva")
    assert (await eva.check_in("tom", "x" * 5000)).status == 413
    assert (await eva.do("approve", "x" * 5000)).status == 413


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Freigaben (1)"), ("es", "Aprobaciones (1)"), ("fr", "Approbations (1)")],
)
async def test_the_lists_have_the_browsers_language(
    house: House, language: str, words: str
) -> None:
    house.asked()
    tom = await house.page("tom")
    assert words in (await tom.read(**{"Accept-Language": language}))[1]


async def test_the_lists_stand_on_the_pages_of_those_who_serve(
    actions: Actions, tmp_path: Path
) -> None:
    actions.enrol(OPERATOR)
    async with front_desk(tmp_path / "home") as floor, served(actions, door=floor.door) as desk:
        for name, path, there in (
            ("eva", "/agent", True),
            ("lena", "/lead", True),
            ("lena", "/agent", True),
            ("otto", "/lead", False),
            ("otto", "/agent", False),
        ):
            async with desk.browser(name) as browser, browser.get(path) as answer:
                page = await answer.text()
                assert answer.status == 200
            for part in ('id="duties"', 'id="writer"', 'id="archive"', 'id="check-in"'):
                assert (part in page) is there, (name, path, part)
