"""When the switchboard's process opens the desk."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

from aiohttp import web
from typing_extensions import override

from domain.ports import UnitOfWork
from rufwerk.cti_service import open_when_replayed
from tests.fakes.memory_log import MemoryLog
from tests.rufwerk.front_desk import EVA, PATIENCE_S, TALKS, facts_of, switchboard_on


class SlowLog(MemoryLog):
    """Can't be read before the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.gate = threading.Event(), threading.Event()

    @override
    @contextmanager
    def read_unit(self) -> Iterator[UnitOfWork]:
        self.asked.set()
        assert self.gate.wait(PATIENCE_S)
        with super().read_unit() as uow:
            yield uow


async def test_the_desk_opens_when_the_field_is_as_the_log_left_it() -> None:
    log, runner = SlowLog(), web.AppRunner(web.Application())
    for fact in facts_of(TALKS):
        log.append(fact.origin, fact.at, fact.body)
    await runner.setup()
    with ThreadPoolExecutor(4) as threads:
        switchboard = switchboard_on(log, threads)
        running = asyncio.ensure_future(switchboard.run())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        opening = asyncio.ensure_future(open_when_replayed(switchboard, site))
        try:
            assert await asyncio.to_thread(log.asked.wait, PATIENCE_S)
            assert not runner.addresses
            log.gate.set()
            await opening
            assert runner.addresses
            assert EVA in switchboard.field.agents
            assert switchboard.field.seq == len(log.entries)
        finally:
            log.gate.set()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await runner.cleanup()
