"""What a team lead's page and the wallboard show at one moment, as parts that are sent again when they change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

import structlog

from actions.call_back import Unsettled
from cti.front_door import AgentRow, TenantRow, View
from desktop.floor import Floor
from desktop.live import Seen
from desktop.pages import Pages
from domain.ids import AgentId
from domain.language import Language
from domain.ports import KnownAgent, StorageDown

log = structlog.get_logger()

FLOOR: Final = ("alarms", "brands", "calls", "agents", "call_backs")
WALL: Final = ("alarms", "figures", "people")
"""The parts of each page."""

_READ_AGAIN: Final = timedelta(seconds=5)
"""How old may be what no fact tells of: names, and who was taken off the list of call-backs."""

_ENDS_WAIT: Final = frozenset({"talking_to", "outside", "leaving"})


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent; ``row`` is None while she isn't signed in."""

    id: AgentId
    name: str = field(repr=False)
    row: AgentRow | None

    @property
    def first_name(self) -> str:
        return self.name.partition(" ")[0]


class FloorScreen:
    """The floor in one language."""

    def __init__(
        self, floor: Floor, pages: Pages, language: Language, parts: tuple[str, ...]
    ) -> None:
        self._floor = floor
        self._pages = pages
        self._language = language
        self._names = parts
        self._last: View | None = None
        self._parts: Mapping[str, str] = {}
        self._staff: Sequence[KnownAgent] = ()
        self._call_backs: Sequence[Unsettled] = ()

    async def look(self) -> Seen:
        """Where the database is away, what was read before is shown; raises StorageDown where there is nothing."""
        view = self._floor.door.view()
        if self._last is None or not _alike(self._last, view):
            await self._read()
            values = self._values(view)
            self._parts = {
                name: self._pages.part(f"lead/{name}.html", self._language, **values)
                for name in self._names
            }
            self._last = view
        return Seen(view.seq, self._parts)

    async def _read(self) -> None:
        try:
            self._staff = await self._floor.staff()
            if "call_backs" in self._names:
                self._call_backs = await self._floor.call_backs()
        except StorageDown as error:
            if self._last is None:
                raise
            log.warning("the floor is shown as it was read before", reason=str(error))

    def _values(self, view: View) -> dict[str, Any]:
        colleagues = _colleagues(self._staff, view)
        book = self._floor.book().tenants
        return {
            "view": view,
            "tenants": [row for row in view.tenants if row.tenant in book or _has_callers(row)],
            "colleagues": colleagues,
            "names": {one.id: one.name for one in colleagues},
            "brand": self._floor.brand,
            "local": self._floor.local,
            "local_window": self._floor.local_window,
            "stuck": Counter(
                (row.tenant, row.language, row.concern) for row in view.calls if row.stuck
            ),
            "ends_wait": _ENDS_WAIT,
            "call_backs": self._call_backs,
        }


def _colleagues(staff: Sequence[KnownAgent], view: View) -> Sequence[Colleague]:
    """Who is signed in first, each by name; one whose row is gone goes by her id."""
    rows = {row.agent: row for row in view.agents}
    names = {row.agent: str(row.agent) for row in view.agents}
    names |= {one.id: one.name for one in staff}
    everybody = [Colleague(agent, name, rows.get(agent)) for agent, name in names.items()]
    return sorted(everybody, key=lambda one: (one.row is None, one.name, one.id))


def _has_callers(row: TenantRow) -> bool:
    return row.waiting + row.to_ring_back > 0


def _alike(one: View, other: View) -> bool:
    """Whether two moments look alike, and are near enough."""
    return other.at - one.at < _READ_AGAIN and replace(one, seq=other.seq, at=other.at) == other
