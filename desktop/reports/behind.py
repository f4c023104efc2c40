"""The facts behind a figure, of each kind: how many or how much they are, and the list of them. Nobody's name is in it,
nor which agent it was: her figures have a page of their own, for which a purpose is named.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any, Final

from domain.figures import Handling, rolled_up
from domain.figures_ports import FieldVisit, Figures, PortalCall
from domain.period import Period
from domain.portal_facts import DialogEnd
from domain.price_list import for_minutes, for_pieces, sums
from domain.projection import Attempt, Doing, VisitEnd
from domain.service_record import Price, write_price
from reporting.call_flow import concern_key, language_key
from reporting.report import Cell, Column, Key, Table, Unit
from reporting.services import dunning_line, service_line
from reporting.subject import Brand, Subject

LISTED: Final = 500
"""Facts of a list; how many or how much they are is told of all."""

Much = int | timedelta
"""A count or a time, which a figure is a sum of."""

Names = tuple[Cell, ...]
"""By which facts have a line of a table."""

Row = Mapping[str, Cell]
"""A fact, or a line, by the keys of its columns."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Facts of a kind (``KINDS``) that count under ``figure``. ``where`` is what their columns say, as ``written``: a
    column that isn't named isn't asked for. ``price`` is that of a piece or a minute, unless each fact has its own.
    """

    of: str
    figure: str
    period: Period
    where: Mapping[str, str] = field(default_factory=dict)
    price: Price | None = None

    def means(self, row: Row) -> bool:
        return all(written(row[name]) == said for name, said in self.where.items())


@dataclass(frozen=True, slots=True)
class Listed:
    """``table`` has the first facts alone, if it ``is_cut``; ``much`` (in ``unit``) and ``amount`` are of all of them.
    The amount is what a line of a bill costs: None where nothing is charged, or not in one currency.
    """

    table: Table
    is_cut: bool
    much: Much
    unit: Unit
    amount: Price | None


Sums = Callable[[Figures, Subject, Wish], Mapping[Names, Much]]
Rows = Callable[[Figures, Subject, Wish], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Kind:
    """``names`` are the columns by which a table has lines, ``sums`` what the database adds up by them, and ``rows``
    the facts one by one, in order of time.
    """

    names: tuple[str, ...]
    figures: frozenset[str]
    columns: tuple[Column, ...]
    sums: Sums
    rows: Rows
    has_money: bool = False


def listed(figures: Figures, subject: Subject, wish: Wish) -> Listed:
    """Raises StorageDown."""
    kind = KINDS[wish.of]
    rows = (row for row in kind.rows(figures, subject, wish) if wish.means(row))
    shown = [tuple(row[one.key] for one in kind.columns) for row in islice(rows, LISTED + 1)]
    unit = Unit.HOURS if wish.figure in _TIMES else Unit.COUNT
    much: Any = timedelta() if unit is Unit.HOURS else 0
    costs = []
    for names, part in kind.sums(figures, subject, wish).items():
        line = dict(zip(kind.names, names, strict=True))
        if wish.means(line):
            much += part
            costs.append(_cost(line.get("price", wish.price), part))
    amounts = sums(one for one in costs if one is not None)
    return Listed(
        Table(Key(wish.figure), kind.columns, tuple(shown[:LISTED])),
        len(shown) > LISTED,
        much,
        unit,
        amounts[0] if len(amounts) == 1 else None,
    )


def _cost(price: Cell, much: Much) -> Price | None:
    """A bill's lines cost their pieces, or are charged by the second."""
    if not isinstance(price, Price):
        return None
    return for_pieces(price, much) if isinstance(much, int) else for_minutes(price, much)


def written(cell: Cell) -> str:
    """Of what has a name, or a price: the same for what is the same."""
    match cell:
        case None:
            return ""
        case Price(amount, currency):
            return write_price(Price(amount.normalize(), currency))
        case _:
            return str(cell)


_TIMES: Final = frozenset({"portal_time", "to_balance", "time"})


def _columns(**units: Unit) -> tuple[Column, ...]:
    shown = {"at": Unit.TIME, "tenant": Unit.NAME, **units, "call": Unit.NAME}
    return tuple(Column(Key(name), unit) for name, unit in shown.items())


# Callers in the field, by when they entered it

_FIELD: Final[Mapping[str, Callable[[FieldVisit], bool]]] = {
    "offered": lambda _: True,
    "answered": lambda visit: visit.end is VisitEnd.ANSWERED,
    "in_time": lambda visit: visit.end is VisitEnd.ANSWERED and visit.in_time,
    "abandoned": lambda visit: visit.end is VisitEnd.ABANDONED,
    "short": lambda visit: visit.end is VisitEnd.ABANDONED and visit.short,
    "rung_back": lambda visit: visit.end is VisitEnd.RUNG_BACK,
    "elsewhere": lambda visit: visit.end is VisitEnd.ELSEWHERE,
    "still_waiting": lambda visit: visit.end is None,
}


def _field_sums(figures: Figures, subject: Subject, wish: Wish) -> Mapping[Names, Much]:
    flows = rolled_up(
        figures.call_flow([wish.period], subject.tenants),
        lambda cut: (
            subject.brand(cut.tenant).name,
            language_key(cut.language),
            concern_key(cut.concern),
        ),
    )
    return {names: getattr(flow, wish.figure) for names, flow in flows.items()}


def _field_rows(figures: Figures, subject: Subject, wish: Wish) -> Iterator[Row]:
    counts = _FIELD[wish.figure]
    for one in figures.visits(wish.period, subject.tenants):
        if one.dialled is None and counts(one):
            yield {
                "at": one.entered,
                "tenant": subject.brand(one.tenant).name,
                "language": language_key(one.language),
                "concern": concern_key(one.concern),
                "waited": one.wait,
                "came_of": None if one.end is None else Key(one.end),
                "call": one.call,
            }


# Callers of the portal, by when they arrived


def _gave_up(call: PortalCall) -> bool:
    return call.end is DialogEnd.HUNG_UP and not call.served and not call.handed_over


_PORTAL: Final[Mapping[str, tuple[str, Callable[[PortalCall], bool]]]] = {
    "calls": ("calls", lambda _: True),
    "self_served": ("self_served", lambda call: call.served and not call.handed_over),
    "handed_over": ("handed_over", lambda call: call.handed_over),
    "gave_up": ("gave_up", _gave_up),
    "portal_time": ("time", lambda call: call.left is not None),
    "told": ("told", lambda call: call.told is not None),
    "to_balance": ("to_balance", lambda call: call.told is not None),
}
"""What the sum of a figure is called, and which calls count under it."""


def _portal_sums(figures: Figures, subject: Subject, wish: Wish) -> Mapping[Names, Much]:
    flows = rolled_up(
        figures.portal_flow(wish.period, subject.tenants),
        lambda cut: (subject.brand(cut.tenant).name, cut.line),
    )
    name, _ = _PORTAL[wish.figure]
    return {names: getattr(flow, name) for names, flow in flows.items()}


def _prompt_sums(figures: Figures, subject: Subject, wish: Wish) -> Mapping[Names, Much]:
    found = figures.gave_up_at(wish.period, subject.tenants)
    return rolled_up(found, lambda cut: (subject.brand(cut.tenant).name, cut.prompt))


def _portal_rows(figures: Figures, subject: Subject, wish: Wish) -> Iterator[Row]:
    _, counts = _PORTAL[wish.figure]
    for one in figures.portal_calls(wish.period, subject.tenants):
        if counts(one):
            yield {
                "at": one.arrived,
                "tenant": subject.brand(one.tenant).name,
                "line": one.line,
                "language": language_key(one.language),
                "portal_time": None if one.left is None else one.left - one.arrived,
                "to_balance": None if one.told is None else one.told - one.arrived,
                "prompt": one.last_prompt,
                "call": one.call,
            }


# What calls that came in took of agents' time, by when it was spent

_HANDLING: Final = {
    Doing.TALKING: Key("talk"),
    Doing.ON_HOLD: Key("hold"),
    Doing.WRAP_UP: Key("wrap_up"),
}


def _agents_sums(figures: Figures, subject: Subject, wish: Wish) -> Mapping[Names, Much]:
    spent: Mapping[str, Handling] = rolled_up(
        figures.handling([wish.period], subject.tenants),
        lambda cut: subject.brand(cut.tenant).name,
    )
    return {
        (name, kind): getattr(handling, kind)
        for name, handling in spent.items()
        for kind in _HANDLING.values()
    }


def _agents_rows(figures: Figures, subject: Subject, wish: Wish) -> Iterator[Row]:
    for one in figures.spans(wish.period, subject.tenants):
        span, kind = one.span, _HANDLING.get(one.span.doing)
        if kind is not None and one.tenant is not None and not one.dialled:
            yield {
                "at": span.since,
                "tenant": subject.brand(one.tenant).name,
                "kind": kind,
                "time": span.until - span.since,
                "call": span.call,
            }


# What was recorded, by when that was


def _service_sums(figures: Figures, subject: Subject, wish: Wish) -> Mapping[Names, Much]:
    length = len(KINDS[wish.of].names)
    found = figures.services(wish.period, subject.tenants)
    return rolled_up(found, lambda cut: service_line(subject, cut)[:length])


def _service_rows(figures: Figures, subject: Subject, wish: Wish) -> Iterator[Row]:
    for one in figures.services_done(wish.period, subject.tenants):
        if not one.corrected:
            done = one.done
            tenant, service, price = service_line(subject, done)
            yield {
                "at": done.at,
                "tenant": tenant,
                "service": service,
                "price": price,
                "record": done.record,
                "call": done.call,
            }


_DUNNING: Final[Mapping[str, tuple[str, Callable[[Brand, Attempt], bool]]]] = {
    "attempts": ("attempts", lambda *_: True),
    "reached": ("reached", lambda _, one: one.reached),
    "closed": ("closed", lambda _, one: one.ends),
    "promised": ("attempts", lambda brand, one: one.outcome in brand.promised),
}


def _dunning_sums(figures: Figures, subject: Subject, wish: Wish) -> Mapping[Names, Much]:
    work = figures.dunning_work(wish.period, subject.tenants)
    if wish.figure == "promised":
        promised = {one.id: one.promised for one in subject.brands}
        work = {cut: one for cut, one in work.items() if cut.outcome in promised[cut.tenant]}
    name, _ = _DUNNING[wish.figure]
    lines = rolled_up(work, partial(dunning_line, subject))
    return {names: getattr(one, name) for names, one in lines.items()}


def _dunning_rows(figures: Figures, subject: Subject, wish: Wish) -> Iterator[Row]:
    _, counts = _DUNNING[wish.figure]
    for one in figures.attempts(wish.period, subject.tenants):
        if counts(subject.brand(one.tenant), one):
            tenant, of_list, outcome = dunning_line(subject, one)
            yield {
                "at": one.at,
                "tenant": tenant,
                "list": of_list,
                "outcome": outcome,
                "case": one.case,
                "call": one.call,
            }


_CALLER: Final = _columns(
    language=Unit.TEXT, concern=Unit.TEXT, waited=Unit.SECONDS, came_of=Unit.TEXT
)
_PORTAL_CALL: Final = _columns(
    line=Unit.NAME,
    language=Unit.TEXT,
    portal_time=Unit.HOURS,
    to_balance=Unit.SECONDS,
    prompt=Unit.NAME,
)
_TIME: Final = _columns(kind=Unit.TEXT, time=Unit.HOURS)
_SERVICE: Final = _columns(service=Unit.NAME, record=Unit.NAME)
_PRICED_SERVICE: Final = _columns(service=Unit.NAME, price=Unit.MONEY, record=Unit.NAME)
_ATTEMPT: Final = _columns(list=Unit.NAME, outcome=Unit.NAME, case=Unit.NAME)

KINDS: Final[Mapping[str, Kind]] = {
    "field": Kind(
        ("tenant", "language", "concern"), frozenset(_FIELD), _CALLER, _field_sums, _field_rows
    ),
    "portal": Kind(
        ("tenant", "line"), frozenset(_PORTAL), _PORTAL_CALL, _portal_sums, _portal_rows
    ),
    "prompts": Kind(
        ("tenant", "prompt"), frozenset({"gave_up"}), _PORTAL_CALL, _prompt_sums, _portal_rows
    ),
    "agents": Kind(("tenant", "kind"), frozenset({"time"}), _TIME, _agents_sums, _agents_rows),
    "services": Kind(
        ("tenant", "service"), frozenset({"count"}), _SERVICE, _service_sums, _service_rows
    ),
    "priced": Kind(
        ("tenant", "service", "price"),
        frozenset({"count"}),
        _PRICED_SERVICE,
        _service_sums,
        _service_rows,
        has_money=True,
    ),
    "dunning": Kind(
        ("tenant", "list", "outcome"), frozenset(_DUNNING), _ATTEMPT, _dunning_sums, _dunning_rows
    ),
}
