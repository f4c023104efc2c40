"""What a tenant's agents may record, and who may open its participants' cards."""

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.ids import Skill, TenantId
from domain.language import Language
from domain.person import Role
from domain.service_record import Price, Service
from domain.waiting_field import FieldRules
from tests.domain.test_tenant import ALPENRAD

CARD = Service("card", dict.fromkeys(Language, "Card"), Price(Decimal(2), "EUR"))


def test_a_service_is_found_by_its_key() -> None:
    tenant = replace(ALPENRAD, services=(CARD,))
    assert tenant.service("card") == CARD
    assert tenant.service("cards") is None


@pytest.mark.parametrize(
    ("role", "skills", "serves"),
    [
        (Role.AGENT, {"alpenrad", "de"}, True),
        (Role.AGENT, {"helpers"}, True),
        (Role.AGENT, {"lune", "de"}, False),
        (Role.AGENT, set(), False),
        (Role.TEAM_LEAD, set(), True),
        (Role.MANAGEMENT, {"alpenrad"}, False),
        (Role.CLIENT_CONTACT, {"alpenrad"}, False),
        (Role.OPERATOR, {"alpenrad"}, False),
    ],
)
def test_who_may_be_offered_the_calls_may_open_the_cards(
    role: Role, skills: set[str], serves: bool
) -> None:
    rules = FieldRules(others_s=60, others=(TenantId("helpers"),))
    tenant = replace(ALPENRAD, field=rules)
    assert tenant.is_served_by(role, {Skill(skill) for skill in skills}) is serves
