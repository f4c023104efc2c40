"""SIP (RFC 3261) and SDP (RFC 4566) as text: just what a phone that rings on a local line needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phone import g711

_SHORT_NAMES = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
}


@dataclass(frozen=True, slots=True)
class Message:
    """A request (``method``) or an answer (``status``); header names in lower case, each with its values in order."""

    method: str
    status: int
    reason: str
    headers: Mapping[str, tuple[str, ...]]
    body: str

    def first(self, name: str) -> str:
        """The first value of a header, empty where it is missing."""
        return self.headers.get(name, ("",))[0]

    @property
    def request_number(self) -> tuple[int, str]:
        """The CSeq's number and method; (0, "") where it can't be read."""
        number, _, method = self.first("cseq").partition(" ")
        return (int(number), method.strip()) if number.isdigit() else (0, "")


def read(datagram: bytes) -> Message | None:
    """None for what isn't SIP (keep-alives among them)."""
    head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
    lines = head.split("\r\n")
    words = lines[0].split(" ", 2)
    if len(words) != 3:
        return None
    is_answer = words[0] == "SIP/2.0"
    if (is_answer and not words[1].isdigit()) or (not is_answer and words[2] != "SIP/2.0"):
        return None
    headers: dict[str, tuple[str, ...]] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            lower = name.strip().lower()
            lower = _SHORT_NAMES.get(lower, lower)
            headers[lower] = (*headers.get(lower, ()), value.strip())
    if is_answer:
        return Message("", int(words[1]), words[2], headers, body)
    return Message(words[0], 0, "", headers, body)


def write(first_line: str, headers: Iterable[tuple[str, str]], body: str = "") -> bytes:
    """A message; the length, and the type of a body, are added."""
    lines = [first_line, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append("Content-Type: application/sdp")
    lines.append(f"Content-Length: {len(body.encode())}")
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def answer_to(
    request: Message, status: str, headers: Iterable[tuple[str, str]], body: str = ""
) -> bytes:
    """An answer to a request within a call, e.g. status "200 OK"."""
    copied = [
        (name, value)
        for name in ("via", "from", "to", "call-id", "cseq")
        for value in request.headers.get(name, ())
    ]
    return write(f"SIP/2.0 {status}", [*copied, *headers], body)


@dataclass(frozen=True, slots=True)
class Media:
    """Where the other side wants its sound, in which coding, and under which type it takes telephone events."""

    host: str
    port: int
    kind: int
    event_kind: int


def offer(host: str, port: int) -> str:
    """An SDP that takes A-law, mu-law and telephone events at ``host:port``."""
    lines = [
        "v=0",
        f"o=- 1 1 IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {g711.PCMA} {g711.PCMU} 101",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        "a=sendrecv",
    ]
    return "\r\n".join(lines) + "\r\n"


def read_media(sdp: str) -> Media | None:
    """The audio of an SDP; None where it has none that this phone can speak."""
    host, port, kind, event_kind = "", 0, -1, 101
    for line in sdp.splitlines():
        if line.startswith("c=IN IP4 "):
            host = line.split()[2]
        elif line.startswith("m=audio "):
            words = line.split()
            port = int(words[1])
            spoken = [int(word) for word in words[3:] if word in (str(g711.PCMA), str(g711.PCMU))]
            kind = spoken[0] if spoken else -1
        elif line.startswith("a=rtpmap:") and "telephone-event/8000" in line:
            event_kind = int(line.removeprefix("a=rtpmap:").split()[0])
    return Media(host, port, kind, event_kind) if host and port and kind >= 0 else None
