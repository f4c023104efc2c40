"""What a tenant's file and the settings have forgotten goes when its time is over, and no figure changes."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from actions.end_membership import AskToEnd
from actions.file_request import FileComplaint
from actions.forget_old import ForgetOld
from actions.record_service import RecordService, WasDone
from actions.see_person import SeePerson, WhoSaw
from actions.write_note import NewNote, WriteNote
from campaigns.dunning.results import MakeResults, NoResults
from domain.customer_note import NoteKind
from domain.dunning import CaseState, ListState
from domain.errand import ErrandKind
from domain.fact import Origin
from domain.ids import CallerId, CallId, NoteId, RecordId, ViewId
from domain.outbox import Message
from domain.period import Period
from domain.portal_facts import CallArrived
from domain.retention import HouseRetention, Retention
from domain.tenant import TenantBook
from reporting.projecting import REACHED
from rufwerk import settings_reading
from rufwerk.figure_keeping import projecting
from rufwerk.settings import SettingsError
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, EVAS, LENAS
from tests.fakes.debtors import LIST, DebtDesk, debtor
from tests.fakes.desk import EVA, TOM
from tests.rufwerk.bikes import BIKES, mistakes, with_section
from tests.rufwerk.test_erasure import figures
from tests.storage.conftest import (  # noqa: F401 - found by their names
    open_storage,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
    transactions,
    url,
)

MONTH = timedelta(days=30)
ALL = Retention(MONTH, MONTH, MONTH)
HOUSE = HouseRetention(MONTH, MONTH, MONTH)


def forget(desk: DebtDesk, kept: Retention = ALL, house: HouseRetention = HOUSE) -> None:
    brand = replace(desk.book.tenants[ALPENRAD], retention=kept)
    ForgetOld(desk.transactions, desk.clock, lambda: TenantBook.of([brand]), house, REACHED)()


def written(desk: DebtDesk, what: str) -> NoteId:
    """A record, a complaint, and a note that is done."""
    done = WasDone(desk.new(RecordId), ANNA.id, "return", {"reason": what})
    RecordService(desk.desk)(EVAS, CALL, done)
    FileComplaint(desk.counter)(EVAS, desk.wish(), what)
    note = NewNote(desk.new(NoteId), ANNA.id, NoteKind.OTHER, TOM.id, what)
    WriteNote(desk.desk)(EVAS, note)
    with desk.transactions.write() as uow:
        uow.notes.mark_done(note.id, desk.clock())
        uow.commit()
    return note.id


def texts(desk: DebtDesk) -> list[str]:
    """Of records, errands and notes, in the order they were written."""
    with desk.transactions.read() as uow:
        records = [
            text for one in uow.service_records.of_call(CALL) for text in one.fields.values()
        ]
        errands = [one.text for one in uow.errands.of(ANNA.id, 9)[::-1] if one.text]
        notes = [one.text for one in uow.notes.of(ANNA.id, 9, archived=False)[::-1]]
    return [*records, *errands, *notes]


def test_what_is_over_goes_with_its_time_and_figures_stay(
    transactions: SqlTransactions,  # noqa: F811
) -> None:
    desk = DebtDesk(transactions)
    written(desk, "old")
    AskToEnd(desk.counter)(EVAS, desk.wish(), ErrandKind.LEAVE, "still asked")
    desk.clock.turn(MONTH + timedelta(days=1))
    written(desk, "new")
    projecting(transactions).catch_up(10**6)
    before = list(figures(desk))
    everything = texts(desk)
    forget(desk, Retention(), HouseRetention())
    assert texts(desk) == everything, "by default all is kept"
    forget(desk)
    assert texts(desk) == ["new", "still asked", "new", "new"]
    projecting(transactions).catch_up(10**6)
    assert list(figures(desk)) == before


def test_a_list_goes_once_it_is_over(transactions: SqlTransactions) -> None:  # noqa: F811
    desk = DebtDesk(transactions)
    mine = debtor(1, state=CaseState.CLOSED, closed=desk.clock(), remark="moved away")
    desk.put(mine)
    before = list(figures(desk))
    desk.clock.turn(2 * MONTH)
    forget(desk)
    assert desk.case(mine.id) == mine, "it runs"
    with transactions.write() as uow:
        found = uow.case_lists.get(LIST)
        assert found is not None
        uow.case_lists.change(replace(found, state=ListState.DONE))
        uow.commit()
    forget(desk)
    nobody = desk.case(mine.id)
    assert (nobody.debtor.name, nobody.debtor.phone, nobody.remark) == ("", "", "")
    assert (nobody.debt.amount, nobody.state, nobody.row) == (12_345, CaseState.CLOSED, 2)
    assert list(figures(desk)) == before
    results = MakeResults(transactions, desk.clock, lambda: desk.book, None)  # type: ignore[arg-type]
    with pytest.raises(NoResults, match="was forgotten"):
        results(LIST)


def test_numbers_go_that_nobody_needs(transactions: SqlTransactions) -> None:  # noqa: F811
    desk = DebtDesk(transactions)
    owes = debtor(3)
    numbers = {
        "long-ago": "+491700000001",
        "lately": "+491700000002",
        "never-heard": "+491700000003",
        "owes": owes.debtor.phone,
    }
    desk.put(owes)
    with transactions.write() as uow:
        for name, number in numbers.items():
            uow.callers.note(number, CallerId(name))
        uow.commit()
    for name in ("long-ago", "owes", "n1"):
        arrives(desk, name)
    desk.clock.turn(2 * MONTH)
    arrives(desk, "lately")
    forget(desk)
    assert kept(desk, *numbers) == set(numbers), "nobody knows yet who was heard of"
    projecting(transactions).catch_up(10**6)
    before = list(figures(desk))
    forget(desk)
    assert kept(desk, *numbers, "n1") == {"lately", "never-heard", "owes", "n1"}
    assert list(figures(desk)) == before


def arrives(desk: DebtDesk, caller: str) -> None:
    with desk.transactions.write() as uow:
        origin = Origin(ALPENRAD, CallId(f"a-{caller}"), "caller")
        uow.facts.append(origin, desk.clock(), CallArrived("service", CallerId(caller)))
        uow.commit()


def kept(desk: DebtDesk, *callers: str) -> set[str]:
    with desk.transactions.read() as uow:
        return {one for one in callers if uow.callers.number_of(CallerId(one)) is not None}


def test_what_was_refused_goes(transactions: SqlTransactions) -> None:  # noqa: F811
    desk = DebtDesk(transactions)
    with transactions.write() as uow:
        for lane in ("refused", "waits"):
            uow.outbox.add(Message("crm", lane, "{}"), desk.clock())
        entry = uow.outbox.take("crm", desk.clock(), desk.clock())
        assert entry is not None
        uow.outbox.refuse(entry.id, desk.clock(), "no")
        uow.commit()
    desk.clock.turn(2 * MONTH)
    forget(desk)
    with transactions.read() as uow:
        backlog = uow.outbox.backlog("crm")
    assert (backlog.waiting, backlog.refused) == (1, 0)


def test_who_looked_at_her_figures_goes_and_its_facts_stay(
    transactions: SqlTransactions,  # noqa: F811
) -> None:
    desk = DebtDesk(transactions)
    see = SeePerson(desk.desk, lambda: desk.new(ViewId))
    hour = Period(desk.clock() - timedelta(hours=1), desk.clock())
    see(LENAS, EVA.id, hour, "her talk of March")
    desk.clock.turn(MONTH + timedelta(days=1))
    see(LENAS, EVA.id, hour, "her talk of April")
    facts = desk.facts()
    forget(desk, house=HouseRetention())
    assert len(WhoSaw(desk.desk)(EVA.id)) == 2, "by default all is kept"
    forget(desk)
    assert [one.view.purpose for one in WhoSaw(desk.desk)(EVA.id)] == ["her talk of April"]
    assert desk.facts() == facts


def test_forgotten_words_leave_the_files_of_sqlite(sqlite_url: str, tmp_path: Path) -> None:  # noqa: F811
    with closing(SqlTransactions(sqlite_url, "a")) as transactions:  # noqa: F811
        desk = DebtDesk(transactions)
        written(desk, "Quxdorf")
        desk.clock.turn(2 * MONTH)
        forget(desk)
        transactions.sweep()
        files = list(tmp_path.glob("rufwerk.db*"))
        assert len(files) > 1, "it is still in use"
        assert not any(b"Quxdorf" in one.read_bytes() for one in files)


def test_a_tenants_file_and_the_settings_say_for_how_long(tmp_path: Path) -> None:
    found = with_section(tmp_path, "[retention]\nnotes_days = 90\nlists_days = 180\n")
    assert found.retention == Retention(timedelta(days=90), None, timedelta(days=180))
    (tmp_path / "trikes.toml").unlink()
    (tmp_path / "bikes.toml").write_text(BIKES + "[retention]\nnotes_days = -1\nfacts_days = 3\n")
    assert len(mistakes(tmp_path)) == 2
    for key in ("callers_days", "mails_days", "person_views_days", "call_records_days"):
        variable = f"RUFWERK_RETENTION__{key.upper()}"
        kept = settings_reading.load(None, {variable: "365"}).retention
        assert getattr(kept, key) == 365
        with pytest.raises(SettingsError, match=key):
            settings_reading.load(None, {variable: "-1"})
    with pytest.raises(SettingsError, match="from 62 to"):
        settings_reading.load(None, {"RUFWERK_RETENTION__CALL_RECORDS_DAYS": "61"})
