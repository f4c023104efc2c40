"""Blocks that lift themselves, limits of points, who serves a brand, and how names are searched for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customer_note import CustomerNote, NoteKind, ParticipantBlock
from domain.errand import PointsLimits
from domain.ids import BlockId, NoteId, ParticipantId, PersonId, TenantId
from domain.language import Language
from domain.participant import Membership, Participant, search_key
from domain.person import Role, Signature

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANNA = ParticipantId("p-anna")
EVAS = Signature(PersonId("p-eva"), None, NOON)
BLOCK = ParticipantBlock(BlockId("b"), ANNA, "Anna shouted", EVAS)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, moments)
def test_a_block_is_in_force_to_right_before_its_end(now: datetime, until: datetime) -> None:
    assert BLOCK.is_in_force(now)
    assert replace(BLOCK, until=until).is_in_force(now) is (now < until)


def test_a_block_that_was_lifted_is_over() -> None:
    lifted = replace(BLOCK, until=NOON + timedelta(days=1), lifted=EVAS, lifted_why="sorry")
    assert not lifted.is_in_force(NOON)


def test_notes_and_blocks_print_no_free_text() -> None:
    note = CustomerNote(
        NoteId("n"), TenantId("alpenrad"), ANNA, NoteKind.OTHER, EVAS.by, "Anna shouted", EVAS
    )
    lifted = replace(BLOCK, lifted=EVAS, lifted_why="Anna is sorry")
    assert "Anna" not in repr(note) + repr(BLOCK) + repr(lifted)


LIMITS = PointsLimits(agent=100, team_lead=1000)


@pytest.mark.parametrize(
    ("role", "limit"), [(Role.AGENT, 100), (Role.TEAM_LEAD, 1000), (Role.MANAGEMENT, 0)]
)
def test_each_role_has_its_limit(role: Role, limit: int) -> None:
    assert LIMITS.of(role) == limit
    assert LIMITS.allow(role, 0, limit)
    assert LIMITS.allow(role, 0, -limit)
    assert not LIMITS.allow(role, 0, limit + 1)
    assert not LIMITS.allow(role, limit, 1)
    assert not LIMITS.allow(role, limit, -2 * limit - 1)


@given(st.lists(st.integers(-300, 300)))
def test_no_row_of_bookings_gets_past_the_limit(wishes: list[int]) -> None:
    booked = 0
    for points in wishes:
        if LIMITS.allow(Role.AGENT, booked, points):
            booked += points
        assert abs(booked) <= 100
    assert LIMITS.allow(Role.AGENT, booked, -booked), "what was booked can be taken back"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Lucía  Gómez", "lucia gomez"),
        ("STRAẞE", "strasse"),
        ("Çelik", "celik"),
        ("\u210cans", "hans"),
        ("\u0301", ""),
    ],
)
def test_names_are_searched_for_without_accents(name: str, key: str) -> None:
    assert search_key(name) == key


@given(st.text(max_size=20))
def test_a_search_key_is_its_own(name: str) -> None:
    key = search_key(name)
    assert search_key(key) == key


def test_who_is_erased_is_nobody() -> None:
    anna = Participant(
        id=ANNA,
        tenant=TenantId("alpenrad"),
        number="10000001",
        name="Anna Keller",
        language=Language.DE,
        zip_code="76275",
        born=date(1985, 5, 17),
        phone="+491713920001",
        priority=3,
        address="Hauptstr. 1\n76275 Ettlingen",
    )
    nobody = anna.erased()
    assert nobody.id == ANNA
    assert nobody.membership is Membership.ERASED
    assert "Keller" not in repr(anna) + repr(nobody)
    said = " ".join(str(getattr(nobody, name)) for name in Participant.__slots__)
    for personal in ("10000001", "Anna", "Keller", "76275", "1985", "+49", "Haupt"):
        assert personal not in said
