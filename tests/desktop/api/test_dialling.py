"""An agent dials, over the API and on her page: by the same actions, and what comes of it is told as it happens."""

from typing import Any

import pytest

from domain.dial_facts import (
    DialAsked,
    DialCancelled,
    DialEnded,
    DialledFor,
    DialRang,
    DialReached,
    DialResult,
)
from domain.fact import Body, Origin
from domain.field_facts import Connected, LegEnded, Side
from domain.ids import AgentId, CallId, LineId
from tests.desktop.api.conftest import OpenApi
from tests.fakes.api_desk import ApiDesk
from tests.fakes.counter_desk import ALPENRAD, ANNA, CLAIRE
from tests.fakes.desk import EVA, TOM
from tests.rufwerk.front_desk import EVA_IN, TALKS, TOM_IN

EVAS, DIAL = AgentId(EVA.id), f"/agents/{EVA.id}/dial"
CANCEL = f"/agents/{EVA.id}/cancel_dial"
CUSTOMER = {"whom": "customer", "participant": ANNA.id}
OTHER = {"whom": "number", "tenant": ALPENRAD, "number": "0171 3920002"}


async def happens(api: ApiDesk, call: str, *bodies: Body) -> None:
    """What the switchboard would hear of Asterisk."""
    with api.counter.transactions.write() as uow:
        uow.facts.append(Origin(ALPENRAD, CallId(call), "cti"), api.counter.clock(), *bodies)
        uow.commit()
    await api.door.switchboard.caught_up()


async def test_she_dials_and_cancels(open_api: OpenApi) -> None:
    async with open_api(*EVA_IN) as api:
        status, told = await api.ask("POST", DIAL, CUSTOMER, agent=None)
        assert status == 200
        ((actor, asked),) = api.written()
        assert actor == "toolbar"
        assert isinstance(asked, DialAsked)
        assert (asked.agent, asked.participant, asked.purpose) == (
            EVAS,
            ANNA.id,
            DialledFor.CUSTOMER,
        )
        _, pop = await api.ask("GET", f"/agents/{EVA.id}/pop", agent=None)
        assert (pop["call"], pop["dialled_for"], pop["number"]) == (
            told["call"],
            "customer",
            ANNA.phone,
        )
        status, eva = await api.ask("POST", CANCEL, agent=None)
        assert (status, eva["state"]) == (200, "paused")
        assert [body for _, body in api.written()[1:]] == [
            DialCancelled(EVAS),
            DialEnded(EVAS, DialResult.CANCELLED),
        ]
        status, said = await api.ask("POST", CANCEL, agent=None)
        assert (status, "nothing to cancel" in said["error"]) == (409, True)


@pytest.mark.parametrize(
    ("program", "agent", "given", "status"),
    [
        ("toolbar", EVA.id, {"whom": "customer", "participant": CLAIRE.id}, 404),
        ("lunetool", EVA.id, CUSTOMER, 404),
        ("alpentool", EVA.id, OTHER, 200),
        ("toolbar", EVA.id, {**OTHER, "number": "112"}, 409),
        ("toolbar", EVA.id, {**OTHER, "participant": ANNA.id}, 400),
        ("toolbar", EVA.id, {"whom": "nobody"}, 400),
        ("toolbar", TOM.id, CUSTOMER, 409),
        ("wall", EVA.id, CUSTOMER, 403),
    ],
)
async def test_who_may_dial_whom(
    open_api: OpenApi, program: str, agent: str, given: dict[str, Any], status: int
) -> None:
    async with open_api(*EVA_IN) as api:
        got, _ = await api.ask("POST", f"/agents/{agent}/dial", given, program=program, agent=None)
        assert got == status
        assert bool(api.written()) == (status == 200)


async def test_another_who_dials_him_is_told_who_does(open_api: OpenApi) -> None:
    async with open_api(*EVA_IN, *TOM_IN) as api:
        await api.ask("POST", DIAL, CUSTOMER, agent=None)
        status, said = await api.ask("POST", f"/agents/{TOM.id}/dial", CUSTOMER, agent=None)
        assert (status, said["error"].startswith("eva dials this number")) == (409, True)


async def test_programs_are_told_as_it_happens(open_api: OpenApi) -> None:
    async with open_api(*EVA_IN) as api:
        socket = await api.listen()
        _, told = await api.ask("POST", DIAL, CUSTOMER, agent=None)
        reached = (Connected(EVAS, 1), DialRang(EVAS), DialReached(EVAS, LineId("7.1")))
        await happens(api, told["call"], *reached)
        heard: list[dict[str, Any]] = []
        while not heard or heard[-1]["event"] != "dial_reached":
            event = await socket.receive_json(timeout=10)
            if event.get("call") == told["call"]:
                heard.append(event)
        await socket.close()
        kinds = ["dial_asked", "call_connected", "dial_rang", "dial_reached"]
        assert [one["event"] for one in heard] == kinds
        assert heard[0]["pop"]["people"]


# On her page


async def test_the_page_shows_how_far_it_has_come(open_api: OpenApi) -> None:
    async with open_api(*EVA_IN) as api, api.desk.browser("eva") as eva:
        async with eva.get("/agent") as answer:
            page = await answer.text()
        assert '<option value="alpenrad">Alpenrad</option>' in page
        assert "Lune" not in page
        async with eva.get(f"/agent/card?participant={ANNA.id}") as answer:
            assert 'id="dial-customer"' in await answer.text()
        socket = await eva.ws_connect("/agent/live", headers=api.desk.origin)

        async def shown() -> str:
            return await socket.receive_str(timeout=10)

        await shown()
        form = {"participant": ANNA.id}
        async with eva.post("/agent/dial", data=form, headers=api.desk.origin) as answer:
            assert answer.status == 204
        rings = await shown()
        assert "Your phone rings: answer it" in rings
        assert "dialled by us" in rings
        assert 'hx-post="/agent/cancel_dial"' in rings
        assert "Why this call came to me" not in rings
        (call,) = api.door.switchboard.field.calls
        for body, words in (
            (Connected(EVAS, 1), "Is being dialled"),
            (DialRang(EVAS), "It rings there."),
            (DialEnded(EVAS, DialResult.BUSY), "Not reached: <b>busy</b>"),
        ):
            await happens(api, call, body)
            page = await shown()
            assert words in page
        assert "cancel_dial" not in page
        await happens(api, call, LegEnded(EVAS, Side.PORTAL))
        page = await shown()
        assert 'class="call wrap_up"' in page
        assert "Not reached: <b>busy</b>" in page
        async with eva.post("/agent/done", headers=api.desk.origin) as answer:
            assert answer.status == 204, "nothing is to be recorded where nobody was reached"
        await socket.close()


async def test_once_he_is_reached_she_has_the_buttons_of_a_call(open_api: OpenApi) -> None:
    async with open_api(*EVA_IN) as api, api.desk.browser("eva") as eva:
        form = {"tenant": ALPENRAD, "number": "0171 3920002"}
        async with eva.post("/agent/dial", data=form, headers=api.desk.origin) as answer:
            assert answer.status == 204
        (call,) = api.door.switchboard.field.calls
        await happens(api, call, Connected(EVAS, 1), DialReached(EVAS, LineId("7.1")))
        async with eva.get("/agent") as answer:
            page = await answer.text()
        assert 'hx-post="/agent/hold"' in page
        assert "cancel_dial" not in page
        await happens(api, call, LegEnded(EVAS, Side.AGENT))
        async with eva.post("/agent/dial", data=form, headers=api.desk.origin) as answer:
            assert "Record what you did" in await answer.text()


@pytest.mark.parametrize(
    ("rows", "form", "said"),
    [
        (TALKS, {"participant": ANNA.id}, "You have a call. Dial when it is over."),
        (EVA_IN, {"participant": CLAIRE.id}, "no such customer"),
        (EVA_IN, {"note": "x"}, "The id is none."),
        (EVA_IN, {"call_back": "a-none"}, "no such customer"),
        (EVA_IN, {"tenant": ALPENRAD, "number": "0900 5123456"}, "aren't dialled for Alpenrad"),
        (EVA_IN, {}, "no such customer"),
        ((), {"participant": ANNA.id}, "Sign in at a phone first."),
    ],
)
async def test_why_not_is_said(
    open_api: OpenApi, rows: tuple[str, ...], form: dict[str, str], said: str
) -> None:
    async with open_api(*rows) as api, api.desk.browser("eva") as eva:
        async with eva.post("/agent/dial", data=form, headers=api.desk.origin) as answer:
            assert answer.status == 409
            assert said in await answer.text()
        async with eva.post("/agent/cancel_dial", headers=api.desk.origin) as answer:
            assert answer.status == 409
        assert api.written() == []
