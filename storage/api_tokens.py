"""The ways in of other programs: rows to values and back, by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, insert, select, text, update

from domain.api_token import ApiRole, ApiToken
from domain.ids import IntegrationId, TenantId
from storage.desk_tables import api_tokens as table

_IN_FORCE: Final = text("revoked IS NULL")  # as the index says it, so that the index is used


class SqlApiTokens:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, integration: IntegrationId) -> ApiToken | None:
        return self._where(table.c.id == integration)

    def in_force(self, digest: str) -> ApiToken | None:
        return self._where(table.c.digest == digest, table.c.revoked.is_(None))

    def all(self) -> Sequence[ApiToken]:
        rows = self._connection.execute(select(table).order_by(table.c.written))
        return [_token(row) for row in rows]

    def add(self, token: ApiToken) -> bool:
        # the writers' lock keeps everyone else from adding one in between
        taken = select(table.c.id).where(table.c.name == token.name, _IN_FORCE)
        if self._connection.execute(taken).first() is not None:
            return False
        row = {
            "id": token.id,
            "name": token.name,
            "role": token.role.value,
            "tenant": token.tenant,
            "digest": token.digest,
            "made": token.made,
        }
        self._connection.execute(insert(table), row)
        return True

    def revoke(self, name: str, at: datetime) -> IntegrationId | None:
        change = update(table).where(table.c.name == name, _IN_FORCE).values(revoked=at)
        row = self._connection.execute(change.returning(table.c.id)).first()
        return None if row is None else IntegrationId(row.id)

    def _where(self, *conditions: ColumnElement[bool]) -> ApiToken | None:
        row = self._connection.execute(select(table).where(*conditions)).one_or_none()
        return None if row is None else _token(row)


def _token(row: Row[Any]) -> ApiToken:
    tenant = None if row.tenant is None else TenantId(row.tenant)
    role = ApiRole(row.role)
    return ApiToken(
        IntegrationId(row.id), row.name, role, tenant, row.digest, row.made, row.revoked
    )
