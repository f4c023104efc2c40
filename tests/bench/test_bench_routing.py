"""The document of ``rufwerk bench routing``."""

import io

from rich.console import Console

from rufwerk.bench import routing
from rufwerk.bench.busy_field import Size


def test_document() -> None:
    sizes = (Size(5, 3), Size(10, 5))
    found = routing.measure(Console(file=io.StringIO()), 30, sizes)
    assert {"median_ms", "p99_ms", "by_size", "by_kind", "machine", "load_after"} <= found.keys()
    assert [row["waiting"] for row in found["by_size"]] == [5, 10]
    assert found["median_ms"] == found["by_size"][-1]["median_ms"]
    assert sum(kind["facts"] for kind in found["by_kind"].values()) == 30


def test_chart() -> None:
    rows = [
        {"waiting": 10, "median_ms": 0.1, "p99_ms": 1.0},
        {"waiting": 1000, "median_ms": 1.0, "p99_ms": 2.0},
    ]
    bars = [line.count("#") for line in routing.chart(rows)]
    assert bars == [2, 25, 25, 50]
