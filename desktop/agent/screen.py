"""What an agent's page shows at one moment, as parts that are sent again when they change."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from actions.read_pop import Popped
from cti.front_door import DialStep, Workplace
from desktop.floor import PAUSES, Floor
from desktop.live import Seen
from desktop.pages import Pages
from desktop.texts import texts
from desktop.told import told_reasons, told_step
from domain.field_facts import Control
from domain.ids import AgentId, CallId
from domain.language import Language
from domain.transfer import ToAgent

_PARTS: Final = {"state": "state", "call": "call", "card": "card_place", "follows": "follows"}
"""Each has its name as id, and the template that fills it."""

_BUTTONS: Final = tuple(one for one in Control if one is not Control.RECLAIM)
"""What she may ask for in a call, in this order; a page that is loaded anew reclaims its call by itself."""

NEEDS_SOMEBODY: Final = frozenset({Control.TRANSFER, Control.CONSULT})


class Screen:
    """One agent's page, in one language. What was read of a call is kept as long as she has it before her."""

    def __init__(self, floor: Floor, pages: Pages, agent: AgentId, language: Language) -> None:
        self._floor = floor
        self._pages = pages
        self._agent = agent
        self._language = language
        self._read: tuple[CallId | None, int | None, DialStep | None] = (None, None, None)
        self._popped: Popped | None = None
        self._last: tuple[Workplace, bool] | None = None
        self._parts: Mapping[str, str] = {}

    async def look(self) -> Seen:
        """Raises StorageDown."""
        now = self._floor.door.workplace(self._agent), self._floor.door.is_linked()
        if self._last is None or not _alike(self._last, now):
            self._parts = await self._filled(*now)
            self._last = now
        return Seen(now[0].seq, self._parts)

    async def _filled(self, at: Workplace, linked: bool) -> Mapping[str, str]:
        await self._follow(at)
        names = await self._floor.names() if at.guest is not None or self._is_sent() else {}
        words, pop = texts(self._language), None if self._popped is None else self._popped.pop
        values: dict[str, Any] = {
            "at": at,
            "linked": linked,
            "pauses": PAUSES,
            "popped": self._popped,
            "brand": self._floor.brand,
            "local_window": self._floor.local_window,
            "names": names,
            "guest": _name(at, names),
            "why_me": () if pop is None else told_reasons(pop.reason, words),
            "came_through": () if pop is None else [told_step(step, words) for step in pop.path],
            "failed_at": pop and pop.failed_at and told_step(pop.failed_at, words),
            "controls": [one for one in _BUTTONS if one in at.may],
            "needs_somebody": NEEDS_SOMEBODY,
        }
        return {
            part: self._pages.part(f"agent/{file}.html", self._language, **values)
            for part, file in _PARTS.items()
        }

    async def _follow(self, at: Workplace) -> None:
        """Read what is known of a call that is new to her; once more as she takes it, if it was her in the end, and as
        a dial of hers goes on.
        """
        wanted = (at.call, at.offer, at.dial)
        if wanted == self._read:
            return
        self._popped = None
        if at.call is not None:
            self._popped = await self._floor.door.read(
                lambda: self._floor.read_pop(at.call or CallId(""), self._agent)
            )
        self._read = wanted

    def _is_sent(self) -> bool:
        return self._popped is not None and self._popped.pop.sent_by is not None


def _alike(one: tuple[Workplace, bool], other: tuple[Workplace, bool]) -> bool:
    """Whether two moments look alike to her."""
    (was, was_linked), (is_now, is_linked) = one, other
    return was_linked == is_linked and replace(was, seq=is_now.seq, at=is_now.at) == is_now


def _name(at: Workplace, names: Mapping[AgentId, str]) -> str:
    """Of whom she has asked in."""
    if at.guest is None:
        return ""
    return names.get(at.guest.agent, "") if isinstance(at.guest, ToAgent) else at.guest.line
