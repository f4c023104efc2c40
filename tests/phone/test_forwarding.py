"""A phone that forwards to what Asterisk would take for a telephone of our carrier's: nobody outside is rung."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import msgspec
import pytest
from typing_extensions import override

from rufwerk.settings import Pbx, Settings
from tests.phone import house
from tests.phone.manager import Block, Manager
from tests.phone.real_asterisk import running, settings_in

pytestmark = pytest.mark.phone

HOST, EXTENSION = "127.0.0.3", "4711"
OUTSIDE = "+491713920001"
"""The demo's carrier would answer it."""

CONTACT = f"<sip:PJSIP%2f{OUTSIDE}%40carrier@{HOST}>"


class Forwarder(asyncio.DatagramProtocol):
    """Answers OPTIONS with 200 and INVITE with 302."""

    def __init__(self) -> None:
        self.forwarded = 0
        self.asked = asyncio.Event()

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        first, *lines = data.decode().split("\r\n")
        method = first.split()[0]
        if method not in {"OPTIONS", "INVITE"}:
            return
        kept = [line for line in lines if line.startswith(("Via:", "From:", "Call-ID:", "CSeq:"))]
        to = next(line for line in lines if line.startswith("To:"))
        answer = "SIP/2.0 200 OK" if method == "OPTIONS" else "SIP/2.0 302 Moved Temporarily"
        more = [f"{to};tag=1", f"Contact: {CONTACT}", "Content-Length: 0", "", ""]
        self._transport.sendto("\r\n".join([answer, *kept, *more]).encode(), addr)
        if method == "INVITE":
            self.forwarded += 1
            self.asked.set()


@pytest.fixture
async def forwarder() -> AsyncIterator[tuple[Forwarder, int]]:
    loop = asyncio.get_running_loop()
    transport, made = await loop.create_datagram_endpoint(Forwarder, (HOST, 0))
    yield made, transport.get_extra_info("sockname")[1]
    transport.close()


@pytest.fixture
def settings(tmp_path: Path, forwarder: tuple[Forwarder, int]) -> Settings:
    pbx = Pbx(host=HOST, port=forwarder[1], extensions=(EXTENSION,))
    return msgspec.structs.replace(settings_in(tmp_path), pbx=pbx)


async def forwarded(settings: Settings, forwarder: Forwarder, ring: dict[str, str]) -> list[Block]:
    """All that Asterisk told until the forwarding phone has nothing to do with any call."""
    with running(settings):
        async with Manager(settings) as manager:
            where = {"Exten": "s", "Priority": "1", "Timeout": "8000", "Async": "true"}
            await manager.ask("Originate", **ring, **where)
            async with asyncio.timeout(15):
                await forwarder.asked.wait()

            async def is_over() -> bool:
                rows = await manager.ask("CoreShowChannels")
                return not any(EXTENSION in row.get("Channel", "") for row in rows)

            await house.until(is_over, 15)
            await house.until(lambda: settled(manager), 15)
            return list(manager.blocks)


async def settled(manager: Manager) -> bool:
    """Whether nobody outside is on the telephone but who waited from the beginning."""
    rows = await manager.ask("CoreShowChannels")
    return not any(row.get("Exten") == OUTSIDE for row in rows)


def rung(blocks: list[Block]) -> list[Block]:
    """Calls that reached the demo's carrier for the number forwarded to."""
    return [one for one in blocks if one.get("Event") == "Newchannel" and one["Exten"] == OUTSIDE]


async def test_an_offer_that_is_forwarded_rings_nobody(
    forwarder: tuple[Forwarder, int], settings: Settings
) -> None:
    offer = {"Context": "offer", "Variable": f"OFFER=1|PJSIP/{EXTENSION}|10|"}
    somebody_waits = {"Channel": "PJSIP/+491713920000@carrier"}
    blocks = await forwarded(settings, forwarder[0], {**somebody_waits, **offer})
    assert not rung(blocks)
    assert [one for one in blocks if one.get("UserEvent") == "OfferEnded"]


@pytest.mark.parametrize("context", ["call-back", "guest", "listen"])
async def test_who_answers_in_a_phones_place_is_hung_up_at_once(
    forwarder: tuple[Forwarder, int], settings: Settings, context: str
) -> None:
    """Asterisk follows a forwarding of what is rung over its manager, and has no option not to."""
    ring = {
        "Channel": f"PJSIP/{EXTENSION}",
        "Context": context,
        "Variable": f"PHONE=PJSIP/{EXTENSION}-",
    }
    blocks = await forwarded(settings, forwarder[0], ring)
    assert rung(blocks)
    assert not [one for one in blocks if one.get("UserEvent") == "AgentOnLine"]
