"""The log of facts as a table, for other programs: a row for each fact, its body as JSON."""

import csv
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple, TextIO

from domain import facts
from domain.fact import Fact
from reporting.sources import instant


class FactRow(NamedTuple):
    """The columns, in their order. ``body`` is the JSON of ``domain.facts.encode``."""

    seq: int
    at: datetime
    kind: str
    version: int
    tenant: str | None
    call: str | None
    actor: str
    node: str
    synthetic: bool
    body: str


COLUMNS: Final = FactRow._fields


def fact_row(fact: Fact) -> FactRow:
    origin, body = fact.origin, fact.body
    written = json.dumps(facts.encode(body), ensure_ascii=False, separators=(",", ":"))
    return FactRow(
        fact.seq,
        fact.at,
        facts.kind_of(body),
        body.version,
        origin.tenant,
        origin.call,
        origin.actor,
        fact.node,
        origin.synthetic,
        written,
    )


def write_csv(rows: Iterable[FactRow], file: TextIO) -> int:
    """A header, then a line each (RFC 4180), instants in UTC; what isn't there is empty. How many there were.

    ``file`` is open with ``newline=""``.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        flag = "1" if row.synthetic else "0"
        writer.writerow(row._replace(at=instant(row.at), synthetic=flag))  # type: ignore[arg-type]
        count += 1
    return count
