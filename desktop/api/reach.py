"""How far a program's token reaches: the floor and the desk with what it may know of, and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from cti.front_door import AgentRow, NotNow
from desktop.agent.deeds import Counterwork
from desktop.floor import Floor
from domain.api_token import ApiRole, ApiToken
from domain.ids import AgentId, CallId, PersonId, TenantId
from domain.person import Actor, Person, Role
from domain.ports import KnownAgent
from domain.tenant import TenantBook


class ToldPrograms(StrEnum):
    """What a program alone may be told."""

    OTHER_BRANDS_CALL = "She is in another brand's call. Ask again when it is over."
    BEYOND_ALL_YEARS = "The end of the block is beyond all years. Choose an earlier one."


class NoSuchAgent(Exception):
    """There is none, or the token may not know of her: the message is the same."""

    def __init__(self) -> None:
        super().__init__("There is no such agent. Name one of /api/agents by her id.")


@dataclass(frozen=True, slots=True)
class Reach:
    """``floor`` has no other brand than the token's, but for its ``door``: what is asked there is looked at here."""

    token: ApiToken
    floor: Floor
    _over: dict[AgentId, tuple[CallId, TenantId | None]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """What the log said of each agent's newest call that isn't in the field any more: it is asked once."""

    @classmethod
    def of(cls, token: ApiToken, floor: Floor) -> "Reach":
        tenant = token.tenant
        if tenant is None:
            return cls(token, floor)

        def book() -> TenantBook:
            found = floor.book().tenants.get(tenant)
            return TenantBook.of(() if found is None else (found,))

        return cls(token, replace(floor, book=book, work=_within(floor.work, book)))

    @property
    def by(self) -> str:
        """Whom the log has as the actor."""
        return self.token.id

    @property
    def lead(self) -> Actor:
        """The program itself, where its token is one for what team leads do. The rows that team leads change have no
        author, so nobody else is taken for one; the log has the program.
        """
        assert self.token.role is ApiRole.FLOOR, "the operation is declared for that role"
        as_lead = Person(PersonId(self.token.id), self.token.name, Role.TEAM_LEAD)
        return Actor(as_lead, through=self.token.id)

    async def agents(self) -> Mapping[AgentId, KnownAgent]:
        """Those who serve a brand that it may know of, by name. Raises StorageDown."""
        return {one.id: one for one in await self.floor.staff() if self._serves(one)}

    async def actor(self, agent: str) -> Actor:
        """An agent, whom a program acts for. Nobody else's rights can be had so. Raises NoSuchAgent, StorageDown."""
        return await self.floor.work.run(lambda: self._actor(AgentId(agent)))

    def _actor(self, agent: AgentId) -> Actor:
        if not agent.isascii() or not agent.isprintable():
            raise NoSuchAgent
        with self.floor.work.desk.transactions.read() as uow:
            known, person = uow.agents.get(agent), uow.people.get(PersonId(agent))
        if known is None or person is None or person.role is not Role.AGENT:
            raise NoSuchAgent
        if not self._serves(known):
            raise NoSuchAgent
        return Actor(person, through=self.token.id)

    def _serves(self, agent: KnownAgent) -> bool:
        tenants = self.floor.book().tenants.values()
        return self.token.tenant is None or any(
            one.is_served_by(Role.AGENT, agent.skills) for one in tenants
        )

    async def may_know(self, row: AgentRow) -> bool:
        """Whether an agent's call, as she is now, is of a brand that it may know of. Raises StorageDown."""
        if self.token.tenant is None:
            return True
        return row.call is not None and self.token.may_know_of(await self._tenant(row, row.call))

    async def check_call(self, row: AgentRow | None) -> None:
        """Raises NotNow where an agent is in a call that the program may not know of, or StorageDown."""
        if row is not None and row.call is not None and not await self.may_know(row):
            raise NotNow(ToldPrograms.OTHER_BRANDS_CALL)

    async def _tenant(self, row: AgentRow, call: CallId) -> TenantId | None:
        in_field = self.floor.door.workplace(row.agent).tenant
        if in_field is not None:
            return in_field
        known, tenant = self._over.get(row.agent, (None, None))
        if known != call:
            tenant = await self.floor.work.run(lambda: self._tenant_in_log(call))
            self._over[row.agent] = call, tenant
        return tenant

    def _tenant_in_log(self, call: CallId) -> TenantId | None:
        with self.floor.work.desk.transactions.read() as uow:
            first = next(iter(uow.facts.read(limit=1, call=call)), None)
        return None if first is None else first.origin.tenant


def _within(work: Counterwork, book: Callable[[], TenantBook]) -> Counterwork:
    """The same work where the other brands don't exist."""
    desk = replace(work.desk, book=book)
    counter = replace(work.counter, desk=desk)
    return replace(
        work,
        desk=desk,
        counter=counter,
        search=replace(work.search, desk=desk),
        change_data=replace(work.change_data, counter=counter),
        ask_dial=replace(work.ask_dial, desk=desk),
        debts=replace(work.debts, desk=desk),
    )
