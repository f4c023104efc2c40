"""Whoever opens the switchboard's socket: two at once, some who hang up, some who talk nonsense."""

import asyncio

import pytest

from domain.field_facts import SignedIn, WentReady
from rufwerk import desk_socket
from rufwerk.desk_socket import DeskDown, Refused
from tests.rufwerk.front_desk import EVA, EVA_IN, TALKS, TOM_IN, OpenDesk


@pytest.mark.parametrize(
    "body",
    [
        b"lunch",
        b"[]",
        b"null",
        b'"lunch"',
        b'{"reason": "lunch"',
        b'{"reason": "lunch"} {}',
        '{"reason": "Überstunden", "priority": 1}'.encode("latin-1"),
        '{"Überstunden": 1}'.encode("latin-1"),
    ],
)
async def test_what_is_no_document_is_told(open_desk: OpenDesk, body: bytes) -> None:
    desk = await open_desk(*TALKS)
    for path in ("/agents/eva/pause", "/calls/A/priority"):
        status, said = await desk.post(path, body)
        assert (status, list(said)) == (400, ["error"])
    assert desk.written == []


@pytest.mark.parametrize(
    ("method", "path", "given", "said"),
    [
        (
            "POST",
            "/agents/eva/fly",
            {},
            "POST /agents/eva/fly: Not Found. See rufwerk agent --help",
        ),
        (
            "GET",
            "/agents/eva/ready",
            None,
            "GET /agents/eva/ready: Method Not Allowed. See rufwerk",
        ),
        ("POST", "/agents//ready", {}, "POST /agents//ready: Not Found."),
        ("POST", "/agents/../ready", {}, "POST /ready: Not Found."),
        ("POST", "/field", {}, "POST /field: Method Not Allowed."),
        ("GET", "/", None, "GET /: Not Found."),
        (
            "POST",
            f"/agents/{'a' * 9000}/ready",
            {},
            "can't read this (status 400). Write the agent",
        ),
    ],
)
async def test_what_nobody_can_be_asked_is_told(
    open_desk: OpenDesk, method: str, path: str, given: dict[str, str] | None, said: str
) -> None:
    desk = await open_desk(*EVA_IN)
    with pytest.raises(Refused) as told:
        await desk.ask(method, path, given)
    assert said in str(told.value)
    assert desk.written == []


async def test_what_is_too_long_is_told(open_desk: OpenDesk) -> None:
    desk = await open_desk(*EVA_IN)
    a_byte_too_much = b'"%s"' % (b"a" * (2**20 - 1))
    status, said = await desk.post("/agents/eva/pause", a_byte_too_much)
    assert (status, said) == (
        413,
        {"error": "That is too long. Skills and reasons are short words."},
    )
    assert desk.written == []


async def test_where_it_fails_it_isnt_taken_for_not_running(open_desk: OpenDesk) -> None:
    desk = await open_desk(*EVA_IN)
    desk.log.faulty = True
    with pytest.raises(DeskDown, match=r"failed at this\. See .*/home/log/cti\.log\."):
        await desk.wish("eva", "ready")
    desk.log.faulty = False
    assert (await desk.wish("eva", "ready"))["state"] == "ready"


async def test_one_who_waits_keeps_nobody_waiting(open_desk: OpenDesk) -> None:
    desk = await open_desk(*EVA_IN, *TOM_IN)
    desk.log.shut_gate()
    async with asyncio.TaskGroup() as group:
        waits = group.create_task(desk.wish("eva", "ready"))
        await desk.log.someone_waits()
        assert (await desk.ask("GET", "/field"))["agents"][0]["state"] == "paused"
        with pytest.raises(Refused, match="There is no wrap-up"):
            await desk.wish("tom", "done")
        assert not waits.done()
        desk.log.open_gate()
    assert waits.result()["state"] == "ready"


async def test_two_at_once_are_both_served(open_desk: OpenDesk) -> None:
    desk = await open_desk(*EVA_IN, *TOM_IN)
    desk.log.shut_gate()
    async with asyncio.TaskGroup() as group:
        eva = group.create_task(desk.wish("eva", "pause", reason="lunch"))
        tom = group.create_task(desk.wish("tom", "pause", reason="coffee"))
        await desk.log.someone_waits()
        await desk.log.someone_waits()
        desk.log.open_gate()
    assert (eva.result()["reason"], tom.result()["reason"]) == ("lunch", "coffee")
    assert len(desk.written) == 2


async def test_a_phone_asked_for_twice_at_once_is_given_once(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    desk.log.shut_gate()
    both = asyncio.gather(
        *(desk.wish(name, "signin", phone="201") for name in ("eva", "tom")),
        return_exceptions=True,
    )
    await desk.log.someone_waits()
    await desk.log.someone_waits()
    desk.log.open_gate()
    (refused,) = [one for one in await both if isinstance(one, BaseException)]
    assert str(refused) == "Somebody else has just signed in at 201. Take another phone."
    (agent,) = (await desk.ask("GET", "/field"))["agents"]
    first = desk.written[0]
    assert isinstance(first, SignedIn)
    assert (agent["agent"], agent["phone"]) == (first.agent, "201")


READY_HEAD = b"POST /agents/eva/ready HTTP/1.1\r\nHost: desk\r\nContent-Length: 2\r\n\r\n"


@pytest.mark.parametrize("sent", [b"", b"POST /agents/eva/re", READY_HEAD, READY_HEAD + b"{"])
async def test_who_hangs_up_before_he_has_said_it_has_asked_nothing(
    open_desk: OpenDesk, sent: bytes
) -> None:
    desk = await open_desk(*EVA_IN)
    _, writer = await desk.connect(sent)
    writer.close()
    await writer.wait_closed()
    assert (await desk.ask("GET", "/field"))["agents"][0]["state"] == "paused"
    assert desk.written == []


async def test_who_hangs_up_after_he_has_said_it_has_asked_it_once(open_desk: OpenDesk) -> None:
    desk = await open_desk(*EVA_IN)
    desk.log.shut_gate()
    _, writer = await desk.connect(READY_HEAD + b"{}")
    await desk.log.someone_waits()
    writer.close()
    await writer.wait_closed()
    desk.log.open_gate()
    async with asyncio.timeout(5):
        while not desk.written:
            await desk.switchboard.caught_up()
        await desk.switchboard.caught_up()
    assert (await desk.ask("GET", "/field"))["agents"][0]["state"] == "ready"
    assert desk.written == [WentReady(EVA)]


async def test_whether_it_works_and_sees_asterisk(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    assert await asyncio.to_thread(desk_socket.answers, desk.settings)
    assert await asyncio.to_thread(desk_socket.sees_asterisk, desk.settings)
