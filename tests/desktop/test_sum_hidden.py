"""No answer of the desk holds what a debtor owes before his agent says that she speaks to him: all routes are asked."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from domain.agent import read_skills
from domain.dial_facts import DialRang, DialReached
from domain.dunning import Debt, Reserved
from domain.fact import Body, Origin
from domain.field_facts import Connected
from domain.ids import AgentId, CallId, LineId
from tests.fakes.api_desk import ApiDesk, api_desk
from tests.fakes.counter_desk import ALPENRAD, ANNA
from tests.fakes.debtors import DebtDesk, debtor
from tests.fakes.desk import EVA, TOM
from tests.rufwerk.front_desk import TOM_IN
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names
from tests.storage.people import OpenStorage

TOMS = AgentId(TOM.id)
OWED = Debt(918_273_645, "EUR", date(2017, 11, 23))
SECRETS = ("918273645", "9182736", "20171123", "23112017", "REF5551234", "November 2017")
BETWEEN = re.compile(r"[\s.,'/-]")
PEOPLE = ("tom", "eva", "lena", "max", "adler")
PROGRAMS = ("toolbar", "alpentool", "wall")
QUERY = {"tenant": ALPENRAD, "q": "Debtor", "participant": ANNA.id, "control": "transfer"}
ENDS = ("/signout", "/agent/dunning/confirm", "/api/agents/{agent}/case/confirm")
"""What isn't asked: to leave, and the confirmation itself."""


def secrets_in(text: str) -> list[str]:
    plain = BETWEEN.sub("", text)
    return [one for one in SECRETS if BETWEEN.sub("", one) in plain]


@dataclass
class Crawler:
    api: ApiDesk
    browsers: dict[str, ClientSession]
    case: dict[str, str]
    asked: set[tuple[str, str]] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def look(self, where: str, text: str) -> None:
        self.found += [f"{where}: {one}" for one in secrets_in(text)]

    async def crawl(self, *methods: str) -> None:
        """Ask everything that is served, for everybody."""
        for method, path in self.api.desk.routes:
            if method not in methods or path in ENDS or path.startswith("/static"):
                continue
            self.asked.add((method, path))
            ask = self._by_program if path.startswith("/api") else self._by_people
            await ask(method, path)

    async def hear(self, where: str, socket: ClientWebSocketResponse) -> None:
        async for message in socket:
            self.look(where, str(message.data))
            self.heard.add(where)

    def _filled(self, path: str) -> str:
        values = {
            "agent": TOMS,
            "call": next(iter(self.api.door.switchboard.field.calls), "a-none"),
            "participant": ANNA.id,
            "tenant": ALPENRAD,
        }
        return re.sub(r"\{(\w+)[^}]*\}", lambda hole: str(values.get(hole[1], "1")), path)

    async def _by_people(self, method: str, path: str) -> None:
        given = QUERY | self.case | {"call": self._filled("{call}"), "outcome": "none"}
        for name, browser in self.browsers.items():
            form = {"data": given} if method == "POST" else {"params": given}
            asked = browser.request(
                method,
                self._filled(path),
                headers=self.api.desk.origin,
                **form,  # type: ignore[arg-type]
            )
            async with asked as answer:
                self.look(f"{name} {method} {path}", str(answer.headers) + await answer.text())

    async def _by_program(self, method: str, path: str) -> None:
        for program in PROGRAMS:
            for body in ({}, {"case": self.case.get("case", ""), "fence": 1}, {"tenant": ALPENRAD}):
                asked = self.api.client.request(
                    method,
                    self._filled(path),
                    headers=self.api.headers(program) | {"Rufwerk-Agent": TOMS},
                    **({} if method == "GET" else {"json": body}),  # type: ignore[arg-type]
                )
                async with asked as answer:
                    self.look(f"{program} {method} {path}", await answer.text())

    async def happens(self, *bodies: Body) -> None:
        (call,) = self.api.door.switchboard.field.calls
        with self.api.counter.transactions.write() as uow:
            uow.facts.append(
                Origin(ALPENRAD, CallId(call), "cti"), self.api.counter.clock(), *bodies
            )
            uow.commit()
        await self.api.door.switchboard.caught_up()

    async def step(self, step: str) -> str:
        posted = self.browsers["tom"].post(
            f"/agent/dunning/{step}",
            data=self.case | {"tenant": ALPENRAD},
            headers=self.api.desk.origin,
        )
        async with posted as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()


@pytest.fixture
async def crawler(sqlite_url: str, open_storage: OpenStorage) -> AsyncIterator[Crawler]:  # noqa: F811
    storage = open_storage(sqlite_url, "a")
    async with api_desk(storage, *TOM_IN, house=DebtDesk) as api, AsyncExitStack() as stack:
        assert isinstance(api.counter, DebtDesk)
        owing = [debtor(number, debt=OWED) for number in (1, 2, 3)]
        known = [
            replace(one, debtor=replace(one.debtor, reference="REF-555 1234")) for one in owing
        ]
        api.counter.put(replace(known[0], reserved=Reserved(AgentId(EVA.id), TOMS)), *known[1:])
        browsers = {
            name: await stack.enter_async_context(api.desk.browser(name)) for name in PEOPLE
        }
        made = Crawler(api, browsers, {})
        sockets = {
            f"{name} {path}": await browsers[name].ws_connect(path, headers=api.desk.origin)
            for name, path in (("tom", "/agent/live"), ("lena", "/lead/live"))
        } | {"programs": await api.listen()}
        async with asyncio.TaskGroup() as listening:
            for where, socket in sockets.items():
                listening.create_task(made.hear(where, socket))
            yield made
            for socket in sockets.values():
                await socket.close()
        assert made.heard == set(sockets)
        assert made.found == [], "the sockets never tell it"


async def test_no_answer_holds_the_sum_before_she_speaks_with_him(crawler: Crawler) -> None:
    await crawler.crawl("GET", "HEAD")
    crawler.look("next", page := await crawler.step("next"))
    for name in ("case", "fence"):
        found = re.search(rf'name="{name}" value="([^"]*)"', page)
        assert found is not None
        crawler.case[name] = found[1]
    await crawler.crawl("GET")
    crawler.look("dial", await crawler.step("dial"))
    await crawler.happens(Connected(TOMS, 1), DialRang(TOMS))
    await crawler.crawl("GET")
    await crawler.happens(DialReached(TOMS, LineId("7.1")))
    await crawler.crawl("GET", "POST", "PUT", "PATCH", "DELETE")
    assert crawler.found == []
    assert len(crawler.asked) > 60, "the desk has more routes than that"
    with crawler.api.counter.transactions.write() as uow:  # a team lead's empty form took them
        uow.agents.set_skills(TOMS, read_skills(("alpenrad", "de", "dunning")))
        uow.commit()
    confirmed = await crawler.step("confirm")
    assert {"918273645", "23112017", "REF5551234"} <= set(secrets_in(confirmed)), (
        "what the crawler looks for is what she is shown"
    )
