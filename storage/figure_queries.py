"""The statements of figures, the same on both databases: from slot ``since`` on, until before slot ``until``.

They are built once: building takes longer than many an answer.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
)

from domain.field_facts import OfferResult
from domain.portal_facts import DialogEnd
from domain.projection import SLOT, Doing, VisitEnd, Way
from storage.projection_tables import (
    FLOW_SUMS,
    HANDLING_SUMS,
    PORTAL_SUMS,
    agent_sums,
    attempts_made,
    call_sums,
    cases_off,
    legs,
    portal_calls,
    portal_sums,
    services_done,
    spans,
    visits,
)

_SLOT_US: Final = SLOT.seconds * 1_000_000
_ALL: Final = func.count()


def _whole(column: ColumnElement[Any]) -> ColumnElement[int]:
    """A column of microseconds as the number that it is."""
    return type_coerce(column, BigInteger)


def _number(of: ColumnElement[bool]) -> ColumnElement[int]:
    return _ALL.filter(of)


def _sum(of: ColumnElement[int]) -> ColumnElement[int]:
    """Whole: PostgreSQL's sum of big integers is a decimal number."""
    return cast(func.coalesce(func.sum(of), 0), BigInteger)


def _within(table: Table) -> ColumnElement[bool]:
    return and_(table.c.slot >= bindparam("since"), table.c.slot < bindparam("until"))


def _of_tenants(table: Table) -> ColumnElement[bool]:
    return and_(_within(table), table.c.tenant.in_(bindparam("tenants", expanding=True)))


def _part(table: Table) -> ColumnElement[int]:
    """The number of the part that a row belongs to, where each is ``width`` slots."""
    past = table.c.slot - bindparam("since")
    return (past // bindparam("width", type_=Integer)).label("part")


def of_agent(query: Select[Any]) -> Select[Any]:
    """Of agent ``by`` alone."""
    return query.where(query.selected_columns.agent == bindparam("by"))


# Callers

_calls: Final = call_sums.c
_cut_of_calls: Final = (_part(call_sums), _calls.tenant, _calls.language, _calls.concern)


def _added(names: Sequence[str]) -> Select[Any]:
    """The sums of calls under these names, where there is anything to add up."""
    sums = [_sum(_calls[name]) for name in names]
    return (
        select(*_cut_of_calls, *sums)
        .where(_of_tenants(call_sums), or_(*(_calls[name] > 0 for name in names)))
        .group_by(*_cut_of_calls)
    )


CALL_FLOW: Final = _added(FLOW_SUMS)
HANDLING: Final = _added(HANDLING_SUMS)

_visit: Final = visits.c
_answered: Final = _visit.end == VisitEnd.ANSWERED.value
_entered: Final = and_(_of_tenants(visits), _visit.dialled.is_(None))

_seconds: Final = _whole(_visit.wait) // literal_column("1000000")

WAITS: Final = (
    select(_visit.tenant, _seconds, _ALL)
    .where(_entered, _answered)
    .group_by(_visit.tenant, _seconds)
)

_waited_for_again: Final = _whole(_visit.again) - _whole(_visit.over)

REPEATED: Final = select(
    _ALL, _number(_waited_for_again <= bindparam("within", type_=BigInteger))
).where(_entered, _answered, _visit.who.is_not(None))

# Agents

_leg: Final = legs.c
_span: Final = spans.c


_spent: Final = agent_sums.c
_of_spent: Final = (_part(agent_sums), _spent.agent)

SPENT: Final = (
    select(*_of_spent, *(_sum(_spent[doing.value]) for doing in Doing))
    .where(_within(agent_sums))
    .group_by(*_of_spent)
)
"""What took her how long, in the order of ``Doing``."""

_of_span: Final = (_part(spans), _span.agent, _span.reason)

PAUSED: Final = (
    select(*_of_span, _sum(_whole(_span.took)))
    .where(_within(spans), _span.reason.is_not(None))
    .group_by(*_of_span)
)

_let_pass: Final = [
    _leg.result == result.value
    for result in (OfferResult.NO_ANSWER, OfferResult.REJECTED, OfferResult.UNREACHABLE)
]
_connected: Final = _leg.connected.is_not(None)
_of_leg: Final = (_part(legs), _leg.agent)

TAKEN: Final = (
    select(
        *_of_leg,
        *(_number(and_(_connected, _leg.way == way.value)) for way in Way),
        *map(_number, _let_pass),
        _number(_leg.passed_on),
    )
    .where(_within(legs), or_(_connected, *_let_pass))
    .group_by(*_of_leg)
)
"""The calls that she took, in the order of ``Way``, and those she let pass, in that of ``AgentWork``."""

# The portal

_call: Final = portal_calls.c
_gave_up: Final = and_(
    _call.end == DialogEnd.HUNG_UP.value, not_(_call.served), not_(_call.handed_over)
)

_portal: Final = portal_sums.c
_cut_of_portal: Final = (_portal.tenant, _portal.line, _portal.language)

PORTAL_FLOW: Final = (
    select(*_cut_of_portal, *(_sum(_portal[name]) for name in PORTAL_SUMS))
    .where(_of_tenants(portal_sums), _portal.calls > 0)
    .group_by(*_cut_of_portal)
)

GAVE_UP_AT: Final = (
    select(_call.tenant, _call.last_prompt, _ALL)
    .where(_of_tenants(portal_calls), _gave_up)
    .group_by(_call.tenant, _call.last_prompt)
)

# What was done

_try: Final = attempts_made.c
_cut_of_try: Final = (_try.tenant, _try.list, _try.outcome)

DUNNING_WORK: Final = (
    select(*_cut_of_try, _ALL, _number(_try.reached), _number(_try.ends))
    .where(_of_tenants(attempts_made))
    .group_by(*_cut_of_try)
)

_later: Final = attempts_made.alias("later")
_paid: Final = exists().where(
    _later.c.case == _try.case,
    _later.c.at > _try.at,
    _later.c.outcome.in_(bindparam("paid", expanding=True)),
)
_withdrawn: Final = exists().where(cases_off.c.case == _try.case, cases_off.c.at > _try.at)

PROMISES: Final = select(_ALL, _number(or_(_paid, _withdrawn))).where(
    _of_tenants(attempts_made), _try.outcome.in_(bindparam("promised", expanding=True))
)

_done: Final = services_done.c
_cut_of_done: Final = (_done.tenant, _done.service, _done.price)

SERVICES: Final = (
    select(*_cut_of_done, _ALL)
    .where(_of_tenants(services_done), not_(_done.corrected))
    .group_by(*_cut_of_done)
)

# The rows themselves: by slot first, so that they needn't be sorted as a whole

PORTAL_CALLS: Final = (
    select(portal_calls)
    .where(_of_tenants(portal_calls))
    .order_by(_call.slot, _call.arrived, _call.call)
)
VISITS: Final = (
    select(visits).where(_of_tenants(visits)).order_by(_visit.slot, _visit.entered, _visit.call)
)
ALL_LEGS: Final = (
    select(legs)
    .where(
        _whole(_leg.rang) >= bindparam("since", type_=BigInteger) * literal_column(str(_SLOT_US)),
        _whole(_leg.rang) < bindparam("until", type_=BigInteger) * literal_column(str(_SLOT_US)),
    )
    .order_by(_leg.rang, _leg.agent, _leg.call)
)
LEGS: Final = ALL_LEGS.where(_leg.tenant.in_(bindparam("tenants", expanding=True)))
ALL_SPANS: Final = (
    select(spans).where(_within(spans)).order_by(_span.slot, _span.since, _span.agent)
)
SPANS: Final = ALL_SPANS.where(_span.tenant.in_(bindparam("tenants", expanding=True)))
ATTEMPTS: Final = (
    select(attempts_made)
    .where(_of_tenants(attempts_made))
    .order_by(_try.slot, _try.at, _try.agent, _try.case)
)
SERVICES_DONE: Final = (
    select(services_done)
    .where(_of_tenants(services_done))
    .order_by(_done.slot, _done.at, _done.record)
)
