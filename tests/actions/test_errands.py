"""Errands: each once for its id, with rights, a receipt, and row and fact in one transaction."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from actions.block_card import BlockCard
from actions.book_points import AskPayOut, BookPoints
from actions.change_data import ChangeData, NewData
from actions.desk import DeskError, IdTaken, NotYours
from actions.errand import Wish
from actions.file_request import FileComplaint, FileReturn
from actions.unblock_card import UnblockCard
from domain.desk_facts import CardUnblocked, DataChanged, ErrandDone, PayOutAsked, PointsBooked
from domain.errand import Errand, ErrandKind, ErrandState, PointsReason
from domain.fact import Origin
from domain.ids import CardId, ErrandId, ParticipantId, Receipt
from domain.language import Language
from domain.participant import CardState
from domain.person import Actor
from rufwerk.telephone_numbers import e164
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import (
    ANNA,
    CALL,
    CARD,
    CLAIRE,
    EVAS,
    LENAS,
    LUNES_CALL,
    PETER,
    STRANGERS,
    TOMS,
    CounterDesk,
)

DAY = timedelta(days=1)


def block_card(desk: CounterDesk) -> None:
    block = BlockCard(desk.transactions, desk.clock, lambda: Receipt("47110000"))
    block(Origin(ANNA.tenant, CALL, "caller"), ANNA.id)


def done(errand: Errand) -> ErrandDone:
    return ErrandDone(errand.id, errand.kind, errand.participant, errand.receipt)


def test_a_card_works_again(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    block_card(desk)
    unblock, wish = UnblockCard(desk.counter), desk.wish()
    errand = unblock(EVAS, wish, CARD.id)
    assert desk.card().state is CardState.ACTIVE
    assert errand.state is ErrandState.DONE
    assert desk.bodies()[1:] == [CardUnblocked(ANNA.id, CARD.id), done(errand)]
    assert {fact.origin.call for fact in desk.facts()} == {CALL}
    block_card(desk)
    assert unblock(EVAS, wish, CARD.id) == errand, "a second click"
    assert desk.card().state is CardState.BLOCKED


def test_only_a_blocked_card_of_his_is_unblocked(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    unblock = UnblockCard(desk.counter)
    with pytest.raises(DeskError, match="isn't blocked"):
        unblock(EVAS, desk.wish(), CARD.id)
    block_card(desk)
    with pytest.raises(NotYours):
        unblock(EVAS, desk.wish(PETER), CARD.id)
    with pytest.raises(NotYours):
        unblock(EVAS, desk.wish(), CardId("\0"))
    assert desk.card().state is CardState.BLOCKED


def test_data_is_changed_as_it_was_written(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    change, wish = ChangeData(desk.counter, e164), desk.wish()
    new = NewData("Anna Meier ", "Ring 1\r\n10115 Berlin", "10115", "030 23125000", Language.FR)
    errand = change(EVAS, wish, new)
    changed = replace(
        ANNA,
        name="Anna Meier",
        address="Ring 1\n10115 Berlin",
        zip_code="10115",
        phone="+493023125000",
        language=Language.FR,
    )
    assert desk.participant() == changed
    fields = ("name", "address", "zip_code", "phone", "language")
    assert desk.bodies() == [DataChanged(ANNA.id, fields), done(errand)]
    assert "phone: +493023125000" in errand.text
    assert change(EVAS, wish, new) == errand
    with pytest.raises(IdTaken):
        change(EVAS, wish, replace(new, zip_code="10117"))
    assert len(desk.facts()) == 2
    with transactions.read() as uow:
        assert uow.participants.search(ANNA.tenant, "meier", None, 5) == [changed]


def test_what_is_left_out_stays(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    change = ChangeData(desk.counter, e164)
    change(EVAS, desk.wish(), NewData(name="Anna Keller", phone=" ", address=""))
    assert desk.participant() == replace(ANNA, phone=None)
    assert desk.bodies()[0] == DataChanged(ANNA.id, ("phone",))


def test_a_mail_address_comes_and_goes(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    change = ChangeData(desk.counter, e164)
    errand = change(EVAS, desk.wish(), NewData(email=" anna@keller.example "))
    assert desk.participant() == replace(ANNA, email="anna@keller.example")
    assert desk.bodies() == [DataChanged(ANNA.id, ("email",)), done(errand)]
    change(EVAS, desk.wish(), NewData(email=""))
    assert desk.participant() == ANNA


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (NewData(), "All of that is so already"),
        (NewData(zip_code="76275", language=Language.DE), "All of that is so already"),
        (NewData(name=" "), "The name is empty"),
        (NewData(name="Anna\nKeller"), "The name is more than one line"),
        (NewData(address="x" * 501), "The address is too long"),
        (NewData(zip_code=""), "The ZIP is empty"),
        (NewData(zip_code="7"), "The ZIP is none"),
        (NewData(zip_code="76275;"), "The ZIP is none"),
        (NewData(phone="abc"), "The telephone number is none"),
        (NewData(email="anna@keller"), "The e-mail address is none"),
        (NewData(email="anna@keller.example\nBcc: x@y.example"), "The e-mail address is none"),
    ],
)
def test_what_cant_be_changed(lite: SqlTransactions, new: NewData, why: str) -> None:
    desk = CounterDesk(lite)
    with pytest.raises(DeskError, match=why):
        ChangeData(desk.counter, e164)(EVAS, desk.wish(), new)
    assert desk.participant() == ANNA
    assert desk.facts() == []


def test_points_are_booked_within_the_limit_of_the_role(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    book, wish = BookPoints(desk.counter), desk.wish()
    errand = book(EVAS, wish, 60, PointsReason.GOODWILL)
    assert book(EVAS, wish, 60, PointsReason.GOODWILL) == errand, "a second click"
    assert desk.balance() == 560
    assert desk.bodies() == [PointsBooked(ANNA.id, 60, PointsReason.GOODWILL), done(errand)]
    with pytest.raises(DeskError, match=r"You may book 100 points .* have booked 60"):
        book(EVAS, desk.wish(), 41, PointsReason.GOODWILL)
    book(TOMS, desk.wish(), 100, PointsReason.MISSING_PURCHASE)
    book(LENAS, desk.wish(), -600, PointsReason.CORRECTION)
    book(EVAS, desk.wish(PETER), 100, PointsReason.GOODWILL)
    desk.clock.turn(DAY)
    with pytest.raises(DeskError, match="have booked 60"):
        book(EVAS, desk.wish(), 41, PointsReason.GOODWILL)
    desk.clock.turn(timedelta(microseconds=1))
    book(EVAS, desk.wish(), 41, PointsReason.GOODWILL)
    assert desk.balance() == 101


def test_clicks_side_by_side_book_once(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    book, wish = BookPoints(desk.counter), desk.wish()
    with ThreadPoolExecutor(6) as threads:
        clicks = [threads.submit(book, EVAS, wish, 60, PointsReason.GOODWILL) for _ in range(6)]
        assert len({click.result().receipt for click in clicks}) == 1
    assert desk.balance() == 560
    assert len(desk.facts()) == 2


def test_no_booking_takes_more_than_there_is(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    book, pay_out = BookPoints(desk.counter), AskPayOut(desk.counter)
    with pytest.raises(DeskError, match="There are 500 points"):
        book(LENAS, desk.wish(), -501, PointsReason.CORRECTION)
    with pytest.raises(DeskError, match="There are 500 points"):
        pay_out(EVAS, desk.wish(), 501)
    with pytest.raises(DeskError, match="Nought points"):
        book(EVAS, desk.wish(), 0, PointsReason.CORRECTION)
    for points in (0, -1, 10**12):
        with pytest.raises(DeskError, match="No such number"):
            pay_out(EVAS, desk.wish(), points)
    assert desk.balance() == 500
    assert desk.facts() == []


def test_points_asked_for_are_gone_at_once(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    pay_out, wish = AskPayOut(desk.counter), desk.wish()
    errand = pay_out(EVAS, wish, 400)
    assert pay_out(EVAS, wish, 400) == errand
    assert (desk.balance(), errand.points) == (100, -400)
    assert desk.bodies() == [PayOutAsked(ANNA.id, 400), done(errand)]
    BookPoints(desk.counter)(EVAS, desk.wish(), 100, PointsReason.GOODWILL)  # no part of its limit


def test_returns_and_complaints_are_written_down(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    returned = FileReturn(desk.counter)(EVAS, desk.wish(), "A bell. ")
    complained = FileComplaint(desk.counter)(EVAS, desk.wish(call=None), "Too loud.")
    assert (returned.kind, returned.text) == (ErrandKind.RETURN, "A bell.")
    assert (complained.kind, complained.text) == (ErrandKind.COMPLAINT, "Too loud.")
    assert desk.bodies() == [done(returned), done(complained)]
    assert [fact.origin.call for fact in desk.facts()] == [CALL, None]
    with transactions.read() as uow:
        assert uow.errands.of(ANNA.id, 5) == [complained, returned]
        assert uow.errands.of(ANNA.id, 1) == [complained]
    for file in (FileReturn(desk.counter), FileComplaint(desk.counter)):
        with pytest.raises(DeskError, match="is empty"):
            file(EVAS, desk.wish(), " ")


def test_an_id_is_one_errands(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    file, wish = FileComplaint(desk.counter), desk.wish()
    file(EVAS, wish, "Too loud.")
    with pytest.raises(IdTaken):
        file(TOMS, wish, "Too loud.")
    with pytest.raises(IdTaken):
        file(EVAS, wish, "Too quiet.")
    with pytest.raises(IdTaken):
        FileReturn(desk.counter)(EVAS, wish, "Too loud.")
    with pytest.raises(IdTaken):
        file(EVAS, replace(wish, participant=PETER.id), "Too loud.")
    for bad in ("", "1", "+491713920001", "00000000-0000-4000-8000-00000000000G", "\0"):
        with pytest.raises(DeskError, match="UUID"):
            file(EVAS, replace(wish, id=ErrandId(bad)), "Too loud.")
    assert len(desk.facts()) == 1


def test_an_errand_is_of_its_calls_brand(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    with pytest.raises(DeskError, match="another brand's"):
        FileComplaint(desk.counter)(LENAS, desk.wish(call=LUNES_CALL), "Too loud.")
    FileComplaint(desk.counter)(LENAS, desk.wish(CLAIRE, LUNES_CALL), "Too loud.")
    assert [fact.origin.tenant for fact in desk.facts()] == [CLAIRE.tenant]


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.person.id)
def test_strangers_run_no_errand(lite: SqlTransactions, stranger: Actor) -> None:
    desk = CounterDesk(lite)
    block_card(desk)
    facts = desk.facts()
    counter = desk.counter
    errands: tuple[Callable[[], Errand], ...] = (
        lambda: UnblockCard(counter)(stranger, desk.wish(), CARD.id),
        lambda: ChangeData(counter, e164)(stranger, desk.wish(), NewData(name="Anna")),
        lambda: BookPoints(counter)(stranger, desk.wish(), 1, PointsReason.GOODWILL),
        lambda: AskPayOut(counter)(stranger, desk.wish(), 1),
        lambda: FileReturn(counter)(stranger, desk.wish(), "A bell."),
        lambda: FileComplaint(counter)(stranger, desk.wish(), "Too loud."),
    )
    for errand in errands:
        with pytest.raises(NotYours):
            errand()
    assert desk.facts() == facts


@pytest.mark.parametrize("nobody", ["nobody", "", "\0", "\ud800", "x" * 300])
def test_there_is_no_telling_strangers_from_nobody(lite: SqlTransactions, nobody: str) -> None:
    desk = CounterDesk(lite)
    wish = Wish(ErrandId("00000000-0000-4000-8000-000000000000"), ParticipantId(nobody))
    said = set()
    for of in (wish, replace(wish, participant=CLAIRE.id)):
        with pytest.raises(NotYours) as caught:
            FileReturn(desk.counter)(EVAS, of, "A bell.")
        said.add(str(caught.value))
    assert len(said) == 1
