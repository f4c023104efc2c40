"""The ways in of other programs, as the database gives them back."""

from dataclasses import replace

from domain.api_token import ApiRole, ApiToken
from domain.ids import IntegrationId, TenantId
from storage.unit_of_work import SqlTransactions
from tests.storage.people import NOW

TOOLBAR = ApiToken(
    IntegrationId("i-1"), "toolbar", ApiRole.AGENT_DESK, TenantId("alpenrad"), "digest-1", NOW
)
WALL = ApiToken(IntegrationId("i-2"), "wall", ApiRole.FLOOR, None, "digest-2", NOW)


def test_tokens_come_back_as_they_were_until_they_are_revoked(
    transactions: SqlTransactions,
) -> None:
    with transactions.write() as uow:
        assert uow.api_tokens.add(TOOLBAR)
        assert uow.api_tokens.add(WALL)
        uow.commit()
    with transactions.write() as uow:
        assert uow.api_tokens.in_force("digest-1") == TOOLBAR
        assert uow.api_tokens.in_force("digest-3") is None
        assert uow.api_tokens.revoke("toolbar", NOW) == TOOLBAR.id
        assert uow.api_tokens.revoke("toolbar", NOW) is None
        uow.commit()
    revoked = replace(TOOLBAR, revoked=NOW)
    with transactions.read() as uow:
        assert uow.api_tokens.in_force("digest-1") is None
        assert uow.api_tokens.get(TOOLBAR.id) == revoked
        assert uow.api_tokens.get(IntegrationId("nobody")) is None
        assert uow.api_tokens.all() == [revoked, WALL]


def test_a_name_is_one_programs_as_long_as_its_token_is_in_force(
    transactions: SqlTransactions,
) -> None:
    again = replace(TOOLBAR, id=IntegrationId("i-3"), digest="digest-3")
    with transactions.write() as uow:
        assert uow.api_tokens.add(TOOLBAR)
        assert not uow.api_tokens.add(again)
        uow.api_tokens.revoke("toolbar", NOW)
        assert uow.api_tokens.add(again)
        assert uow.api_tokens.in_force("digest-3") == again
