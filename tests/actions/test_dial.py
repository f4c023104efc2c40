"""Nothing is dialled that the gate hasn't cleared, and what it clears can be rung back."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from actions.dial import Dial, GivenNumber, KnownCaller
from domain.dialling import Cleared, DiallingRules, NumberKind, Refusal, Refused
from domain.ids import CallerId, TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours, OpenSpan
from domain.tenant import Tenant, TenantBook
from rufwerk.demo_data import PEOPLE
from rufwerk.holiday_calendar import holidays_of
from rufwerk.telephone_numbers import read
from rufwerk.tenant_files import load
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import NOON
from tests.fakes.debtors import debtors_gate

ALPENRAD, LUNE = TenantId("alpenrad"), TenantId("maison-lune")
ANNA = "+491713920001"


def knows_prompt(language: Language, key: str) -> bool:
    return True


SHIPPED = load(Path(__file__).parents[2] / "tenants", knows_prompt)


WORKING_DAYS = {day: (OpenSpan(time(8), time(20)),) for day in range(6)}


def in_earnest(tenant: Tenant) -> Tenant:
    """The demo's brand within working hours."""
    hours = replace(tenant.hours, week=WORKING_DAYS)
    return replace(tenant, dialling=replace(tenant.dialling, hours=hours, on_holidays=False))


BOOK = TenantBook.of(map(in_earnest, SHIPPED.tenants.values()))


def gate(transactions: SqlTransactions, book: TenantBook = BOOK, now: datetime = NOON) -> Dial:
    debts = debtors_gate(lambda: now, lambda: book)
    return Dial(transactions, lambda: now, lambda: book, read, holidays_of, debts)


def test_a_caller_is_rung_under_a_number_of_ours(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.callers.note(ANNA, CallerId("n1"))
        uow.commit()
    dial = gate(transactions)
    assert dial(ALPENRAD, KnownCaller(CallerId("n1"))) == Cleared(ANNA, "+493023125100")
    assert dial(LUNE, KnownCaller(CallerId("n1"))) == Cleared(ANNA, "+33199005200")
    assert dial(ALPENRAD, KnownCaller(CallerId("n2"))) == Refused(Refusal.UNREADABLE)
    assert dial(TenantId("gone"), GivenNumber(ANNA)) == Refused(Refusal.TENANT)


def test_who_asked_not_to_be_called_is_not(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.callers.note(ANNA, CallerId("n1"))
        uow.blocked_numbers.add(ANNA, NOON)
        uow.blocked_numbers.add(ANNA, NOON)
        uow.commit()
    dial = gate(transactions)
    for whom in (KnownCaller(CallerId("n1")), GivenNumber(ANNA)):
        assert dial(ALPENRAD, whom) == Refused(Refusal.BLOCKED)
    assert isinstance(dial(ALPENRAD, GivenNumber("+491713920002")), Cleared)


def test_who_is_locked_out_is_not_rung(lite: SqlTransactions) -> None:
    """By the brand that has locked him out."""
    locked = replace(BOOK.tenants[ALPENRAD], locked_out=frozenset({ANNA}))
    dial = replace(gate(lite), book=lambda: TenantBook.of([locked]))
    assert dial(ALPENRAD, GivenNumber(ANNA)) == Refused(Refusal.LOCKED_OUT)
    assert isinstance(dial(ALPENRAD, GivenNumber("+491713920002")), Cleared)


@pytest.mark.parametrize("last", range(10))
def test_every_answer_of_the_demos_carrier_can_be_rung(lite: SqlTransactions, last: int) -> None:
    dial = gate(lite, SHIPPED)
    for tenant, number in ((ALPENRAD, f"+49171392000{last}"), (LUNE, f"+3363998000{last}")):
        cleared = dial(tenant, GivenNumber(number))
        assert isinstance(cleared, Cleared)
        assert cleared.number == number


def test_the_demos_people_can_be_rung_at_any_hour(lite: SqlTransactions) -> None:
    christmas_night = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)
    dial = gate(lite, SHIPPED, christmas_night)
    for person in PEOPLE:
        assert person.participant.phone is not None
        cleared = dial(person.participant.tenant, GivenNumber(person.participant.phone))
        assert isinstance(cleared, Cleared)


@pytest.mark.parametrize(
    ("now", "clear"),
    [
        (datetime(2026, 3, 2, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 2, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 18, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 2, 19, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 1, 12, 0, tzinfo=UTC), False),  # Sunday
        (datetime(2026, 4, 6, 12, 0, tzinfo=UTC), False),  # Easter Monday
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), False),  # New Year's Day in Berlin
    ],
)
def test_the_hours_are_the_tenants(lite: SqlTransactions, now: datetime, clear: bool) -> None:
    found = gate(lite, now=now)(ALPENRAD, GivenNumber(ANNA))
    if clear:
        assert found == Cleared(ANNA, "+493023125100")
        return
    assert isinstance(found, Refused)
    assert found.refusal is Refusal.HOURS
    assert found.until is not None
    assert isinstance(gate(lite, now=found.until)(ALPENRAD, GivenNumber(ANNA)), Cleared)


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        ("+493023125100", Refusal.OWN),  # a call that would come back to us
        ("+33199005200", Refusal.OWN),
        ("+18765550123", Refusal.COUNTRY),
        ("+442079460000", Refusal.COUNTRY),
        ("+49900123456", Refusal.KIND),
        ("+491805123456", Refusal.KIND),
        ("+881612345678", Refusal.KIND),
        ("+4930112", Refusal.KIND),
        ("01713920001", Refusal.UNREADABLE),
        ("+49112", Refusal.UNREADABLE),
        ("112", Refusal.UNREADABLE),
        ("", Refusal.UNREADABLE),
        (f"{ANNA}&PJSIP/900", Refusal.UNREADABLE),
        (f"{ANNA}\r\nAction: Originate", Refusal.UNREADABLE),
        (f"{ANNA}\n", Refusal.UNREADABLE),
    ],
)
def test_what_is_not_dialled(lite: SqlTransactions, number: str, refusal: Refusal) -> None:
    assert gate(lite)(ALPENRAD, GivenNumber(number)) == Refused(refusal)


def test_changed_rules_count_from_the_next_dial(lite: SqlTransactions) -> None:
    books = [BOOK, TenantBook.of([replace(BOOK.tenants[ALPENRAD], dialling=DiallingRules())])]
    debts = debtors_gate(lambda: NOON, lambda: books[0])
    dial = Dial(lite, lambda: NOON, lambda: books[0], read, holidays_of, debts)
    assert isinstance(dial(ALPENRAD, GivenNumber(ANNA)), Cleared)
    books.pop(0)
    assert dial(ALPENRAD, GivenNumber(ANNA)) == Refused(Refusal.COUNTRY)


def test_no_number_stands_in_what_may_be_logged(lite: SqlTransactions) -> None:
    seen = (GivenNumber(ANNA), gate(lite)(ALPENRAD, GivenNumber(ANNA)), read(ANNA))
    assert "3920001" not in repr(seen)
    assert NumberKind.MOBILE.name in repr(seen)


def test_closed_is_how_a_tenant_begins() -> None:
    assert not DiallingRules().countries
    assert isinstance(DiallingRules().hours, OpeningHours)
