"""The pages of figures: who sees what, that figures, charts, files and lists of calls agree, and what is mistyped."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from desktop.reports import behind
from desktop.texts import texts
from domain.ids import PersonId
from domain.language import Language
from domain.person import Person, Role
from storage import unit_of_work
from storage.figures import SqlFigures
from tests.fakes.desk import EVA, TOM, Actions
from tests.fakes.figures_desk import OTHERS, charts, figures_desk, plain, put, reading

PAGES = ("/reports", "/reports/today")
OTTO = Person(PersonId("p-otto"), "otto", Role.OPERATOR)
A_LINK = re.compile(r'<a href="(/reports/facts\?[^"]*)">([^<]+)</a>')
A_VALUE = re.compile(r"<dd>([^<]+)</dd>")


async def test_who_sees_which_pages(actions: Actions, tmp_path: Path) -> None:
    put(actions)
    actions.enrol(OTTO)
    facts = "/reports/facts?of=field&figure=offered&since=2026-03-02T08:00Z&until=2026-03-02T09:00Z"
    file = "/reports/table?table=flow_by_hour"
    rights = {
        "max": {200: (*PAGES, facts, file, "/reports/sent"), 403: ("/reports/mine", "/client", "/lead")},
        "otto": {200: (*PAGES, facts, file, "/reports/sent", "/reports/mine"), 403: ("/client",)},
        "lena": {200: (*PAGES, facts, file, "/reports/sent", "/reports/mine"), 403: ("/client",)},
        "adler": {200: (*PAGES, file, "/reports/sent"), 303: ("/client",), 403: (facts, "/reports/mine", "/lead")},
        "eva": {200: ("/reports/mine",), 403: (*PAGES, facts, file, "/reports/sent", "/client")},
    }  # fmt: skip
    async with figures_desk(actions, tmp_path / "home") as at:
        for name, ways in rights.items():
            async with reading(at, name) as reader:
                for status, paths in ways.items():
                    for path in paths:
                        await reader.get(path, status)
        async with at.browser() as nobody:
            for path in (*PAGES, facts, file, "/client", "/reports/mine"):
                async with nobody.get(path) as answer:
                    assert answer.status == 401


async def test_management_and_clients_land_there(actions: Actions, tmp_path: Path) -> None:
    async with figures_desk(actions, tmp_path / "home") as at:
        for name, lands in (
            ("max", "/reports"),
            ("adler", "/reports"),
            ("lena", "/lead"),
            ("eva", "/agent"),
        ):
            async with reading(at, "max") as reader:
                form = {"name": name, "password": "correct horse"}
                assert await reader.post("/signin", **form) == lands  # type: ignore[arg-type]


async def test_a_client_sees_his_own_callers_and_nothing_else(
    actions: Actions, tmp_path: Path
) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "adler") as adler:
        page = await adler.get("/reports", tenant="lune")
        assert "Alpenrad" in page
        words = plain(page)
        assert "Lune" not in words
        for other in (
            "Mean handling time",
            "Portal by line",
            "Occupancy",
            "Time by site",
            "EUR",
            "Person",
        ):
            assert other not in words, other
        assert not A_LINK.search(page)
        assert "Strict (A)" in words
        assert "Flattering (F)" in words
        for table in ("handling_by_hour", "portal_by_line", "time_by_team", "services_by_price"):
            await adler.get("/reports/table", 404, table=table)
        assert charts(await adler.get("/reports", tenant="lune")) == charts(page)
        assert charts(page).keys() == {"today", "calls_by_hour", "level_by_hour"}


async def test_a_team_lead_sees_no_money(actions: Actions, tmp_path: Path) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at:
        async with reading(at, "lena") as lena:
            page = await lena.get("/reports")
            assert "EUR" not in page
            assert "Services recorded" in page
            await lena.get("/reports/table", 404, table="services_by_price")
            assert "EUR" not in await lena.get("/reports/table", table="services")
        async with reading(at, "max") as max_:
            assert "2.40" in await max_.get("/reports")
            assert "2.40 EUR" in await max_.get("/reports/table", table="services_by_price")


@pytest.mark.parametrize(
    "query", [{}, {"period": "week"}, {"tenant": "alpenrad", "grain": "quarter"}]
)
async def test_behind_each_figure_are_as_many_facts(
    actions: Actions, tmp_path: Path, query: Mapping[str, str]
) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        links = set(A_LINK.findall(await max_.get("/reports", **query)))  # type: ignore[arg-type]
        assert len(links) > 20
        kinds = set()
        for link, figure in links:
            page = await max_.follow(link)
            assert figure in A_VALUE.findall(page), link
            if figure.isdigit():
                assert page.count("/lead/story?call=") == int(figure), link
            for one in (EVA, TOM, *OTHERS):
                assert one.name not in plain(page), "of facts, not of people"
                assert one.id not in page
            kinds |= set(re.findall("of=(\\w+)", link))
        assert kinds - {"prompts"} == {"field", "portal", "priced", "dunning"}
        assert ("prompts" in kinds) == ("tenant" not in query), "one of the other brand's gave up"


async def test_a_long_list_is_cut_and_counted_whole(
    actions: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(actions)
    monkeypatch.setattr(behind, "LISTED", 3)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        link = facts_of("portal", "calls")
        page = await max_.follow(link)
        assert A_VALUE.findall(page) == ["12"]
        assert page.count("/lead/story?call=") == 3
        assert "Only the first" in page


def facts_of(kind: str, figure: str) -> str:
    hours = "since=2026-03-02T08:00Z&until=2026-03-02T13:00Z"
    return f"/reports/facts?of={kind}&figure={figure}&{hours}"


async def test_who_sees_no_money_lists_services_without_it(
    actions: Actions, tmp_path: Path
) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at:
        async with reading(at, "max") as max_:
            assert "2.40\N{NO-BREAK SPACE}EUR" in await max_.follow(facts_of("priced", "count"))
        async with reading(at, "lena") as lena:
            page = await lena.follow(facts_of("services", "count"))
            assert "r-a-0.0" in page
            assert "EUR" not in page
            await lena.get(facts_of("priced", "count"), 400)


async def test_charts_files_and_tables_say_the_same(actions: Actions, tmp_path: Path) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        page = await max_.get("/reports", day="2026-03-02")
        day = re.findall(r"Total.*?<a [^>]*>(\d+)</a>", page, re.DOTALL)[0]
        lines = (await max_.get("/reports/table", table="flow_by_hour")).splitlines()
        assert lines[0].startswith("Hour,Offered,Answered")
        assert sum(int(line.split(",")[1]) for line in lines[1:]) == int(day) == 11
        assert lines[1].startswith("2026-03-02T08:00:00.000000Z,")
        calls = charts(page)["calls_by_hour"]
        assert sum(sum(one["values"]) for one in calls["series"]) == int(day)
        assert calls["labels"][0] == "09:00", "hours are the house's"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What figures were asked for, of which parts and tenants."""
    asked = list[str]()

    class Heard:
        def __init__(self, connection: Connection) -> None:
            self._figures = SqlFigures(connection)

        def __getattr__(self, name: str) -> Any:
            def ask(*given: Any) -> Any:
                asked.append(f"{name}{given}")
                return getattr(self._figures, name)(*given)

            return ask

    monkeypatch.setattr(unit_of_work, "SqlFigures", Heard)
    return asked


async def test_a_page_adds_each_figure_up_once_and_has_its_charts_in_it(
    actions: Actions, tmp_path: Path, asked: list[str]
) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        page = await max_.get("/reports", period="month", grain="day", day="2026-03-02")
    assert charts(page).keys() >= {"today", "calls_by_day", "level_by_day", "time_spent"}
    assert len(asked) == len(set(asked)) > 10


async def test_today_stands_beside_yesterday_and_a_week_ago(
    actions: Actions, tmp_path: Path
) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        part = plain(await max_.get("/reports/today"))
        assert "Offered 11 0 10" in part
        actions.clock.turn(-timedelta(hours=3))
        assert "Offered 4 0 4" in plain(await max_.get("/reports/today")), "as far as today is"
        (chart,) = charts(await max_.get("/reports/today")).values()
        today, _, before = chart["series"]
        assert (today["label"], before["label"]) == ("Today", "A week ago")
        assert (today["values"][9], today["values"][11]) == (3, None)
        assert sum(before["values"]) == 10


@pytest.mark.parametrize(
    "query",
    [
        {"day": "yesterday"},
        {"day": "1066-10-14"},
        {"period": "year"},
        {"grain": "week"},
        {"period": "from_to", "day": "2026-03-02", "last": "2026-03-01"},
        {"period": "from_to", "day": "2025-01-01", "last": "2026-03-01"},
    ],
)
async def test_what_is_mistyped_is_said(
    actions: Actions, tmp_path: Path, query: Mapping[str, str]
) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        assert 'role="alert"' in await max_.get("/reports", 400, **query)
        await max_.get("/reports", 404, tenant="nobody")
        for more in (
            {"figure": "wrong"},
            {"of": "people"},
            {"since": "2026-03-02T08:01Z"},
            {"until": "2027-03-02T08:00Z"},
        ):
            asked = {
                "of": "field",
                "figure": "offered",
                "since": "2026-03-02T08:00Z",
                "until": "2026-03-02T09:00Z",
            }
            await max_.get("/reports/facts", 400, **(asked | more))


async def test_a_grain_that_is_too_fine_is_made_coarser(actions: Actions, tmp_path: Path) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        for period, grain in (("day", "quarter"), ("week", "hour"), ("month", "day")):
            page = await max_.get("/reports", period=period, grain="quarter")
            assert f'<option value="{grain}" selected>' in page
            assert f"flow_by_{grain}" in page


@pytest.mark.parametrize("language", Language)
async def test_in_every_language(actions: Actions, tmp_path: Path, language: Language) -> None:
    put(actions)
    async with figures_desk(actions, tmp_path / "home") as at, at.browser("max") as max_:
        headers = {"Accept-Language": language.value}
        async with max_.get("/reports?period=month&grain=day", headers=headers) as answer:
            page = await answer.text()
        for key in ("live_today", "all_brands", "one_person_why", "how_computed"):
            assert texts(language)[key] in plain(page)


async def test_it_is_empty_where_nothing_was(actions: Actions, tmp_path: Path) -> None:
    async with figures_desk(actions, tmp_path / "home") as at:
        for name in ("max", "lena", "adler"):
            async with reading(at, name) as reader:
                assert "Nothing in this time." in await reader.get("/reports", period="month")
