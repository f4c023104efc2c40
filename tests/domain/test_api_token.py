"""How far another program may go."""

from datetime import UTC, datetime

import pytest

from domain.api_token import ApiRole, ApiToken
from domain.ids import IntegrationId, TenantId

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ALPENRAD, LUNE = TenantId("alpenrad"), TenantId("lune")


@pytest.mark.parametrize(
    ("its", "tenant", "may"),
    [
        (None, ALPENRAD, True),
        (None, None, True),
        (ALPENRAD, ALPENRAD, True),
        (ALPENRAD, LUNE, False),
        (ALPENRAD, None, False),
    ],
)
def test_a_brands_program_knows_of_that_brand_alone(
    its: TenantId | None, tenant: TenantId | None, may: bool
) -> None:
    token = ApiToken(IntegrationId("i"), "toolbar", ApiRole.FLOOR, its, "secret-digest", NOON)
    assert token.may_know_of(tenant) is may
    assert "secret-digest" not in repr(token)


def test_only_the_agents_program_sees_people() -> None:
    assert [role for role in ApiRole if role.sees_people] == [ApiRole.AGENT_DESK]
