"""Puts together what a page of figures shows, of the same tables and charts that reports are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from desktop.reports.asked import Asked
from desktop.reports.rights import Sight
from domain.figures import CallCut, total
from domain.figures_ports import Figures
from domain.language import Language
from domain.period import Period, divided
from domain.ports import UnitOfWork
from domain.tenant import Tenant, TenantBook
from reporting import headlines
from reporting.brands import brand_of, floor_of
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
from reporting.daily import formulas, level_formulas
from reporting.headlines import Sums
from reporting.people import People
from reporting.report import Chart, Headline, Key, Section
from reporting.services import (
    dunning_section,
    portal_section,
    services_section,
    unpriced_section,
)
from reporting.subject import Subject

HOUSE: Final = "Rufwerk"
"""What all brands together are called."""


@dataclass(frozen=True, slots=True)
class Overview:
    """``too_few`` says that people worked, but fewer than may be told of."""

    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]
    formulas: tuple[Key, ...]
    too_few: bool = False


def subject_of(
    uow: UnitOfWork, book: TenantBook, asked: Asked, language: Language, sight: Sight
) -> Subject:
    """Teams alone are told of, since one person's figures have a page of their own; and of no brand, since they serve
    all of them.
    """
    tenants: list[Tenant] = (
        list(book.tenants.values()) if asked.tenant is None else [book.tenants[asked.tenant]]
    )
    lists = uow.case_lists.of([one.id for one in tenants]) if sight.work else ()
    return Subject(
        HOUSE if asked.tenant is None else tenants[0].name,
        tuple(brand_of(one, language) for one in tenants),
        asked.zone,
        asked.tenant,
        floor_of(uow) if sight.work and asked.tenant is None else None,
        {one.id: one.file for one in lists},
    )


def overview(figures: Figures, subject: Subject, asked: Asked, sight: Sight) -> Overview:
    """All that may be seen of it. Raises StorageDown."""
    period = asked.period
    flows, people = _flows(figures, subject, asked), _people(figures, subject, period)
    now = Sums(total(flows.values(), Flow()), None if people is None else people.all)
    before = Sums.of(figures, subject, asked.before.period)
    calls = _calls(figures, subject, asked, sight, flows)
    if not sight.work:
        return Overview(headlines.of_calls(now, before), (calls,), level_formulas(subject))
    work = None if people is None else people.section()
    done = (
        portal_section,
        dunning_section,
        services_section if sight.money else unpriced_section,
    )
    sections = (calls, *(one(figures, subject, period) for one in done), work)
    return Overview(
        (*headlines.of_calls(now, before), *headlines.of_work(now, before)),
        tuple(one for one in sections if one is not None),
        formulas(subject, people=work is not None),
        too_few=people is not None and bool(people.work) and work is None,
    )


def _flows(figures: Figures, subject: Subject, asked: Asked) -> Mapping[CallCut, Flow]:
    return flows_of(figures, subject, tuple(divided(asked.period, asked.grain, asked.zone)))


def _people(figures: Figures, subject: Subject, period: Period) -> People | None:
    return None if subject.floor is None else People.of(figures, subject.floor, period)


def _calls(
    figures: Figures, subject: Subject, asked: Asked, sight: Sight, flows: Mapping[CallCut, Flow]
) -> Section:
    cuts = [by_part(subject, asked.period, asked.grain), by_language(), by_concern()]
    if asked.tenant is None:
        cuts.insert(0, by_tenant(subject))
    tables = [flow_table(flows, by) for by in cuts]
    tables.append(waits_table(figures, subject, asked.period, flows))
    if sight.work:
        tables += [handling_table(flows, by) for by in cuts]
    return Section(Key("call_flow"), tuple(tables), _charts(subject, asked, flows))


def _charts(subject: Subject, asked: Asked, flows: Mapping[CallCut, Flow]) -> tuple[Chart, ...]:
    by_time = by_part(subject, asked.period, asked.grain)
    return charts(_without_gaps(flows, subject, asked), by_time, subject.goal.level)


def _without_gaps(
    flows: Mapping[CallCut, Flow], subject: Subject, asked: Asked
) -> Mapping[CallCut, Flow]:
    """With the parts between the first and the last call in which none came."""
    if not flows:
        return flows
    first, last = min(one.since for one in flows), max(one.since for one in flows)
    tenant = subject.brands[0].id
    parts = divided(asked.period, asked.grain, asked.zone)
    empty = {
        CallCut(tenant, Language.DE, None, part.since): Flow()
        for part in parts
        if first < part.since < last
    }
    return {**empty, **flows}
