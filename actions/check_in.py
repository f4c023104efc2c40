"""Check people in and out at a desk that several share, so that what is written says who sat there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from actions.desk import DeskError
from actions.sign_in import SignInFailure, WhoIsIt, token_digest
from actions.why_not import WhyNot
from domain.desk_facts import CheckedIn, CheckedOut
from domain.fact import Body, Origin
from domain.ids import PersonId
from domain.person import MAY_SERVE, Actor, Person
from domain.ports import Clock, Transactions, UnitOfWork


@dataclass(frozen=True, slots=True)
class WhoActs:
    """Who is signed in, and who is checked in there."""

    transactions: Transactions
    who: WhoIsIt

    def __call__(self, token: str) -> Actor | None:
        """None where no session is in force; to ask uses it. Raises StorageDown."""
        person = self.who(token)
        if person is None:
            return None
        with self.transactions.read() as uow:
            return Actor(person, uow.check_ins.at(token_digest(token)))


Prove = Callable[[str, str, str], Person | SignInFailure]
"""``(name, password, address)``: whose they are, as ``SignIn.prove`` tells; wrong tries count together with its own."""


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Whoever sat there before is checked out by it."""

    transactions: Transactions
    clock: Clock
    prove: Prove

    def __call__(
        self, token: str, actor: Actor, name: str, password: str, address: str
    ) -> Actor | SignInFailure:
        """``token`` is that of the session that ``actor`` holds; ``address`` is where the try comes from.

        Raises DeskError or StorageDown.
        """
        person = self.prove(name, password, address)
        if isinstance(person, SignInFailure):
            return person
        if person.role not in MAY_SERVE:
            raise DeskError(WhyNot.NOT_AT_DESK)
        with self.transactions.write() as uow:
            if uow.sessions.get(token_digest(token)) is None:  # it may have ended meanwhile
                raise DeskError(WhyNot.SESSION_OVER)
            _seat(uow, self.clock(), token, actor, person.id)
        return Actor(actor.person, person.id)


@dataclass(frozen=True, slots=True)
class CheckOut:
    transactions: Transactions
    clock: Clock

    def __call__(self, token: str, actor: Actor) -> Actor:
        """``token`` is that of the session that ``actor`` holds. Raises StorageDown."""
        with self.transactions.write() as uow:
            _seat(uow, self.clock(), token, actor, None)
        return Actor(actor.person)


def _seat(
    uow: UnitOfWork, now: datetime, token: str, actor: Actor, person: PersonId | None
) -> None:
    session = token_digest(token)
    before = uow.check_ins.at(session)
    if before == person:
        return
    uow.check_ins.put(session, person, now)
    facts: list[Body] = []
    if before is not None:
        facts.append(CheckedOut(before))
    if person is not None:
        facts.append(CheckedIn(person))
    uow.facts.append(Origin(None, None, actor.person.id), now, *facts)
    uow.commit()
