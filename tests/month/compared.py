"""The figures of ``RowFigures``, and those of the naive implementation, in one shape."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from cti.routing.projecting import follow
from cti.routing.state import Field
from domain.fact import Fact
from domain.figures import AgentWork
from domain.figures_ports import Figures, Parts
from domain.period import Period
from domain.projection import SLOT, Row
from reporting.figures import RowFigures
from tests.month.house import BEGIN, END, PAID, PROMISED, TENANTS
from tests.month.naive import Naive
from tests.month.naive_rows import Sums, sums

WITHIN: Final = timedelta(days=7)
Plain = dict[tuple[Any, ...], dict[Any, int]]
When = Callable[[datetime], Any]


WHOLE: Final = Period(BEGIN, END + SLOT)


def figures_of(log: Iterable[Fact]) -> RowFigures:
    """As they follow from it step by step."""
    return RowFigures(_rows(log))


def _rows(log: Iterable[Fact]) -> Iterator[Row]:
    field = Field()
    for fact in log:
        field, rows = follow(field, fact)
        yield from rows


def quarter(at: datetime) -> str:
    return f"{at.astimezone(UTC):%d.%m. %H}:{at.minute // 15}"


def naive(facts: Naive) -> dict[str, Plain]:
    """All of them, under the names of ``Figures``."""
    found: dict[str, Sums] = {
        "call_flow": facts.flow(),
        "waits": facts.waits(),
        "handling": facts.handling(),
        "agent_work": facts.agents(),
        "portal_flow": facts.ivr_flow(),
        "gave_up_at": facts.gave_up_at(),
        "dunning_work": facts.dunning(),
        "promises": facts.promises(PROMISED, PAID),
        "services": facts.services(),
        "repeated": facts.repeated(WITHIN),
    }
    return {name: _without_noughts(sums) for name, sums in found.items()}


def by_parts(figures: Figures, parts: Parts, when: When) -> dict[str, Plain]:
    """Those that can be asked for by parts, each part under the name of what it belongs to."""
    return {
        "call_flow": _sums(figures.call_flow(parts, TENANTS).items(), when),
        "handling": _sums(figures.handling(parts, TENANTS).items(), when),
        "agent_work": _sums(figures.agent_work(parts).items(), when),
    }


def by_periods(figures: Figures, periods: Iterable[Period], when: When) -> dict[str, Plain]:
    """All, asked for one period after the other."""
    found: dict[str, Plain] = defaultdict(dict)
    for period in periods:
        name = when(period.since)
        for kind, plain in by_parts(figures, [period], partial(_named_so, name)).items():
            found[kind] |= plain
        for kind, plain in _without_parts(figures, period, name).items():
            found[kind] |= plain
    return found


def _named_so(name: Any, at: datetime) -> Any:
    return name


def _without_parts(figures: Figures, period: Period, name: Any) -> dict[str, Plain]:
    waits = figures.waits(period, TENANTS)
    dunning = figures.dunning_work(period, TENANTS)
    portal = figures.portal_flow(period, TENANTS)
    gave_up, services, promises, repeated = sums(), sums(), sums(), sums()
    for (tenant, prompt), count in figures.gave_up_at(period, TENANTS).items():
        gave_up[tenant, name][prompt] += count
    for (tenant, service, price), count in figures.services(period, TENANTS).items():
        services[tenant, name][service, price] += count
    for tenant in TENANTS:
        promises[tenant, name].update(asdict(figures.promises(period, tenant, {PROMISED}, {PAID})))
        told_again, came_again = figures.repeated(period, {tenant}, WITHIN)
        repeated[tenant, name].update(told_again=told_again, came_again=came_again)
    found: dict[str, Mapping[tuple[Any, ...], Mapping[Any, int]]] = {
        "waits": {(tenant, name): dict(each.callers) for tenant, each in waits.items()},
        "dunning_work": {(*cut, name): asdict(work) for cut, work in dunning.items()},
        "portal_flow": {(*map(_plain, cut), name): _named(flow) for cut, flow in portal.items()},
        "gave_up_at": gave_up,
        "services": services,
        "promises": promises,
        "repeated": repeated,
    }
    return {kind: _without_noughts(plain) for kind, plain in found.items()}


def _sums(parts: Iterable[tuple[Any, Any]], when: When) -> Plain:
    """The last of what a key is made of is when its part begins."""
    found = sums()
    for key, part in parts:
        row = found[*map(_plain, key[:-1]), when(key[-1])]
        for name, value in _named(part).items():
            row[name] += value
    return _without_noughts(found)


def _named(part: Any) -> dict[str, int]:
    if not isinstance(part, AgentWork):
        return {name: _count(value) for name, value in asdict(part).items()}
    return {
        **{str(doing): _count(lasts) for doing, lasts in part.spent.items()},
        **{f"paused {reason}": _count(lasts) for reason, lasts in part.pauses.items()},
        **{f"taken {way}": count for way, count in part.taken.items()},
        "missed": part.missed,
        "rejected": part.rejected,
        "unreached": part.unreached,
        "passed_on": part.passed_on,
    }


def _plain(value: Any) -> Any:
    return None if value is None else str(value)


def _count(value: int | timedelta) -> int:
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else value


def _without_noughts(sums: Mapping[tuple[Any, ...], Mapping[Any, int]]) -> Plain:
    rows = (
        (key, {name: value for name, value in row.items() if value}) for key, row in sums.items()
    )
    return {key: row for key, row in rows if row}
