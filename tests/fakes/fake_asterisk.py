"""Asterisk's manager interface in a test's hands: it answers as Asterisk does until told to misbehave."""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

PATIENCE_S = 20.0
"""When a test that hangs is given up; nothing waits for so long in a test that works."""

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
USER, SECRET = "rufwerk", "kept-to-ourselves"


class Heard:
    """An action as it came: its name, its id, and its lines as (name, text), these two included."""

    def __init__(self, block: bytes) -> None:
        lines = block.decode().removesuffix("\r\n\r\n").split("\r\n")
        self.lines = [(line.partition(": ")[0], line.partition(": ")[2]) for line in lines]
        self.name = self.texts("Action")[0]
        self.id = self.texts("ActionID")[0]

    def texts(self, name: str) -> list[str]:
        return [text for key, text in self.lines if key == name]


Behaviour = Callable[["Session", Heard], None]


class Session:
    """One connection, seen from Asterisk."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def say(self, *lines: str) -> None:
        """One block."""
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def event(self, name: str, **fields: str) -> None:
        self.say(f"Event: {name}", *(f"{key}: {text}" for key, text in fields.items()))

    def answer(self, heard: Heard, *lines: str) -> None:
        self.say("Response: Success", f"ActionID: {heard.id}", *lines)

    def refuse(self, heard: Heard, message: str) -> None:
        self.say("Response: Error", f"ActionID: {heard.id}", f"Message: {message}")

    def start_list(self, heard: Heard, *items: Sequence[str]) -> None:
        """The answer and the items of a list; what ends it is missing."""
        self.answer(heard, "EventList: start", "Message: Items will follow")
        for name, *lines in items:
            self.say(f"Event: {name}", f"ActionID: {heard.id}", *lines)

    def end_list(self, heard: Heard) -> None:
        self.say("Event: ItemsComplete", f"ActionID: {heard.id}", "EventList: Complete")

    def cut(self) -> None:
        """Close after what was said."""
        self._writer.close()

    def break_off(self) -> None:
        self._writer.transport.abort()


def log_in(session: Session, heard: Heard) -> None:
    if heard.texts("Username") == [USER] and heard.texts("Secret") == [SECRET]:
        session.answer(heard, "Message: Authentication accepted")
        session.event("FullyBooted", Status="Fully Booted")
        return
    session.refuse(heard, "Authentication failed")
    session.cut()


def succeed(session: Session, heard: Heard) -> None:
    session.answer(heard, "Message: Done")


def say_nothing(session: Session, heard: Heard) -> None:
    """Do with it what you like, but don't answer."""


class FakeAsterisk:
    """Listens while the block lasts.

    ``does`` says what an action named so is met with; others succeed. ``greetings`` is what the
    next connections are greeted with, the usual greeting when there are none left.
    """

    def __init__(self) -> None:
        self.does: dict[str, Behaviour] = {"Login": log_in}
        self.greetings: list[bytes] = []
        self.heard: list[Heard] = []
        self.sessions: list[Session] = []
        self.port = 0
        self._handlers: set[asyncio.Task[None] | None] = set()
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for session in self.sessions:
            session.break_off()
        await asyncio.gather(*(handler for handler in self._handlers if handler))
        await self._server.wait_closed()

    def named(self, name: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.name == name]

    async def hears(self, name: str, times: int = 1) -> Heard:
        """Wait until an action has come so many times."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.named(name)) < times:
                self._changed.clear()
                await self._changed.wait()
        return self.named(name)[times - 1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._handlers.add(asyncio.current_task())
        session = Session(writer)
        self.sessions.append(session)
        session.send(self.greetings.pop(0) if self.greetings else GREETING)
        try:
            while True:
                heard = Heard(await reader.readuntil(b"\r\n\r\n"))
                self.heard.append(heard)
                self._changed.set()
                self.does.get(heard.name, succeed)(session, heard)
        except (asyncio.IncompleteReadError, OSError):
            writer.close()
