"""Somebody is dialled for an agent: whom she may, when the gate says so, and nobody whom another one dials."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from actions.ask_dial import AnyNumber, AskDial, OfCallBack, OfCustomer, OfNote, Wanted
from actions.call_back import AskCallBack
from actions.desk import DeskError, NotYours
from actions.dial import Dial, KnownCaller
from actions.why_not import WhyNot
from actions.write_note import NewNote, WriteNote
from domain.customer_note import NoteKind
from domain.dial_facts import DialAsked, DialledFor
from domain.dialling import DialUnderWay, Refusal, Refused
from domain.fact import Origin
from domain.ids import AgentId, CallerId, CallId, NoteId, ParticipantId
from domain.language import Language
from domain.person import Actor
from rufwerk.telephone_numbers import e164, read
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import (
    ALPENRAD,
    ANNA,
    CALL,
    CHLOES,
    CLAIRE,
    EVAS,
    LUNE,
    PETER,
    STRANGERS,
    TOMS,
    CounterDesk,
)
from tests.fakes.debtors import debtors_gate
from tests.fakes.desk import TOM

CUSTOMER, OTHER = OfCustomer(ANNA.id), AnyNumber(ALPENRAD, "0171 3920002")


def gate_of(desk: CounterDesk) -> Dial:
    debts = debtors_gate(desk.clock, lambda: desk.book)
    none = frozenset[date]()
    return Dial(desk.transactions, desk.clock, lambda: desk.book, read, lambda *_: none, debts)


def ask_at(desk: CounterDesk) -> AskDial:
    callers, calls = count(1), count(1)
    return AskDial(
        desk.desk,
        gate_of(desk),
        e164,
        lambda: CallerId(f"new-{next(callers)}"),
        lambda: CallId(f"a-d{next(calls)}"),
    )


def under_way(desk: CounterDesk, caller: str) -> DialUnderWay | None:
    with desk.transactions.read() as uow:
        return uow.dials_under_way.of(CallerId(caller))


def why(ask: AskDial, wanted: Wanted, actor: Actor = EVAS) -> tuple[object, dict[str, object]]:
    with pytest.raises(DeskError) as caught:
        ask(actor, wanted)
    return caught.value.why, caught.value.values


def test_a_customer_is_dialled(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    call = ask_at(desk)(EVAS, CUSTOMER)
    (fact,) = desk.facts()
    eva = AgentId(EVAS.person.id)
    assert fact.origin == Origin(ALPENRAD, call, eva)
    asked = DialAsked(eva, CallerId("n1"), ANNA.id, Language.DE, DialledFor.CUSTOMER, None)
    assert fact.body == asked
    claim = DialUnderWay(
        CallerId("n1"), call, ALPENRAD, eva, DialledFor.CUSTOMER, None, desk.clock()
    )
    assert under_way(desk, "n1") == claim


def test_a_number_is_keyed_and_spoken_to_in_the_brands_language(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    ask_at(desk)(EVAS, OTHER)
    (body,) = desk.bodies()
    assert isinstance(body, DialAsked)
    assert (body.purpose, body.participant) == (DialledFor.NUMBER, None)
    assert body.language is Language.FR
    with lite.read() as uow:
        assert uow.callers.number_of(body.caller) == "+491713920002"


def test_whom_a_note_is_about_is_dialled(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    note = NewNote(desk.new(NoteId), ANNA.id, NoteKind.OTHER, TOM.id, "Ring her.", call=CALL)
    WriteNote(desk.desk)(EVAS, note)
    ask_at(desk)(TOMS, OfNote(note.id))
    body = desk.bodies()[-1]
    assert isinstance(body, DialAsked)
    assert (body.purpose, body.about, body.participant) == (DialledFor.NOTE, note.id, ANNA.id)


def test_who_wanted_to_be_rung_back_is_dialled(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    wish = AskCallBack(lite, desk.clock, lambda tenant, at: at)
    wish(Origin(ALPENRAD, CALL, "caller"), CallerId("n1"))
    ask_at(desk)(EVAS, OfCallBack(CALL))
    body = desk.bodies()[-1]
    assert isinstance(body, DialAsked)
    assert (body.purpose, body.about, body.caller) == (DialledFor.CALL_BACK, CALL, "n1")
    with lite.write() as uow:
        uow.callers.forget("+491713920001")
        uow.commit()
    assert why(ask_at(desk), OfCallBack(CALL))[0] is WhyNot.DIAL_UNREADABLE


def test_who_is_dialled_is_dialled_by_nobody_else_who_is_told_who_does(
    transactions: SqlTransactions,
) -> None:
    desk = CounterDesk(transactions)
    ask = ask_at(desk)
    call = ask(EVAS, CUSTOMER)
    for actor, wanted in ((TOMS, OfCustomer(PETER.id)), (CHLOES, OfCustomer(CLAIRE.id))):
        assert why(ask, wanted, actor) == (WhyNot.DIAL_UNDER_WAY, {"agent": "eva"})
    assert len(desk.facts()) == 1
    with transactions.write() as uow:
        uow.dials_under_way.release(CallId("another"))
        uow.commit()
    assert under_way(desk, "n1") is not None
    with transactions.write() as uow:
        uow.dials_under_way.release(call)
        uow.commit()
    assert ask(TOMS, CUSTOMER) == under_way(desk, "n1").call  # type: ignore[union-attr]


def test_of_many_who_ask_at_once_one_dials(transactions: SqlTransactions) -> None:
    desk = CounterDesk(transactions)
    ask = ask_at(desk)

    def tries(actor: Actor) -> bool:
        try:
            ask(actor, CUSTOMER)
        except DeskError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(tries, [EVAS, TOMS] * 4)) == 1
    assert len(desk.facts()) == 1


def test_a_claim_that_nobody_released_ends(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    ask = ask_at(desk)
    ask(EVAS, CUSTOMER)
    desk.clock.turn(timedelta(hours=1, minutes=59))
    assert why(ask, CUSTOMER, TOMS)[0] is WhyNot.DIAL_UNDER_WAY
    desk.clock.turn(timedelta(minutes=1))
    ask(TOMS, CUSTOMER)


def test_the_gate_lets_the_dial_itself_pass_and_no_other_call(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    call = ask_at(desk)(EVAS, CUSTOMER)
    gate, caller = gate_of(desk), CallerId("n1")
    assert not isinstance(gate(ALPENRAD, KnownCaller(caller, call)), Refused)
    again = desk.clock() + timedelta(minutes=1)
    assert gate(ALPENRAD, KnownCaller(caller)) == Refused(Refusal.UNDER_WAY, again)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("no number", WhyNot.NO_PHONE_NUMBER),
        ("112", WhyNot.NO_PHONE_NUMBER),
        ("0900 5123456", WhyNot.DIAL_KIND),
        ("+39 06 12345678", WhyNot.DIAL_COUNTRY),
        ("030 23125100", WhyNot.DIAL_OWN),
        ("0171 3920009", WhyNot.DIAL_BLOCKED),
    ],
)
def test_what_the_gate_refuses_is_told_with_its_reason(
    lite: SqlTransactions, written: str, reason: WhyNot
) -> None:
    desk = CounterDesk(lite)
    with lite.write() as uow:
        uow.blocked_numbers.add("+491713920009", desk.clock())
        uow.commit()
    assert why(ask_at(desk), AnyNumber(ALPENRAD, written))[0] is reason
    assert desk.facts() == []
    assert all(under_way(desk, f"new-{one}") is None for one in range(5))


def test_outside_of_the_hours_it_is_told_when(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    desk.clock.turn(timedelta(hours=10))
    assert why(ask_at(desk), CUSTOMER) == (WhyNot.DIAL_NEVER, {"tenant": "Alpenrad"})
    open_at_eight = replace(
        desk.book.tenants[ALPENRAD], hours=desk.book.tenants[ALPENRAD].dialling.hours
    )
    desk.book = type(desk.book).of([open_at_eight])
    assert why(ask_at(desk), CUSTOMER)[1] == {"tenant": "Alpenrad", "until": "2026-03-03 08:00"}


def test_who_has_no_number_isnt_dialled(lite: SqlTransactions) -> None:
    desk = CounterDesk(lite)
    with lite.write() as uow:
        uow.participants.change(replace(ANNA, phone=None))
        uow.commit()
    assert why(ask_at(desk), CUSTOMER)[0] is WhyNot.NO_PHONE_KNOWN


@pytest.mark.parametrize("actor", STRANGERS)
def test_who_doesnt_serve_the_brand_dials_nobody_of_its(
    lite: SqlTransactions, actor: Actor
) -> None:
    desk = CounterDesk(lite)
    wish = AskCallBack(lite, desk.clock, lambda tenant, at: at)
    wish(Origin(ALPENRAD, CALL, "caller"), CallerId("n1"))
    note = NewNote(desk.new(NoteId), ANNA.id, NoteKind.OTHER, TOM.id, "Ring her.", call=CALL)
    WriteNote(desk.desk)(EVAS, note)
    for wanted in (CUSTOMER, OTHER, OfNote(note.id), OfCallBack(CALL)):
        with pytest.raises(NotYours):
            ask_at(desk)(actor, wanted)
    assert under_way(desk, "n1") is None


@pytest.mark.parametrize(
    "wanted",
    [
        OfCustomer(ParticipantId("nobody")),
        OfNote(NoteId("00000000-0000-4000-8000-000000000000")),
        OfCallBack(CallId("a-none")),
        AnyNumber(LUNE, "0171 3920002"),
    ],
)
def test_what_there_isnt_is_dialled_by_nobody(lite: SqlTransactions, wanted: Wanted) -> None:
    with pytest.raises(NotYours):
        ask_at(CounterDesk(lite))(EVAS, wanted)
