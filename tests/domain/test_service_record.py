"""What may be recorded, what it costs, and which record counts."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customer_card import calls_of
from domain.ids import CallId, ParticipantId, PersonId, RecordId, TenantId
from domain.language import Language
from domain.person import Signature
from domain.service_record import (
    LONGEST_FIELD,
    Price,
    RecordField,
    Service,
    ServiceRecord,
    in_force,
    read_fields,
    read_price,
    write_price,
)

EUROS = Price(Decimal("2.40"), "EUR")
RETURN = Service(
    "return",
    dict.fromkeys(Language, "Return"),
    EUROS,
    (RecordField.ARTICLE, RecordField.REASON),
)


def record(number: int, corrects: int | None = None, call: str = "a-1") -> ServiceRecord:
    at = datetime(2026, 3, 2, 12, number, tzinfo=UTC)
    return ServiceRecord(
        id=RecordId(str(number)),
        tenant=TenantId("alpenrad"),
        call=CallId(call),
        participant=ParticipantId("p-anna"),
        signature=Signature(PersonId("p-eva"), None, at),
        service="return",
        price=EUROS,
        fields={RecordField.REASON: "too small for Anna"},
        corrects=None if corrects is None else RecordId(str(corrects)),
    )


@given(st.decimals(0, 9_999_999, places=4), st.from_regex(r"\A[A-Z]{3}\Z"))
def test_prices_come_back_as_they_were_written(amount: Decimal, currency: str) -> None:
    written = write_price(Price(amount, currency))
    assert read_price(written) == Price(amount, currency)
    assert write_price(read_price(written)) == written


@pytest.mark.parametrize("written", ["2.40 EUR", "0 CHF", "0.0050 USD", "1200.5 EUR"])
def test_prices_keep_their_noughts(written: str) -> None:
    assert write_price(read_price(written)) == written


@pytest.mark.parametrize(
    "written",
    [
        *("", "2.40", "EUR", "-1 EUR", "1,20 EUR", "1.00000 EUR", "01 EUR", "1 eur", "1e3 EUR"),
        *("NaN EUR", "12345678 EUR", "1 EUR ", "\u0661 EUR"),
    ],
)
def test_what_is_no_price_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"is no price. Write it as 2.40 EUR."):
        read_price(written)


def test_fields_are_those_the_service_asks_for() -> None:
    written = {"article": " saddle ", "reason": "too hard"}
    assert read_fields(RETURN, written) == {
        RecordField.ARTICLE: "saddle",
        RecordField.REASON: "too hard",
    }


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"article": "saddle"}, "reason is empty: write something"),
        ({"article": "saddle", "reason": " "}, "reason is empty: write something"),
        ({"article": "saddle", "reason": "x" * (LONGEST_FIELD + 1)}, "reason is too long"),
        ({"article": "a", "reason": "b", "remark": "c"}, "return has no field 'remark'"),
    ],
)
def test_a_field_that_is_missing_or_strange_is_named(written: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_fields(RETURN, written)


def test_no_concern_has_neither_price_nor_fields() -> None:
    of = record(1)
    ServiceRecord(of.id, of.tenant, of.call, None, of.signature)
    with pytest.raises(ValueError, match="no concern has neither"):
        ServiceRecord(of.id, of.tenant, of.call, None, of.signature, price=EUROS)
    with pytest.raises(ValueError, match="no concern has neither"):
        ServiceRecord(of.id, of.tenant, of.call, None, of.signature, service="return")
    with pytest.raises(ValueError, match="no concern has neither"):
        ServiceRecord(of.id, of.tenant, of.call, None, of.signature, fields=record(1).fields)


def test_a_record_prints_no_free_text() -> None:
    assert "Anna" not in repr(record(1))


@given(st.lists(st.none() | st.integers(0, 30), max_size=30))
def test_each_chain_of_corrections_has_one_that_counts(wanted: list[int | None]) -> None:
    records: list[ServiceRecord] = []
    corrected: set[int] = set()
    for number, old in enumerate(wanted):
        corrects = old if old is not None and old < number and old not in corrected else None
        if corrects is not None:
            corrected.add(corrects)
        records.append(record(number, corrects))
    counting = in_force(records)
    assert len(counting) == sum(1 for one in records if one.corrects is None)
    assert {one.corrects for one in records}.isdisjoint(one.id for one in counting)


def test_calls_come_newest_first_with_their_records_oldest_first() -> None:
    records = [record(1, call="z"), record(2, call="a"), record(3, call="z")]
    newest, oldest = calls_of(records)
    assert (newest.call, newest.records) == ("a", [records[1]])
    assert (oldest.call, oldest.at) == ("z", records[0].signature.at)
    assert oldest.records == [records[0], records[2]]
    assert calls_of([]) == []
