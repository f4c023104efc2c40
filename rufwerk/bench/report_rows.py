"""A month's rows of what figures are aggregated over, the same at each making: a day's callers come all day long, wait,
and talk with whoever's turn it is.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - seeded, so that each measurement reads the same rows
from typing import Any, Final

from domain.call import Concern
from domain.language import Language
from domain.period import Period
from storage.projection_tables import micros, slot_number

FIRST: Final = datetime(2026, 3, 1, tzinfo=UTC)
DAYS: Final = 31
MONTH: Final = Period(FIRST, FIRST + timedelta(days=DAYS))
TENANTS: Final = ("alpenrad", "maison-lune", "third")
AGENTS: Final = 250
OPEN_HOURS: Final = 14

_SEED: Final = 6
_OPENS: Final = timedelta(hours=7)
_SLOT: Final = 900_000_000
_S: Final = 1_000_000
_LANGUAGES: Final = tuple(one.value for one in Language)
_CONCERNS: Final = (None, *(one.value for one in Concern))
_SERVICES: Final = ((None, None), ("letter", "2.50 EUR"), ("return", "4 EUR"), ("card", None))
_OUTCOMES: Final = ("promise", "paid", "nobody", "mailbox")
_PROMPTS: Final = ("welcome", "log_in.number", "log_in.pin", "main.menu")
_CALLERS: Final = 400_000

Rows = Mapping[str, Sequence[tuple[Any, ...]]]
"""By table; the values in the order of its columns."""


def of_month(calls: int) -> Iterator[Rows]:
    """A day after another, ``calls`` in all."""
    rng = Random(_SEED)  # noqa: S311 - no secret
    for day in range(DAYS):
        first, last = calls * day // DAYS, calls * (day + 1) // DAYS
        yield _Day(rng, FIRST + timedelta(days=day), range(first, last)).rows()


@dataclass(frozen=True, slots=True)
class _Caller:
    """Who has come to an agent's turn."""

    call: str
    visit: tuple[str, str, str | None]
    rings: int


class _Day:
    def __init__(self, rng: Random, day: datetime, calls: range) -> None:
        self._rng = rng
        self._opens = micros(day + _OPENS)
        self._calls = calls
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._free = [self._opens] * AGENTS

    def rows(self) -> Rows:
        step = OPEN_HOURS * 3600 * _S // max(1, len(self._calls))
        for place, number in enumerate(self._calls):
            self._call(number, self._opens + place * step)
        closes = self._opens + OPEN_HOURS * 3600 * _S
        for agent, free in enumerate(self._free):
            self._spend(f"agent-{agent}", "ready", free, closes)
        for rows in self._rows.values():
            rows.sort(key=lambda row: row[:1])  # stable: as it happened within a slot
        return self._rows

    def _call(self, number: int, arrived: int) -> None:
        rng, call = self._rng, f"a-{1_700_000_000 + number}.{number}"
        tenant = rng.choices(TENANTS, (5, 3, 2))[0]
        language = rng.choice(_LANGUAGES)
        chance, caller = rng.random(), f"caller-{rng.randrange(_CALLERS)}"
        left = arrived + rng.randrange(15 * _S, 70 * _S)
        told = left - 5 * _S if chance < 0.4 else None
        enters = chance >= 0.2
        end = "handover" if enters else "farewell" if chance < 0.15 else "hung_up"
        self._rows["portal_calls"].append(
            (
                arrived // _SLOT, call, tenant, "main", language, told is not None, enters, end,
                arrived, left, told, rng.choice(_PROMPTS), caller, None, left, "caller",
            )
        )  # fmt: skip
        if enters:
            self._enter(call, (tenant, language, rng.choice(_CONCERNS)), left, caller)

    def _enter(
        self, call: str, visit: tuple[str, str, str | None], entered: int, caller: str
    ) -> None:
        rng = self._rng
        answered = rng.random() < 0.93
        wait = round(rng.expovariate(1 / 14)) * _S + rng.randrange(_S)
        who, over = f"number {caller}", entered + wait
        again = over + rng.randrange(20 * 86_400) * _S if answered and rng.random() < 0.2 else None
        self._rows["visits"].append(
            (
                entered // _SLOT, call, *visit, None, "answered" if answered else "abandoned",
                wait <= 20 * _S, wait <= 5 * _S, wait, entered, over, None, None, who, again,
            )
        )  # fmt: skip
        if answered:
            self._talk(_Caller(call, visit, over - 4 * _S))

    def _talk(self, caller: _Caller) -> None:
        """With the one who has been free for longest; she is late where all are busy, as the figures don't mind."""
        rng, free = self._rng, self._free
        number = min(range(rng.randrange(AGENTS), AGENTS), key=free.__getitem__)
        agent, rings = f"agent-{number}", max(free[number], caller.rings)
        connected, talks = rings + 4 * _S, round(rng.lognormvariate(5, 0.6) * _S)
        holds = rng.randrange(5, 40) * _S if rng.random() < 0.1 else 0
        ends = connected + talks + holds
        wrapped = ends + rng.randrange(5, 60) * _S
        missed = rng.random() < 0.05
        result, spoke = ("no_answer", None) if missed else (None, connected)
        self._spend(agent, "ready", free[number], rings)
        self._spend(agent, "ringing", rings, connected, caller)
        self._rows["legs"].append(
            (
                (spoke or rings) // _SLOT, agent, "waited", result, *caller.visit, False,
                rng.random() < 0.03, spoke, rings, ends, caller.call, 1,
            )
        )  # fmt: skip
        if missed:
            free[number] = self._pause(agent, connected)
            return
        self._spend(agent, "talking", connected, connected + talks, caller)
        self._spend(agent, "on_hold", connected + talks, ends, caller)
        self._spend(agent, "wrap_up", ends, wrapped, caller)
        free[number] = wrapped if rng.random() < 0.98 else self._pause(agent, wrapped)
        self._serve(caller, agent, ends)

    def _pause(self, agent: str, since: int) -> int:
        until = since + self._rng.randrange(60, 900) * _S
        self._spend(agent, "paused", since, until, reason=self._rng.choice(("lunch", "break")))
        return until

    def _serve(self, caller: _Caller, agent: str, at: int) -> None:
        rng, tenant = self._rng, caller.visit[0]
        service, price = rng.choice(_SERVICES)
        corrected = rng.random() < 0.01
        self._rows["services_done"].append(
            (
                at // _SLOT, f"record-{caller.call}", tenant, service, price, corrected, at,
                caller.call, agent, None,
            )
        )  # fmt: skip
        if rng.random() < 0.05:
            reached = rng.random() < 0.5
            case = f"case-{rng.randrange(20_000)}"
            self._rows["attempts_made"].append(
                (
                    at // _SLOT, tenant, f"{tenant}-{rng.randrange(5)}", rng.choice(_OUTCOMES),
                    reached, True, reached, at, case, agent, None,
                )
            )  # fmt: skip

    def _spend(
        self,
        agent: str,
        doing: str,
        since: int,
        until: int,
        caller: _Caller | None = None,
        reason: str | None = None,
    ) -> None:
        of = (None, None, None, None) if caller is None else (*caller.visit, False)
        call = None if caller is None else caller.call
        while since < until:
            slot = since // _SLOT
            edge = min(until, (slot + 1) * _SLOT)
            self._rows["spans"].append((slot, agent, since, doing, edge - since, reason, *of, call))
            since = edge


def slots(period: Period) -> tuple[int, int]:
    """The number of its first one, and of the first one after it."""
    return slot_number(period.since), slot_number(period.until)
