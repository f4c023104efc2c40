"""The figures of a day as a table and as a document."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.table import Table

from cti.routing.day import Day, Waits, longest_s, mean_s

FORMULAS: Final = (
    "Service level B: answered within the tenant's threshold T / (answered + abandoned - short).",
    "Strict (A): answered within T / (answered + abandoned). Flattering (F): within T / answered.",
    "Occupancy: (talk + hold + wrap-up) / (talk + hold + wrap-up + ready).",
)

_Row = tuple[str, str, str]


def as_table(was: Day, would_be: Day) -> Table:
    """Recorded beside replayed: all tenants together, then each, where there are several."""
    table = Table("", "recorded", "replayed", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    names = sorted(was.waits.keys() | would_be.waits.keys())
    if len(names) > 1:
        table.add_row("All tenants", style="bold")
    for row in _rows(was.all, would_be.all):
        table.add_row(*row)
    table.add_row("Occupancy", _percent(was.work.occupancy), _percent(would_be.work.occupancy))
    for name in names if len(names) > 1 else ():
        table.add_row(name, style="bold")
        for row in _rows(was.waits.get(name, Waits()), would_be.waits.get(name, Waits())):
            table.add_row(*row)
    return table


def _rows(was: Waits, would_be: Waits) -> Iterator[_Row]:
    columns = [_column(was), _column(would_be)]
    for label, recorded in columns[0].items():
        replayed = columns[1][label]
        if label not in _RARE or (recorded, replayed) != ("0", "0"):
            yield label, recorded, replayed


_RARE: Final = frozenset({"Rung back", "Overflowed", "Still waiting"})


def _column(waits: Waits) -> Mapping[str, str]:
    return {
        "Offered": str(waits.offered),
        "Answered": str(len(waits.answered)),
        "Abandoned": f"{len(waits.abandoned)} (short {waits.short})",
        "Rung back": str(waits.rung_back),
        "Overflowed": str(waits.elsewhere),
        "Still waiting": str(waits.unfinished),
        "Service level (B)": _percent(waits.service_level),
        "strict (A)": _percent(waits.strict),
        "flattering (F)": _percent(waits.flattering),
        "ASA": _seconds(mean_s(waits.answered)),
        "Longest wait answered": _seconds(longest_s(waits.answered)),
        "Mean wait abandoned": _seconds(mean_s(waits.abandoned)),
        "Longest wait abandoned": _seconds(longest_s(waits.abandoned)),
    }


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} %"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"


def as_document(day: Day) -> dict[str, Any]:
    """As JSON; percentages, and seconds where the name ends in ``_s``; null where there is nothing to divide by."""
    work = day.work
    return {
        "all": _waits_as_json(day.all),
        "tenants": {name: _waits_as_json(waits) for name, waits in day.waits.items()},
        "occupancy": work.occupancy,
        "talk_s": work.talk.total_seconds(),
        "hold_s": work.hold.total_seconds(),
        "wrap_up_s": work.wrap_up.total_seconds(),
        "ready_s": work.ready.total_seconds(),
    }


def _waits_as_json(waits: Waits) -> dict[str, Any]:
    return {
        "offered": waits.offered,
        "answered": len(waits.answered),
        "in_time": waits.in_time,
        "abandoned": len(waits.abandoned),
        "short": waits.short,
        "rung_back": waits.rung_back,
        "overflowed": waits.elsewhere,
        "unfinished": waits.unfinished,
        "service_level": waits.service_level,
        "service_level_strict": waits.strict,
        "service_level_flattering": waits.flattering,
        "asa_s": mean_s(waits.answered),
        "longest_answered_s": longest_s(waits.answered),
        "mean_abandoned_s": mean_s(waits.abandoned),
        "longest_abandoned_s": longest_s(waits.abandoned),
    }
