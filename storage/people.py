"""People of the desk, where they sit, their sessions and tries to sign in: rows to values and back, by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from domain.ids import PersonId, SiteId, TenantId
from domain.person import Person, Role, Session, Site
from storage import desk_tables, tables


class SqlPeople:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, person: PersonId) -> Person | None:
        return self._where(tables.people.c.id == person)

    def by_name(self, name: str) -> Person | None:
        return self._where(tables.people.c.name == name)

    def password_hash(self, person: PersonId) -> str | None:
        query = select(tables.people.c.password_hash).where(tables.people.c.id == person)
        return self._connection.execute(query).scalar_one_or_none()

    def add(self, person: Person, password_hash: str) -> None:
        row = {
            "id": person.id,
            "name": person.name,
            "role": person.role.value,
            "tenant": person.tenant,
            "password_hash": password_hash,
            "site": person.site,
        }
        self._connection.execute(insert(tables.people), row)

    def place(self, person: PersonId, site: SiteId | None) -> bool:
        table = tables.people
        change = update(table).where(table.c.id == person).values(site=site).returning(table.c.id)
        return self._connection.execute(change).first() is not None

    def all(self) -> Sequence[Person]:
        """By name."""
        rows = self._connection.execute(select(tables.people).order_by(tables.people.c.name))
        return [_person(row) for row in rows]

    def _where(self, condition: ColumnElement[bool]) -> Person | None:
        row = self._connection.execute(select(tables.people).where(condition)).one_or_none()
        return None if row is None else _person(row)


def _person(row: Row[Any]) -> Person:
    tenant = None if row.tenant is None else TenantId(row.tenant)
    site = None if row.site is None else SiteId(row.site)
    return Person(PersonId(row.id), row.name, Role(row.role), tenant, site)


class SqlSessions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: Session) -> None:
        row = {
            "digest": session.digest,
            "person": session.person,
            "begun": session.begun,
            "used": session.used,
        }
        self._connection.execute(insert(tables.sessions), row)

    def get(self, digest: str) -> Session | None:
        table = tables.sessions
        row = self._connection.execute(select(table).where(table.c.digest == digest)).one_or_none()
        if row is None:
            return None
        return Session(row.digest, PersonId(row.person), row.begun, row.used)

    def use(self, digest: str, at: datetime) -> None:
        table = tables.sessions
        self._connection.execute(update(table).where(table.c.digest == digest).values(used=at))

    def end(self, digest: str) -> None:
        table = tables.sessions
        self._connection.execute(delete(table).where(table.c.digest == digest))

    def end_begun_before(self, at: datetime) -> None:
        table = tables.sessions
        self._connection.execute(delete(table).where(table.c.begun < at))


class SqlSignInTries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, against: Sequence[str], at: datetime) -> None:
        rows = [{"against": one, "at": at} for one in against]
        self._connection.execute(insert(tables.sign_in_tries), rows)

    def count(self, against: str, since: datetime) -> int:
        table = tables.sign_in_tries
        query = select(func.count()).where(table.c.against == against, table.c.at >= since)
        return self._connection.execute(query).scalar_one()

    def take_back(self, against: str, at: datetime) -> None:
        table = tables.sign_in_tries
        self._connection.execute(delete(table).where(table.c.against == against, table.c.at == at))

    def forget(self, against: str) -> None:
        table = tables.sign_in_tries
        self._connection.execute(delete(table).where(table.c.against == against))

    def forget_before(self, at: datetime) -> None:
        table = tables.sign_in_tries
        self._connection.execute(delete(table).where(table.c.at < at))


class SqlCheckIns:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def at(self, session: str) -> PersonId | None:
        table = desk_tables.check_ins
        query = select(table.c.person).where(table.c.session == session)
        person = self._connection.execute(query).scalar_one_or_none()
        return None if person is None else PersonId(person)

    def put(self, session: str, person: PersonId | None, at: datetime) -> None:
        table = desk_tables.check_ins
        self._connection.execute(delete(table).where(table.c.session == session))
        if person is not None:
            row = {"session": session, "person": person, "since": at}
            self._connection.execute(insert(table), row)


class SqlSites:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site: SiteId) -> Site | None:
        table = desk_tables.sites
        row = self._connection.execute(select(table).where(table.c.id == site)).one_or_none()
        return None if row is None else Site(SiteId(row.id), row.name)

    def by_name(self, name: str) -> Site | None:
        table = desk_tables.sites
        row = self._connection.execute(select(table).where(table.c.name == name)).one_or_none()
        return None if row is None else Site(SiteId(row.id), row.name)

    def all(self) -> Sequence[Site]:
        """By name."""
        table = desk_tables.sites
        rows = self._connection.execute(select(table).order_by(table.c.name))
        return [Site(SiteId(row.id), row.name) for row in rows]

    def add(self, site: Site) -> None:
        row = {"id": site.id, "name": site.name}
        self._connection.execute(insert(desk_tables.sites), row)
