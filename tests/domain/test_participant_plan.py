"""What importing a row does, against who is known."""

from dataclasses import replace
from datetime import date

import pytest

from domain.ids import ParticipantId, TenantId
from domain.language import Language
from domain.new_pin import NewPin
from domain.participant import Membership, Participant
from domain.participant_columns import Column
from domain.participant_plan import SAME, Change, Known, New, plan_known, plan_new
from domain.participant_row import Entry, Fault
from domain.unfit_cell import Unfit

ALPENRAD = TenantId("alpenrad")
ENTRY = Entry(
    "Mai", 2, "30000001", "Anna Keller", Language.FR, ("01067", "1067"), date(1985, 5, 17), "+491713920001",
    "anna@keller.example", 1200, 3, "135790",
)  # fmt: skip
ANNA = Participant(
    ParticipantId("p-anna"), ALPENRAD, "30000001", "Anna Keller", Language.FR, "01067", date(1985, 5, 17),
    "+491713920001", 3, email="anna@keller.example",
)  # fmt: skip


def new(entry: Entry) -> New | tuple[Fault, ...]:
    return plan_new(entry, ANNA.id, ALPENRAD, Language.DE)


def test_somebody_new() -> None:
    assert new(ENTRY) == New(ANNA, 1200, NewPin("135790"))
    bare = Entry("Mai", 2, "30000001", "Anna Keller", zips=("01067",), born=date(1985, 5, 17))
    plain = replace(ANNA, language=Language.DE, phone=None, email=None, priority=0)
    assert new(bare) == New(plain, 0, None)


def test_without_name_zip_and_birth_date_nobody_is_new() -> None:
    assert new(Entry("Mai", 2, "30000001")) == tuple(
        Fault("Mai", 2, column, Unfit.MISSING) for column in (Column.NAME, Column.ZIP, Column.BORN)
    )


@pytest.mark.parametrize("pin", ["123456", "111111", "170585", "300000"])
def test_a_pin_that_is_easy_to_guess_is_refused_without_its_digits(pin: str) -> None:
    fault = Fault("Mai", 2, Column.PIN, Unfit.PIN_EASY)
    assert new(replace(ENTRY, pin=pin)) == (fault,)
    assert plan_known(replace(ENTRY, pin=pin), Known(ANNA, has_pin=False)) == (fault,)
    assert plan_known(replace(ENTRY, pin=pin), Known(ANNA, has_pin=True)) == SAME


def test_who_is_known_keeps_his_points_and_his_pin() -> None:
    again = replace(ENTRY, points=5, pin="246802")
    assert plan_known(again, Known(ANNA, has_pin=True)) == SAME
    without = Known(ANNA, has_pin=False)
    assert plan_known(again, without) == Change(ANNA.id, {}, NewPin("246802"))
    assert plan_known(Entry("Mai", 2, "30000001"), without) == SAME


def test_only_what_is_otherwise_is_changed() -> None:
    other = replace(
        ENTRY,
        name="Anna Müller",
        language=Language.ES,
        zips=("10115",),
        born=date(1985, 5, 18),
        phone="+491713920002",
        email="anna@mueller.example",
        priority=0,
    )
    assert plan_known(other, Known(ANNA, has_pin=True)) == Change(
        ANNA.id,
        {
            "name": "Anna Müller",
            "language": Language.ES,
            "zip_code": "10115",
            "born": date(1985, 5, 18),
            "phone": "+491713920002",
            "email": "anna@mueller.example",
            "priority": 0,
        },
        None,
    )


def test_what_means_the_same_is_no_change() -> None:
    odd = replace(ANNA, name="Anna  Keller ", zip_code="1067")
    assert plan_known(ENTRY, Known(odd, has_pin=True)) == SAME


def test_who_has_left_isnt_let_in_again() -> None:
    left = Known(replace(ANNA, membership=Membership.LEFT), has_pin=False)
    fault = Fault("Mai", 2, Column.CUSTOMER_NUMBER, Unfit.HAS_LEFT)
    assert plan_known(ENTRY, left) == (fault,)
