"""What the desk's pages need beside their templates: the front door, what is read of the log, and the tenants."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final

from actions.ask_dial import Wanted
from actions.call_back import CallBacksListed, SeeToCallBack, Unsettled
from actions.read_debts import DebtBrands
from actions.read_pop import ReadPop
from actions.read_story import ReadStory
from actions.work_case import DialDebtor
from cti.front_door import FrontDoor, Hindrance, NotNow
from desktop.agent.deeds import Counterwork
from desktop.lead.lists import Lists
from desktop.reports.house import House
from domain.dialling import Window
from domain.ids import AgentId, CallId, CaseId, TenantId
from domain.person import Actor, Person
from domain.ports import KnownAgent
from domain.tenant import Tenant, TenantBook

PAUSES: Final = ("break", "lunch", "training", "meeting")
"""Reasons to choose from."""


@dataclass(frozen=True, slots=True)
class Floor:
    """``names`` are those of all agents by their ids, the newest known."""

    door: FrontDoor
    read_pop: ReadPop
    work: Counterwork
    book: Callable[[], TenantBook]
    read_story: ReadStory
    list_call_backs: CallBacksListed
    see_to_call_back: SeeToCallBack
    lists: Lists
    house: House = field(default_factory=House)

    async def staff(self) -> Sequence[KnownAgent]:
        """All agents, signed in or not. Raises StorageDown."""
        return await self.work.run(self.door.everybody)

    async def names(self) -> Mapping[AgentId, str]:
        """Raises StorageDown."""
        return {one.id: one.name for one in await self.staff()}

    def brand(self, tenant: TenantId) -> str:
        """Its name; the id where its file is gone."""
        known = self.book().tenants.get(tenant)
        return str(tenant) if known is None else known.name

    async def brands_of(self, person: Person) -> Sequence[Tenant]:
        """Those that he serves. Raises StorageDown."""

        def read() -> Sequence[Tenant]:
            with self.work.desk.transactions.read() as uow:
                return self.work.desk.tenants(uow, person)

        return await self.work.run(read)

    async def rings_debtors(self, person: Person) -> bool:
        """Of any brand. Raises StorageDown."""
        brands = DebtBrands(self.work.debts)
        return bool(await self.work.run(lambda: brands(Actor(person))))

    def zone(self, tenant: TenantId | None) -> tzinfo:
        """The tenant's; UTC where its file is gone."""
        known = None if tenant is None else self.book().tenants.get(tenant)
        return UTC if known is None else known.hours.zone

    def local(self, at: datetime, tenant: TenantId) -> str:
        """A moment by the tenant's clock."""
        return at.astimezone(self.zone(tenant)).strftime("%Y-%m-%d %H:%M")

    def local_window(self, window: Window, tenant: TenantId) -> str:
        """A window by the tenant's clock; none goes beyond its day."""
        end = window.end.astimezone(self.zone(tenant))
        return f"{self.local(window.start, tenant)}-{end:%H:%M}"

    async def check_recorded(self, agent: AgentId) -> None:
        """Who wraps a call up has recorded what she did. Raises NotNow, or StorageDown."""
        row = self.door.row(agent)
        if row is None or row.state != "wrap_up" or row.call is None:
            return
        call = row.call
        if not await self.work.run(lambda: self.work.may_finish(call)):
            raise NotNow(Hindrance.NOT_RECORDED)

    async def dial(self, actor: Actor, wanted: Wanted) -> CallId:
        """Her phone rings, and then whom she wants. It ends her wrap-up, as ``done`` does. Raises NotNow, DeskError, or
        StorageDown.
        """
        return await self._dial(actor, lambda: self.work.ask_dial(actor, wanted))

    async def dial_debtor(self, actor: Actor, case: CaseId, fence: int) -> CallId:
        """The same for the debtor of her case. Raises what ``dial`` raises."""
        ring = DialDebtor(self.work.debts, self.work.ask_dial)
        return await self._dial(actor, lambda: ring(actor, case, fence))

    async def _dial(self, actor: Actor, ask: Callable[[], CallId]) -> CallId:
        agent = AgentId(actor.person.id)
        await self.check_recorded(agent)
        return await self.door.dial(agent, ask)

    async def call_backs(self) -> Sequence[Unsettled]:
        """Raises StorageDown."""
        return await self.work.run(self.list_call_backs)

    async def call_back_seen_to(self, by: str, call: CallId) -> bool:
        """Whether he stood on the list of those nobody reached. Raises StorageDown."""
        return await self.work.run(lambda: self.see_to_call_back(by, call))
