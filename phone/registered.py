"""A registered SIP phone for tests: rings when the portal rings it, answers or declines, and tells what happened.

async with RegisteredPhone("127.0.0.1", 5060, "201", "demo-201", answer_after_s=0.5) as phone:
    ringing = await phone.event("ringing")
    await phone.event("over")
"""

import asyncio
import json
from types import TracebackType
from typing import Any, Final, Self

from phone.sip_jobs import COMMAND, FOLDER, WaitJob, job_line

_END_S: Final = 10.0


class RegisteredPhone:
    """One phone, in a process of its own, for as long as the block lasts. It takes one call at a time.

    Events: ``registered``, ``unregistered`` (status), ``ringing`` (remote), ``answered``, ``over`` (by, status),
    ``busy`` (remote: a second caller was sent away).
    """

    def __init__(
        self,
        host: str,
        port: int,
        user: str,
        password: str,
        *,
        answer_after_s: float | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        """``answer_after_s`` None lets it ring; the block begins when it is registered, in ``timeout_s`` at most."""
        self._job = WaitJob(host, port, user, password, answer_after_s)
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self.events: list[dict[str, Any]] = []
        """All events so far that were read while waiting for one."""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *COMMAND,
            cwd=FOLDER,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self._write(job_line(self._job))
        try:
            await self.event("registered", self._timeout_s)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._end()

    async def _end(self) -> None:
        process = self._running()
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.communicate(), _END_S)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def event(self, name: str, timeout_s: float = 10.0) -> dict[str, Any]:
        """The next event of that name. Raises TimeoutError (nothing read is lost), EOFError where the phone is gone."""
        async with asyncio.timeout(timeout_s):
            while (event := await self.next_event())["event"] != name:
                pass
        return event

    async def next_event(self) -> dict[str, Any]:
        """The next event, whatever it is. Raises EOFError where the phone is gone."""
        process = self._running()
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            raise EOFError(f"phone {self._job.user} is gone")
        event: dict[str, Any] = json.loads(line)
        self.events.append(event)
        return event

    async def answer(self) -> None:
        await self._write('{"do": "answer"}\n')

    async def decline(self) -> None:
        await self._write('{"do": "decline"}\n')

    async def hang_up(self) -> None:
        await self._write('{"do": "hang_up"}\n')

    def vanish(self) -> None:
        """As a phone that loses its power: nothing is said to anybody."""
        self._running().kill()

    async def _write(self, line: str) -> None:
        process = self._running()
        assert process.stdin is not None
        process.stdin.write(line.encode())
        await process.stdin.drain()

    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process
