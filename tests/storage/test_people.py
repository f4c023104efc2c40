"""People, sessions and tries, as the database gives them back."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from domain.ids import PersonId, TenantId
from domain.person import Person, Role, Session
from storage import tables
from storage.engine import writers
from storage.errors import StorageFault
from storage.passwords import Argon2Passwords
from storage.unit_of_work import SqlTransactions
from tests.storage.people import NOW

ADLER = Person(PersonId("p-adler"), "adler", Role.CLIENT_CONTACT, TenantId("alpenrad"))
EVA = Person(PersonId("p-eva"), "eva", Role.AGENT)


def test_people_come_back_as_they_were(transactions: SqlTransactions) -> None:
    with transactions.write() as uow:
        uow.people.add(EVA, "hash-eva")
        uow.people.add(ADLER, "hash-adler")
        uow.commit()
    with transactions.read() as uow:
        assert uow.people.get(ADLER.id) == ADLER
        assert uow.people.by_name("eva") == EVA
        assert uow.people.password_hash(EVA.id) == "hash-eva"
        assert uow.people.get(PersonId("nobody")) is None
        assert uow.people.by_name("nobody") is None
        assert uow.people.password_hash(PersonId("nobody")) is None


def test_a_name_is_one_persons(transactions: SqlTransactions) -> None:
    another = Person(PersonId("another"), "eva", Role.OPERATOR)
    with transactions.write() as uow:
        uow.people.add(EVA, "hash")
        uow.commit()
    with pytest.raises(StorageFault), transactions.write() as uow:
        uow.people.add(another, "hash")


@pytest.mark.parametrize(("role", "tenant"), [("agent", "alpenrad"), ("client_contact", None)])
def test_only_a_client_contact_has_a_tenant(
    transactions: SqlTransactions, role: str, tenant: str | None
) -> None:
    with pytest.raises(ValueError, match="belongs to a tenant"):
        Person(EVA.id, "eva", Role(role), None if tenant is None else TenantId(tenant))
    row = {"id": "x", "name": "x", "role": role, "tenant": tenant, "password_hash": "x"}
    with (
        pytest.raises(IntegrityError),
        writers(transactions._engine).begin() as connection,
    ):
        connection.execute(tables.people.insert(), row)


def test_sessions_are_used_and_end(transactions: SqlTransactions) -> None:
    old = Session("digest-1", EVA.id, NOW - timedelta(days=1), NOW)
    new = Session("digest-2", EVA.id, NOW, NOW)
    with transactions.write() as uow:
        uow.people.add(EVA, "hash")
        for session in (old, new):
            uow.sessions.add(session)
        uow.commit()
    later = NOW + timedelta(minutes=5)
    with transactions.write() as uow:
        uow.sessions.use(new.digest, later)
        uow.sessions.end_begun_before(NOW)
        uow.commit()
    with transactions.read() as uow:
        assert uow.sessions.get(old.digest) is None
        assert uow.sessions.get(new.digest) == Session(new.digest, EVA.id, NOW, later)


def test_tries_are_counted_and_forgotten(transactions: SqlTransactions) -> None:
    later = NOW + timedelta(seconds=1)
    with transactions.write() as uow:
        tries = uow.sign_in_tries
        tries.note(("eva", "home"), NOW)
        tries.note(("tom", "home"), later)
        assert tries.count("home", NOW) == 2
        assert tries.count("home", later) == 1
        tries.take_back("home", NOW)
        assert tries.count("home", NOW) == 1
        tries.forget("tom")
        assert [tries.count(one, NOW) for one in ("eva", "tom", "home")] == [1, 0, 1]
        tries.forget_before(later)
        assert [tries.count(one, NOW) for one in ("eva", "home")] == [0, 1]


def test_a_password_is_kept_as_a_hash() -> None:
    passwords = Argon2Passwords()
    stored = passwords.hash("grüße \U0001f4de")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches("grüße \U0001f4de", stored)
    assert not passwords.matches("grüße", stored)
    assert not passwords.matches("grüße", None)
