"""What the bench of the screen pop computes, and the pages without a browser against the bare relay itself."""

import pytest
from aiohttp import ClientSession, web

from rufwerk.bench import bare_relay, machine, plain_pages
from rufwerk.bench.plain_pages import Arrivals, Door
from rufwerk.bench.pop import Waits, between, passed_on, told
from tests.fakes.desk import listening

POP = '<section id="call" class="call ringing" data-call="a-17.1" data-state="ringing">Jürgen</section>'


def test_figures() -> None:
    figures = Waits([10.0, 20.04, 30.0], 4, [1.0]).figures("server")
    assert figures == {
        "server_median_ms": 20.0,
        "server_p99_ms": 30.0,
        "relay_server_median_ms": 1.0,
        "relay_server_p99_ms": 1.0,
        "server_pops": 3,
    }


def test_what_was_not_seen_is_null() -> None:
    nothing = Waits((), 0, ())
    assert nothing.figures("painted")["painted_p99_ms"] is None
    assert "None ms over 0 of 0" in told("Painted", nothing)


def test_from_the_event_to_the_pop() -> None:
    entered = {"a-1.0": 100.0, "a-2.0": 200.0}
    assert between(entered, {"a-2.0": 200.25, "a-3.0": 7.0, "150.5": 151.0}) == [250.0]
    assert passed_on({"a-2.0": 200.25, "150.5": 150.75}) == [250.0]


@pytest.mark.parametrize("part", [POP.replace("ringing", "talking"), "<div id='card'></div>", ""])
def test_the_first_ringing_counts(part: str) -> None:
    arrivals = Arrivals()
    for at, text in enumerate((part, f"<p>{POP}</p>", POP, part)):
        arrivals.take(text, float(at))
    assert arrivals.at == {"a-17.1": 1.0}
    assert arrivals.sizes == [len(f"<p>{POP}</p>".encode())]


async def test_what_the_relay_sends_is_seen_as_a_pop() -> None:
    pages: dict[str, web.WebSocketResponse] = {}
    arrivals = Arrivals()
    async with listening(bare_relay.application(pages)) as base, ClientSession(base) as session:
        socket = await session.ws_connect("/live?page=7")
        await pages["7"].send_str(bare_relay.filled("150.500000", 4000))
        await pages["7"].close()
        await plain_pages.read(socket, arrivals)
        async with plain_pages.opened(Door(f"{base}/live?page={page}") for page in range(3)):
            assert pages.keys() == {"0", "1", "2", "7"}
    assert list(arrivals.at) == ["150.500000"]
    assert arrivals.sizes == [4000]


def test_what_the_host_took_is_a_share() -> None:
    since = machine.ticks()
    assert 0 <= since[1] <= since[0]
    assert 0 <= machine.stolen_percent(since) <= 100
