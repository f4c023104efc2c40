"""Clients' files are read in a process apart, as they would be here; what eats memory or time hurts nobody."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from xlsxwriter import Workbook

from campaigns.dunning.list_files import ListFiles, Terms
from domain.case_headings import Column
from rufwerk.list_files import ListFilesApart
from rufwerk.list_wire import Limits
from sheets.blanking import Erased
from sheets.case_lists import ColumnsUnclear, ReadList
from sheets.results import Results
from sheets.unreadable import UnreadableFile, Why
from tests.fakes.list_files import HEADINGS, ListFilesHere, read_back, row, workbook

TERMS = Terms("DE", "EUR")
LONG = 20_000


def read(files: ListFiles, content: bytes, terms: Terms = TERMS) -> ReadList:
    return files.read(content, terms, lambda _: None)


@pytest.fixture
def files() -> Iterator[ListFilesApart]:
    with closing(ListFilesApart()) as files:
        yield files


@pytest.fixture(scope="module")
def long_list() -> bytes:
    """Each of its texts is another's: this takes memory, and seconds."""
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet("Mai")
        sheet.write_row(0, 0, HEADINGS)
        for number in range(1, LONG):
            sheet.write_row(number, 0, [*row(number), os.urandom(32).hex()])
    return content.getvalue()


def test_it_is_read_as_it_would_be_here(files: ListFilesApart) -> None:
    told: list[int] = []
    rows = [row(number) for number in range(1, 1203)]
    content = workbook(*rows, row(9_999, Telefon="0171"))
    found = files.read(content, TERMS, told.append)
    assert found == read(ListFilesHere(), content)
    assert (len(found.entries), len(found.faults), told) == (1202, 1, [1000, 1000])


def test_a_csv_of_another_country(files: ListFilesApart) -> None:
    lines = [HEADINGS, row(1, Telefon="044 668 18 00", PLZ="2502", Adresse="Biel")]
    content = "\n".join(";".join(map(str, one)) for one in lines).encode()
    terms = Terms("CH", "CHF")
    found = read(files, content, terms)
    assert found == read(ListFilesHere(), content, terms)
    (entry,) = found.entries
    assert (entry.phone, entry.currency) == ("+41446681800", "CHF")
    assert entry.languages == ("de", "fr"), "Biel speaks both"


def test_what_cant_be_read_is_told_as_here(files: ListFilesApart) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(files, b"%PDF-1.7")
    assert refused.value.why is Why.NO_LIST
    with pytest.raises(ColumnsUnclear) as unclear:
        read(files, workbook(("x", 12.5, "y"), headings=("Kontakt", "Betrag", "Name")))
    found = unclear.value
    assert (found.sheet, found.recognised.columns.missing[0]) == ("Mai", Column.PHONE)
    assert [one.heading for one in found.recognised.offered] == ["Kontakt", "Betrag", "Name"]
    assert [dict(one.cells) for one in found.sample] == [
        {0: "Kontakt", 1: "Betrag", 2: "Name"},
        {0: "x", 1: "12.5", 2: "y"},
    ]


def test_results_are_written_as_here(files: ListFilesApart) -> None:
    content = workbook(row(1), row(2))
    cells = {("Mai", 3): ("paid", None, 2)}
    results = Results(("a", "b", "c"), cells, {}, "Sum", [("x", 1)])
    written = files.write(content, results, TERMS)
    assert read_back(written) == read_back(ListFilesHere().write(content, results, TERMS))
    assert read_back(written)[0][-3:] == ["a", "b", "c"]
    with pytest.raises(UnreadableFile):
        files.write(b"PK no workbook", results, TERMS)


def test_a_debtor_is_taken_out_as_here(files: ListFilesApart) -> None:
    content, gone = workbook(row(1), row(2), row(3)), Erased("K2", kept=frozenset({("Mai", 4)}))
    columns = read(ListFilesHere(), content).sheets[0].columns
    left = files.blank(content, gone, columns)
    assert read_back(left) == read_back(ListFilesHere().blank(content, gone, columns))
    assert [one[1] for one in read_back(left)] == ["Name", "Debtor 1", None, "Debtor 3"]
    assert files.blank(content, Erased("nobody"), None) == content


@pytest.mark.parametrize(
    "limits",
    [Limits(memory=8 << 20), Limits(cpu_s=1), Limits(wall_s=0.8)],
    ids=["memory", "processor", "time"],
)
def test_what_eats_more_than_it_may_is_refused(long_list: bytes, limits: Limits) -> None:
    with closing(ListFilesApart(limits)) as files:
        with pytest.raises(UnreadableFile) as caught:
            read(files, long_list)
        assert caught.value.why is Why.TOO_COSTLY
        if limits.wall_s > 10:
            assert len(read(files, workbook(row(1))).entries) == 1, "the next one is read"
    assert not children()


def test_whoever_waits_for_a_file_is_let_go_at_the_end(long_list: bytes) -> None:
    files, ends = ListFilesApart(), list[Why]()

    def wait() -> None:
        with pytest.raises(UnreadableFile) as caught:
            files.read(long_list, TERMS, lambda _: files.close())
        ends.append(caught.value.why)

    thread = Thread(target=wait)
    thread.start()
    thread.join(60)
    assert ends == [Why.TOO_COSTLY]
    assert not children()


def test_the_process_knows_no_secrets(
    monkeypatch: pytest.MonkeyPatch, files: ListFilesApart
) -> None:
    monkeypatch.setenv("RUFWERK_DATABASE__URL", "postgresql://only-ours")
    seen: list[bytes] = []

    def look(_: int) -> None:
        seen.extend(Path(f"/proc/{pid}/environ").read_bytes() for pid in children())

    files.read(workbook(*(row(number) for number in range(1, 1203))), TERMS, look)
    assert seen
    assert b"only-ours" not in b"".join(seen)


def children() -> list[str]:
    """Processes that read files for us."""
    found = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "rufwerk.list_process"],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.split()
