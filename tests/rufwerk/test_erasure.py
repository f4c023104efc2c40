"""Who is erased is gone from the whole database, and every figure is what it was."""

import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from actions.block_participant import BlockParticipant, NewBlock
from actions.end_membership import Approve, AskToEnd
from actions.file_request import FileComplaint
from actions.record_service import RecordService, WasDone
from actions.write_note import NewNote, WriteNote
from campaigns.dunning.erasing import EraseRows
from domain.crm import Direction, PhoneCallActivity
from domain.crm_messages import as_message
from domain.customer_note import NoteKind
from domain.dunning import CaseState
from domain.errand import ErrandKind
from domain.ids import (
    BlockId,
    CallerId,
    CallId,
    ContactId,
    NoteId,
    Receipt,
    RecordId,
    RedemptionId,
    VoucherCode,
)
from domain.mail import CHANNEL, VoucherWanted
from domain.mail import as_message as as_mail
from domain.period import Period
from domain.reward import Redemption, RewardKind
from domain.service_record import Price
from rufwerk.figure_keeping import projecting
from rufwerk.list_files import ListFilesApart
from storage import copies
from storage.unit_of_work import SqlTransactions
from tests.cti.random_day import MORNING, Habits, RandomDay
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, EVAS, LUNE, PETER, TOMS
from tests.fakes.debtors import DebtDesk, debtor
from tests.fakes.desk import TOM
from tests.fakes.list_files import row, workbook
from tests.rufwerk.test_figures_equal import asked
from tests.storage.conftest import (  # noqa: F401 - found by their names
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
    url,
)

LILY = replace(
    PETER,
    number="77345678",
    name="Lilybeth Quxdorf",
    zip_code="98127",
    phone="+491761234509",
    address="Zwetschgenweg 11, 98127 Hinterfeld",
    email="lily@quxdorf.example",
)
OTHER_PHONE = "+491761239876"
"""Hers in the client's list alone."""

WORDS = (
    *("77345678", "Lilybeth", "Quxdorf", "quxdorf", "98127", "Zwetschgenweg"),
    *("1761234509", "1761239876"),
)
HERS = row(
    1,
    Telefon=OTHER_PHONE,
    Name=LILY.name,
    Kundennummer=LILY.number,
    Adresse=LILY.address,
    PLZ=LILY.zip_code,
)
PERIOD = Period(MORNING - timedelta(days=14), MORNING + timedelta(days=100))


def everything_about_her(desk: DebtDesk) -> None:
    said = "Lilybeth Quxdorf of Zwetschgenweg said so."
    done = WasDone(desk.new(RecordId), LILY.id, "return", {"reason": said})
    RecordService(desk.desk)(EVAS, CALL, done)
    WriteNote(desk.desk)(EVAS, NewNote(desk.new(NoteId), LILY.id, NoteKind.OTHER, TOM.id, said))
    BlockParticipant(desk.desk)(EVAS, NewBlock(desk.new(BlockId), LILY.id, said))
    FileComplaint(desk.counter)(EVAS, desk.wish(LILY), said)
    owes = debtor(1)
    owes = replace(
        owes,
        debtor=replace(
            owes.debtor,
            name=LILY.name,
            phone=OTHER_PHONE,
            customer_number=LILY.number,
            address=LILY.address,
            zip_code=LILY.zip_code,
        ),
        state=CaseState.CLOSED,
        closed=desk.clock(),
        remark=said,
    )
    desk.put(owes)
    with desk.transactions.write() as uow:
        uow.case_lists.replace_content(owes.list, "liste.xlsx", workbook(HERS, row(2)))
        uow.callers.note(str(LILY.phone), CallerId("n-her"))
        uow.callers.note(OTHER_PHONE, CallerId("n-hers-too"))
        uow.redemptions.add(redeemed())
        for whose in (LILY, ANNA):
            uow.outbox.add(as_mail(VoucherWanted(RedemptionId("r-1"), whose.id)), desk.clock())
        entry = uow.outbox.take(CHANNEL, desk.clock(), desk.clock())
        assert entry is not None
        uow.outbox.refuse(entry.id, desk.clock(), f"550 {LILY.email} is unknown")
        for number, contact in (
            (LILY.phone, None),
            (OTHER_PHONE, None),
            ("+49170999", ContactId("c-1")),
        ):
            when = desk.clock()
            told = PhoneCallActivity(
                CallId(f"a-{number}"), Direction.INCOMING, when, when, "A call", "", contact, number
            )
            uow.outbox.add(as_message(told), when)
        uow.commit()


def redeemed() -> Redemption:
    return Redemption(
        RedemptionId("r-1"),
        ALPENRAD,
        LILY.id,
        "three",
        RewardKind.VOUCHER,
        300,
        Price(Decimal(3), "EUR"),
        Receipt("70000009"),
        MORNING,
        CALL,
        VoucherCode("CODE-LILY"),
        mailed=True,
    )


def figures(desk: DebtDesk) -> Iterator[tuple[str, Any]]:
    with desk.transactions.read() as uow:
        yield from asked(uow.figures, PERIOD, (ALPENRAD, LUNE))
        yield "points", [uow.ledger.balance(one.id) for one in (ANNA, LILY)]
        yield "cases", list(uow.cases.counts(debtor(1).list, desk.clock()))
        yield "attempts", list(uow.attempts.shares(debtor(1).list))


def content(url: str, folder: Path) -> bytes:  # noqa: F811
    """All that the database's files hold; of PostgreSQL, all that can be read from it but for lists' workbooks, whose
    packed bytes are written there in digits. ``in_lists`` has them.
    """
    if copies.kind_of(url) == "sqlite":
        path = copies.path_of(url)
        return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    dumped = folder / "dump.sql"
    without = "--exclude-table-data=case_lists"
    subprocess.run(["pg_dump", f"--dbname={plain}", f"--file={dumped}", without], check=True)
    return dumped.read_bytes()


def in_lists(desk: DebtDesk) -> bytes:
    """All that the parts of the client's workbook hold."""
    with desk.transactions.read() as uow:
        packed = uow.case_lists.content(debtor(1).list)
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_she_is_nowhere_and_no_figure_changes(
    url: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    with closing(SqlTransactions(url, "a")) as transactions:
        desk = DebtDesk(transactions)
        with transactions.write() as uow:
            uow.participants.change(LILY)
            for fact in RandomDay(1, Habits(profile=(20.0,))).play().log:
                uow.facts.append(fact.origin, fact.at, fact.body)
            uow.commit()
        everything_about_her(desk)
        keeping = projecting(transactions)
        keeping.catch_up(10**6)
        before = list(figures(desk))
        assert all(answer for name, answer in before if name in {"services", "visits", "cases"})
        errand = AskToEnd(desk.counter)(EVAS, desk.wish(LILY), ErrandKind.DELETE, "She, Quxdorf.")
        assert b"Quxdorf" in in_lists(desk)
        Approve(desk.desk)(TOMS, errand.id)
        with closing(ListFilesApart()) as files:
            EraseRows(transactions, desk.clock, files)()
        listed = in_lists(desk)
        keeping.catch_up(10**6)
        assert list(figures(desk)) == before
        anew = projecting(transactions)
        anew.clear()
        anew.catch_up(10**6)
        assert list(figures(desk)) == before, "made anew from the log"
        with transactions.read() as uow:
            assert uow.outbox.backlog("crm").waiting == 1, "another's stays"
            mails = uow.outbox.backlog(CHANNEL)
            assert (mails.waiting, mails.refused, mails.last_error) == (1, 0, None)
            assert list(uow.redemptions.of(LILY.id, 9)) == [redeemed()]
    found = content(url, tmp_path) + listed
    assert [word for word in WORDS if word.encode() in found] == []
    assert b"Debtor 2" in listed
    assert b"+49170999" in found


def test_what_she_still_owes_is_left_to_the_client(
    sqlite_url: str,  # noqa: F811
) -> None:
    with closing(SqlTransactions(sqlite_url, "a")) as transactions:
        desk = DebtDesk(transactions)
        owes = debtor(1)
        who = replace(owes.debtor, customer_number=ANNA.number, phone=str(ANNA.phone))
        desk.put(replace(owes, debtor=who))
        Approve(desk.desk)(
            TOMS, AskToEnd(desk.counter)(EVAS, desk.wish(), ErrandKind.DELETE, "Wants it.").id
        )
        assert desk.case(owes.id).debtor == who
        with transactions.read() as uow:
            assert uow.callers.id_of(str(ANNA.phone)) is not None
