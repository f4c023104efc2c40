"""What the pages of figures need of the outside."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from domain.ids import ViewId

T = TypeVar("T")

_ZONE: Final = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class House:
    """``zone`` is what days are of where all brands are looked at; a report that isn't out ``grace`` after its time is
    overdue. ``threads`` add figures up, and keep nobody's call waiting.
    """

    zone: ZoneInfo = _ZONE
    grace: timedelta = timedelta(hours=1)
    threads: Executor = field(
        default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="figures")
    )

    new_view: Callable[[], ViewId] = lambda: ViewId(str(uuid4()))

    async def run(self, work: Callable[[], T]) -> T:
        """In a thread. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)
