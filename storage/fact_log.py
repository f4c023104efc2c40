"""The log of facts as a table that only grows; ``seq`` is dense and the order of commits."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, TextClause, bindparam, case, func, insert, select, text

from domain.fact import Body, Fact, Origin
from domain.facts import decode, encode, kind_of
from domain.ids import CallId, TenantId
from domain.portal_facts import CallRefused, WhoseLimit
from storage.tables import facts

# built once: building takes about as long as the answer, and they run in nearly every transaction
_NEWEST: Final = select(func.coalesce(func.max(facts.c.seq), 0))
_APPEND: Final = insert(facts).inline().values(seq=_NEWEST.scalar_subquery() + 1)  # row by row
_READ: Final = (
    select(facts)
    .where(facts.c.seq > bindparam("after"))
    .order_by(facts.c.seq)
    .limit(bindparam("limit"))
)
_LATELY: Final = 10_000
"""The newest facts, in which is looked for a kind that no index knows."""

_whose: Final = case((facts.c.body["limit"].as_string() == WhoseLimit.TENANT.value, facts.c.tenant))
_REFUSED: Final = (
    select(_whose, func.count())
    .where(
        facts.c.seq > bindparam("after"),
        facts.c.kind == CallRefused.__name__,
        facts.c.at >= bindparam("since"),
        ~facts.c.synthetic,
    )
    .group_by(_whose)
)
_READ_CALL: Final = _READ.where(facts.c.call == bindparam("of_call"))
_SPRAYS: Final = (
    select(facts.c.tenant, func.max(facts.c.at).label("last"))
    .where(text("kind = 'PinSprayed'"), facts.c.at >= bindparam("since"))
    .group_by(facts.c.tenant)
)


class SqlFactLog:
    """Must append inside a writing unit of work only: its lock makes the next number ours."""

    def __init__(self, connection: Connection, node: str) -> None:
        """``node`` names this machine in the facts it writes."""
        self._connection = connection
        self._node = node

    def append(self, origin: Origin, at: datetime, *bodies: Body) -> None:
        """Add facts, in this order; they are there once the unit of work commits."""
        if not bodies:
            return
        rows = [
            {
                "at": at,
                "kind": kind_of(body),
                "version": body.version,
                "tenant": origin.tenant,
                "call": origin.call,
                "actor": origin.actor,
                "node": self._node,
                "synthetic": origin.synthetic,
                "body": encode(body),
            }
            for body in bodies
        ]
        self._connection.execute(_APPEND, rows)

    def read(self, after: int = 0, limit: int = 1000, call: str | None = None) -> Iterator[Fact]:
        """At most ``limit`` facts with a ``seq`` above ``after``, in order; of one call, if given.

        Raises UnknownFact at the fact that a newer program wrote.
        """
        bounds = {"after": after, "limit": limit}
        if call is None:
            rows = self._connection.execute(_READ, bounds)
        else:
            rows = self._connection.execute(_READ_CALL, bounds | {"of_call": call})
        return map(_fact, rows.all())

    def tenant_in_force(self, tenant: TenantId) -> str | None:
        """The digest of the tenant's newest change; None where none was noted."""
        newest = self._newest(text("kind = 'TenantChanged'"), tenant)
        return None if newest is None else str(newest["digest"])

    def field_rules_in_force(self, tenant: TenantId) -> tuple[str, ...] | None:
        """The tenant's newest rules of the waiting field, as written; None where none were noted."""
        newest = self._newest(text("kind = 'FieldRulesSet'"), tenant)
        return None if newest is None else tuple(newest["rules"])

    def sprays(self, since: datetime) -> Mapping[TenantId, datetime]:
        """Whose accounts one PIN was tried on since then, and when that was noted last."""
        rows = self._connection.execute(_SPRAYS, {"since": since}).all()
        return {TenantId(row.tenant): row.last for row in rows}

    def last_seq(self) -> int:
        """The newest fact's number, 0 while there is none."""
        newest: int = self._connection.execute(_NEWEST).scalar_one()
        return newest

    def refused_since(self, at: datetime) -> Mapping[TenantId | None, int]:
        """Refused calls by the tenant whose limit was reached; None: the house's."""
        bounds = {"after": self.last_seq() - _LATELY, "since": at}
        rows = self._connection.execute(_REFUSED, bounds).all()
        return {None if tenant is None else TenantId(tenant): count for tenant, count in rows}

    def _newest(self, of_kind: TextClause, tenant: TenantId) -> dict[str, Any] | None:
        """The body of the tenant's newest fact; the kind is written as the index has it, so that it is used."""
        body: dict[str, Any] | None = self._connection.execute(
            select(facts.c.body)
            .where(of_kind, facts.c.tenant == tenant)
            .order_by(facts.c.seq.desc())
            .limit(1)
        ).scalar_one_or_none()
        return body


def _fact(row: Row[Any]) -> Fact:
    tenant = None if row.tenant is None else TenantId(row.tenant)
    call = None if row.call is None else CallId(row.call)
    return Fact(
        seq=row.seq,
        at=row.at,
        origin=Origin(tenant, call, row.actor, row.synthetic),
        node=row.node,
        body=decode(row.kind, row.version, row.body),
    )
