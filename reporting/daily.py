"""A day, for the head of the call centre: how calls fared, how busy people were, and what was done."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from domain.figures import CallCut, Formula
from domain.figures_ports import Figures
from domain.period import Grain, Period, divided, of_day
from reporting import headlines
from reporting.call_flow import (
    Flow,
    by_concern,
    by_language,
    by_part,
    by_tenant,
    charts,
    flow_table,
    flows_of,
    handling_table,
    waits_table,
)
from reporting.headlines import Sums
from reporting.people import People
from reporting.report import Key, Kind, Report, Section, Source
from reporting.services import dunning_section, portal_section, services_section
from reporting.source_lines import Sources
from reporting.subject import Subject

_WEEK: Final = timedelta(days=7)


def daily(figures: Figures, subject: Subject, day: date) -> Report:
    """The headlines stand beside those of the same weekday a week before. Raises StorageDown."""
    period = of_day(day, subject.zone)
    hours = tuple(divided(period, Grain.HOUR, subject.zone))
    flows = flows_of(figures, subject, hours)
    before = Sums.of(figures, subject, of_day(day - _WEEK, subject.zone))
    people = None if subject.floor is None else People.of(figures, subject.floor, period)
    now = Sums.counted(flows, people)
    work = None if people is None else people.section()
    done = (portal_section(figures, subject, period), dunning_section(figures, subject, period))
    calls = _calls(figures, subject, period, flows)
    sections = (calls, work, *done, services_section(figures, subject, period))
    return Report(
        Kind.DAILY,
        subject.tenant,
        subject.name,
        period,
        subject.zone,
        (*headlines.of_calls(now, before), *headlines.of_work(now, before)),
        tuple(one for one in sections if one is not None),
        formulas(subject, people=work is not None),
        all_sources(Sources(figures, subject, period, period), people),
    )


def _calls(
    figures: Figures, subject: Subject, period: Period, flows: Mapping[CallCut, Flow]
) -> Section:
    by_hour = by_part(subject, period, Grain.HOUR)
    cuts = (by_tenant(subject), by_hour, by_language(), by_concern())
    tables = (
        *(flow_table(flows, by) for by in cuts),
        waits_table(figures, subject, period, flows),
        *(handling_table(flows, by) for by in cuts),
    )
    return Section(Key("call_flow"), tables, charts(flows, by_hour, subject.goal.level))


def formulas(subject: Subject, *, people: bool) -> tuple[Key, ...]:
    """What the figures of calls mean, by each formula that a contract of theirs has, and those of people."""
    named = ("aht", "transferred", "portal", *(("occupancy", "utilisation") if people else ()))
    return *level_formulas(subject), *(Key(f"formula_{name}") for name in named)


def level_formulas(subject: Subject) -> tuple[Key, ...]:
    used = {brand.formula for brand in subject.brands} | {Formula.A, Formula.F}
    levels = (Key(f"formula_level_{one.lower()}") for one in sorted(used))
    return *levels, *(Key(f"formula_{name}") for name in ("counted", "asa", "abandonment", "waits"))


def all_sources(sources: Sources, people: People | None) -> tuple[Source, ...]:
    return (
        sources.tenants(),
        sources.calls(),
        sources.portal(),
        sources.legs(people),
        sources.work(people),
        sources.services(),
        sources.attempts(),
    )
