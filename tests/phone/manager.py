"""What Asterisk's manager interface tells the portal's own user: every byte, and the blocks in it."""

import asyncio
import contextlib
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rufwerk.asterisk_config import ami_secret
from rufwerk.settings import Settings

Block = dict[str, str]

FIELD = frozenset({"field", "waiting", "offer", "degraded"})
"""The dialplan's contexts where a caller waits for a person."""


class Manager:
    """Logged in as the portal's user, with all the events that he is shown, while the block lasts."""

    def __init__(self, settings: Settings) -> None:
        self._port = settings.ami.port
        self._secret = ami_secret(settings.home)
        self._asked = 0
        self._changed = asyncio.Event()
        self.raw = bytearray()
        self.blocks: list[Block] = []

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        await self._reader.readline()  # the banner
        self._reading = asyncio.create_task(self._read())
        (answer,) = await self.ask("Login", Username="rufwerk", Secret=self._secret, Events="on")
        assert answer["Response"] == "Success", answer
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def ask(self, action: str, **fields: str) -> list[Block]:
        """The answer to an action, and the list that follows it where there is one."""
        self._asked += 1
        action_id = f"test-{self._asked}"
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        first = len(self.blocks)
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self._writer.drain()

        def answers() -> list[Block]:
            return [block for block in self.blocks[first:] if block.get("ActionID") == action_id]

        def is_whole() -> bool:
            found = answers()
            if not found or found[0].get("EventList") != "start":
                return bool(found)
            return found[-1].get("EventList") == "Complete"

        await self._until(is_whole, 30)
        return answers()

    async def event(
        self, fits: Callable[[Block], bool], after: int = 0, timeout_s: float = 30
    ) -> Block:
        """The first event that fits among the blocks from the index ``after`` on. TimeoutError."""
        await self._until(lambda: any(map(fits, self.blocks[after:])), timeout_s)
        return next(filter(fits, self.blocks[after:]))

    async def waiting(self) -> set[str]:
        """The ids of the channels in the waiting field, whoever decides there."""
        rows = await self.ask("CoreShowChannels")
        return {row["Uniqueid"] for row in rows if row.get("Context") in FIELD}

    async def channels(self) -> set[str]:
        """The ids of all channels."""
        rows = await self.ask("CoreShowChannels")
        return {row["Uniqueid"] for row in rows if row.get("Event") == "CoreShowChannel"}

    async def _read(self) -> None:
        rest = b""
        while data := await self._reader.read(65536):
            self.raw += data
            *blocks, rest = (rest + data).split(b"\r\n\r\n")
            for text in blocks:
                lines = text.decode("utf-8", "replace").split("\r\n")
                pairs = (line.partition(": ") for line in lines)
                self.blocks.append({name: value for name, _, value in pairs})
            self._changed.set()
            self._changed = asyncio.Event()

    async def _until(self, is_so: Callable[[], bool], timeout_s: float) -> None:
        async with asyncio.timeout(timeout_s):
            while not is_so():
                await self._changed.wait()
