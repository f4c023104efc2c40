"""The rows of facts as a Parquet file; pyarrow is asked for only here, and only when somebody wants one."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

from reporting.fact_rows import COLUMNS, FactRow

_GROUP: Final = 50_000
"""Rows that are in memory at once."""


class NoParquet(Exception):
    """pyarrow isn't installed. No retry helps."""


def write_parquet(rows: Iterable[FactRow], path: Path) -> int:
    """Write the file, compressed; how many rows. ``at`` is a timestamp in UTC, to the microsecond.

    Raises NoParquet before anything is written, OSError.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to load
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as error:
        remedy = "Install it with pip install 'rufwerk[parquet]', or take --format csv."
        raise NoParquet(f"Parquet needs pyarrow, which isn't there. {remedy}") from error
    schema, count = _schema(pa), 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(rows):
            columns = zip(*group, strict=True)
            named = dict(zip(COLUMNS, columns, strict=True))
            writer.write_table(pa.table(named, schema=schema))
            count += len(group)
    return count


def _schema(pa: Any) -> Any:
    types = {
        "seq": pa.int64(),
        "at": pa.timestamp("us", tz="UTC"),
        "version": pa.int16(),
        "synthetic": pa.bool_(),
    }
    may_miss = {"tenant", "call"}
    return pa.schema(
        pa.field(name, types.get(name, pa.string()), nullable=name in may_miss) for name in COLUMNS
    )


def _groups(rows: Iterable[FactRow]) -> Iterator[list[FactRow]]:
    rest = iter(rows)
    while group := list(islice(rest, _GROUP)):
        yield group
