"""Measures the import of a list of 100,000 rows, and how long other writers wait meanwhile: a process beside it writes
a fact every 10 ms, as a call does.

``python -m tools.measure_import [ROWS [URL]]``; without a URL of an empty database it is SQLite in a folder of its own.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

from actions.led_lists import all_of
from campaigns.dunning.importing import PreviewList, StoreList, Upload
from campaigns.dunning.results import MakeResults
from domain.dunning_facts import LimitExtended
from domain.fact import Origin
from domain.ids import CallId, CaseId, ListId, TenantId
from prompts.catalogue import Catalogue
from rufwerk import wiring
from rufwerk.list_files import ListFilesApart
from rufwerk.settings import Settings
from rufwerk.terminal import OPERATOR
from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions
from tools.measure_lists import ROWS, write

TENANT = TenantId("alpenrad")
EVERY_S = 0.01


def write_beside(url: str) -> None:
    """Until standard input ends; then the milliseconds that each write took, as one document."""
    fact, took = LimitExtended(CaseId("none"), ListId("none"), 1), []
    with closing(SqlTransactions(url, "b")) as transactions:
        print("ready", flush=True)
        end = Event()

        def wait() -> None:
            sys.stdin.read()
            end.set()

        Thread(target=wait, daemon=True).start()
        while not end.wait(EVERY_S):
            begin = time.perf_counter()
            with transactions.write() as uow:
                uow.facts.append(Origin(TENANT, CallId("b-1"), "test"), wiring.utc_now(), fact)
                uow.commit()
            took.append((time.perf_counter() - begin) * 1000)
    print(json.dumps(took))


def beside(url: str, what: str, work: Callable[[], object]) -> object:
    command = [sys.executable, "-m", "tools.measure_import", "beside", url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        begin, cpu = time.perf_counter(), time.process_time()
        done = work()
        wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
        took = sorted(json.loads(writer.communicate()[0]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"{what}: {wall:.1f} s, own CPU {cpu:.1f} s, peak {peak} MiB; {len(took)} other writes: median"
        f" {statistics.median(took):.1f} ms, p99 {took[len(took) * 99 // 100]:.1f} ms,"
        f" slowest {took[-1]:.1f} ms",
        flush=True,
    )
    return done


def measure(rows: int, url: str, folder: Path) -> None:
    write(folder / "list.xlsx", rows)
    upgrade(url)
    settings = Settings(tenants=Path("tenants").absolute())
    tenants = wiring.tenant_files(settings, Catalogue.load())
    upload = Upload("list.xlsx", (folder / "list.xlsx").read_bytes())
    with closing(SqlTransactions(url, "a")) as transactions, closing(ListFilesApart()) as files:
        on = wiring.dunning_desk(transactions, lambda: tenants.current)
        preview_list, store = PreviewList(on, files), StoreList(on)
        preview = preview_list(OPERATOR, TENANT, upload)
        beside(url, "preview", lambda: preview_list(OPERATOR, TENANT, upload))
        beside(url, "storing", lambda: store(OPERATOR, preview))
        with transactions.read() as uow:
            (of,) = (one.id for one in uow.case_lists.of([TENANT]))
            assert len(all_of(uow, of)) == preview.accepted
        again = preview_list(OPERATOR, TENANT, upload, of)
        beside(url, "a new edition", lambda: store(OPERATOR, again))
        make = MakeResults(transactions, wiring.utc_now, lambda: tenants.current, files)
        beside(url, "results", lambda: make(of))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"the file's process: peak {peak} MiB")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["beside", url]:
            write_beside(url)
        case [*given]:
            rows = int(given[0]) if given else ROWS
            with tempfile.TemporaryDirectory() as made:
                url = given[1] if len(given) > 1 else f"sqlite:///{made}/rufwerk.db"
                measure(rows, url, Path(made))
