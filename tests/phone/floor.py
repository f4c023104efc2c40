"""A floor of agents on a whole portal: who sits where, what the field shows, what the log says of it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from typing import Any, TypeVar

from actions import read_log
from actions.call_back import AskCallBack
from actions.wait import NoteNumber
from domain import field_facts
from domain.call import Certainty
from domain.fact import Body, Fact, Origin
from domain.handover import Handover
from domain.ids import AgentId, CallId
from domain.language import Language
from phone.registered import RegisteredPhone
from rufwerk import demo_data, desk_socket, wiring
from rufwerk.desk_socket import DeskDown, Refused
from rufwerk.settings import Settings
from tests.phone import house
from tests.phone.house import Called, House

Kind = TypeVar("Kind", bound=Body)


class Floor:
    """Agents by name, on phones of their own."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self.settings = settings
        self.phones: dict[str, RegisteredPhone] = {}
        self._stack = stack

    async def seat(
        self, name: str, phone: str, answer_after_s: float | None = 0.3, *, ready: bool = True
    ) -> RegisteredPhone:
        """Her phone registers, she signs in there and goes ready."""
        self.phones[name] = await self.phone_alone(phone, answer_after_s)
        await self.wish(name, "signin", phone=phone)
        if ready:
            await self.wish(name, "ready")
        return self.phones[name]

    async def phone_alone(self, phone: str, answer_after_s: float | None = 0.3) -> RegisteredPhone:
        """A phone at which nobody is signed in."""
        sip = self.settings.sip
        registered = RegisteredPhone(
            sip.host,
            sip.port,
            phone,
            f"{sip.phone_password}{phone}",
            answer_after_s=answer_after_s,
            timeout_s=30,
        )
        return await self._stack.enter_async_context(registered)

    async def wish(self, name: str, wish: str, **given: Any) -> None:
        path = f"/agents/{name}/{wish}"
        await asyncio.to_thread(desk_socket.ask, self.settings, "POST", path, given)

    async def look(self) -> dict[str, Any]:
        seen: dict[str, Any] = await asyncio.to_thread(
            desk_socket.ask, self.settings, "GET", "/field"
        )
        return seen

    async def is_back(self, timeout_s: float = 30) -> None:
        """Until the switchboard answers and sees Asterisk."""

        async def is_linked() -> bool:
            try:
                return bool((await self.look())["linked"])
            except DeskDown:
                return False

        await house.until(is_linked, timeout_s)

    async def until_agent(self, name: str, *states: str, timeout_s: float = 30) -> dict[str, Any]:
        """Until she is in one of these states; her row."""
        agent = self.agent_id(name)
        found: dict[str, Any] = {}

        async def is_so() -> bool:
            rows = [row for row in (await self.look())["agents"] if row["agent"] == agent]
            found.update(rows[0] if rows else {"state": "signed_out"})
            return found["state"] in states

        await house.until(is_so, timeout_s)
        return found

    async def gone(self, name: str) -> None:
        """Until she who signs out has done so; the time for wrapping up isn't waited for."""
        row = await self.until_agent(name, "signed_out", "wrap_up", timeout_s=90)
        if row["state"] == "wrap_up":
            with suppress(Refused):  # its time may have ended just now
                await self.wish(name, "done")
            await self.until_agent(name, "signed_out")

    async def until_call(self, call: str, *places: str, timeout_s: float = 30) -> None:
        async def is_so() -> bool:
            rows = {row["call"]: row["place"] for row in (await self.look())["calls"]}
            return rows.get(call, "out") in places

        await house.until(is_so, timeout_s)

    def agent_id(self, name: str) -> AgentId:
        with (
            closing(wiring.transactions(self.settings)) as transactions,
            transactions.read() as uow,
        ):
            known = uow.agents.by_name(name)
        assert known is not None
        return known.id

    def facts(self) -> list[Fact]:
        """The whole log."""
        with closing(wiring.transactions(self.settings)) as transactions:
            return list(read_log.facts(transactions))

    def of_call(self, call: str, kind: type[Kind]) -> list[Kind]:
        """The bodies of a kind among the facts of a call."""
        bodies = (fact.body for fact in self.facts() if fact.origin.call == call)
        return [body for body in bodies if isinstance(body, kind)]


@asynccontextmanager
async def floor(settings: Settings) -> AsyncIterator[Floor]:
    """Afterwards everybody has signed out."""
    async with AsyncExitStack() as stack:
        made = Floor(settings, stack)
        try:
            yield made
        finally:
            for name in made.phones:
                await made.wish(name, "signout")
            for name in made.phones:
                await made.gone(name)


async def wait_in_field(at: House, number: str = house.LINE) -> Called:
    """A caller who asks for a person at once."""
    called = await at.dial(number=number)
    await at.follow(called, ["!0#"])
    return called


async def until(is_so: Callable[[], bool], timeout_s: float = 30) -> None:
    """Until something holds of the log, looked at in a thread."""

    async def looked() -> bool:
        return await asyncio.to_thread(is_so)

    await house.until(looked, timeout_s)


def wanted_call_back(agents: Floor, number: str) -> CallId:
    """A caller of Alpenrad who took the call-back and hung up, as it stands in the log."""
    settings, call = agents.settings, CallId(f"a-{secrets.randbelow(10**9)}.0")
    origin = Origin(demo_data.ALPENRAD, call, "caller")
    entering = Handover(
        demo_data.ALPENRAD, Language.DE, None, Certainty.UNKNOWN, None, ("welcome",), None
    )
    with closing(wiring.transactions(settings)) as transactions:
        caller = NoteNumber(transactions, wiring.new_caller)(number)
        AskCallBack(transactions, wiring.utc_now, lambda _, at: at)(origin, caller, entering)
        with transactions.write() as uow:
            uow.facts.append(
                origin, wiring.utc_now(), field_facts.CallEnded(field_facts.Side.CALLER)
            )
            uow.commit()
    return call
