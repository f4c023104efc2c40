"""Nobody gets one person's figures without a purpose that she reads: all routes are asked, in all ways."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from domain.desk_facts import PersonFiguresSeen
from domain.ids import PersonId
from domain.person_view import PersonView
from domain.projection import Doing, Way
from tests.fakes.desk import EVA, Actions, Desk
from tests.fakes.figures_desk import (
    AGENTS,
    TALKED,
    Reader,
    charts,
    figures_desk,
    plain,
    put,
    reading,
)

HERS = ("1:13:37", f"{TALKED.total_seconds():.0f}")
OTHERS = ("tom", "lena", "max", "adler")
TABLES = (
    *(f"{name}_by_{cut}" for name in ("time", "calls") for cut in ("team", "agent")),
    *(
        f"{name}_by_{cut}"
        for name in ("flow", "handling")
        for cut in ("tenant", "hour", "language")
    ),
    *("pauses_by_reason", "waits_by_tenant", "services", "time_spent", "taken"),
)
WAYS = (
    {},
    {"period": "week"},
    {"period": "month", "grain": "day"},
    {"grain": "quarter", "tenant": "alpenrad"},
    {"person": EVA.id, "agent": EVA.id, "view": "1", "purpose": ""},
    *({"table": table} for table in TABLES),
)
WANTED = {"person": EVA.id, "purpose": "She asked me to", "period": "day", "day": "2026-03-02"}


@dataclass
class Crawler:
    at: Desk
    readers: dict[str, Reader]
    view: str = "00000000-0000-4000-8000-000000000001"
    asked: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    async def crawl(self, *names: str) -> None:
        """Ask for everything that is served and looked at."""
        for method, path in self.at.routes:
            if method != "GET" or path.startswith(("/static", "/api", "/try")) or path == "/":
                continue
            self.asked.add(path)
            filled = self._filled(path)
            ways = WAYS if path.startswith("/reports") else WAYS[:1]
            for name in names:
                for query in ways:
                    await self._ask(name, filled, query)

    def _filled(self, path: str) -> str:
        values = {"agent": EVA.id, "view": self.view, "person": EVA.id}
        return re.sub(r"\{(\w+)[^}]*\}", lambda hole: values.get(hole[1], "1"), path)

    async def _ask(self, name: str, path: str, query: dict[str, str]) -> None:
        async with self.readers[name].browser.get(path, params=query) as answer:
            text = await answer.text()
            assert answer.status < 500, (name, path, query, text)
        self.found += [f"{name} {path} {query}: {one}" for one in HERS if one in text]

    def rows(self) -> list[PersonView]:
        with self.at.actions.transactions.read() as uow:
            facts = [one for one in uow.facts.read() if isinstance(one.body, PersonFiguresSeen)]
            views = [view for one in AGENTS for view in uow.person_views.of(PersonId(one.id), 9)]
        assert len(facts) == len(views), "of each the log knows, too"
        return views


@pytest.fixture
async def crawler(actions: Actions, tmp_path: Path) -> AsyncIterator[Crawler]:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, AsyncExitStack() as stack:
        names = ("eva", *OTHERS)
        readers = {name: await stack.enter_async_context(reading(at, name)) for name in names}
        yield Crawler(at, readers)


async def test_nothing_tells_what_one_person_did(crawler: Crawler) -> None:
    await crawler.crawl(*OTHERS)
    assert crawler.found == []
    assert len(crawler.asked) > 40, "the desk has more routes than that"
    assert {"/reports/people/{view}", "/reports/mine", "/reports/table"} <= crawler.asked
    assert crawler.rows() == []
    await crawler.crawl("eva")
    assert any("/reports/mine" in one for one in crawler.found), (
        "what is looked for is what she sees"
    )
    assert all(one.startswith("eva /reports/mine") for one in crawler.found)
    assert crawler.rows() == [], "her own need no purpose"


async def test_who_names_a_purpose_sees_it_and_nobody_else_does(crawler: Crawler) -> None:
    lena, eva = crawler.readers["lena"], crawler.readers["eva"]
    where = await lena.post("/reports/people", **WANTED)  # type: ignore[arg-type]
    page = await lena.get(where)
    assert HERS[0] in page
    assert "She asked me to" in page
    crawler.view = where.rpartition("/")[2]
    assert "time_spent" in charts(page)
    (row,) = crawler.rows()
    assert (row.whom, row.purpose, row.signature.by) == (EVA.id, "She asked me to", "p-lena")
    await crawler.crawl("tom", "max", "adler")
    assert crawler.found == []
    log = plain(await eva.get("/reports/mine"))
    assert "lena" in log
    assert "She asked me to" in log
    assert "She asked me to" not in await crawler.readers["tom"].get("/reports/mine")
    crawler.at.actions.clock.turn(timedelta(minutes=59))
    await lena.get(where)
    crawler.at.actions.clock.turn(timedelta(minutes=1))
    assert HERS[0] not in await lena.get(where, 400)
    assert len(crawler.rows()) == 1


async def test_her_own_figures_are_those_that_her_boss_sees(crawler: Crawler) -> None:
    lena, eva = crawler.readers["lena"], crawler.readers["eva"]
    hers = await eva.get("/reports/mine", period="day", day="2026-03-02")
    where = await lena.post("/reports/people", **WANTED)  # type: ignore[arg-type]
    theirs = await lena.get(where)
    table = re.compile(r"<table>.*?</table>", re.DOTALL)
    assert table.findall(theirs) == table.findall(hers)[: len(table.findall(theirs))]
    assert len(table.findall(theirs)) >= len(Doing) - 5 + len(Way) - 4
    assert charts(hers) == charts(theirs)


@pytest.mark.parametrize("name", ["eva", "tom", "adler", "max", "lena"])
async def test_without_a_purpose_or_a_right_there_is_no_look(crawler: Crawler, name: str) -> None:
    reader = crawler.readers[name]
    may = name in {"max", "lena"}
    for form in ({"purpose": "  "}, {"purpose": "x" * 5000}, {"person": "p-nobody"}, {"day": "x"}):
        await reader.post("/reports/people", 400 if may else 403, **(WANTED | form))
    assert crawler.rows() == []
    async with reader.browser.post("/reports/people", data=WANTED) as answer:
        assert answer.status == 403, "asked by another site's page"


async def test_fewer_than_five_are_told_of_by_nobody(actions: Actions, tmp_path: Path) -> None:
    put(actions, AGENTS[:4])
    async with figures_desk(actions, tmp_path / "home") as at:
        for name in ("max", "lena"):
            async with reading(at, name) as reader:
                page = plain(await reader.get("/reports"))
                assert "Too few people." in page
                assert "Fewer than five" in page
                assert "Occupancy" not in page
                await reader.get("/reports/table", 404, table="time_by_team")
