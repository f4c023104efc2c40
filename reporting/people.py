"""Tables of what agents did: of teams, and of each person where somebody may see that."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.figures import AgentWork, rolled_up, total
from domain.figures_ports import Figures
from domain.ids import AgentId
from domain.period import Grain, Period, divided
from domain.projection import Doing, Way
from reporting.call_flow import Label, counts, part_column, part_labels
from reporting.report import Cell, Chart, ChartKind, Column, Key, Section, Series, Table, Unit
from reporting.subject import Floor

ALL: Final = Key("team_all")
"""The team of all whose site nobody knows."""

OTHERS: Final = Key("team_others")
"""The teams that are too small to be shown, together."""

_BUSY: Final = "(talk + hold + wrap_up)"
_DOINGS: Final = {
    "ready": Doing.READY,
    "ringing": Doing.RINGING,
    "talk": Doing.TALKING,
    "hold": Doing.ON_HOLD,
    "wrap_up": Doing.WRAP_UP,
    "paused": Doing.PAUSED,
    "unreachable": Doing.UNREACHABLE,
}
TIMES: Final = (
    Column(Key("signed_in"), Unit.HOURS, " + ".join(_DOINGS)),
    *(Column(Key(name), Unit.HOURS) for name in _DOINGS),
    Column(Key("occupancy"), Unit.PERCENT, f"{_BUSY} / ({_BUSY[1:-1]} + ready)"),
    Column(Key("utilisation"), Unit.PERCENT, f"({_BUSY[1:-1]} + ready) / signed_in"),
)
CALLS: Final = (
    Column(Key("taken"), Unit.COUNT, " + ".join(f"taken_{way}" for way in Way)),
    *counts(*(f"taken_{way}" for way in Way)),
    *counts("passed_on", "missed", "rejected", "unreached"),
)


def groups(agents: Iterable[AgentId], floor: Floor) -> Mapping[AgentId, str]:
    """The team that each of them is shown in: none is smaller than may be, and where there are too few of them
    altogether, none is shown. Teams that are too small are one, with the next larger ones if they still are.
    """
    team_of = {agent: floor.teams.get(agent, ALL) for agent in agents}
    sizes = Counter(team_of.values())
    if len(team_of) < floor.smallest:
        return {}
    hidden: set[str] = set()
    for team, size in sorted(sizes.items(), key=lambda item: (item[1], item[0])):
        together = sum(sizes[one] for one in hidden)
        if size < floor.smallest or 0 < together < floor.smallest:
            hidden.add(team)
    return {agent: OTHERS if team in hidden else team for agent, team in team_of.items()}


@dataclass(frozen=True, slots=True)
class People:
    """What those who worked in a period did, and the team that each is shown in."""

    floor: Floor
    work: Mapping[AgentId, AgentWork]
    team_of: Mapping[AgentId, str]
    names: Mapping[AgentId, str]
    """Empty where they may not be seen."""

    @classmethod
    def of(cls, figures: Figures, floor: Floor, period: Period) -> "People":
        work = rolled_up(figures.agent_work([period]), lambda cut: cut.agent)
        names = {} if floor.persons is None else _named(work, floor.persons)
        return cls(floor, work, groups(work, floor), names)

    @property
    def all(self) -> AgentWork | None:
        """None where they are too few to be told of."""
        if self.floor.persons is None and not self.team_of:
            return None
        return total(self.work.values(), AgentWork())

    def section(self) -> Section | None:
        everybody = self.all
        if everybody is None or not self.work:
            return None
        tables = [*_team_tables(self), _pauses(everybody)]
        if self.floor.persons is not None:
            tables += _person_tables(self)
        return Section(Key("people"), tuple(tables), (_chart(self),))

    def teams(self) -> Mapping[str, AgentWork]:
        parts = {agent: self.work[agent] for agent in self.team_of}
        found = rolled_up(parts, lambda agent: self.team_of[agent])
        return {
            team: found[team] for team in sorted(found, key=lambda team: (team == OTHERS, team))
        }

    def persons(self) -> Mapping[str, AgentWork]:
        found = {name: self.work[agent] for agent, name in self.names.items()}
        return dict(sorted(found.items(), key=lambda one: one[0]))


def _team_tables(people: People) -> tuple[Table, ...]:
    sizes, teams = Counter(people.team_of.values()), people.teams()
    if not teams:
        return ()
    team = Column(Key("team"), Unit.NAME)
    together = total(teams.values(), AgentWork())
    times = tuple((name, sizes[name], *_time_cells(work)) for name, work in teams.items())
    calls = tuple((name, *_call_cells(work)) for name, work in teams.items())
    return (
        Table(
            Key("time_by_team"),
            (team, *counts("agents"), *TIMES),
            times,
            (None, len(people.team_of), *_time_cells(together)),
            Key("note_small_teams"),
        ),
        Table(Key("calls_by_team"), (team, *CALLS), calls, (None, *_call_cells(together))),
    )


def _person_tables(people: People) -> tuple[Table, ...]:
    agent = Column(Key("agent"), Unit.NAME)
    works = people.persons()
    times = tuple((name, *_time_cells(work)) for name, work in works.items())
    calls = tuple((name, *_call_cells(work)) for name, work in works.items())
    together = total(people.work.values(), AgentWork())
    return (
        Table(Key("time_by_agent"), (agent, *TIMES), times, (None, *_time_cells(together))),
        Table(
            Key("calls_by_agent"),
            (agent, *CALLS),
            calls,
            (None, *_call_cells(together)),
            Key("note_transferred"),
        ),
    )


def _named(agents: Iterable[AgentId], names: Mapping[AgentId, str]) -> Mapping[AgentId, str]:
    """Of two with the same name each has her id too."""
    found = {agent: names.get(agent, agent) for agent in agents}
    often = Counter(found.values())
    return {
        agent: name if often[name] == 1 else f"{name} ({agent})" for agent, name in found.items()
    }


def _pauses(work: AgentWork) -> Table:
    columns = (Column(Key("reason"), Unit.NAME), Column(Key("paused"), Unit.HOURS))
    rows = tuple(sorted(work.pauses.items()))
    return Table(Key("pauses_by_reason"), columns, rows, (None, work.time(Doing.PAUSED)))


def _time_cells(work: AgentWork) -> tuple[Cell, ...]:
    times = (work.time(doing) for doing in _DOINGS.values())
    return work.signed_in, *times, work.occupancy, work.utilisation


def _call_cells(work: AgentWork) -> tuple[Cell, ...]:
    taken = [work.taken.get(way, 0) for way in Way]
    return sum(taken), *taken, work.passed_on, work.missed, work.rejected, work.unreached


def _chart(people: People) -> Chart:
    """How the time of each was spent; of each person where they may be seen."""
    works = people.teams() if people.floor.persons is None else people.persons()
    return _stacked(tuple(works), list(works.values()))


def _stacked(labels: tuple[Label, ...], works: Sequence[AgentWork]) -> Chart:
    series = tuple(
        Series(Key(name), tuple(work.time(doing) for work in works))
        for name, doing in _DOINGS.items()
        if any(work.time(doing) > timedelta() for work in works)
    )
    return Chart(Key("time_spent"), ChartKind.STACKED, labels, series, Unit.HOURS)


def of_one(
    figures: Figures, agent: AgentId, period: Period, grain: Grain, zone: ZoneInfo
) -> Section:
    """What one person did, for whom may see that: herself, and who has said what for. Raises StorageDown."""
    work = figures.agent_work(tuple(divided(period, grain, zone)), agent)
    labels = part_labels(period, grain, zone)
    rows = {labels[cut.since]: work[cut] for cut in sorted(work)}
    together = total(rows.values(), AgentWork())
    column = part_column(grain)
    times = tuple((label, *_time_cells(one)) for label, one in rows.items())
    calls = tuple((label, *_call_cells(one)) for label, one in rows.items())
    return Section(
        Key("people"),
        (
            Table(Key("time_spent"), (column, *TIMES), times, (None, *_time_cells(together))),
            Table(
                Key("taken"),
                (column, *CALLS),
                calls,
                (None, *_call_cells(together)),
                Key("note_transferred"),
            ),
            _pauses(together),
        ),
        (_stacked(tuple(rows), list(rows.values())),) if rows else (),
    )
