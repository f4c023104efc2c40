"""The signalling of one outgoing call (RFC 3261) for ``phone.wire``: what is sent, sent again, and answered.

           provisional                200, ACK
CALLING -----------------> RINGING ------------> TALKING --- BYE, either way ---> ENDED
   |  \\________________________________200____/     |                              ^
   +---- refused (4xx-6xx), cancelled, nobody there -+--- left without a word ------+
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, Protocol

from phone import sip_text

_RESEND_S: Final = (0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0)
"""RFC 3261, 17.1: when a request over UDP is sent again; after the last nobody is there."""

EndedBy = Literal["caller", "portal", "error"]


class State(Enum):
    CALLING = "calling"
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Ending:
    """Who ended a call, and with what SIP status; 0 and "" for an ordinary hang-up."""

    by: EndedBy
    status: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Whom to ring, at which address, and as whom; ``caller`` None withholds the number (RFC 3325's anonymous)."""

    number: str
    portal: tuple[str, int]
    local: tuple[str, int]
    caller: str | None = None
    name: str = ""

    @property
    def uri(self) -> str:
        return f"sip:{self.number}@{self.portal[0]}:{self.portal[1]}"

    @property
    def from_header(self) -> str:
        if self.caller is None:
            return '"Anonymous" <sip:anonymous@anonymous.invalid>'
        name = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{name}" <sip:{self.caller}@{self.local[0]}>'


class Owner(Protocol):
    """What a dialog tells the call it belongs to."""

    def has_changed(self) -> None:
        """The state is another now."""
        ...

    def sound_goes_to(self, media: sip_text.Media) -> None:
        """The other side has said, perhaps again, where it wants its sound."""
        ...


class Dialog:
    """One call's signalling. ``send`` takes a finished message; ``owner`` hears what becomes of it."""

    def __init__(
        self, party: Party, rtp_port: int, send: Callable[[bytes], None], owner: Owner
    ) -> None:
        self.call_id = f"{secrets.token_hex(8)}@wire"
        self.state = State.CALLING
        self.ending: Ending | None = None
        self._party = party
        self._sdp = sip_text.offer(party.local[0], rtp_port)
        self._send = send
        self._owner = owner
        self._from = f"{party.from_header};tag={secrets.token_hex(4)}"
        self._to = f"<{party.uri}>"
        self._target = party.uri
        self._sequence = 0
        self._invite = _branch()
        self._is_cancelled = False
        self._resends: dict[str, asyncio.TimerHandle] = {}

    @property
    def is_closed(self) -> bool:
        """Ended, and no answer of ours or theirs is outstanding."""
        return self.state is State.ENDED and not self._resends

    def invite(self) -> None:
        self._sequence += 1
        self._transact("INVITE", self._request("INVITE", self._invite, self._sdp))

    def hang_up(self) -> None:
        """BYE, or CANCEL before the answer; nothing for a call that has ended."""
        if self.state is State.TALKING:
            self._sequence += 1
            self._transact("BYE", self._request("BYE", _branch()))
            self._end(Ending("caller"))
        elif self.state is not State.ENDED and not self._is_cancelled:
            self._is_cancelled = True
            self._answered("INVITE")
            self._transact("CANCEL", self._request("CANCEL", self._invite))

    def vanish(self) -> None:
        """Gone without a word, as a phone that loses its power."""
        for method in list(self._resends):
            self._answered(method)
        self._end(Ending("caller"))

    def take(self, message: sip_text.Message) -> None:
        """A message of this call's Call-ID arrived."""
        if message.method:
            self._take_request(message)
            return
        _, method = message.request_number
        self._answered(method)
        if method == "INVITE":
            self._take_invite_answer(message)

    def _take_request(self, request: sip_text.Message) -> None:
        contact = [("Contact", self._contact)]
        if request.method in ("INVITE", "UPDATE"):
            self._learn_media(request)
            self._send(
                sip_text.answer_to(
                    request,
                    "200 OK",
                    contact,
                    self._sdp if request.body or request.method == "INVITE" else "",
                )
            )
        elif request.method in ("BYE", "OPTIONS", "INFO", "NOTIFY"):
            self._send(sip_text.answer_to(request, "200 OK", contact))
        elif request.method != "ACK":
            self._send(sip_text.answer_to(request, "501 Not Implemented", contact))
        if request.method == "BYE":
            self._end(Ending("portal"))

    def _take_invite_answer(self, answer: sip_text.Message) -> None:
        if answer.status < 200:
            if self.state is State.CALLING and answer.status >= 180:
                self._move(State.RINGING)
            return
        self._to = answer.first("to")
        if answer.status >= 300:
            self._send(self._request("ACK", self._invite))
            self._end(
                Ending("caller" if self._is_cancelled else "error", answer.status, answer.reason)
            )
            return
        self._target = answer.first("contact").partition("<")[2].partition(">")[0] or self._target
        self._send(self._request("ACK", _branch()))
        if self.state in (State.CALLING, State.RINGING):
            self._learn_media(answer)
            self._move(State.TALKING)
            if self._is_cancelled:  # the answer and our CANCEL crossed
                self.hang_up()

    def _learn_media(self, message: sip_text.Message) -> None:
        media = sip_text.read_media(message.body)
        if media is not None:
            self._owner.sound_goes_to(media)

    @property
    def _contact(self) -> str:
        return f"<sip:caller@{self._party.local[0]}:{self._party.local[1]}>"

    def _request(self, method: str, branch: str, sdp: str = "") -> bytes:
        local = f"{self._party.local[0]}:{self._party.local[1]}"
        headers = [
            ("Via", f"SIP/2.0/UDP {local};rport;branch={branch}"),
            ("Max-Forwards", "70"),
            ("From", self._from),
            ("To", self._to),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self._sequence} {method}"),
            ("Contact", self._contact),
            ("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, NOTIFY"),
            ("User-Agent", "rufwerk-wire"),
        ]
        if self._party.caller is None:
            headers.append(("Privacy", "id"))
        target = self._party.uri if method in ("INVITE", "CANCEL") else self._target
        return sip_text.write(f"{method} {target} SIP/2.0", headers, sdp)

    def _transact(self, method: str, message: bytes, sent: int = 0) -> None:
        """Send a request, and again until it is answered."""
        if sent == len(_RESEND_S):
            self._answered(method)
            self._end(Ending("error", 408, "nobody answers at that address"))
            return
        self._send(message)
        self._resends[method] = asyncio.get_running_loop().call_later(
            _RESEND_S[sent], self._transact, method, message, sent + 1
        )

    def _answered(self, method: str) -> None:
        timer = self._resends.pop(method, None)
        if timer is not None:
            timer.cancel()
            self._owner.has_changed()

    def _end(self, ending: Ending) -> None:
        if self.state is not State.ENDED:
            self.ending = ending
            self._move(State.ENDED)

    def _move(self, state: State) -> None:
        self.state = state
        self._owner.has_changed()


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(8)}"
