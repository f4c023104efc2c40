"""A SIP user agent of few lines over UDP on 127.0.0.1: it registers, rings, is rung, and hears."""

import hashlib
import itertools
import re
import select
import socket
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

HOST = "127.0.0.1"
_RATE = 8000
_CHUNK = 1600  # samples: 0.2 s


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response: its first line, headers in order (names in lower case) and body."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def parse(cls, data: bytes) -> "Message":
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(first, tuple((n.strip().lower(), v.strip()) for n, _, v in pairs), body)

    @property
    def status(self) -> int:
        """0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        return self["cseq"].split()[1]

    def __getitem__(self, name: str) -> str:
        return next((value for found, value in self.headers if found == name), "")


@dataclass
class SipClient:
    """One user agent with one call at a time.

    ``rings`` are the calls offered to it, ``calls_up`` those it answered; ``ended`` says that the
    other side ended the last one. ``audio`` is what was heard, as A-law.
    """

    server_port: int
    user: str
    display: str = ""
    password: str = ""
    answers: bool = False
    rings: list[Message] = field(default_factory=list)
    calls_up: list[Message] = field(default_factory=list)
    responses: list[Message] = field(default_factory=list)
    audio: list[bytes] = field(default_factory=list)
    ended: bool = False
    host: str = HOST
    """Where it is; whom it rings is always at 127.0.0.1."""

    def __post_init__(self) -> None:
        self.sip = _bound(self.host)
        self.rtp = _bound(self.host)
        self.rtp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        self.registered = self.up = False
        self._expires = 120
        self._number = 0
        self._tag = uuid.uuid4().hex
        self._call = ""
        self._branch = ""

    def __enter__(self) -> "SipClient":
        return self

    def __exit__(self, *_: object) -> None:
        if self.up and not self.ended:
            self.hang_up()
        if self.registered:
            self._expires = 0
            self.register()
        self.sip.close()
        self.rtp.close()

    def register(self) -> int:
        """The final status."""
        self._call = uuid.uuid4().hex
        status = self._challenged("REGISTER", f"sip:{HOST}", f"sip:{self.user}@{HOST}", "").status
        self.registered = status == 200
        return status

    def ring(self, number: str, *others: "SipClient") -> int:
        """Ring ``number`` and acknowledge, while the others work too; the final status."""
        self._call = uuid.uuid4().hex
        self.ended = False
        uri = f"sip:{number}@{HOST}"
        response = self._challenged("INVITE", uri, uri, self._sdp(), *others)
        self._acknowledge(uri, response)
        self._uri, self._to = uri, response["to"]
        self.up = response.status == 200
        return response.status

    def hang_up(self, *others: "SipClient") -> None:
        """Send BYE and wait for its answer."""
        self.up = False
        self._send("BYE", self._uri, self._to, "")
        wait(lambda: self._final("BYE") is not None, self, *others)

    def heard(self) -> list[int]:
        """The tones heard so far in Hz, to the next 100, in order; each as often as it changed."""
        law = np.frombuffer(b"".join(self.audio), dtype=np.uint8)
        chunks = law[: len(law) // _CHUNK * _CHUNK].reshape(-1, _CHUNK)
        tones = [_tone(chunk) for chunk in chunks]
        # a chunk in which one tone gives way to the next is neither: only what lasts counts
        steady = [one for one, other in itertools.pairwise(tones) if one == other and one]
        return [tone for at, tone in enumerate(steady) if at == 0 or steady[at - 1] != tone]

    def take(self, which: socket.socket) -> None:
        """Take one packet."""
        data = which.recv(65536)
        if which is self.rtp:
            if data[1] & 0x7F == 8:
                self.audio.append(data[12:])
            return
        message = Message.parse(data)
        if message.status:
            self.responses.append(message)
        else:
            self._answer(message)

    def _answer(self, request: Message) -> None:
        match request.method:
            case "ACK":
                self.calls_up += [ring for ring in self.rings[-1:] if self.answers]
            case "INVITE":
                self.rings.append(request)
                self._respond(request, "180 Ringing")
                if self.answers:
                    self._call, self._to = request["call-id"], request["from"]
                    self._uri = request["contact"].strip("<>")
                    self._respond(request, "200 OK", self._sdp())
            case "CANCEL":
                self.ended = True
                self._respond(request, "200 OK")
                self._respond(self.rings[-1], "487 Request Terminated")
            case "BYE":
                self.ended = True
                self._respond(request, "200 OK")
            case _:
                self._respond(request, "200 OK")

    def _respond(self, request: Message, status: str, body: str = "") -> None:
        copied = [
            f"{name}: {value}{f';tag={self._tag}' if name == 'to' and ';tag=' not in value else ''}"
            for name, value in request.headers
            if name in {"via", "from", "to", "call-id", "cseq", "record-route"}
        ]
        self._put([f"SIP/2.0 {status}", *copied, self._contact()], body)

    def _challenged(
        self, method: str, uri: str, to: str, body: str, *others: "SipClient"
    ) -> Message:
        """Send, and once more with the password where it is asked for and there is one."""
        self._send(method, uri, f"<{to}>", body)
        response = self._wait_final(method, *others)
        if response.status != 401 or not self.password:
            return response
        if method == "INVITE":
            self._acknowledge(uri, response)
        self.responses.clear()
        self._send(method, uri, f"<{to}>", body, self._authorization(method, uri, response))
        return self._wait_final(method, *others)

    def _wait_final(self, method: str, *others: "SipClient") -> Message:
        wait(lambda: self._final(method) is not None, self, *others)
        response = self._final(method)
        assert response is not None
        return response

    def _final(self, method: str) -> Message | None:
        mine = (r for r in self.responses if r.status >= 200 and r.method == method)
        return next((r for r in mine if r["call-id"] == self._call), None)

    def _acknowledge(self, uri: str, response: Message) -> None:
        self._send("ACK", uri, response["to"], "")

    def _authorization(self, method: str, uri: str, challenge: Message) -> str:
        given = dict(re.findall(r'(\w+)="([^"]*)"', challenge["www-authenticate"]))
        one = _md5(f"{self.user}:{given['realm']}:{self.password}")
        two = _md5(f"{method}:{uri}")
        answer = _md5(f"{one}:{given['nonce']}:00000001:abcdef:auth:{two}")
        return (
            f'Authorization: Digest username="{self.user}", realm="{given["realm"]}", '
            f'nonce="{given["nonce"]}", uri="{uri}", response="{answer}", algorithm=MD5, '
            f'qop=auth, nc=00000001, cnonce="abcdef", opaque="{given.get("opaque", "")}"'
        )

    def _send(self, method: str, uri: str, to: str, body: str, extra: str = "") -> None:
        if method == "ACK":
            number = self._number  # the number and, for a refusal, the branch of its INVITE
        else:
            self._number += 1
            number = self._number
            self._branch = f"z9hG4bK{uuid.uuid4().hex}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.host}:{_port(self.sip)};branch={self._branch};rport",
            f"From: {self.display}<sip:{self.user}@{HOST}>;tag={self._tag}",
            f"To: {to}",
            f"Call-ID: {self._call}",
            f"CSeq: {number} {method}",
            "Max-Forwards: 70",
            self._contact(),
            f"Expires: {self._expires}",
            *([extra] if extra else []),
        ]
        self._put(lines, body)

    def _put(self, lines: list[str], body: str) -> None:
        kind = ["Content-Type: application/sdp"] if body else []
        lines = [*lines, *kind, f"Content-Length: {len(body)}", "", body]
        self.sip.sendto("\r\n".join(lines).encode(), (HOST, self.server_port))

    def _contact(self) -> str:
        return f"Contact: <sip:phone@{self.host}:{_port(self.sip)}>"

    def _sdp(self) -> str:
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {_port(self.rtp)} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
        )


def wait(until: Callable[[], bool], *clients: SipClient, timeout_s: float = 15.0) -> None:
    """Let the clients work until ``until``. Raises TimeoutError."""
    owners = {which: client for client in clients for which in (client.sip, client.rtp)}
    deadline = time.monotonic() + timeout_s
    while not until():
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"not within {timeout_s} s; heard {[c.heard() for c in clients]}")
        for which in select.select(list(owners), [], [], min(left, 0.1))[0]:
            owners[which].take(which)


def _tone(law: np.ndarray) -> int:
    """The loudest frequency in Hz, to the next 100; 0 where it is silent."""
    sound = _ALAW[law]
    if np.abs(sound).max() < 500:
        return 0
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return int(round(spectrum.argmax() * _RATE / len(sound) / 100) * 100)


def _alaw_table() -> np.ndarray:
    """A-law's 256 values as linear samples (ITU-T G.711)."""
    table = np.zeros(256)
    for byte in range(256):
        code = byte ^ 0x55
        exponent, mantissa = (code >> 4) & 7, code & 15
        value = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 264) << (exponent - 1)
        table[byte] = value if code & 0x80 else -value
    return table


_ALAW = _alaw_table()


def _bound(host: str) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.bind((host, 0))
    return bound


def _port(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
