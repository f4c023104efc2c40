"""The agent's page: who may open it, what it is sent, and what becomes of her wishes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSCloseCode, WSServerHandshakeError

from domain import field_facts as facts
from domain.desk_facts import NoConcern
from domain.fact import Origin
from domain.ids import CallerId, CallId, PersonId, RecordId
from domain.person import Signature
from domain.portal_facts import CallArrived
from domain.service_record import ServiceRecord
from tests.cti.paper import ALPENRAD, NOON
from tests.fakes.counter_desk import ANNA, PETER
from tests.fakes.desk import Actions, Desk, served
from tests.rufwerk.front_desk import EVA, EVA_IN, TALKS, TOM_IN, WRAPS_UP, FrontDesk, front_desk


@asynccontextmanager
async def desk(actions: Actions, home: Path, *rows: str) -> AsyncIterator[tuple[Desk, FrontDesk]]:
    async with front_desk(home, *rows) as floor, served(actions, door=floor.door) as made:
        yield made, floor


async def live(at: Desk, eva: ClientSession) -> ClientWebSocketResponse:
    return await eva.ws_connect("/agent/live", headers=at.origin)


async def told(socket: ClientWebSocketResponse) -> str:
    return await socket.receive_str(timeout=10)


async def test_she_sees_her_state_and_her_call(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home", *TALKS) as (at, _), at.browser("eva") as eva:
        async with eva.get("/agent") as answer:
            page = await answer.text()
        assert answer.status == 200
        assert 'class="state talking"' in page
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert 'hx-post="/agent/hold"' not in page, (
            "nothing is known of the call, so nothing is shown"
        )


@pytest.mark.parametrize("records", [(), ("p-eva records",)])
async def test_wrap_up_counts_down_once_something_is_recorded(
    actions: Actions, tmp_path: Path, records: tuple[str, ...]
) -> None:
    rows = ("rules alpenrad record=True", "p-eva sits 201 alpenrad de", *WRAPS_UP[1:], *records)
    async with (
        desk(actions, tmp_path / "home", *rows) as (at, _),
        at.browser("eva") as eva,
        eva.get("/agent") as answer,
    ):
        page = await answer.text()
    assert 'class="state wrap_up"' in page
    assert ("Wrap-up ends once" in page) is not bool(records)
    assert ("data-until" in page) is bool(records)


@pytest.mark.parametrize("name", ["max", "adler"])
@pytest.mark.parametrize("path", ["/agent", "/agent/live", "/agent/targets"])
async def test_who_talks_with_nobody_has_no_such_page(
    actions: Actions, tmp_path: Path, name: str, path: str
) -> None:
    async with (
        desk(actions, tmp_path / "home") as (at, _),
        at.browser(name) as other,
        other.get(path, headers=at.origin) as answer,
    ):
        assert answer.status == 403


async def test_who_isnt_signed_in_is_sent_to_do_so(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home") as (at, _), at.browser() as nobody:
        asked = {"Accept": "text/html"}
        async with nobody.get("/agent", headers=asked, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/signin?next=/agent"
        with pytest.raises(WSServerHandshakeError):
            await live(at, nobody)


async def test_what_changes_is_sent_and_nothing_else(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home", *EVA_IN) as (at, floor), at.browser("eva") as eva:
        socket = await live(at, eva)
        everything = await told(socket)
        assert 'id="state"' in everything
        assert 'id="call"' in everything
        await floor.wish("tom", "signin", phone="202")
        async with eva.post("/agent/pause", data={"reason": "lunch"}, headers=at.origin) as answer:
            assert answer.status == 204
        changed = await told(socket)
        assert 'class="state paused"' in changed
        assert "Lunch" in changed
        assert floor.written[-1] == facts.PauseAsked(EVA, "lunch")
        await socket.close()
        again = await live(at, eva)
        assert (await told(again)).count("<section") == 2
        await again.close()


@pytest.mark.parametrize(
    ("wish", "form", "said"),
    [
        ("signin", {"phone": "999"}, "There is no phone 999. Sign in at one of 201, 202, 204."),
        ("pause", {"reason": "with Anna Keller"}, "lunch"),
        ("hold", {}, "There is no caller on the line"),
        ("transfer", {"to": "agent:p-tom"}, "There is no caller on the line"),
    ],
)
async def test_what_doesnt_fit_is_said(
    actions: Actions, tmp_path: Path, wish: str, form: dict[str, str], said: str
) -> None:
    async with desk(actions, tmp_path / "home", *EVA_IN) as (at, floor), at.browser("eva") as eva:
        async with eva.post(f"/agent/{wish}", data=form, headers=at.origin) as answer:
            assert answer.status == 409
            assert said in await answer.text()
        assert floor.written == []


async def test_of_several_with_one_number_one_is_chosen_by_a_key(
    actions: Actions, tmp_path: Path
) -> None:
    with actions.transactions.write() as uow:
        uow.callers.note("+491713920001", CallerId("c"))
        for one in (ANNA, PETER):
            uow.participants.add(one, "hash")
        arrived = CallArrived("service", CallerId("c"))
        uow.facts.append(Origin(ALPENRAD, CallId("A"), "caller"), NOON, arrived)
        uow.commit()
    async with (
        desk(actions, tmp_path / "home", *TALKS) as (at, _),
        at.browser("eva") as eva,
        eva.get("/agent") as answer,
    ):
        page = await answer.text()
    assert "Several people have this number" in page
    for key, one in (("a", ANNA), ("b", PETER)):
        (button,) = (row for row in page.split("<li>") if f'data-chooses="{one.id}"' in row)
        assert f'aria-keyshortcuts="{key}"' in button
        assert f"participant={one.id}" in button
    assert 'hx-get="/agent/card?call=A&amp;participant="' in page, "nobody's card is open yet"


async def test_it_is_said_in_her_language(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home", *EVA_IN) as (at, _), at.browser("eva") as eva:
        headers = {**at.origin, "Accept-Language": "de"}
        async with eva.post("/agent/pause", data={"reason": "Tee"}, headers=headers) as answer:
            assert "„Tee“ ist kein Grund für eine Pause" in await answer.text()


async def test_another_sites_page_asks_nothing(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home", *EVA_IN) as (at, floor), at.browser("eva") as eva:
        for headers in ({}, {"Origin": "https://elsewhere.example"}):
            async with eva.post("/agent/ready", headers=headers) as answer:
                assert answer.status == 403
        assert floor.written == []


async def test_whom_she_may_send_the_caller_to(actions: Actions, tmp_path: Path) -> None:
    rows = (*TALKS, *TOM_IN)
    async with desk(actions, tmp_path / "home", *rows) as (at, _), at.browser("eva") as eva:
        async with eva.get("/agent/targets?control=consult") as answer:
            page = await answer.text()
        assert 'hx-post="/agent/consult"' in page
        assert "agent:p-tom" in page
        assert "agent:p-eva" not in page
        async with eva.get("/agent/targets?control=nonsense") as answer:
            assert answer.status == 400


@pytest.mark.parametrize("wish", ["done", "ready"])
async def test_a_call_without_a_record_is_not_finished(
    actions: Actions, tmp_path: Path, wish: str
) -> None:
    async with desk(actions, tmp_path / "home", *WRAPS_UP) as (at, floor), at.browser("eva") as eva:
        async with eva.get("/agent") as answer:
            assert 'hx-post="/agent/done"' in await answer.text()
        async with eva.post(f"/agent/{wish}", headers=at.origin) as answer:
            assert answer.status == 409
            assert "no concern" in await answer.text()
        assert floor.written == []
        origin = Origin(ALPENRAD, CallId("A"), "ivr")
        with actions.transactions.write() as uow:
            record = ServiceRecord(
                RecordId("r"), ALPENRAD, CallId("A"), None, Signature(PersonId(EVA), None, NOON)
            )
            uow.service_records.add(record)
            uow.facts.append(origin, NOON, NoConcern(record.id, None))
            uow.commit()
        async with eva.post(f"/agent/{wish}", headers=at.origin) as answer:
            assert answer.status == 204
        assert floor.written[-1] in (
            facts.WrapUpEnded(EVA, facts.EndedBy.AGENT),
            facts.WentReady(EVA),
        )


async def test_signing_out_closes_her_page(actions: Actions, tmp_path: Path) -> None:
    async with desk(actions, tmp_path / "home", *EVA_IN) as (at, _), at.browser("eva") as eva:
        socket = await live(at, eva)
        await told(socket)
        async with eva.post("/signout", headers=at.origin, allow_redirects=False):
            pass
        await socket.receive(timeout=10)
        assert socket.close_code == WSCloseCode.POLICY_VIOLATION


async def test_she_sees_when_he_wished_to_be_rung_back(actions: Actions, tmp_path: Path) -> None:
    who, until = CallerId("c"), NOON + timedelta(hours=2)
    with actions.transactions.write() as uow:
        bodies = (CallArrived("service", who), facts.CallBackAsked(who, NOON, until))
        uow.facts.append(Origin(ALPENRAD, CallId("A"), "caller"), NOON, *bodies)
        uow.commit()
    async with (
        desk(actions, tmp_path / "home", *TALKS) as (at, _),
        at.browser("eva") as eva,
        eva.get("/agent") as answer,
    ):
        assert "is rung back, wanted 2026-03-02 12:00-14:00" in await answer.text()
