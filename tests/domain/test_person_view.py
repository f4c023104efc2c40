"""Whose figures somebody may look at, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import PersonId, SiteId, TenantId, ViewId
from domain.period import Period
from domain.person import Person, Role, Signature
from domain.person_view import OPEN_FOR, PersonView, may_see

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HERE, THERE = SiteId("here"), SiteId("there")


def somebody(role: Role, site: SiteId | None = None) -> Person:
    tenant = TenantId("alpenrad") if role is Role.CLIENT_CONTACT else None
    return Person(PersonId(f"{role}-{site}"), "somebody", role, tenant, site)


EVA = somebody(Role.AGENT, HERE)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (somebody(Role.MANAGEMENT), True),
        (somebody(Role.TEAM_LEAD, HERE), True),
        (somebody(Role.TEAM_LEAD, THERE), False),
        (somebody(Role.TEAM_LEAD), False),
        (somebody(Role.OPERATOR, HERE), False),
        (somebody(Role.AGENT, HERE), False),
        (somebody(Role.CLIENT_CONTACT), False),
    ],
)
def test_management_and_her_own_team_lead_may(who: Person, may: bool) -> None:
    assert may_see(who, EVA) == may


def test_management_sees_who_takes_calls_alone_and_a_team_lead_agents() -> None:
    max_, lena = somebody(Role.MANAGEMENT), somebody(Role.TEAM_LEAD)
    assert may_see(max_, lena)
    assert not may_see(max_, somebody(Role.OPERATOR))
    assert not may_see(lena, somebody(Role.TEAM_LEAD))
    assert may_see(lena, somebody(Role.AGENT)), "those whose site nobody knows are one team"


def test_a_look_is_open_to_who_named_the_purpose_for_an_hour() -> None:
    lena = somebody(Role.TEAM_LEAD, HERE)
    day = Period(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    view = PersonView(ViewId("v"), EVA.id, day, "why", Signature(lena.id, None, NOON))
    assert view.is_open_to(lena, NOON + OPEN_FOR - timedelta(seconds=1))
    assert not view.is_open_to(lena, NOON + OPEN_FOR)
    assert not view.is_open_to(EVA, NOON)
    assert "why" not in repr(view), "free text about somebody"
