"""The events: what happened, states as they are now, and what happens; resumed without a loss or a double."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSCloseCode, WSMsgType, WSServerHandshakeError

from desktop.api import events
from domain import field_facts as facts
from domain.call import Certainty
from domain.fact import Origin
from domain.facts import KINDS
from domain.ids import AgentId, CallerId, CallId, ParticipantId
from domain.language import Language
from domain.portal_facts import HandedOver
from tests.desktop.api.conftest import OpenApi
from tests.fakes.api_desk import ApiDesk
from tests.fakes.counter_desk import ALPENRAD, ANNA, CHLOE, LUNE
from tests.fakes.desk import EVA
from tests.rufwerk.front_desk import TALKS

EVAS = AgentId(EVA.id)
OFFERED = facts.Offered(EVAS, 1, ("waited 3 s",))


async def told(socket: ClientWebSocketResponse, many: int) -> list[dict[str, Any]]:
    return [json.loads(await socket.receive_str(timeout=10)) for _ in range(many)]


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["event"] for row in rows]


async def happen(api: ApiDesk, tenant: Any, call: str, *bodies: Any) -> None:
    with api.counter.transactions.write() as uow:
        uow.facts.append(Origin(tenant, CallId(call), "cti"), api.counter.clock(), *bodies)
        uow.commit()
    await api.door.switchboard.caught_up()


async def test_states_come_first_and_then_what_happens(api: ApiDesk) -> None:
    socket = await api.listen()
    states = await told(socket, 3)
    assert names(states) == ["agent"] * 3
    eva = next(row for row in states if row["agent"] == EVA.id)
    assert (eva["state"]["state"], eva["state"]["call"]) == ("talking", "A")
    await api.ask("POST", f"/agents/{EVA.id}/pause", {"reason": "lunch"})
    (changed,) = await told(socket, 1)
    assert (changed["event"], changed["state"]["afterwards"]) == ("agent", "lunch")
    assert changed["seq"] == api.facts()[-1].seq
    await happen(api, ALPENRAD, "A", facts.CallEnded(facts.Side.CALLER))
    ended, eva = await told(socket, 2)
    assert (ended["event"], ended["call"], ended["by"]) == ("call_ended", "A", "caller")
    assert eva["state"]["state"] == "wrap_up"
    await socket.close()


async def test_it_goes_on_where_it_was_left(open_api: OpenApi) -> None:
    async with open_api(*TALKS) as api:
        everything = await api.listen(after="0")
        rows: list[dict[str, Any]] = []
        while not rows or rows[-1]["event"] != "agent":
            rows += await told(everything, 1)
        await everything.close()
        before = [row for row in rows if row["event"] != "agent"]
        assert names(before)[-3:] == ["call_waits", "call_offered", "call_connected"]
        assert [row["seq"] for row in before] == sorted({row["seq"] for row in before})
        middle = before[-2]["seq"]
        rest = await api.listen(after=str(middle))
        (after,) = await told(rest, 1)
        assert after == before[-1]
        await rest.close()


async def test_the_pop_comes_with_the_offer_to_who_may_see_it(api: ApiDesk) -> None:
    sockets = {name: await api.listen(name) for name in ("toolbar", "wall", "lunetool")}
    for name, states in (("toolbar", 3), ("wall", 3), ("lunetool", 1)):
        rows = await told(sockets[name], states)
        assert all((row["state"]["name"] is None) is (name == "wall") for row in rows)
    handed = replace(_handed(), participant=ParticipantId(ANNA.id))
    await happen(api, ALPENRAD, "B", handed, OFFERED)
    await happen(api, LUNE, "C", _handed())
    for name in ("toolbar", "wall"):
        waits, offered, lunes = await told(sockets[name], 3)
        assert names([waits, offered, lunes]) == ["call_waits", "call_offered", "call_waits"]
        if name == "toolbar":
            assert offered["pop"]["people"][0]["name"] == "Anna Keller"
        else:
            assert "Anna" not in json.dumps(offered)
            assert ANNA.id not in json.dumps(offered)
    (only,) = await told(sockets["lunetool"], 1)
    assert (only["event"], only["call"]) == ("call_waits", "C")
    for socket in sockets.values():
        await socket.close()


async def test_who_is_to_be_rung_back_later_doesnt_wait_now(api: ApiDesk) -> None:
    socket = await api.listen("wall")
    await told(socket, 3)
    asked = facts.CallBackAsked(CallerId("c"), datetime(2026, 3, 3, 8, 0, tzinfo=UTC))
    await happen(api, ALPENRAD, "B", replace(_handed(), later=True), asked)
    assert names(await told(socket, 1)) == ["call_back_asked"]
    await socket.close()


def _handed() -> HandedOver:
    return HandedOver(Language.DE, None, Certainty.UNKNOWN, None, (), None, 0)


async def test_a_brands_program_sees_agents_of_that_brand(api: ApiDesk) -> None:
    socket = await api.listen("lunewall")
    (chloe,) = await told(socket, 1)
    assert (chloe["agent"], chloe["state"]["state"]) == (CHLOE.id, "signed_out")
    await socket.close()


async def test_who_speaks_or_is_revoked_is_let_go(
    api: ApiDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = await api.listen()
    await told(socket, 3)
    await socket.send_str("anybody there?")
    assert (await socket.receive(timeout=10)).type is WSMsgType.CLOSE
    monkeypatch.setattr(events, "_TOKEN_LOOK_S", 0.01)
    other = await api.listen("wall")
    await told(other, 3)
    with api.counter.transactions.write() as uow:
        uow.api_tokens.revoke("wall", api.counter.clock())
        uow.commit()
    assert (await other.receive(timeout=10)).type is WSMsgType.CLOSE
    assert other.close_code == WSCloseCode.POLICY_VIOLATION


async def test_what_cant_be_served_is_said(api: ApiDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    status, said = await api.ask("GET", "/events")
    assert (status, "WebSocket" in said["error"]) == (426, True)
    ahead = api.before + 1
    assert (await api.ask("GET", "/events", after=str(ahead)))[0] == 410
    monkeypatch.setattr(events, "FURTHEST", 1)
    assert (await api.ask("GET", "/events", after="0"))[0] == 410
    monkeypatch.setattr(events, "MOST", 1)
    socket = await api.listen()
    with pytest.raises(WSServerHandshakeError) as refused:
        await api.listen()
    assert refused.value.status == 429
    await socket.close()
    with pytest.raises(WSServerHandshakeError) as refused:
        await api.client.ws_connect("/api/events", headers=api.desk.origin)
    assert refused.value.status == 401


async def test_the_desk_closes_them_as_it_stops(api: ApiDesk) -> None:
    socket = await api.listen()
    await told(socket, 3)
    await api.desk.stop()
    await socket.receive(timeout=10)
    assert socket.close_code == WSCloseCode.GOING_AWAY


def test_what_is_told_are_facts() -> None:
    assert set(events.KINDS) <= set(KINDS.values())
    assert {events.Kind.AGENT, *events.KINDS.values()} == set(events.Kind)
