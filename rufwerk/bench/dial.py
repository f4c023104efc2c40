"""How long it takes from an agent's click on "Dial" to the ringing of her telephone, beside a bare Originate.

The click is the moment before her browser's request is sent, the ringing that at which the telephone's INVITE arrives;
both by the machine's one clock. Between two clicks Asterisk is asked by a bare Originate to ring the same telephone.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import ClientSession
from rich.console import Console

from cti.ami import Ami
from rufwerk import demo_data
from rufwerk.bench import field_rig, machine, pop_rig, scratch
from rufwerk.bench.desk_phones import DeskPhones, Manner
from rufwerk.bench.keys import percentile
from rufwerk.bench.pop_rig import PopRig
from rufwerk.desk_wiring import session_cookie
from rufwerk.settings import Settings
from rufwerk.wiring import utc_now

DIALS: Final = 100
_WARM_UP: Final = 10
_BETWEEN_S: Final = 0.1
_PATIENCE_S: Final = 10.0
_LETS_RING: Final = Manner(answers_after_s=60.0)
_NUMBER: Final = "+49 171 39200{place:02}0"
_BARE: Final = "5990"
"""What her telephone shows where nothing but Asterisk rings it."""


def measure(settings: Settings, console: Console, dials: int = DIALS) -> dict[str, Any]:
    """The document that ``--json`` prints; times in milliseconds."""
    with pop_rig.staffed(settings, console, 1) as rig:
        version = rig.instance.asterisk.program.version
        described = machine.described(version, utc_now())
        ours, bare = scratch.run(_by_turns(rig, dials))
        return {
            **figures(ours, bare),
            "dials": dials,
            "machine": described,
            "load_after": machine.described(version, utc_now())["load"],
        }


def figures(ours: Sequence[float], bare: Sequence[float]) -> dict[str, Any]:
    """Of milliseconds from click to ringing, and of a bare Originate beside them."""
    return {
        "median_ms": round(statistics.median(ours), 1),
        "p99_ms": percentile(ours, 99),
        "originate_median_ms": round(statistics.median(bare), 1),
        "originate_p99_ms": percentile(bare, 99),
    }


@dataclass(frozen=True, slots=True)
class Page:
    """An agent's page in ``browser``, as far as it dials."""

    browser: ClientSession
    origin: str

    async def dial(self, place: int) -> None:
        await self._post("dial", tenant=demo_data.ALPENRAD, number=_NUMBER.format(place=place % 90))

    async def cancel(self) -> None:
        await self._post("cancel_dial")

    async def _post(self, wish: str, **form: str) -> None:
        headers = {"Origin": self.origin}
        async with self.browser.post(f"/agent/{wish}", data=form, headers=headers) as answer:
            if answer.status != 204:
                raise RuntimeError(f"{wish} isn't granted: {await answer.text()}")


async def _by_turns(rig: PopRig, dials: int) -> tuple[list[float], list[float]]:
    web = rig.settings.web
    base = f"http://{web.host}:{web.port}"
    ((phone, token),) = rig.agents.items()
    cookies = {session_cookie(rig.settings): token}
    ours, bare = [], []
    async with (
        field_rig.user_events(rig.settings, lambda _: None) as ami,
        field_rig.at_work(rig.instance, _LETS_RING) as phones,
        ClientSession(base, cookies=cookies) as browser,
    ):
        page, shown = Page(browser, base), _shown(rig)
        for place in range(_WARM_UP + dials):
            ours.append(await until_it_rings(phones, shown, lambda: page.dial(place)))  # noqa: B023
            await page.cancel()
            await asyncio.sleep(_BETWEEN_S)
            line = f"bare-{place}"
            bare.append(await until_it_rings(phones, _BARE, lambda: _originate(ami, phone, line)))  # noqa: B023
            await ami.act("Hangup", {"Channel": line, "Cause": "16"})
            await asyncio.sleep(_BETWEEN_S)
    return ours[_WARM_UP:], bare[_WARM_UP:]


def _shown(rig: PopRig) -> str:
    """The number that her telephone shows as it rings for a dial."""
    show = rig.instance.book.tenants[demo_data.ALPENRAD].dialling.show
    assert show is not None, "the demo dials"
    return show


async def until_it_rings(
    phones: DeskPhones, shown: str, ask: Callable[[], Awaitable[None]]
) -> float:
    """Milliseconds from asking until an INVITE that shows this number has come. Raises TimeoutError."""
    phones.rang_at.pop(shown, None)
    began = time.time()
    await ask()
    async with asyncio.timeout(_PATIENCE_S):
        while shown not in phones.rang_at:  # noqa: ASYNC110 - when it came is noted as it comes
            await asyncio.sleep(0.001)
    return (phones.rang_at[shown] - began) * 1000


async def _originate(ami: Ami, phone: str, line: str) -> None:
    fields = {
        "Channel": f"PJSIP/{phone}",
        "Application": "Wait",
        "Data": "1",
        "Timeout": "30000",
        "CallerID": _BARE,
        "ChannelId": line,
    }
    await ami.act("Originate", fields)
