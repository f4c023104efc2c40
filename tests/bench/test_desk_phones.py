"""The load's telephones, against an Asterisk of a few lines."""

import asyncio
import hashlib
import re
from collections.abc import Callable

from phone import sip_text
from phone.sip_text import Message
from phone.wire_sound import open_socket
from rufwerk.bench.desk_phones import DeskPhones, Manner

QUICK = Manner(answers_after_s=0.0, talks_s=0.0)


class Registrar:
    """Challenges each REGISTER once; what else comes is read by ``next``."""

    def __init__(self) -> None:
        self.authorizations: list[str] = []
        self._came: asyncio.Queue[Message] = asyncio.Queue()
        self.send: Callable[[bytes], None] = lambda _: None
        self.port = 0

    async def open(self) -> None:
        transport, self.port = await open_socket("127.0.0.1", self.take)
        self.close = transport.close
        self._transport = transport

    def take(self, datagram: bytes) -> None:
        message = sip_text.read(datagram)
        assert message is not None
        if message.method:
            phone = re.findall(r"127\.0\.0\.1:(\d+)", message.first("via"))[0]
            self.send = lambda data: self._transport.sendto(data, ("127.0.0.1", int(phone)))
        if message.method == "REGISTER":
            self._register(message)
        else:
            self._came.put_nowait(message)

    def _register(self, request: Message) -> None:
        given = request.first("authorization")
        if given:
            self.authorizations.append(given)
            self.send(sip_text.answer_to(request, "200 OK", []))
            return
        challenge = 'Digest realm="asterisk", nonce="n", opaque="o", algorithm=MD5, qop="auth"'
        headers = [("WWW-Authenticate", challenge)]
        self.send(sip_text.answer_to(request, "401 Unauthorized", headers))

    async def next(self) -> Message:
        async with asyncio.timeout(10):
            return await self._came.get()

    def request(self, method: str) -> None:
        headers = [
            ("Via", f"SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK1"),
            ("From", '"Somebody" <sip:0042@127.0.0.1>;tag=theirs'),
            ("To", "<sip:3001@127.0.0.1>"),
            ("Call-ID", "one"),
            ("CSeq", f"1 {method}"),
            ("Contact", f"<sip:asterisk@127.0.0.1:{self.port}>"),
        ]
        self.send(sip_text.write(f"{method} sip:3001@127.0.0.1 SIP/2.0", headers))


async def test_a_call() -> None:
    asterisk = Registrar()
    await asterisk.open()
    async with DeskPhones(asterisk.port, ["3001", "3002"], "demo-", QUICK) as phones:
        assert len(asterisk.authorizations) == 2
        asterisk.request("INVITE")
        assert (await asterisk.next()).status == 180
        answer = await asterisk.next()
        assert (answer.status, answer.first("cseq")) == (200, "1 INVITE")
        assert "m=audio" in answer.body
        assert list(phones.rang_at) == ["0042"]
        asterisk.request("ACK")
        bye = await asterisk.next()
        assert bye.method == "BYE"
        assert bye.first("from") == answer.first("to")
    asterisk.close()


async def test_a_caller_who_leaves_first() -> None:
    asterisk = Registrar()
    await asterisk.open()
    async with DeskPhones(asterisk.port, ["3001"], "demo-", Manner(answers_after_s=60.0)):
        asterisk.request("INVITE")
        assert (await asterisk.next()).status == 180
        asterisk.request("CANCEL")
        answers = [await asterisk.next(), await asterisk.next()]
        assert [(one.status, one.request_number[1]) for one in answers] == [
            (200, "CANCEL"),
            (487, "INVITE"),
        ]
    asterisk.close()


async def test_the_digest() -> None:
    """RFC 7616's MD5 with qop=auth, written down a second time."""
    asterisk = Registrar()
    await asterisk.open()
    async with DeskPhones(asterisk.port, ["3001"], "demo-", QUICK):
        given = dict(re.findall(r'(\w+)="?([^",]+)"?', asterisk.authorizations[0]))
    asterisk.close()
    first = hashlib.md5(b"3001:asterisk:demo-3001").hexdigest()
    second = hashlib.md5(b"REGISTER:sip:127.0.0.1").hexdigest()
    wanted = f"{first}:n:00000001:{given['cnonce']}:auth:{second}"
    assert given["response"] == hashlib.md5(wanted.encode()).hexdigest()
    assert given["opaque"] == "o"
