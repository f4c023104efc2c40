"""What a batch of rows adds to the sums by slot. A row of the field is counted once as it comes and once as it ends; a
call of the portal, which changes with each of its facts, is taken off as it stood and added as it stands now.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Table, TextClause, text

from domain.portal_facts import DialogEnd
from domain.projection import Doing, VisitEnd
from storage.projection_tables import agent_sums, call_sums, portal_sums

_MICROSECOND: Final = timedelta(microseconds=1)
_HANDLING: Final[Mapping[str, str]] = {
    Doing.TALKING.value: "talk",
    Doing.ON_HOLD.value: "hold",
    Doing.WRAP_UP.value: "wrap_up",
}


def _add_to(table: Table) -> TextClause:
    """The same on both databases."""
    keys = [column.name for column in table.primary_key]
    names = [column.name for column in table.columns]
    values = ", ".join(f":{name}" for name in names)
    added = ", ".join(
        f"{name} = {table.name}.{name} + excluded.{name}" for name in names if name not in keys
    )
    return text(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({values}) "  # noqa: S608 - names of ours
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"
    )


_ADD: Final = {table: _add_to(table) for table in (call_sums, agent_sums, portal_sums)}


class Sums:
    """Values are those of the rows' tables."""

    def __init__(self) -> None:
        self._of_calls: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
        self._of_agents: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
        self._of_portal: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)

    def take_off(self, call: Mapping[str, Any]) -> None:
        """A call of the portal, as it stood before."""
        self._of_portal[_portal_key(call)].subtract(_portal_sums(call))

    def put_on(self, call: Mapping[str, Any]) -> None:
        """As it stands now."""
        self._of_portal[_portal_key(call)].update(_portal_sums(call))

    def enter(self, visit: Mapping[str, Any]) -> None:
        if visit["dialled"] is None:
            self._of(visit)["offered"] += 1

    def end(self, visit: Mapping[str, Any]) -> None:
        """A caller's first wait is over."""
        if visit["dialled"] is not None:
            return
        sums, end, wait = self._of(visit), visit["end"], visit["wait"] // _MICROSECOND
        sums[end] += 1
        if end == VisitEnd.ANSWERED.value:
            sums["in_time"] += visit["in_time"]
            sums["answered_wait"] += wait
        elif end == VisitEnd.ABANDONED.value:
            sums["gone_in_time"] += visit["in_time"]
            sums["short"] += visit["short"]
            sums["abandoned_wait"] += wait

    def talk(self, leg: Mapping[str, Any]) -> None:
        if leg["connected"] is not None and _is_callers(leg):
            self._of(leg)["handled"] += 1

    def spend(self, span: Mapping[str, Any]) -> None:
        took = span["took"] // _MICROSECOND
        self._of_agents[span["slot"], span["agent"]][span["doing"]] += took
        if span["doing"] in _HANDLING and _is_callers(span):
            self._of(span)[_HANDLING[span["doing"]]] += took

    def write(self, connection: Connection) -> None:
        for table, found in (
            (call_sums, self._of_calls),
            (agent_sums, self._of_agents),
            (portal_sums, self._of_portal),
        ):
            names = [column.name for column in table.columns]
            keys, counts = names[: len(table.primary_key)], names[len(table.primary_key) :]
            rows = [
                dict(zip(keys, key, strict=True)) | {name: sums[name] for name in counts}
                for key, sums in found.items()
                if any(sums.values())
            ]
            if rows:
                connection.execute(_ADD[table], rows)

    def _of(self, row: Mapping[str, Any]) -> Counter[str]:
        concern = row["concern"] or ""
        return self._of_calls[row["slot"], row["tenant"], row["language"], concern]


def _portal_key(call: Mapping[str, Any]) -> tuple[Any, ...]:
    return call["slot"], call["tenant"], call["line"], call["language"] or ""


def _portal_sums(call: Mapping[str, Any]) -> dict[str, int]:
    served, handed_over = call["served"], call["handed_over"]
    hung_up = call["end"] == DialogEnd.HUNG_UP.value
    return {
        "calls": 1,
        "self_served": int(served and not handed_over),
        "handed_over": int(handed_over),
        "gave_up": int(hung_up and not served and not handed_over),
        "time": _since_arrival(call, "left"),
        "told": int(call["told"] is not None),
        "to_balance": _since_arrival(call, "told"),
    }


def _since_arrival(call: Mapping[str, Any], name: str) -> int:
    """Microseconds; none before it is known."""
    return 0 if call[name] is None else (call[name] - call["arrived"]) // _MICROSECOND


def _is_callers(row: Mapping[str, Any]) -> bool:
    """Of an agent's row: the call is known, and she hasn't dialled it."""
    return row["tenant"] is not None and not row["dialled"]
