"""The API of a desk that is served, over one database: log, cards and tokens; and programs that ask it."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from actions.api_token import AddApiToken
from cti.front_door import FrontDoor
from desktop.api.operations import AGENT
from domain.api_token import ApiRole
from domain.fact import Body, Fact
from domain.ids import IntegrationId, TenantId
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, LUNE, CounterDesk
from tests.fakes.desk import EVA, Actions, Clock, Desk, served
from tests.rufwerk.front_desk import facts_of, front_door_on, switchboard_on

PROGRAMS: dict[str, tuple[ApiRole, TenantId | None]] = {
    "toolbar": (ApiRole.AGENT_DESK, None),
    "alpentool": (ApiRole.AGENT_DESK, ALPENRAD),
    "lunetool": (ApiRole.AGENT_DESK, LUNE),
    "wall": (ApiRole.FLOOR, None),
    "alpenwall": (ApiRole.FLOOR, ALPENRAD),
    "lunewall": (ApiRole.FLOOR, LUNE),
}
"""Each goes by its name in the log, too."""


@dataclass
class ApiDesk:
    desk: Desk
    counter: CounterDesk
    door: FrontDoor
    secrets: dict[str, str]
    client: ClientSession
    before: int

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        program: str | None = "toolbar",
        agent: str | None = EVA.id,
        **query: str,
    ) -> tuple[int, Any]:
        """Status and document, which is one whatever comes back."""
        headers = self.headers(program) | ({} if agent is None else {AGENT: agent})
        given: dict[str, Any] = {"data": body} if isinstance(body, bytes | str) else {"json": body}
        if isinstance(body, bytes | str):
            headers |= {"Content-Type": "application/json"}
        asked = self.client.request(
            method,
            f"/api{path}",
            headers=headers,
            params=query,
            **(given if body is not None else {}),
        )
        async with asked as answer:
            assert answer.content_type == "application/json", await answer.text()
            return answer.status, await answer.json()

    def headers(self, program: str | None) -> dict[str, str]:
        return {} if program is None else {"Authorization": f"Bearer {self.secrets[program]}"}

    async def listen(self, program: str = "toolbar", **query: str) -> ClientWebSocketResponse:
        return await self.client.ws_connect(
            "/api/events", headers=self.headers(program), params=query
        )

    def facts(self) -> list[Fact]:
        """What was written since it opened."""
        with self.counter.transactions.read() as uow:
            return list(uow.facts.read(after=self.before))

    def written(self) -> list[tuple[str, Body]]:
        """With who is in the log as the actor."""
        return [(fact.origin.actor, fact.body) for fact in self.facts()]


@asynccontextmanager
async def api_desk(
    transactions: SqlTransactions, *rows: str, house: type[CounterDesk] = CounterDesk
) -> AsyncIterator[ApiDesk]:
    """Open, after ``rows`` as ``tests.cti.paper`` reads them happened at noon; its clock stands there. ``house`` says
    who is there, and what is known of them.
    """
    counter, actions = house(transactions), Actions(transactions)
    for fact in facts_of(rows):
        with transactions.write() as uow:
            uow.facts.append(fact.origin, fact.at, fact.body)
            uow.commit()
    secrets = {name: _add(transactions, name) for name in PROGRAMS}
    with ThreadPoolExecutor(4) as threads:
        switchboard = switchboard_on(transactions, threads)
        running = asyncio.ensure_future(switchboard.run())
        door = front_door_on(transactions, switchboard, threads)
        try:
            await switchboard.caught_up()
            async with (
                served(actions, door=door, book=counter.book) as desk,
                ClientSession(desk.base) as client,
            ):
                with transactions.read() as uow:
                    before = uow.facts.last_seq()
                yield ApiDesk(desk, counter, door, secrets, client, before)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def _add(transactions: SqlTransactions, name: str) -> str:
    adding = AddApiToken(
        transactions, Clock(), lambda: f"secret-of-{name}", lambda: IntegrationId(name)
    )
    return adding(name, *PROGRAMS[name]).secret
