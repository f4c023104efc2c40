"""Agents' telephones for a load, many on one UDP socket: each registers, rings, answers, talks a while, hangs up.

INVITE --> 180 --(answers after)--> 200 --ACK, (talks)--> BYE
    |
    +-- CANCEL --> 487
"""

import asyncio
import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final, Self

from phone import sip_text
from phone.sip_text import Message
from phone.wire_sound import open_socket

_HOST: Final = "127.0.0.1"
_REGISTRAR: Final = f"sip:{_HOST}"
_EXPIRES_S: Final = 300
_PATIENCE_S: Final = 10.0
_PARAMETER: Final = re.compile(r'(\w+)="?([^",]+)"?')
_USER: Final = re.compile(r"sips?:([^@>;]+)@")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a telephone takes a call: seconds until it answers, and until it hangs up; longer than the whisper takes."""

    answers_after_s: float = 0.1
    talks_s: float = 2.0


@dataclass(slots=True)
class _Dialog:
    """A call at one of the telephones; ``invite`` carries our tag."""

    invite: Message
    timer: asyncio.TimerHandle | None = None
    is_answered: bool = False


class DeskPhones:
    """Telephones ``users`` at the Asterisk on ``port``; SIP passwords are ``password`` and the user.

    ``rang_at`` holds when an INVITE came, in seconds of the machine's clock, by the number it showed.
    """

    def __init__(
        self, port: int, users: Sequence[str], password: str, manner: Manner | None = None
    ) -> None:
        self.rang_at: dict[str, float] = {}
        self._asterisk = (_HOST, port)
        self._users = users
        self._password = password
        self._manner = manner or Manner()
        self._dialogs: dict[str, _Dialog] = {}
        self._registering: dict[str, asyncio.Future[Message]] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._media: asyncio.DatagramTransport | None = None
        self._contact = ""
        self._sdp = ""

    async def __aenter__(self) -> Self:
        """Come back when all are registered. Raises TimeoutError."""
        self._transport, port = await open_socket(_HOST, self._take)
        self._media, media_port = await open_socket(_HOST, _nobody_listens)
        self._contact = f"{_HOST}:{port}"
        self._sdp = sip_text.offer(_HOST, media_port)
        for user in self._users:
            await self._register(user)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for dialog in self._dialogs.values():
            if dialog.timer is not None:
                dialog.timer.cancel()
        for transport in (self._transport, self._media):
            if transport is not None:
                transport.close()
        self._transport = None

    async def _register(self, user: str) -> None:
        challenge = await self._ask(user, 1, "")
        given = dict(_PARAMETER.findall(challenge.first("www-authenticate")))
        answer = await self._ask(user, 2, _authorization(user, self._password + user, given))
        if answer.status != 200:
            raise ConnectionRefusedError(f"phone {user} isn't taken: {answer.status}")

    async def _ask(self, user: str, number: int, authorization: str) -> Message:
        call_id = f"register-{user}"
        headers = [
            *self._headers(call_id, f"<sip:{user}@{_HOST}>;tag={user}", f"<sip:{user}@{_HOST}>"),
            ("CSeq", f"{number} REGISTER"),
            ("Contact", f"<sip:{user}@{self._contact}>"),
            ("Expires", str(_EXPIRES_S)),
        ]
        if authorization:
            headers.append(("Authorization", authorization))
        self._registering[call_id] = asyncio.get_running_loop().create_future()
        self._send(sip_text.write(f"REGISTER {_REGISTRAR} SIP/2.0", headers))
        async with asyncio.timeout(_PATIENCE_S):
            return await self._registering[call_id]

    def _headers(self, call_id: str, from_: str, to: str) -> list[tuple[str, str]]:
        return [
            ("Via", f"SIP/2.0/UDP {self._contact};rport;branch=z9hG4bK{secrets.token_hex(8)}"),
            ("Max-Forwards", "70"),
            ("From", from_),
            ("To", to),
            ("Call-ID", call_id),
        ]

    def _send(self, message: bytes) -> None:
        if self._transport is not None:
            self._transport.sendto(message, self._asterisk)

    def _take(self, datagram: bytes) -> None:
        at = time.time()
        message = sip_text.read(datagram)
        if message is None:
            return
        call_id = message.first("call-id")
        if not message.method:
            future = self._registering.get(call_id)
            if future is not None and not future.done():
                future.set_result(message)
            return
        dialog = self._dialogs.get(call_id)
        match message.method:
            case "INVITE" if dialog is None:
                self._rings(message, at)
            case "INVITE" if dialog is not None and dialog.is_answered:
                self._answer(message, "200 OK", self._sdp)
            case "ACK" if dialog is not None and dialog.is_answered:
                self._in(dialog, self._manner.talks_s, self._hang_up)
            case "CANCEL" | "BYE":
                self._answer(message, "200 OK")
                self._over(call_id, was_cancelled=message.method == "CANCEL")
            case "OPTIONS" | "UPDATE" | "NOTIFY":
                self._answer(message, "200 OK")
            case _:
                pass

    def _rings(self, invite: Message, at: float) -> None:
        shown = _USER.search(invite.first("from"))
        if shown is not None:
            self.rang_at.setdefault(shown[1], at)
        to = f"{invite.first('to')};tag={secrets.token_hex(4)}"
        dialog = _Dialog(replace(invite, headers={**invite.headers, "to": (to,)}))
        self._dialogs[invite.first("call-id")] = dialog
        self._answer(dialog.invite, "180 Ringing")
        self._in(dialog, self._manner.answers_after_s, self._pick_up)

    def _pick_up(self, dialog: _Dialog) -> None:
        dialog.is_answered = True
        self._answer(dialog.invite, "200 OK", self._sdp)

    def _hang_up(self, dialog: _Dialog) -> None:
        invite = dialog.invite
        call_id = invite.first("call-id")
        target = invite.first("contact").partition("<")[2].partition(">")[0]
        headers = self._headers(call_id, invite.first("to"), invite.first("from"))
        self._send(sip_text.write(f"BYE {target} SIP/2.0", [*headers, ("CSeq", "1 BYE")]))
        self._over(call_id, was_cancelled=False)

    def _over(self, call_id: str, *, was_cancelled: bool) -> None:
        dialog = self._dialogs.pop(call_id, None)
        if dialog is None:
            return
        if dialog.timer is not None:
            dialog.timer.cancel()
        if was_cancelled and not dialog.is_answered:
            self._answer(dialog.invite, "487 Request Terminated")

    def _answer(self, request: Message, status: str, sdp: str = "") -> None:
        contact = [("Contact", f"<sip:desk@{self._contact}>")]
        self._send(sip_text.answer_to(request, status, contact, sdp))

    def _in(self, dialog: _Dialog, seconds: float, does: Callable[[_Dialog], None]) -> None:
        if dialog.timer is not None:
            dialog.timer.cancel()
        dialog.timer = asyncio.get_running_loop().call_later(seconds, does, dialog)


def _nobody_listens(datagram: bytes) -> None:
    """What is heard at these telephones."""
    del datagram


def _authorization(user: str, password: str, given: Mapping[str, str]) -> str:
    """The answer to a challenge (RFC 7616, MD5 with qop=auth)."""
    realm, nonce, client_nonce = given["realm"], given["nonce"], secrets.token_hex(8)
    known = _md5(f"{user}:{realm}:{password}")
    asked = _md5(f"REGISTER:{_REGISTRAR}")
    response = _md5(f"{known}:{nonce}:00000001:{client_nonce}:auth:{asked}")
    opaque = f', opaque="{given["opaque"]}"' if "opaque" in given else ""
    return (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{_REGISTRAR}", '
        f'response="{response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{client_nonce}"'
        + opaque
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
