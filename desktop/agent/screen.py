"""What an agent's page shows at one moment, as parts that are sent again when they change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from actions.read_pop import Popped, ReadPop
from cti.front_door import FrontDoor, Workplace
from desktop.agent.card import Counterwork
from desktop.pages import Pages
from domain.field_facts import Control
from domain.ids import AgentId, CallId, TenantId
from domain.language import Language
from domain.tenant import TenantBook
from domain.transfer import ToAgent

PAUSES: Final = ("break", "lunch", "training", "meeting")
"""Reasons to choose from."""

_PARTS: Final = {"state": "state", "call": "call", "card": "card_place"}
"""Each has its name as id, and the template that fills it."""

NEEDS_SOMEBODY: Final = frozenset({Control.TRANSFER, Control.CONSULT})


@dataclass(frozen=True, slots=True)
class Floor:
    """What the page needs beside its templates. ``names`` are those of all agents by their ids, the newest known."""

    door: FrontDoor
    read_pop: ReadPop
    work: Counterwork
    book: Callable[[], TenantBook]

    async def names(self) -> Mapping[AgentId, str]:
        """Raises StorageDown."""
        return {one.id: one.name for one in await self.door.staff()}


class Screen:
    """One agent's page, in one language. What was read of a call is kept as long as she has it before her."""

    def __init__(self, floor: Floor, pages: Pages, agent: AgentId, language: Language) -> None:
        self._floor = floor
        self._pages = pages
        self._agent = agent
        self._language = language
        self._read: tuple[CallId | None, int | None] = (None, None)
        self._popped: Popped | None = None

    async def parts(self, at: Workplace) -> Mapping[str, str]:
        """The parts by their names, as HTML; each has its name as id. Raises StorageDown."""
        await self._follow(at)
        names = await self._floor.names() if at.guest is not None or self._is_sent() else {}
        values: dict[str, Any] = {
            "at": at,
            "linked": self._floor.door.is_linked(),
            "pauses": PAUSES,
            "popped": self._popped,
            "brand": self._brand,
            "names": names,
            "guest": _name(at, names),
            "controls": [one for one in Control if one in at.may],
            "needs_somebody": NEEDS_SOMEBODY,
        }
        return {
            part: self._pages.part(f"agent/{file}.html", self._language, **values)
            for part, file in _PARTS.items()
        }

    async def _follow(self, at: Workplace) -> None:
        """Read what is known of a call that is new to her; once more as she takes it, if it was her in the end."""
        wanted = (at.call, at.offer)
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

    def _brand(self, tenant: TenantId) -> str:
        known = self._floor.book().tenants.get(tenant)
        return str(tenant) if known is None else known.name


def same(one: Workplace | None, other: Workplace) -> bool:
    """Whether two moments look alike to her."""
    return one is not None and replace(one, seq=other.seq, at=other.at) == other


def _name(at: Workplace, names: Mapping[AgentId, str]) -> str:
    """Of whom she has asked in."""
    if at.guest is None:
        return ""
    return names.get(at.guest.agent, "") if isinstance(at.guest, ToAgent) else at.guest.line
