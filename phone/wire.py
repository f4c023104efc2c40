"""A phone on bare UDP sockets, for loads and exact times: many calls in one asyncio loop, without a SIP library.

async with WirePhone("127.0.0.1", 5060) as phone:
    call = await phone.dial("555100", caller="+491713920001")
    await call.asked()
    await call.press("10000001#")
    await call.hang_up()
    samples = call.audio()
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from phone import sip_text
from phone.script import ASKS_AFTER_S, times
from phone.sip_dialog import Dialog, Ending, Party, State
from phone.wire_sound import Press, Sound, open_socket

_BETWEEN_KEYS_S: Final = 0.05
_GOODBYE_S: Final = 2.0
"""How long a hang-up waits for the other side's word."""


class CallRefusedError(Exception):
    """The call was not answered; ``status`` is SIP's, 408 where nobody answered in time."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status


class CallEndedError(Exception):
    """The call ended while the caller was waiting for something else."""


class WirePhone:
    """Rings a portal at ``host:port`` over UDP; one SIP socket for all its calls."""

    def __init__(self, host: str, port: int, local_host: str = "127.0.0.1") -> None:
        self._portal = (host, port)
        self._local = (local_host, 0)
        self._calls: dict[str, WireCall] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        self._transport, port = await open_socket(self._local[0], self._take)
        self._local = (self._local[0], port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hangs up whatever still rings or talks."""
        await asyncio.gather(*(call.hang_up() for call in self._calls.values()))
        assert self._transport is not None
        self._transport.close()
        self._transport = None

    async def dial(
        self, number: str, *, caller: str | None = None, name: str = "", timeout_s: float = 30.0
    ) -> "WireCall":
        """Ring ``number`` and wait until it is answered; ``caller`` None withholds the number.

        Raises CallRefusedError.
        """
        call = await self.ring(number, caller=caller, name=name)
        await call.answered(timeout_s)
        return call

    async def ring(self, number: str, *, caller: str | None = None, name: str = "") -> "WireCall":
        """Begin to ring ``number`` and return at once."""
        party = Party(number, self._portal, self._local, caller, name)
        call = WireCall(party, self._send)
        await call.begin()
        self._calls[call.call_id] = call
        return call

    def _send(self, message: bytes) -> None:
        if self._transport is not None:
            self._transport.sendto(message, self._portal)

    def _take(self, datagram: bytes) -> None:
        message = sip_text.read(datagram)
        if message is None:
            return
        call = self._calls.get(message.first("call-id"))
        if call is not None:
            call.take(message)
        elif message.method not in ("", "ACK"):
            self._send(sip_text.answer_to(message, "481 Call Does Not Exist", []))


class WireCall:
    """One call, made by ``WirePhone``. All times are monotonic seconds of the event loop."""

    def __init__(self, party: Party, send: Callable[[bytes], None]) -> None:
        self._party = party
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._sound = Sound(self.has_changed)
        self._dialog: Dialog | None = None
        self.answered_at = 0.0
        self.ended_at = 0.0

    async def begin(self) -> None:
        await self._sound.open(self._party.local[0])
        self._dialog = Dialog(self._party, self._sound.port, self._send, self)
        self._dialog.invite()

    @property
    def dialog(self) -> Dialog:
        assert self._dialog is not None
        return self._dialog

    @property
    def call_id(self) -> str:
        return self.dialog.call_id

    @property
    def state(self) -> State:
        return self.dialog.state

    @property
    def ending(self) -> Ending | None:
        """Who ended the call; None while it goes on."""
        return self.dialog.ending

    async def ringing(self, timeout_s: float = 10.0) -> None:
        """Until the other side rings or more. TimeoutError."""
        await self._until(lambda: self.state is not State.CALLING, timeout_s)

    async def answered(self, timeout_s: float = 30.0) -> None:
        """Until the call is answered. Raises CallRefusedError; one that isn't answered in time is cancelled."""
        try:
            await self._until(lambda: self.state in (State.TALKING, State.ENDED), timeout_s)
        except TimeoutError:
            await self.hang_up()
            raise CallRefusedError(408, "not answered in time") from None
        if self.ending is not None and not self.answered_at:
            raise CallRefusedError(self.ending.status, self.ending.reason)

    async def asked(self, timeout_s: float = 30.0) -> None:
        """Until the portal has spoken, since the last press, and is silent. Raises TimeoutError, CallEndedError."""
        ear = self._sound.ear
        async with asyncio.timeout(timeout_s):
            while not ear.asks(self._loop.time()):
                self._must_talk()
                if ear.has_heard:
                    quiet_in = ASKS_AFTER_S - ear.quiet_s(self._loop.time())
                    await asyncio.sleep(max(quiet_in, 0.001))
                else:
                    await self._change()

    async def press(self, keys: str) -> tuple[Press, ...]:
        """Type keys (0-9 * #; w waits half a second), one each 150 ms; returns when the last has been let go.

        On a machine too busy for that the pauses stay: no finger is faster, and a switch drops keys less than 45 ms
        apart.

        Raises CallEndedError.
        """
        begins_at = self._loop.time()
        presses: list[Press] = []
        for wait_s, key in times(keys):
            let_go_at = presses[-1].sent_at + _BETWEEN_KEYS_S if presses else begins_at
            await asyncio.sleep(max(begins_at + wait_s, let_go_at) - self._loop.time())
            self._must_talk()
            presses.append(await self._sound.hold(key))
        self._sound.ear.start_again()
        return tuple(presses)

    async def say(self, samples: NDArray[np.int16]) -> None:
        """Speak 8 kHz samples; returns when all is said. Raises CallEndedError."""
        self._must_talk()
        await self._sound.say(samples)

    async def sound_after(self, at: float, timeout_s: float = 10.0) -> float:
        """When the first audible packet after ``at`` arrived. Raises TimeoutError, CallEndedError."""
        async with asyncio.timeout(timeout_s):
            while (heard_at := self._sound.first_after(at)) is None:
                self._must_talk()
                await self._change()
        return heard_at

    async def over(self, timeout_s: float = 30.0) -> Ending:
        """Until the call has ended, by whomever. TimeoutError."""
        await self._until(lambda: self.state is State.ENDED, timeout_s)
        assert self.ending is not None
        return self.ending

    async def hang_up(self) -> None:
        """Hang up, or stop ringing; waits shortly for the other side's word."""
        self.dialog.hang_up()
        try:
            await self._until(lambda: self.dialog.is_closed, _GOODBYE_S)
        except TimeoutError:
            self.dialog.vanish()

    def vanish(self) -> None:
        """Be gone without a word: no BYE, no sound, no answer."""
        self.dialog.vanish()

    def audio(self) -> NDArray[np.int16]:
        """What was heard from the answer until the end (or now): 8 kHz samples, silence where nothing arrived."""
        if not self.answered_at:
            return np.zeros(0, np.int16)
        return self._sound.laid_out(self.answered_at, self.ended_at or self._loop.time())

    def take(self, message: sip_text.Message) -> None:
        """A SIP message of this call arrived."""
        self.dialog.take(message)

    def sound_goes_to(self, media: sip_text.Media) -> None:
        self._sound.goes_to(media)

    def has_changed(self) -> None:
        now = self._loop.time()
        if self.state is State.TALKING and not self.answered_at:
            self.answered_at = now
        if self.state is State.ENDED and not self.ended_at:
            self.ended_at = now
            self._sound.close()
        self._changed.set()
        self._changed = asyncio.Event()

    def _must_talk(self) -> None:
        if self.state is not State.TALKING:
            raise CallEndedError(f"the call is {self.state.value}: {self.ending}")

    async def _change(self) -> None:
        await self._changed.wait()

    async def _until(self, is_so: Callable[[], bool], timeout_s: float) -> None:
        async with asyncio.timeout(timeout_s):
            while not is_so():
                await self._change()
