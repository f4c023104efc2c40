"""Whose figures are shown, and whose aren't."""

from collections import Counter
from datetime import timedelta

import pytest

from domain.ids import AgentId
from domain.period import of_day
from reporting.daily import daily
from reporting.figures import RowFigures
from reporting.people import ALL, OTHERS, People, groups
from reporting.report import Report
from reporting.subject import Floor, Subject
from tests.fakes.worked_days import AGENTS, BERLIN, BRANDS, FIRST, NAMES, TEAMS, rows


def sizes(*teams: int, smallest: int = 5) -> dict[str, int]:
    """How many agents are shown in which team, of teams of these sizes: A, B, C ..."""
    team_of = {
        AgentId(f"{team}{number}"): team
        for team, size in zip("ABCDEF", teams, strict=False)
        for number in range(size)
    }
    return dict(Counter(groups(team_of, Floor(team_of, smallest=smallest)).values()))


def test_a_team_of_five_is_shown() -> None:
    assert sizes(5, 6) == {"A": 5, "B": 6}


def test_smaller_ones_are_shown_together() -> None:
    assert sizes(7, 2, 3) == {"A": 7, OTHERS: 5}


def test_two_small_ones_take_the_next_larger_along() -> None:
    """Else the small ones would be what is missing from the total."""
    assert sizes(7, 2, 6) == {"A": 7, OTHERS: 8}
    assert sizes(6, 4) == {OTHERS: 10}


def test_too_few_altogether_are_not_shown() -> None:
    assert sizes(2, 2) == {}
    assert sizes(2, 2, smallest=4) == {OTHERS: 4}


def test_nobody_knows_where_they_work() -> None:
    assert set(groups(AGENTS, Floor()).values()) == {ALL}


@pytest.fixture(scope="module")
def figures() -> RowFigures:
    return RowFigures(rows(days=8))


def report(figures: RowFigures, floor: Floor | None) -> Report:
    return daily(figures, Subject("Rufwerk", BRANDS, BERLIN, floor=floor), FIRST)


def titles(report: Report) -> set[str]:
    return {table.title for section in report.sections for table in section.tables}


def in_files(report: Report) -> str:
    return "\n".join(
        " ".join(line) for source in report.sources for line in (source.columns, *source.lines)
    )


def test_teams_alone_where_no_purpose_was_named(figures: RowFigures) -> None:
    shown = report(figures, Floor(TEAMS))
    assert "time_by_team" in titles(shown)
    assert "time_by_agent" not in titles(shown)
    written = in_files(shown)
    assert not any(agent in written for agent in AGENTS)
    assert "Madrid" not in written  # two people alone


def test_an_agent_is_another_one_in_the_next_report(figures: RowFigures) -> None:
    subject = Subject("Rufwerk", BRANDS, BERLIN, floor=Floor(TEAMS))
    reports = (daily(figures, subject, FIRST + timedelta(days=day)) for day in (0, 1))
    first, second = (
        {line[0] for source in one.sources if source.name == "work" for line in source.lines}
        for one in reports
    )
    assert len(first) == len(AGENTS)
    assert not first & second


def test_persons_where_one_was(figures: RowFigures) -> None:
    shown = report(figures, Floor(TEAMS, NAMES))
    table = next(
        table
        for section in shown.sections
        for table in section.tables
        if table.title == "time_by_agent"
    )
    names = {str(row[0]) for row in table.rows}
    assert "Person 3" in names
    assert "Person 0 (agent-12)" in names  # two have this name
    assert len(names) == len(AGENTS)


def test_nothing_of_people_where_they_are_too_few(figures: RowFigures) -> None:
    shown = report(figures, Floor(TEAMS, smallest=20))
    assert not any("team" in title or "pause" in title for title in titles(shown))
    assert {"occupancy", "utilisation"}.isdisjoint(one.label for one in shown.headlines)
    assert all(not (set(line[:2]) - {""}) for line in shown.sources[4].lines)


def test_nothing_of_people_for_one_tenant(figures: RowFigures) -> None:
    shown = report(figures, None)
    assert "people" not in {section.title for section in shown.sections}
    assert not any(agent in in_files(shown) for agent in AGENTS)


def test_a_transferred_call_gives_each_her_own_time(figures: RowFigures) -> None:
    people = People.of(figures, Floor(TEAMS), of_day(FIRST, BERLIN))
    spans = [one.span for one in figures.spans(of_day(FIRST, BERLIN))]
    for agent, work in people.work.items():
        own = sum((one.until - one.since for one in spans if one.agent == agent), timedelta())
        assert work.signed_in == own
