"""Whoever comes over the WebSocket without a phone's password is nobody: not the carrier, and no phone of ours."""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import (
    ClientSession,
    ClientWebSocketResponse,
    CookieJar,
    TCPConnector,
    WSServerHandshakeError,
)

from rufwerk import demo_data
from rufwerk.asterisk_config import browser_phones
from rufwerk.browser_phones import OUR_ADDRESS
from tests.phone import house
from tests.phone.instance import Instance
from tests.phone.manager import Manager

pytestmark = [pytest.mark.phone, pytest.mark.timeout(60)]

REFUSED = (401, 403)
SOUND = """v=0\r
o=- 1 1 IN IP4 127.0.0.1\r
s=-\r
c=IN IP4 127.0.0.1\r
t=0 0\r
m=audio 9 RTP/AVP 8\r
"""


class Sip:
    """Requests over a WebSocket, one transaction after the other."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket

    async def ask(self, method: str, user: str, *more: str, number: str = "555100") -> int:
        """The status of the first answer to a request of ``user``, with more header lines; no password is known."""
        return int((await self._answer(method, user, *more, number=number)).split()[1])

    async def register(self, user: str, password: str) -> int:
        """The status in the end; the digest is that of RFC 2617."""
        asked = await self._answer("REGISTER", user)
        realm, nonce = (re.findall(rf'{name}="([^"]*)"', asked)[0] for name in ("realm", "nonce"))
        who, what = _md5(f"{user}:{realm}:{password}"), _md5("REGISTER:sip:x")
        response = _md5(f"{who}:{nonce}:00000001:1:auth:{what}")
        answer = (
            f'Authorization: Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="sip:x", '
            f'response="{response}", algorithm=MD5, qop=auth, cnonce="1", nc=00000001'
        )
        return await self.ask("REGISTER", user, answer)

    async def _answer(self, method: str, user: str, *more: str, number: str = "555100") -> str:
        branch, call = secrets.token_hex(8), secrets.token_hex(8)
        whom = f"{user}@127.0.0.1" if user else "127.0.0.1"
        body = SOUND if method == "INVITE" else ""
        lines = [
            f"{method} sip:{number}@127.0.0.1 SIP/2.0",
            f"Via: SIP/2.0/WS here.invalid;branch=z9hG4bK{branch}",
            "Max-Forwards: 70",
            f"From: <sip:{whom}>;tag={branch}",
            f"To: <sip:{number if method == 'INVITE' else user}@127.0.0.1>",
            f"Call-ID: {call}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:{user or 'x'}@here.invalid;transport=ws>",
            *more,
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}",
            "",
            body,
        ]
        await self._socket.send_str("\r\n".join(lines))
        while True:
            answer = await self._socket.receive_str(timeout=10)
            if answer.startswith("SIP/2.0 ") and call in answer:
                return answer


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@asynccontextmanager
async def directly(portal: Instance, address: str) -> AsyncIterator[Sip]:
    """Asterisk's WebSocket, by somebody who knows the secret and comes from ``address``."""
    url = browser_phones(portal.settings).url
    async with (
        ClientSession(connector=TCPConnector(local_addr=(address, 0))) as session,
        session.ws_connect(url, protocols=("sip",)) as socket,
    ):
        yield Sip(socket)


@asynccontextmanager
async def through_the_desk(portal: Instance, name: str) -> AsyncIterator[Sip]:
    web = portal.settings.web
    base = f"http://{web.host}:{web.port}"
    async with ClientSession(
        base, cookie_jar=CookieJar(unsafe=True), headers={"Origin": base}
    ) as session:
        form = {"name": name, "password": demo_data.PASSWORD}
        async with session.post("/signin", data=form) as answer:
            assert answer.status == 200
        async with session.ws_connect("/phone/ws", protocols=("sip",)) as socket:
            yield Sip(socket)


@pytest.mark.parametrize(
    "user",
    [
        "carrier",
        "demo-carrier",
        "customers-line",
        "customer-withheld",
        "201",
        "211",
        "555100",
        "+491713920001",
        "",
    ],
)
async def test_a_call_without_a_password_is_nobodys(portal: Instance, user: str) -> None:
    async with Manager(portal.settings) as manager, through_the_desk(portal, "eva") as sip:
        before = len(manager.blocks)
        for number in ("555100", "202", "+491713920001"):
            assert await sip.ask("INVITE", user, number=number) in REFUSED
        for name in ("carrier", "201", "211", "transport-ws", "anonymous"):
            guess = (
                f'Authorization: Digest username="{name}", realm="asterisk", nonce="1/1", uri="sip:x", '
                f'response="{"0" * 32}", algorithm=MD5, qop=auth, cnonce="1", nc=00000001'
            )
            assert await sip.ask("INVITE", user, guess) in REFUSED
        rang = [one for one in manager.blocks[before:] if one.get("Event") == "Newchannel"]
        assert rang == []


@pytest.mark.parametrize("method", ["REGISTER", "MESSAGE", "SUBSCRIBE", "REFER", "PUBLISH"])
async def test_nothing_else_is_done_without_a_password_either(
    portal: Instance, method: str
) -> None:
    async with through_the_desk(portal, "eva") as sip:
        for user in ("carrier", "demo-carrier", "201", "211"):
            assert 400 <= await sip.ask(method, user) < 500


async def test_the_address_is_what_keeps_the_carrier_out(portal: Instance) -> None:
    """The same call from the address that is the carrier's in the demo would be taken for his."""
    async with house.house(portal) as at:
        async with directly(portal, OUR_ADDRESS) as sip:
            assert await sip.ask("INVITE", "carrier") == 401
        async with directly(portal, "127.0.0.1") as sip:
            assert await sip.ask("INVITE", "carrier") < 300
        taken = await at.manager.event(lambda block: block.get("Event") == "Newchannel")
        assert taken["Channel"].startswith("PJSIP/carrier-")
        await at.manager.ask("Hangup", Channel=taken["Channel"])
        await house.until(lambda: house.no_calls(at), 30)


async def test_a_customers_phone_is_let_in_from_our_web_server_alone(portal: Instance) -> None:
    """Its password is open to read, and worth nothing elsewhere."""
    customer = demo_data.PHONES[0].user
    password = browser_phones(portal.settings).password(customer)
    async with directly(portal, OUR_ADDRESS) as sip:
        assert await sip.register(customer, "a wrong one") == 401
        assert await sip.register(customer, password) == 200
    async with directly(portal, "127.0.0.1") as sip:
        assert await sip.register(customer, password) == 401


@pytest.mark.parametrize("path", ["/ws", "/", "/status", "/secret/ws", "/{}/ari", "/{}/", "/{}"])
async def test_nothing_but_sip_is_served_and_only_to_who_knows_the_path(
    portal: Instance, path: str
) -> None:
    phones = browser_phones(portal.settings)
    url = f"http://127.0.0.1:{phones.port}{path.format(phones.prefix)}"
    async with ClientSession() as session, session.get(url) as answer:
        assert answer.status == 404
        assert phones.prefix not in await answer.text()


async def test_no_other_protocol_is_spoken(portal: Instance) -> None:
    async with ClientSession() as session:
        for protocol in ("media", "ari"):
            with pytest.raises(WSServerHandshakeError):
                await session.ws_connect(browser_phones(portal.settings).url, protocols=(protocol,))
