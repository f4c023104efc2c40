"""Made-up reports of every kind, as full as real ones."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.figures import AgentWork, CallFlow, Formula, total
from domain.ids import TenantId
from domain.period import Period, of_day, of_month, of_week
from domain.projection import Doing
from domain.service_record import Price
from reporting.report import (
    Cell,
    Chart,
    ChartKind,
    Column,
    Headline,
    Key,
    Kind,
    Report,
    Section,
    Series,
    Source,
    Table,
    Unit,
)

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 2)
ISSUED = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
SERVICE_LEVEL = "in_time / (answered + abandoned - short)"
PEOPLE = (
    "Eva Brandt",
    "Luis Ortega",
    "Chloé Lefèvre",
    "Tom Schäfer",
    "Dr. Maximiliane von Hohenstein-Oberau",
    "Ana Ruiz",
    "=1+1 Müller",
    "Jean-Luc Petit",
)
_BY_HOUR = (14, 32, 61, 78, 74, 52, 47, 66, 71, 58, 33, 17)


def flow(callers: int, odd: int) -> CallFlow:
    """Of so many callers, no two hours alike."""
    if not callers:
        return CallFlow()
    gone = callers * (3 + odd % 5) // 60
    answered = callers - gone - odd % 2
    wait = timedelta(seconds=answered * (7 + odd * 13 % 29), microseconds=odd)
    return CallFlow(
        callers, answered, answered * (95 - odd * 7 % 22) // 100, gone, gone // 2, gone // 3,
        odd % 2, 0, wait, timedelta(seconds=gone * 31),
    )  # fmt: skip


FLOW_COLUMNS = (
    Column(Key("offered"), Unit.COUNT),
    Column(Key("answered"), Unit.COUNT),
    Column(Key("in_time"), Unit.COUNT),
    Column(Key("abandoned"), Unit.COUNT),
    Column(Key("short"), Unit.COUNT),
    Column(Key("service_level"), Unit.PERCENT, SERVICE_LEVEL),
    Column(Key("answered_wait"), Unit.HOURS),
    Column(Key("asa"), Unit.SECONDS, "answered_wait / answered"),
)


def flow_cells(one: CallFlow) -> tuple[Cell, ...]:
    return (
        one.offered, one.answered, one.in_time, one.abandoned, one.short,
        one.service_level(Formula.B), one.answered_wait, one.asa,
    )  # fmt: skip


def work(odd: int) -> AgentWork:
    talk = timedelta(minutes=150 + odd * 37 % 110, seconds=odd * 7)
    return AgentWork(
        {
            Doing.TALKING: talk,
            Doing.ON_HOLD: timedelta(minutes=odd * 3 % 17),
            Doing.WRAP_UP: timedelta(minutes=30 + odd * 11 % 40),
            Doing.READY: timedelta(minutes=95 + odd * 29 % 80),
            Doing.PAUSED: timedelta(minutes=30 + odd * 5 % 15),
        },
        missed=odd % 3,
    )


WORK = (Doing.TALKING, Doing.ON_HOLD, Doing.WRAP_UP, Doing.READY, Doing.PAUSED)
WORK_KEYS = tuple(map(Key, ("talk", "hold", "wrap_up", "ready", "paused")))
WORK_COLUMNS = (
    Column(Key("agent"), Unit.NAME),
    *(Column(key, Unit.HOURS) for key in WORK_KEYS),
    Column(Key("signed_in"), Unit.HOURS, "talk + hold + wrap_up + ready + paused"),
    Column(
        Key("occupancy"), Unit.PERCENT, "(talk + hold + wrap_up) / (talk + hold + wrap_up + ready)"
    ),
    Column(Key("missed"), Unit.COUNT),
)


def work_cells(name: str | None, one: AgentWork) -> tuple[Cell, ...]:
    return (name, *map(one.time, WORK), one.signed_in, one.occupancy, one.missed)


def calls_by_hour() -> Section:
    hours = [datetime(2026, 3, 2, 7 + place, tzinfo=UTC) for place in range(len(_BY_HOUR))]
    flows = [flow(callers, place) for place, callers in enumerate(_BY_HOUR)]
    table = Table(
        Key("calls_by_hour"),
        (Column(Key("hour"), Unit.TIME), *FLOW_COLUMNS),
        tuple((hour, *flow_cells(one)) for hour, one in zip(hours, flows, strict=True)),
        (None, *flow_cells(total(flows, CallFlow()))),
    )
    charts = (
        Chart(
            Key("calls_by_hour"),
            ChartKind.STACKED,
            tuple(hours),
            (
                Series(Key("answered"), tuple(one.answered for one in flows)),
                Series(Key("abandoned"), tuple(one.abandoned for one in flows)),
                Series(Key("rung_back"), tuple(one.rung_back for one in flows)),
            ),
            Unit.COUNT,
        ),
        Chart(
            Key("waits_by_hour"),
            ChartKind.LINES,
            tuple(hours),
            (
                Series(Key("asa"), tuple(one.asa for one in flows)),
                Series(Key("abandoned_after"), tuple(one.abandoned_after for one in flows)),
            ),
            Unit.SECONDS,
            20,
        ),
    )
    return Section(Key("calls_in_field"), (table,), charts)


def agents() -> Section:
    works = [work(odd) for odd in range(len(PEOPLE))]
    table = Table(
        Key("agents"),
        WORK_COLUMNS,
        tuple(work_cells(name, one) for name, one in zip(PEOPLE, works, strict=True)),
        work_cells(None, total(works, AgentWork())),
    )
    series = tuple(
        Series(key, tuple(one.time(doing) for one in works))
        for key, doing in zip(WORK_KEYS, WORK, strict=True)
    )
    chart = Chart(Key("time_of_agents"), ChartKind.STACKED, PEOPLE, series, Unit.HOURS)
    return Section(Key("agents"), (table,), (chart,))


def headlines() -> tuple[Headline, ...]:
    return (
        Headline(Key("offered"), 603, Unit.COUNT, 571),
        Headline(Key("service_level"), 83.14, Unit.PERCENT, 79.6),
        Headline(Key("asa"), timedelta(seconds=19.4), Unit.SECONDS, timedelta(seconds=24)),
        Headline(Key("abandonment"), 7.1, Unit.PERCENT, 7.1),
    )


FORMULAS = tuple(map(Key, ("formula_b", "formula_asa", "formula_occupancy")))
SOURCE = Source(
    "visits",
    ("call", "entered", "wait_s", "end"),
    (
        ("n1-1.1", "2026-03-02T07:00:00.000001Z", "12.000003", "answered"),
        ("=cmd", "-1", "+x", "@y"),
    ),
)


def daily() -> Report:
    return Report(
        Kind.DAILY, TenantId("alpenrad"), "Alpenrad", of_day(DAY, BERLIN), BERLIN, headlines(),
        (calls_by_hour(), agents()), FORMULAS, (SOURCE,),
    )  # fmt: skip


def by_day(period: Period, days: int) -> tuple[Table, Chart, Chart]:
    dates = [(period.since + timedelta(days=place, hours=2)).date() for place in range(days)]
    flows = [
        flow(0 if day.weekday() == 6 else 640 - day.weekday() * 31, place)
        for place, day in enumerate(dates)
    ]
    table = Table(
        Key("calls_by_day"),
        (Column(Key("day"), Unit.DAY), *FLOW_COLUMNS),
        tuple((day, *flow_cells(one)) for day, one in zip(dates, flows, strict=True)),
        (None, *flow_cells(total(flows, CallFlow()))),
    )
    levels = Chart(
        Key("service_level_by_day"),
        ChartKind.LINES,
        tuple(dates),
        tuple(
            Series(Key(key), tuple(one.service_level(formula) for one in flows))
            for key, formula in (
                ("service_level", Formula.B),
                ("service_level_strict", Formula.A),
                ("service_level_flattering", Formula.F),
            )
        ),
        Unit.PERCENT,
        80,
    )
    calls = Chart(
        Key("calls_by_day"),
        ChartKind.BARS,
        tuple(dates),
        (
            Series(Key("answered"), tuple(one.answered for one in flows)),
            Series(Key("abandoned"), tuple(one.abandoned for one in flows)),
        ),
        Unit.COUNT,
    )
    return table, levels, calls


def weekly() -> Report:
    period = of_week(DAY, BERLIN)
    table, levels, calls = by_day(period, 7)
    return Report(
        Kind.WEEKLY, None, "", period, BERLIN, headlines(),
        (Section(Key("calls_by_day"), (table,), (calls, levels)), agents()), FORMULAS, (SOURCE,),
    )  # fmt: skip


SERVICES = (
    ("Auszahlung veranlasst", 412, "2.40"),
    ("Reklamation aufgenommen", 118, "3.15"),
    ("Adresse geändert", 96, "1.1"),
    ("Karte gesperrt", 40, "0.855"),
    ("Sonstiges", 1204, "0.90"),
)


def billing(corrects: str | None = None) -> Report:
    prices = [Decimal(price) for _, _, price in SERVICES]
    sums = [price * count for price, (_, count, _) in zip(prices, SERVICES, strict=True)]
    table = Table(
        Key("services_done"),
        (
            Column(Key("service"), Unit.NAME),
            Column(Key("count"), Unit.COUNT),
            Column(Key("price"), Unit.MONEY),
            Column(Key("amount"), Unit.MONEY, "count * price"),
        ),
        tuple(
            (name, count, Price(price, "EUR"), Price(amount, "EUR"))
            for (name, count, _), price, amount in zip(SERVICES, prices, sums, strict=True)
        ),
        (None, sum(count for _, count, _ in SERVICES), None, Price(sum(sums, Decimal()), "EUR")),
        Key("services_note"),
    )
    chart = Chart(
        Key("services_done"),
        ChartKind.BARS,
        tuple(name for name, _, _ in SERVICES),
        (Series(Key("amount"), tuple(Price(one, "EUR") for one in sums)),),
        Unit.MONEY,
    )
    lines = (
        Headline(Key("amount"), Price(sum(sums, Decimal()), "EUR"), Unit.MONEY),
        Headline(Key("calls"), 18412, Unit.COUNT, 17980),
        Headline(Key("talk"), timedelta(hours=412, minutes=7, seconds=31), Unit.HOURS),
    )
    return Report(
        Kind.BILLING, TenantId("alpenrad"), "Alpenrad", of_month(DAY, BERLIN), BERLIN, lines,
        (Section(Key("services_done"), (table,), (chart,)),), (), (SOURCE,), corrects,
    )  # fmt: skip


def service_level() -> Report:
    period = of_month(DAY, BERLIN)
    table, levels, _ = by_day(period, 31)
    lines = (
        Headline(Key("service_level"), 81.9, Unit.PERCENT, 84.2),
        Headline(Key("service_level_strict"), 81.13, Unit.PERCENT, 83.0),
        Headline(Key("service_level_flattering"), 86.0, Unit.PERCENT, 88.1),
    )
    return Report(
        Kind.SERVICE_LEVEL, TenantId("maison-lune"), "Maison Lune", period, BERLIN, lines,
        (Section(Key("kept_by_day"), (table,), (levels,)),), FORMULAS[:1], (SOURCE,),
    )  # fmt: skip


def every_kind() -> dict[str, Report]:
    return {
        "daily": daily(),
        "weekly": weekly(),
        "billing": billing(),
        "correction": billing("2026-03-alpenrad-7"),
        "service_level": service_level(),
    }
