"""People who may open the desk, and how long their sessions last."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import IntegrationId, PersonId, TenantId
from domain.person import IDLE, LONGEST, Actor, Person, Role, Session

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("role", Role)
def test_a_client_contact_and_nobody_else_belongs_to_a_tenant(role: Role) -> None:
    tenant = TenantId("alpenrad") if role is Role.CLIENT_CONTACT else None
    assert Person(PersonId("p"), "adler", role, tenant).tenant == tenant
    other = None if tenant else TenantId("alpenrad")
    with pytest.raises(ValueError, match="client contact"):
        Person(PersonId("p"), "adler", role, other)


def test_a_name_isnt_told_by_the_way() -> None:
    assert "lena" not in repr(Person(PersonId("p"), "lena", Role.TEAM_LEAD))


@pytest.mark.parametrize(
    ("begun", "used", "in_force"),
    [
        (timedelta(), timedelta(), True),
        (LONGEST - MOMENT, timedelta(), True),
        (LONGEST, timedelta(), False),
        (IDLE, IDLE - MOMENT, True),
        (IDLE, IDLE, False),
    ],
)
def test_a_session_ends_unused_or_at_the_days_end(
    begun: timedelta, used: timedelta, in_force: bool
) -> None:
    session = Session("digest", PersonId("p"), NOON - begun, NOON - used)
    assert session.is_in_force(NOON) is in_force


EVA, TOM = (Person(PersonId(f"p-{name}"), name, Role.AGENT) for name in ("eva", "tom"))
EVAS, TOMS = (Actor(person) for person in (EVA, TOM))
EVAS_WITH_TOM, TOMS_WITH_EVA = Actor(EVA, TOM.id), Actor(TOM, EVA.id)


def test_what_is_written_carries_who_is_checked_in() -> None:
    assert EVAS.author == EVA.id
    assert EVAS_WITH_TOM.author == TOM.id
    signature = EVAS_WITH_TOM.sign(NOON)
    assert (signature.by, signature.checked_in, signature.at) == (EVA.id, TOM.id, NOON)
    assert signature.author == TOM.id


def test_the_log_has_the_program_that_did_it_and_the_row_who_it_was_for() -> None:
    through = Actor(EVA, through=IntegrationId("i-toolbar"))
    assert (through.logged_as, EVAS.logged_as, EVAS_WITH_TOM.logged_as) == (
        "i-toolbar",
        EVA.id,
        EVA.id,
    )
    assert through.sign(NOON) == EVAS.sign(NOON)


@pytest.mark.parametrize(
    ("first", "second", "is_second"),
    [
        (EVAS, TOMS, True),
        (EVAS, EVAS, False),
        (EVAS, EVAS_WITH_TOM, False),  # one password is no second person
        (EVAS_WITH_TOM, TOMS, False),  # nor is whoever sat there before
        (EVAS, TOMS_WITH_EVA, False),
        (EVAS_WITH_TOM, TOMS_WITH_EVA, True),
    ],
)
def test_another_pair_of_eyes(first: Actor, second: Actor, is_second: bool) -> None:
    assert second.sign(NOON).is_second_to(first.sign(NOON)) is is_second
    assert first.sign(NOON).is_second_to(second.sign(NOON)) is is_second
