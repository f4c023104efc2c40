"""Weeks of a call centre with two tenants, as rows of the projections: every kind of call, of work and of record."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from domain.call import Concern
from domain.dial_facts import DialledFor, DialResult
from domain.field_facts import OfferResult, Side
from domain.figures import Formula
from domain.ids import AgentId, CallId, CaseId, ListId, RecordId, TenantId
from domain.language import Language
from domain.portal_facts import DialogEnd
from domain.price_list import PriceList
from domain.projection import (
    Arrival,
    Attempt,
    DialOver,
    Doing,
    Leg,
    LegOver,
    LineGone,
    PassedOn,
    PortalLeft,
    PortalStep,
    Row,
    ServiceDone,
    Span,
    Visit,
    VisitEnd,
    VisitOver,
    Way,
    cut,
)
from domain.service_record import read_price
from domain.staffing import Goal
from reporting.subject import Brand, Floor, Subject

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 3, 2)
"""A Monday; the clock is changed on the last Sunday of the four weeks."""

ALPENRAD, LUNE = TenantId("alpenrad"), TenantId("maison-lune")
AGENTS = tuple(AgentId(f"agent-{number:02}") for number in range(13))
TEAMS = {agent: ("Berlin", "Lyon")[place % 2] for place, agent in enumerate(AGENTS[:10])} | {
    AGENTS[10]: "Madrid",
    AGENTS[11]: "Madrid",
}
NAMES = {agent: f"Person {place % 12}" for place, agent in enumerate(AGENTS)}

BRANDS = (
    Brand(
        ALPENRAD,
        "Alpenrad",
        Goal(80, timedelta(seconds=20)),
        prices=PriceList(read_price("0.125 EUR"), read_price("0.0875 EUR"), read_price("0.61 EUR")),
        services={"return": "Rücksendung", "pay_out": "Auszahlung"},
        outcomes={"promise": "Zahlungszusage", "busy": "Besetzt"},
        promised=frozenset({"promise"}),
        paid=frozenset({"paid"}),
    ),
    Brand(LUNE, "Maison Lune", Goal(90, timedelta(seconds=15)), Formula.E),
)
EVERYBODY = Subject("Rufwerk", BRANDS, BERLIN, floor=Floor(TEAMS))
ONE = Subject("Alpenrad", BRANDS[:1], BERLIN, ALPENRAD)


def rows(days: int = 28, calls: int = 40, seed: int = 6) -> list[Row]:
    chance = Random(seed)
    return [row for day in range(days) for row in _day(chance, day, calls)]


def _day(chance: Random, day: int, calls: int) -> Iterator[Row]:
    midnight = datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), BERLIN)
    begin = midnight.astimezone(UTC)
    for number in range(calls):
        at = begin + timedelta(microseconds=chance.randrange(86_000 * 10**6))
        yield from _call(chance, CallId(f"a-{day}.{number}"), at)
    for agent in AGENTS:
        since = begin + timedelta(hours=chance.randrange(6, 12))
        for doing in (Doing.READY, Doing.PAUSED, Doing.READY, Doing.UNREACHABLE):
            until = since + _some(chance, 9_000)
            reason = chance.choice(("lunch", "training")) if doing is Doing.PAUSED else None
            yield from _spans(agent, doing, since, until, None, reason)
            since = until


def _some(chance: Random, seconds: float) -> timedelta:
    return timedelta(microseconds=chance.randrange(int(seconds * 10**6)))


def _call(chance: Random, call: CallId, at: datetime) -> Iterator[Row]:
    tenant = chance.choice((ALPENRAD, ALPENRAD, LUNE))
    language, concern = chance.choice(list(Language)), chance.choice([*Concern, None])
    if chance.random() < 0.15:
        yield from _dial(chance, call, tenant, at)
        return
    yield Arrival(call, tenant, chance.choice(("service", "debtors")), None, at)
    if chance.random() < 0.9:
        yield PortalStep(call, at, language=language)
    if chance.random() < 0.5:
        yield PortalStep(call, at + _some(chance, 20), told=True, served=True)
    left = at + timedelta(seconds=20) + _some(chance, 60)
    over = left
    if chance.random() < 0.7:
        yield PortalStep(call, left, handed_over=True)
        yield PortalLeft(call, left, DialogEnd.HANDOVER, None)
        yield Visit(call, tenant, language, concern, None, None, left)
        over = left + _some(chance, 90)
        yield from _visit(chance, call, tenant, left, over)
    else:
        end = chance.choice((DialogEnd.HUNG_UP, DialogEnd.FAREWELL))
        yield PortalLeft(call, left, end, chance.choice((None, "menu.main", "pin.ask")))
    if chance.random() < 0.98:
        yield LineGone(call, over + timedelta(minutes=10), Side.CALLER)


def _visit(
    chance: Random, call: CallId, tenant: TenantId, entered: datetime, over: datetime
) -> Iterator[Row]:
    agent, other = chance.sample(AGENTS, 2)
    rang = max(entered, over - timedelta(seconds=5))
    if chance.random() < 0.3:
        result = chance.choice([*OfferResult, None])
        yield Leg(other, call, 1, Way.WAITED, entered, None, over, result)
    end = chance.choice((*[VisitEnd.ANSWERED] * 4, *VisitEnd, None))
    if end is None:
        return
    limit = timedelta(seconds=20 if tenant == ALPENRAD else 15)
    wait = over - entered
    short = wait <= timedelta(seconds=5)
    yield VisitOver(call, over, wait, end, wait <= limit, short)
    if end is not VisitEnd.ANSWERED:
        return
    talked = over + _some(chance, 600)
    yield Leg(agent, call, 2, Way.WAITED, rang, over, None, None)
    yield from _spans(agent, Doing.RINGING, rang, over, call)
    yield from _spans(agent, Doing.TALKING, over, talked, call)
    if chance.random() < 0.2:
        yield PassedOn(agent, call)
        yield Leg(other, call, 3, Way.PASSED_ON, talked, talked + _some(chance, 9), None, None)
        yield from _spans(other, Doing.ON_HOLD, talked, talked + _some(chance, 200), call)
    yield LegOver(agent, call, talked)
    yield from _spans(agent, Doing.WRAP_UP, talked, talked + _some(chance, 45), call)
    yield from _record(chance, call, tenant, talked)


def _record(chance: Random, call: CallId, tenant: TenantId, at: datetime) -> Iterator[Row]:
    service = chance.choice(("return", "pay_out", None))
    price = None if service is None else chance.choice(("3.20 EUR", "0.0625 EUR"))
    record = RecordId(f"r-{call}")
    yield ServiceDone(record, call, tenant, "eva", at, service, price)
    if chance.random() < 0.2:
        later, day = RecordId(f"{record}-2"), at + timedelta(days=1)
        yield ServiceDone(later, call, tenant, "eva", day, "return", "2.40 EUR", record)


def _dial(chance: Random, call: CallId, tenant: TenantId, at: datetime) -> Iterator[Row]:
    agent = chance.choice(AGENTS)
    yield Visit(call, tenant, Language.DE, Concern.DUNNING, None, DialledFor.DEBT, at)
    reached = chance.random() < 0.5
    yield DialOver(call, at + timedelta(seconds=9), None if reached else DialResult.BUSY)
    connected = at + timedelta(seconds=4) if reached else None
    yield Leg(agent, call, 1, Way.DIALLED, at, connected, None, None)
    yield from _spans(agent, Doing.TALKING, at, at + _some(chance, 300), call)
    outcome = "promise" if reached else "busy"
    case, listed = CaseId(f"c-{call}"), ListId(chance.choice(("l1", "l2")))
    yield Attempt(
        call, tenant, listed, case, agent, at, outcome, reached, counts=True, ends=reached
    )


def _spans(
    agent: AgentId,
    doing: Doing,
    since: datetime,
    until: datetime,
    call: CallId | None,
    reason: str | None = None,
) -> Iterator[Row]:
    for begin, end in cut(since, until):
        yield Span(agent, doing, begin, end, reason, call)
