"""Measures what it takes to read a list of 100,000 rows, beside what openpyxl takes to read its cells alone.

Both run in processes of their own, one after the other and in turn: ``python -m tools.measure_lists [ROUNDS]``.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROWS = 100_000


def write(path: Path) -> None:
    """A list as an accounting program exports it: shared strings, money and days as numbers."""
    from xlsxwriter import Workbook  # noqa: PLC0415 a tool of the tests

    headings = (
        "Tel.-Nr.",
        "Name",
        "Kd-Nr",
        "Adresse",
        "PLZ",
        "Offener Betrag",
        "W\u00e4hrung",
        "F\u00e4llig am",
        "Re-Nr.",
    )
    with Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as made:
        sheet = made.add_worksheet("Mai")
        money = made.add_format({"num_format": '#,##0.00 "\u20ac"'})
        sheet.write_row(0, 0, headings)
        for row in range(1, ROWS + 1):
            due = date(2026, 1, 1) + timedelta(days=row % 300)
            cells = (
                f"0171 {3920000 + row % 100}", f"Anna Keller {row}", 10_000_000 + row,
                f"Hauptstr. {row % 200}, Ettlingen", "76275", None, "EUR", due, f"R-{row}",
            )  # fmt: skip
            sheet.write_row(row, 0, cells)
            sheet.write_number(row, 5, 12.5 + row / 100, money)


def openpyxl_alone(path: Path) -> int:
    """Every cell with its value and number format, as an import by openpyxl needs them."""
    from openpyxl import load_workbook  # noqa: PLC0415 not in the other's process

    book = load_workbook(path, read_only=True, data_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows())
    book.close()
    return count - 1


def whole_list(path: Path) -> int:
    from domain.case_entry import ListTerms  # noqa: PLC0415 not in the other's process
    from rufwerk.swiss_zips import swiss_languages  # noqa: PLC0415
    from rufwerk.telephone_numbers import e164  # noqa: PLC0415
    from sheets.case_lists import read_list  # noqa: PLC0415

    found = read_list(path, ListTerms("DE", "EUR", e164, swiss_languages()))
    return len(found.entries)


def measure(what: str, path: Path) -> None:
    """One document on standard output: seconds of processor, and the most memory."""
    begin = time.process_time()
    count = (whole_list if what == "list" else openpyxl_alone)(path)
    took = time.process_time() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps({"rows": count, "cpu_s": took, "peak_mb": memory}))


def _apart(what: str, path: Path) -> str:
    """In a process of its own, which a big parent's memory isn't counted to."""
    command = [sys.executable, "-m", "tools.measure_lists", what, str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def compare(rounds: int) -> None:
    took: dict[str, list[dict[str, float]]] = {"openpyxl": [], "list": []}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        _apart("write", path)
        for _ in range(rounds):
            for what, results in took.items():
                results.append(json.loads(_apart(what, path)))
    for what, results in took.items():
        seconds = [round(one["cpu_s"], 2) for one in results]
        memory = max(one["peak_mb"] for one in results)
        print(f"{what}: {results[0]['rows']} rows, CPU {seconds} s, peak {memory} MiB")
    pairs = zip(took["list"], took["openpyxl"], strict=True)
    ratio = statistics.median(ours["cpu_s"] / theirs["cpu_s"] for ours, theirs in pairs)
    print(f"ratio (median of the rounds): {ratio:.2f}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["list" | "openpyxl" as what, file]:
            measure(what, Path(file))
        case ["write", file]:
            write(Path(file))
        case [*rounds]:
            compare(int(rounds[0]) if rounds else 5)
