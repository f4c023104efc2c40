"""A desk with a few days of figures: two brands, six agents of one team, and callers of every kind."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from domain.field_facts import Side
from domain.ids import AgentId, CallId, CaseId, ListId, PersonId, RecordId, TenantId
from domain.language import Language
from domain.person import Person, Role
from domain.portal_facts import DialogEnd
from domain.ports import KnownAgent
from domain.projection import (
    Arrival,
    Attempt,
    Doing,
    Leg,
    LegOver,
    LineGone,
    PortalLeft,
    PortalStep,
    Row,
    ServiceDone,
    Span,
    Visit,
    VisitEnd,
    VisitOver,
    Way,
    cut,
)
from domain.tenant import TenantBook
from tests.fakes.counter_desk import ALPENRAD, LUNE, brand
from tests.fakes.desk import EVA, TOM, Actions, Desk, served
from tests.rufwerk.front_desk import front_desk

OTHERS = tuple(
    Person(PersonId(f"p-agent{number}"), f"agent{number}", Role.AGENT) for number in range(4)
)
AGENTS = (EVA, TOM, *OTHERS)
NINE = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""In Berlin, of the day at whose noon the desk's clock stands."""

TALKED = timedelta(hours=1, minutes=13, seconds=37)
"""Eva's, on that day: nobody else's, nor that of any team."""

_S = timedelta(seconds=1)
BOOK = TenantBook.of([brand(ALPENRAD, "DE"), brand(LUNE, "FR")])


def put(actions: Actions, agents: tuple[Person, ...] = AGENTS) -> None:
    """That day's rows, and those of the same weekday a week before."""
    enrolled = [one for one in agents if one not in {EVA, TOM}]
    actions.enrol(*enrolled)
    with actions.transactions.write() as uow:
        for one in agents:
            if uow.agents.get(AgentId(one.id)) is None:
                uow.agents.add(KnownAgent(AgentId(one.id), one.name, {}))
        for weeks in (0, 1):
            uow.projections.add(list(rows(NINE - weeks * timedelta(weeks=1), weeks, agents)))
        uow.commit()


def rows(begin: datetime, weeks: int, agents: tuple[Person, ...]) -> Iterator[Row]:
    for place, agent in enumerate(agents):
        at = begin
        talked = TALKED + place * timedelta(minutes=7, seconds=11)
        for doing, time in (
            (Doing.READY, timedelta(hours=1) + place * _S),
            (Doing.TALKING, talked),
        ):
            call = CallId(f"a-{weeks}.{place}") if doing is Doing.TALKING else None
            for since, until in cut(at, at + time):
                yield Span(AgentId(agent.id), doing, since, until, None, call)
            at += time
    for number in range(12 - weeks):
        tenant = LUNE if number % 3 == 2 else ALPENRAD
        answers = AgentId(agents[number % len(agents)].id)
        at = begin + number * timedelta(minutes=20)
        yield from _call(CallId(f"a-{weeks}.{number}"), tenant, answers, at, number)


def _call(
    call: CallId, tenant: TenantId, agent: AgentId, at: datetime, number: int
) -> Iterator[Row]:
    yield Arrival(call, tenant, "service", None, at)
    yield PortalStep(call, at, language=Language.DE if number % 2 else Language.FR)
    if number == 5:
        yield PortalLeft(call, at + 9 * _S, DialogEnd.HUNG_UP, "pin.ask")
        yield LineGone(call, at + 9 * _S, Side.CALLER)
        return
    entered, wait = at + 30 * _S, (4 + number * 5) * _S
    yield PortalStep(call, entered, handed_over=True)
    yield PortalLeft(call, entered, DialogEnd.HANDOVER, None)
    language = Language.DE if number % 2 else Language.FR
    yield Visit(call, tenant, language, None, None, None, entered)
    end = VisitEnd.ABANDONED if number % 4 == 3 else VisitEnd.ANSWERED
    over = entered + wait
    yield VisitOver(call, over, wait, end, wait <= 20 * _S, wait <= 5 * _S)
    if end is VisitEnd.ANSWERED:
        yield Leg(agent, call, 1, Way.WAITED, entered, over, None, None)
        yield LegOver(agent, call, over + 100 * _S)
        yield ServiceDone(RecordId(f"r-{call}"), call, tenant, agent, over, "return", "2.40 EUR")
        tried = (CaseId(f"c-{number}"), agent, over, "busy", number % 2 == 0)
        yield Attempt(call, tenant, ListId("l-1"), *tried, counts=True, ends=False)


@dataclass
class Reader:
    """Somebody who is signed in."""

    at: Desk
    browser: ClientSession

    async def get(self, path: str, status: int = 200, **query: str) -> str:
        async with self.browser.get(path, params=query, allow_redirects=False) as answer:
            assert answer.status == status, (path, answer.status, await answer.text())
            return await answer.text()

    async def follow(self, link: str) -> str:
        """As the page has it written."""
        async with self.browser.get(unescape(link)) as answer:
            assert answer.status == 200, (link, answer.status)
            return await answer.text()

    async def post(self, path: str, status: int = 303, **form: str) -> str:
        """Where it leads."""
        async with self.browser.post(
            path, data=form, headers=self.at.origin, allow_redirects=False
        ) as answer:
            assert answer.status == status, (path, answer.status, await answer.text())
            return answer.headers.get("Location", await answer.text())


@asynccontextmanager
async def figures_desk(actions: Actions, home: Path, *facts: str) -> AsyncIterator[Desk]:
    async with front_desk(home, *facts) as floor, served(actions, door=floor.door, book=BOOK) as at:
        yield at


@asynccontextmanager
async def reading(at: Desk, name: str) -> AsyncIterator[Reader]:
    async with at.browser(name) as browser:
        yield Reader(at, browser)


def charts(page: str) -> dict[str, Any]:
    """What a page draws, by what it is of."""
    found = [json.loads(one) for one in re.findall(r"data-chart='([^']*)'", page)]
    return {one["id"]: one for one in found}


def plain(page: str) -> str:
    """Its words, without tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))
