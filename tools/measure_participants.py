"""Measures import and export of 100,000 participants, and how long other writers wait meanwhile: a process beside it
writes a fact every 10 ms, as a call does.

``python -m tools.measure_participants [ROWS [URL]]``; without a URL of an empty database it is SQLite in a folder of
its own. PINs are read, and 200 of them hashed: see the time for each.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from actions.desk import Desk
from actions.import_participants import ImportParticipants, PlanParticipants
from desktop.texts import texts
from domain.ids import TenantId
from domain.language import Language
from domain.participant_columns import SHOWN
from domain.participant_row import Entry, Terms
from prompts.catalogue import Catalogue
from rufwerk import wiring
from rufwerk.participant_files import ParticipantFile
from rufwerk.participant_sheets import PAGE, listed
from rufwerk.settings import Settings
from rufwerk.telephone_numbers import e164
from rufwerk.terminal import OPERATOR
from sheets.new_list import Row, write_list
from storage.migrations import upgrade
from storage.pins import Argon2Pins
from storage.unit_of_work import SqlTransactions
from tools.measure_import import beside

TENANT = TenantId("alpenrad")
ROWS = 100_000
HASHED = 200
WORDS = texts(Language.EN)
TERMS = Terms("DE", 6, date(2026, 1, 1), e164)


def made(rows: int) -> Iterator[Row]:
    yield [*(WORDS[f"column_{column}"] for column in SHOWN), "PIN"]
    for number in range(rows):
        born = date(1940, 1, 1) + timedelta(days=number * 7919 % 22_000)
        zip_code, phone = f"{number * 7919 % 99_999:05}", f"+49171{number * 104_729 % 10**7:07}"
        name, mail = f"Vorname{number % 977} Nachname{number}", f"participant{number}@mail.example"
        person = (f"{30_000_000 + number}", name, "de", zip_code, born, phone, mail)
        yield [*person, number % 5_000, number % 3, f"{number * 7907 % 10**6:06}"]


def read(path: Path) -> list[Entry]:
    with path.open("rb") as source:
        found = ParticipantFile(source).read(TERMS, lambda _: None).entries
    return [replace(one, pin=None) for one in found]


def hash_some() -> None:
    hasher = Argon2Pins(bytes(32))
    begin = time.perf_counter()
    for number in range(HASHED):
        hasher.hash(f"participant {number}", "135790")  # type: ignore[arg-type]
    each = (time.perf_counter() - begin) / HASHED
    print(f"a PIN hashed: {each * 1000:.1f} ms on one of {os.cpu_count()} processors")


def measure(rows: int, url: str, folder: Path) -> None:
    file = folder / "participants.xlsx"
    write_list(file, ".xlsx", "Participants", made(rows))
    upgrade(url)
    tenants = wiring.tenant_files(Settings(tenants=Path("tenants").absolute()), Catalogue.load())

    def new_id() -> str:
        return str(uuid4())

    with closing(SqlTransactions(url, "a")) as transactions:
        desk = Desk(transactions, wiring.utc_now, lambda: tenants.current)
        plan_all, import_all = PlanParticipants(desk, new_id), ImportParticipants(desk, new_id)
        found: list[Entry] = []
        beside(url, "reading", lambda: found.extend(read(file)))
        print(f"{len(found)} of {rows} rows understood")

        def take(entries: list[Entry]) -> None:
            plan = plan_all(OPERATOR, TENANT, entries)
            print(import_all(OPERATOR, plan, {}, "digest"))

        beside(url, "storing all as new", lambda: take(found))
        beside(url, "storing them again unchanged", lambda: take(found))
        moved = [replace(one, zips=("76275",), phone=f"+49172{one.number[1:]}") for one in found]
        beside(url, "changing all: ZIP and telephone", lambda: take(moved))

        def export() -> None:
            with transactions.read() as uow:
                page = uow.participant_imports.listed
                rows = listed(lambda after: page(TENANT, after, PAGE), WORDS, lambda _: None)
                write_list(folder / "out.xlsx", ".xlsx", "Participants", rows)

        beside(url, "export", export)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"the file's process: peak {peak} MiB; the file: {file.stat().st_size >> 20} MiB")
    hash_some()


if __name__ == "__main__":
    given = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        wanted = int(given[0]) if given else ROWS
        url = given[1] if len(given) > 1 else f"sqlite:///{scratch}/rufwerk.db"
        measure(wanted, url, Path(scratch))
