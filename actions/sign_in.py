"""Sign in to the desk with name and password, tell who holds a session, and sign out."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from domain.person import LONGEST, Person, Session
from domain.ports import Clock, PasswordHasher, Transactions, UnitOfWork

WINDOW: Final = timedelta(minutes=15)
TRIES_OF_A_NAME: Final = 10
"""In a window, right ones apart; far below the 100 of NIST SP 800-63B (5.2.2)."""

TRIES_OF_AN_ADDRESS: Final = 50
"""In a window: a whole office may share an address."""

_USED_AGAIN: Final = timedelta(minutes=1)
"""Uses closer together are not written down."""


class SignInFailure(StrEnum):
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``token`` is for the browser alone."""

    person: Person
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A try counts before it is checked, so that tries side by side gain no extra guesses. An unknown name costs the
    same work and gets the same answer as a wrong password.

    ``new_token`` gives one that can't be guessed; each sign-in has its own: one planted in a browser is worth nothing.
    """

    transactions: Transactions
    hasher: PasswordHasher
    clock: Clock
    new_token: Callable[[], str]

    def __call__(self, name: str, password: str, address: str) -> SignedIn | SignInFailure:
        """``address`` is where the try comes from. Raises StorageDown."""
        found = self.prove(name, password, address)
        return found if isinstance(found, SignInFailure) else self._begin(found)

    def prove(self, name: str, password: str, address: str) -> Person | SignInFailure:
        """Whose name and password these are, without a session. Raises StorageDown."""
        name = _spelled(name)
        of_name, of_address = digest_of("name", name), digest_of("address", address)
        now = self.clock()
        with self.transactions.read() as uow:  # a flood must not take the log's lock
            if _exhausted(uow, of_name, of_address, now):
                return SignInFailure.TOO_MANY
        with self.transactions.write() as uow:
            if _exhausted(uow, of_name, of_address, now):
                return SignInFailure.TOO_MANY
            uow.sign_in_tries.forget_before(now - WINDOW)
            uow.sign_in_tries.note((of_name, of_address), now)
            person = _person_named(uow, name)
            stored = None if person is None else uow.people.password_hash(person.id)
            uow.commit()
        if not self.hasher.matches(password, stored) or person is None:
            return SignInFailure.WRONG
        with self.transactions.write() as uow:
            uow.sign_in_tries.forget(of_name)
            uow.sign_in_tries.take_back(of_address, now)
            uow.commit()
        return person

    def _begin(self, person: Person) -> SignedIn:
        now, token = self.clock(), self.new_token()
        with self.transactions.write() as uow:
            uow.sessions.end_begun_before(now - LONGEST)
            uow.sessions.add(Session(token_digest(token), person.id, now, now))
            uow.commit()
        return SignedIn(person, token)


@dataclass(frozen=True, slots=True)
class WhoIsIt:
    transactions: Transactions
    clock: Clock

    def __call__(self, token: str) -> Person | None:
        """Whose session in force this is; to ask uses it. Raises StorageDown."""
        digest, now = token_digest(token), self.clock()
        with self.transactions.read() as uow:
            session = uow.sessions.get(digest)
            if session is None or not session.is_in_force(now):
                return None
            person = uow.people.get(session.person)
        if now - session.used >= _USED_AGAIN:
            with self.transactions.write() as uow:
                uow.sessions.use(digest, now)
                uow.commit()
        return person


@dataclass(frozen=True, slots=True)
class SignOut:
    transactions: Transactions

    def __call__(self, token: str) -> None:
        """End this session, in force or not. Raises StorageDown."""
        with self.transactions.write() as uow:
            uow.sessions.end(token_digest(token))
            uow.commit()


def _exhausted(uow: UnitOfWork, of_name: str, of_address: str, now: datetime) -> bool:
    tries, since = uow.sign_in_tries, now - WINDOW
    return (
        tries.count(of_name, since) >= TRIES_OF_A_NAME
        or tries.count(of_address, since) >= TRIES_OF_AN_ADDRESS
    )


def _person_named(uow: UnitOfWork, name: str) -> Person | None:
    """Who signs in under a name; nobody where a database would choke on it."""
    name = _spelled(name)
    return uow.people.by_name(name) if name.isprintable() else None


def _spelled(name: str) -> str:
    """However a keyboard writes it."""
    return unicodedata.normalize("NFC", name).strip().lower()


def token_digest(token: str) -> str:
    """What a session is kept by."""
    return digest_of("session", token)


def digest_of(*parts: str) -> str:
    """What may be compared and not read: people type passwords where names belong."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
