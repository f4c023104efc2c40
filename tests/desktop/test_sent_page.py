"""The page of reports that went out: who sees which, files as they were issued, what is late and why, sent again."""

from datetime import timedelta
from pathlib import Path

from domain.issued_report import ReportKind
from domain.report_facts import ReportOpened, ReportSentAgain
from reporting.issuing import Issuing
from reporting.report_runs import PlanRuns, RunReports
from tests.fakes.desk import Actions
from tests.fakes.figures_desk import figures_desk, plain, reading
from tests.fakes.reports import SHEET, Floor, morning, wanted

SENT = "/reports/sent"
MINUTE = timedelta(minutes=1)


def planned(actions: Actions) -> Floor:
    """Of each morning's report; it goes out in half an hour."""
    PlanRuns(actions.transactions, actions.clock, lambda: [morning()])()
    return Floor()


def run(actions: Actions, floor: Floor) -> None:
    issuing = Issuing(actions.transactions, actions.clock, floor.makers, "jobs")
    RunReports(issuing).step()


async def test_from_planned_to_sent(actions: Actions, tmp_path: Path) -> None:
    floor = planned(actions)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        page = plain(await max_.get(SENT))
        assert "2026-03-02 13:30 Daily report Alpenrad" in page
        assert "max@rufwerk.example, lena@rufwerk.example" in page
        assert "planned" in page
        assert "overdue" not in page
        actions.clock.turn(40 * MINUTE)
        run(actions, floor)
        page = plain(await max_.get(SENT))
        assert "Nothing is planned." in page
        assert "2026-000001 daily Alpenrad de" in page
        assert "lena@rufwerk.example: on its way" in page
        actions.clock.turn(55 * MINUTE)
        assert "Reports are overdue" in plain(await max_.get(SENT)), "nobody has got it"
        with actions.transactions.write() as uow:
            assert not [one for one in uow.facts.read() if isinstance(one.body, ReportSentAgain)]
        where = await max_.post(f"{SENT}/2026-000001/again")
        page = plain(await max_.get(where))
        assert "Report 2026-000001 goes out once more." in page
        assert page.count("lena@rufwerk.example: on its way") == 2
        with actions.transactions.read() as uow:
            *_, fact = uow.facts.read()
        assert (fact.origin.actor, fact.body) == ("p-max", ReportSentAgain(fact.body.number))  # type: ignore[attr-defined]


async def test_what_fails_says_why_and_raises_the_alarm(actions: Actions, tmp_path: Path) -> None:
    floor = planned(actions)
    floor.fails.append(ZeroDivisionError())
    actions.clock.turn(120 * MINUTE)
    run(actions, floor)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "lena") as lena:
        page = await lena.get(SENT)
        assert "planned: ZeroDivisionError" in plain(page)
        assert "⚠ overdue" in plain(page)
        assert 'role="alert"' in page
        assert "Reports are overdue" in page


async def test_a_file_is_the_one_that_was_issued_and_the_log_says_who_has_it(
    actions: Actions, tmp_path: Path
) -> None:
    issuing = Issuing(actions.transactions, actions.clock, Floor().makers, "jobs")
    for kind in ReportKind:
        issuing.issue(wanted(kind))
    every = set(ReportKind)
    may = {
        "max": every,
        "lena": every - {ReportKind.BILLING},
        "adler": {ReportKind.SERVICE_LEVEL},
    }
    async with figures_desk(actions, tmp_path / "home") as at:
        for name, kinds in may.items():
            async with reading(at, name) as reader:
                page = await reader.get(SENT)
                assert ("again" in page) is False, "nobody has got it: it can't go again"
                for number, kind in enumerate(ReportKind, 1):
                    path = f"{SENT}/2026-{number:06d}/report.xlsx"
                    assert (path in page) == (kind in kinds)
                    async with reader.browser.get(path) as answer:
                        assert answer.status == (200 if kind in kinds else 404)
                        if kind in kinds:
                            assert await answer.read() == SHEET
                            assert "attachment" in answer.headers["Content-Disposition"]
                await reader.get(f"{SENT}/2026-000001/nothing.pdf", 404)
        async with reading(at, "max") as max_:
            said = await max_.post(f"{SENT}/2026-000001/again", 400)
            assert "Nobody has got this report by mail yet." in said
            await max_.post(f"{SENT}/2026-000009/again", 404)
        async with reading(at, "adler") as adler:
            await adler.post(f"{SENT}/2026-000004/again", 403)
    with actions.transactions.read() as uow:
        opened = [one for one in uow.facts.read() if isinstance(one.body, ReportOpened)]
    assert [one.origin.actor for one in opened] == ["p-max"] * 4 + ["p-lena"] * 3 + ["p-adler"]
