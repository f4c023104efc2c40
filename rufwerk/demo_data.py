"""The demo's seven participants, their PINs, cards, points and telephones, its four agents and who else opens the desk;
open to read, so not for real.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5

from domain.agent import read_skills
from domain.ids import AgentId, CardId, ParticipantId, PersonId, TenantId
from domain.language import Language
from domain.loyalty import LedgerEntry
from domain.participant import Card, CardState, Participant
from domain.person import Person, Role
from domain.ports import Clock, KnownAgent, PasswordHasher, PinHasher, Transactions, UnitOfWork

ALPENRAD = TenantId("alpenrad")
MAISON_LUNE = TenantId("maison-lune")


class DemoLeft(Exception):
    """The demo is off, but its people, whose PINs everybody knows, are in the database."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A participant, his PIN, and his bookings, oldest first; below zero what he spent."""

    participant: Participant
    pin: str
    bookings: tuple[int, ...]


def _opaque(what: str, tenant: TenantId, number: str) -> str:
    """The same on every start, so that a second one finds what the first one made."""
    return uuid5(NAMESPACE_URL, f"rufwerk-demo:{what}:{tenant}:{number}").hex


def _row(  # noqa: PLR0913, PLR0917 - the columns below
    tenant: TenantId,
    number: str,
    name: str,
    language: Language,
    pin: str,
    zip_code: str,
    born: date,
    phone: str,
    *bookings: int,
) -> DemoPerson:
    opaque = ParticipantId(_opaque("participant", tenant, number))
    email = _EMAILS.get(number)
    person = Participant(opaque, tenant, number, name, language, zip_code, born, phone, email=email)
    return DemoPerson(person, pin, bookings)


_EMAILS = {
    "10000001": "anna@keller.example",
    "10000003": "lucia@gomez.example",
    "20000001": "claire@martin.example",
}


def _agent(name: str, skills: str) -> KnownAgent:
    opaque = AgentId(uuid5(NAMESPACE_URL, f"rufwerk-demo:agent:{name}").hex)
    return KnownAgent(opaque, name, read_skills(tuple(skills.split())))


def _staff(name: str, role: Role, tenant: TenantId | None = None) -> Person:
    opaque = PersonId(uuid5(NAMESPACE_URL, f"rufwerk-demo:person:{name}").hex)
    return Person(opaque, name, role, tenant)


PASSWORD = "rufwerk"  # noqa: S105 - the demo's, open to read
# fmt: off
PEOPLE = (
    _row(ALPENRAD, "10000001", "Anna Keller", Language.DE, "135790",
         "76275", date(1985, 5, 17), "+491713920001", 900, 634, -300),
    _row(ALPENRAD, "10000002", "John Miller", Language.EN, "246801",
         "10115", date(1990, 7, 4), "+491713920002", 120, 1, -100),
    _row(ALPENRAD, "10000003", "Lucía Gómez", Language.ES, "975310",
         "80331", date(1992, 2, 29), "+491713920003", 90000, 15100, -5000),
    _row(ALPENRAD, "10000004", "Marc Dubois", Language.FR, "864209",
         "50667", date(1979, 12, 31), "+491713920004", 1000, 171, -100),
    _row(ALPENRAD, "10000005", "Peter Keller", Language.DE, "570913",
         "76275", date(1985, 5, 17), "+491713920001", 250, 150, -400),
    _row(MAISON_LUNE, "20000001", "Claire Martin", Language.FR, "192837",
         "75011", date(1988, 3, 8), "+33639980001", 2000, 381, -200),
    _row(MAISON_LUNE, "20000002", "Jonas Weber", Language.DE, "564738",
         "79098", date(1970, 12, 24), "+33639980002", 450, 251, -200),
)
AGENTS = (
    _agent("eva", "de=5 en=4 alpenrad=5 maison-lune=4 pay_out=5 return=5 data=5"),
    _agent("luis", "es=5 de=4 alpenrad=4 maison-lune=4 pay_out=4 return=3"),
    _agent("chloe", "fr=5 en=4 maison-lune=5 alpenrad=3 pay_out=3 return=5"),
    _agent("tom", "de=5 dunning=5 alpenrad=4 maison-lune=2"),
)
OTHER_STAFF = (
    _staff("lena", Role.TEAM_LEAD),
    _staff("max", Role.MANAGEMENT),
    _staff("adler", Role.CLIENT_CONTACT, ALPENRAD),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class CustomerPhone:
    """A customer's telephone: its SIP user, and the number it shows (E.164); "" withholds it."""

    user: str
    number: str


PHONES = (
    *(
        CustomerPhone(f"customer-{number.removeprefix('+')}", number)
        for number in dict.fromkeys(person.participant.phone or "" for person in PEOPLE)
    ),
    CustomerPhone("customer-withheld", ""),
)


def seed(transactions: Transactions, hasher: PinHasher, clock: Clock) -> int:
    """Add who is missing of the demo's people; how many participants that were. Raises StorageDown."""
    with transactions.read() as uow:
        missing = [person for person in PEOPLE if not _known(uow, person)]
        agents_missing = [agent for agent in AGENTS if uow.agents.by_name(agent.name) is None]
    # hashing is slow, and the writers' lock is not ours to hold meanwhile
    hashes = [hasher.hash(person.participant.id, person.pin) for person in missing]
    if not missing and not agents_missing:
        return 0
    added = 0
    with transactions.write() as uow:
        for agent in agents_missing:
            if uow.agents.by_name(agent.name) is None:
                uow.agents.add(agent)
        for person, pin_hash in zip(missing, hashes, strict=True):
            if not _known(uow, person):
                _add(uow, person, pin_hash, clock)
                added += 1
        uow.commit()
    return added


def seed_staff(transactions: Transactions, hasher: PasswordHasher) -> None:
    """Let who is missing of the demo's people sign in to the desk; the agents must be there. Raises StorageDown."""
    with transactions.read() as uow:
        if not _staff_missing(uow):
            return
    password_hash = hasher.hash(PASSWORD)
    with transactions.write() as uow:
        for person in _staff_missing(uow):
            uow.people.add(person, password_hash)
        uow.commit()


def _staff_missing(uow: UnitOfWork) -> list[Person]:
    agents = [uow.agents.by_name(agent.name) for agent in AGENTS]
    staff = [Person(PersonId(one.id), one.name, Role.AGENT) for one in agents if one is not None]
    return [one for one in (*staff, *OTHER_STAFF) if uow.people.by_name(one.name) is None]


def refuse_left(transactions: Transactions) -> None:
    """Whoever of the demo's people is there could be called in or signed in as. Raises DemoLeft or StorageDown."""
    with transactions.read() as uow:
        left = [person.participant.number for person in PEOPLE if _known(uow, person)]
        staff = (*AGENTS, *OTHER_STAFF)
        left += [one.name for one in staff if uow.people.get(PersonId(one.id)) is not None]
    if left:
        raise DemoLeft(
            f"demo.enabled is false, but the demo's people {', '.join(left)} are in the "
            "database, with PINs and passwords that are open to read. Set RUFWERK_HOME (or database.url) to a "
            "new one, or set demo.enabled = true."
        )


def _known(uow: UnitOfWork, person: DemoPerson) -> bool:
    return uow.participants.get(person.participant.id) is not None


def _add(uow: UnitOfWork, person: DemoPerson, pin_hash: str, clock: Clock) -> None:
    someone = person.participant
    uow.participants.add(someone, pin_hash)
    card = CardId(_opaque("card", someone.tenant, someone.number))
    uow.cards.add(Card(card, someone.id, CardState.ACTIVE))
    now = clock()
    for weeks, points in zip(range(len(person.bookings), 0, -1), person.bookings, strict=True):
        reason = "purchase" if points > 0 else "redemption"
        uow.ledger.add(LedgerEntry(someone.id, points, reason, now - timedelta(weeks=weeks)))
