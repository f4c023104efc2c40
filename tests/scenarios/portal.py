"""Whole calls without sound: the real dialogs, actions and database behind a line that follows a script."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from typing_extensions import override

from actions.take_call import LeaveDialog, TakeCall
from actions.wait import RecallCaller
from domain.fact import Body, Fact, Origin
from domain.facts import kind_of
from domain.ids import CallerId, CallId, TenantId
from domain.opening_hours import OpeningHours, OpenSpan
from domain.ports import Clock, PinHasher, StorageDown, Transactions, UnitOfWork
from domain.tenant import TenantBook
from ivr.agi_channel import AgiChannel, AgiRequest
from ivr.dialog import CallerHungUp
from ivr.routes import House, Inbound, Routes, Telephone, Waiting
from rufwerk import demo_data, ivr_wiring
from rufwerk.telephone_numbers import e164
from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions
from tests.fakes import shipped
from tests.fakes.databases import Template, migrated
from tests.fakes.telephone import HANG_UP, ScriptedLine, WrittenVoice

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday."""

HOURS = OpeningHours(
    ZoneInfo("Europe/Berlin"), {day: (OpenSpan(time(8), time(20)),) for day in range(5)}
)
ROOT = Path(__file__).resolve().parents[2]


class QuickPins:
    """Compares instead of hashing, and counts how often; raises where it is ``broken``."""

    def __init__(self) -> None:
        self.checked = 0
        self.broken = False

    def hash(self, participant: str, pin: str) -> str:
        return f"{participant}:{pin}"

    def matches(self, participant: str, pin: str, stored: str | None) -> bool:
        self.checked += 1
        if self.broken:
            raise RuntimeError("out of order")
        return stored == f"{participant}:{pin}"

    def digest(self, *parts: str) -> str:
        return "/".join(parts)


def _seed(url: str, hasher: PinHasher) -> None:
    with closing(SqlTransactions(url, "a")) as transactions:
        demo_data.seed(transactions, hasher, lambda: NOON)


def _make_demo(url: str) -> None:
    upgrade(url)
    _seed(url, QuickPins())


_DEMO = Template(_make_demo)


class AtOnce(Executor):
    """Does work in the caller's own thread."""

    @override
    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is the asker's
            future.set_exception(error)
        return future


class Fault(Enum):
    """How a transaction fails: it can't begin, its commit is undone, or is in force and the answer lost."""

    AWAY = "away"
    UNDONE = "undone"
    UNHEARD = "unheard"


class FailingStorage:
    """The database of a test: out of reach after ``left`` more transactions (None: never) for ``gone``, or for good;
    and with ``faults`` at single ones, by their number from 0.
    """

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._since: datetime | None = None
        self.left: int | None = None
        self.gone = timedelta.max
        self.faults: dict[int, Fault] = {}
        self.opened = 0

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        fault = self._open()
        with self._transactions.write() as uow:
            yield uow if fault is None else cast("UnitOfWork", _Faulty(uow, fault))

    def read(self) -> AbstractContextManager[UnitOfWork]:
        self._open()
        return self._transactions.read()

    def make_way(self) -> None:
        self._transactions.make_way()

    def _open(self) -> Fault | None:
        fault, self.opened = self.faults.get(self.opened), self.opened + 1
        if self.left is not None:
            self.left -= 1
            if self.left < 0 and not self._is_back():
                raise StorageDown("out of reach")
        if fault is Fault.AWAY:
            raise StorageDown("out of reach")
        return fault

    def _is_back(self) -> bool:
        now = self._clock()
        self._since = self._since or now
        return now - self._since >= self.gone


class _Faulty:
    """A unit of work whose commit fails."""

    def __init__(self, uow: UnitOfWork, fault: Fault) -> None:
        self._uow, self._fault = uow, fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._uow, name)

    def commit(self) -> None:
        if self._fault is Fault.UNHEARD:
            self._uow.commit()
        raise StorageDown("the connection broke")


@dataclass(frozen=True, slots=True)
class Call:
    """What came of a call: each sound with its prompts, the facts, and where the dialplan was sent."""

    uniqueid: str
    rows: list[tuple[str, list[str]]]
    facts: list[Body]
    variables: dict[str, str]
    hung_up: bool

    @property
    def kinds(self) -> list[str]:
        return [kind_of(body) for body in self.facts]

    def heard(self, prompt: str) -> bool:
        return any(prompt in sound for _, sounds in self.rows for sound in sounds)

    @property
    def table(self) -> str:
        """The call as text: keys, then what was heard after them; sounds are parted by a slash."""
        rows = [f"{keys:10}| {' / '.join(sounds)}" for keys, sounds in self.rows]
        return "\n".join(row.rstrip() for row in rows)


class Exchange:
    """The demo's portal with a clock of its own."""

    def __init__(
        self, folder: Path, workers: Executor | None = None, hasher: PinHasher | None = None
    ) -> None:
        self.now = NOON
        self.seconds = 0.0
        self.workers = workers or AtOnce()
        self.pins = QuickPins()
        self.hasher = hasher or self.pins
        if hasher is None:
            url = _DEMO.copy(folder / "test.db")
        else:
            url = migrated(folder / "test.db")
            _seed(url, hasher)
        self.transactions = SqlTransactions(url, "a")
        self.storage = FailingStorage(self.transactions, self.clock)
        self.book = TenantBook.of(
            replace(tenant, hours=HOURS, open_on_holidays=False)
            for tenant in shipped.book().tenants.values()
        )
        self.routes = self._routes(folder)
        self._calls = count(1)

    def _routes(self, folder: Path) -> Routes:
        numbers = count(1)
        take_call = TakeCall(self.storage, self.clock, lambda: CallerId(f"caller-{next(numbers)}"))
        house = House(
            node="a",
            book=lambda: self.book,
            voice=WrittenVoice(folder / "spoken"),
            workers=self.workers,
            monotonic=lambda: self.seconds,
            telephone=Telephone(e164, "+493099999999"),
            leave_dialog=LeaveDialog(self.storage, self.clock),
        )
        dialogs = ivr_wiring.dialogs(
            self.storage,
            self.hasher,
            self.clock,
            lambda: self.book,
            self.pass_time,
        )
        return Routes(
            Inbound(house, take_call, dialogs.inbound),
            Waiting(house, RecallCaller(self.storage), dialogs.waiting),
        )

    def with_tenants(self, **changes: Any) -> None:
        """All tenants, changed."""
        self.book = TenantBook.of(
            replace(tenant, **changes) for tenant in self.book.tenants.values()
        )

    def clock(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
        """What is tried again waits so."""
        self.later(seconds=seconds)

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def call(self, *keys: str, number: str | None = None, dialled: str = "555100") -> Call:
        """Ring and key a group each time the portal asks; after the last group the caller hangs up."""
        line = ScriptedLine(list(keys))
        request = AgiRequest(
            route="inbound",
            uniqueid=f"1772452800.{next(self._calls)}",
            caller_number=number,
            dialled=dialled,
            language="de",
        )
        return self.run(line, request)

    def wait(self, call: Call, *keys: str, cut_at: str | None = None, **said: str) -> Call:
        """Let a caller in the waiting field hear where he stands; ``said`` holds the channel's variables in small
        letters, and ``number``, ``dialled`` and ``language``. After the last group of keys he is taken out.
        """
        number, language = said.pop("number", None), said.pop("language", "de")
        dialled = said.pop("dialled", "555100")
        variables = {name.upper(): value for name, value in said.items()}
        line = ScriptedLine(list(keys), variables=variables, cut_at=cut_at)
        request = AgiRequest(
            route="waiting",
            uniqueid=call.uniqueid,
            caller_number=number,
            dialled=dialled,
            language=language,
        )
        return self.run(line, request)

    def run(self, line: ScriptedLine, request: AgiRequest) -> Call:
        """Serve one connection of Asterisk's."""
        before = self.last_seq()
        hung_up = False
        try:
            self.routes(cast("AgiChannel", line), request)
        except CallerHungUp:
            hung_up = True
        facts = [fact.body for fact in self.facts(before)]
        return Call(request.uniqueid, line.rows, facts, line.variables, hung_up)

    def note(self, uniqueid: str, *bodies: Body) -> None:
        """Write facts of a call that the switchboard would."""
        origin = Origin(TenantId("alpenrad"), CallId(f"a-{uniqueid}"), "cti")
        with self.transactions.write() as uow:
            uow.facts.append(origin, self.now, *bodies)
            uow.commit()

    def follow(self, table: str, **ring: str) -> Call:
        """Ring, key what the table says and compare what is heard."""
        wanted = _rows(table)
        call = self.call(*[keys for keys, _ in wanted[1:]], **ring)
        _compare(call, wanted)
        return call

    def follow_waiting(
        self, call: Call, table: str, cut_at: str | None = None, **said: str
    ) -> Call:
        """The same for a caller in the waiting field."""
        wanted = _rows(table)
        visit = self.wait(call, *[keys for keys, _ in wanted[1:]], cut_at=cut_at, **said)
        _compare(visit, wanted)
        return visit

    def facts(self, after: int = 0) -> Iterator[Fact]:
        with self.transactions.read() as uow:
            yield from list(uow.facts.read(after, 100_000))

    def last_seq(self) -> int:
        return max((fact.seq for fact in self.facts()), default=0)


def _rows(table: str) -> list[tuple[str, str]]:
    return [_columns(row) for row in table.splitlines() if row.strip()]


def _compare(call: Call, wanted: list[tuple[str, str]]) -> None:
    got = _rows(call.table)
    if got[-1] == (HANG_UP, ""):
        got.pop()
    assert got == wanted


def _columns(row: str) -> tuple[str, str]:
    keys, _, heard = row.partition("|")
    return keys.strip(), heard.strip()
