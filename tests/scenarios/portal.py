"""Whole calls without sound: the real dialogs, actions and database behind a line that follows a script."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

from typing_extensions import override

from actions.take_call import LeaveDialog, TakeCall
from domain.fact import Body, Fact
from domain.facts import kind_of
from domain.ids import CallerId
from ivr.agi_channel import AgiChannel, AgiRequest
from ivr.dialog import CallerHungUp
from ivr.routes import Inbound, Telephone
from prompts.catalogue import Catalogue
from rufwerk import demo_data, wiring
from rufwerk.settings import Settings
from rufwerk.telephone_numbers import e164
from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions
from tests.fakes.telephone import HANG_UP, ScriptedLine, WrittenVoice

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


class QuickPins:
    """Compares instead of hashing, and counts how often."""

    def __init__(self) -> None:
        self.checked = 0

    def hash(self, participant: str, pin: str) -> str:
        return f"{participant}:{pin}"

    def matches(self, participant: str, pin: str, stored: str | None) -> bool:
        self.checked += 1
        return stored == f"{participant}:{pin}"

    def digest(self, *parts: str) -> str:
        return "/".join(parts)


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


@dataclass(frozen=True, slots=True)
class Call:
    """What came of a call: each sound with its prompts, the facts, and where the dialplan was sent."""

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

    def __init__(self, folder: Path) -> None:
        self.now = NOON
        self.pins = QuickPins()
        url = f"sqlite:///{folder / 'test.db'}"
        upgrade(url)
        self.transactions = SqlTransactions(url, "a")
        demo_data.seed(self.transactions, self.pins, self.clock)
        settings = Settings(home=folder, tenants=ROOT / "tenants")
        book = wiring.tenant_files(settings, Catalogue.load()).current
        numbers = count(1)
        self.inbound = Inbound(
            node="a",
            book=lambda: book,
            voice=WrittenVoice(folder / "spoken"),
            workers=AtOnce(),
            monotonic=lambda: 0.0,
            telephone=Telephone(e164, "+493099999999"),
            take_call=TakeCall(
                self.transactions, self.clock, lambda: CallerId(f"caller-{next(numbers)}")
            ),
            leave_dialog=LeaveDialog(self.transactions, self.clock),
            dialog=wiring.portal(self.transactions, self.pins, self.clock),
        )
        self._calls = count(1)

    def clock(self) -> datetime:
        return self.now

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def call(self, *keys: str, number: str | None = None, dialled: str = "555100") -> Call:
        """Ring and key a group each time the portal asks; after the last group the caller hangs up."""
        line = ScriptedLine(list(keys))
        uniqueid = f"1772452800.{next(self._calls)}"
        request = AgiRequest(
            route="inbound",
            uniqueid=uniqueid,
            caller_number=number,
            dialled=dialled,
            language="de",
        )
        before = self.last_seq()
        hung_up = False
        try:
            self.inbound(cast("AgiChannel", line), request)
        except CallerHungUp:
            hung_up = True
        facts = [fact.body for fact in self.facts(before)]
        return Call(line.rows, facts, line.variables, hung_up)

    def follow(self, table: str, **ring: str) -> Call:
        """Ring, key what the table says and compare what is heard."""
        wanted = [_columns(row) for row in table.splitlines() if row.strip()]
        call = self.call(*[keys for keys, _ in wanted[1:]], **ring)
        got = [_columns(row) for row in call.table.splitlines()]
        if got[-1] == (HANG_UP, ""):
            got.pop()
        assert got == wanted
        return call

    def facts(self, after: int = 0) -> Iterator[Fact]:
        with self.transactions.read() as uow:
            yield from list(uow.facts.read(after, 100_000))

    def last_seq(self) -> int:
        return max((fact.seq for fact in self.facts()), default=0)


def _columns(row: str) -> tuple[str, str]:
    keys, _, heard = row.partition("|")
    return keys.strip(), heard.strip()
