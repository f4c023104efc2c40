"""Look-ups in the CRM for those who can't wait: a deadline, few threads, a cache, and a rest for a CRM that is down."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import structlog

from crm_bridge.breaker import Breaker
from domain.crm import Contact, CrmDown, CrmRefused, CrmTrouble, Trouble
from domain.outside_ports import Crm

log = structlog.get_logger()

DEADLINE_S: Final = 2.0
_THREADS: Final = 4
_FRESH_S: Final = 60.0
_REMEMBERED: Final = 1000

_Key = tuple[str, str]


class Bridge:
    """``domain.outside_ports.ContactSearch`` over a CRM that blocks. For one event loop; close it at the end."""

    def __init__(
        self, crm: Crm, monotonic: Callable[[], float], deadline_s: float = DEADLINE_S
    ) -> None:
        self._crm = crm
        self._now = monotonic
        self._deadline_s = deadline_s
        self._breaker = Breaker(monotonic)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="crm")
        self._found: OrderedDict[_Key, tuple[float, Sequence[Contact]]] = OrderedDict()

    async def contacts_by_phone(self, number: str) -> Sequence[Contact]:
        return await self._ask(("phone", number), self._crm.contacts_by_phone)

    async def contacts_by_number(self, customer_number: str) -> Sequence[Contact]:
        return await self._ask(("number", customer_number), self._crm.contacts_by_number)

    def forget(self) -> None:
        """A contact has changed."""
        self._found.clear()

    def close(self) -> None:
        """Those who still wait for the CRM are left to their own deadline."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(
        self, key: _Key, look_up: Callable[[str], Sequence[Contact]]
    ) -> Sequence[Contact]:
        known = self._remembered(key)
        if known is not None:
            return known
        if not self._breaker.admits():
            raise CrmDown(Trouble.RESTING)
        try:
            found = await self._in_time(look_up, key[1])
        except CrmTrouble as trouble:
            self._note(trouble)
            raise
        self._breaker.worked()
        self._found[key] = (self._now() + _FRESH_S, found)
        if len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)
        return found

    async def _in_time(
        self, look_up: Callable[[str], Sequence[Contact]], what: str
    ) -> Sequence[Contact]:
        """A look-up that hangs keeps its thread until its own deadline; those that wait for one are given up."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._deadline_s):
                return await loop.run_in_executor(self._threads, look_up, what)
        except TimeoutError:
            raise CrmDown(Trouble.SLOW, f"no answer within {self._deadline_s} s") from None

    def _note(self, trouble: CrmTrouble) -> None:
        if isinstance(trouble, CrmRefused):
            self._breaker.worked()  # it answers
        else:
            self._breaker.failed(surely_again=trouble.trouble is Trouble.SIGN_IN)
        log.warning("not found in the CRM", trouble=trouble.trouble, **{"pii.why": trouble.detail})

    def _remembered(self, key: _Key) -> Sequence[Contact] | None:
        until, found = self._found.get(key, (0.0, ()))
        if self._now() < until:
            return found
        self._found.pop(key, None)
        return None
