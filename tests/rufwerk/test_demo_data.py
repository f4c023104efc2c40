"""The demo's people are those of the contract, and a second start adds nobody."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typing_extensions import override

from domain.agent import BEST
from domain.ids import AgentId, PersonId, Skill, TenantId
from domain.language import Language
from domain.participant import CardState
from domain.person import Role
from domain.ports import KnownAgent
from rufwerk.demo_data import AGENTS, PEOPLE, DemoLeft, refuse_left, seed, seed_staff
from storage.passwords import Argon2Passwords
from storage.pins import Argon2Pins
from storage.unit_of_work import SqlTransactions
from tests.fakes.databases import migrated

CONTRACT = """
| 10000001 | alpenrad | Anna Keller | de | 135790 | 76275 | 17.05.1985 | 1234 | +49 171 3920001 |
| 10000002 | alpenrad | John Miller | en | 246801 | 10115 | 04.07.1990 | 21 | +49 171 3920002 |
| 10000003 | alpenrad | Lucía Gómez | es | 975310 | 80331 | 29.02.1992 | 100100 | +49 171 3920003 |
| 10000004 | alpenrad | Marc Dubois | fr | 864209 | 50667 | 31.12.1979 | 1071 | +49 171 3920004 |
| 10000005 | alpenrad | Peter Keller | de | 570913 | 76275 | 17.05.1985 | 0 | +49 171 3920001 |
| 20000001 | maison-lune | Claire Martin | fr | 192837 | 75011 | 08.03.1988 | 2181 | +33639980001 |
| 20000002 | maison-lune | Jonas Weber | de | 564738 | 79098 | 24.12.1970 | 501 | +33639980002 |
"""
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in CONTRACT.split("\n")[1:-1]
]


class NoPins:
    """A hasher for those whose PIN nobody will try."""

    def hash(self, participant: str, pin: str) -> str:
        return "hash"

    def matches(self, participant: str, pin: str, stored: str | None) -> bool:
        return False

    def digest(self, *parts: str) -> str:
        return ""


def clock() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def pins() -> Argon2Pins:
    return Argon2Pins(b"k" * 32)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory, pins: Argon2Pins) -> Iterator[SqlTransactions]:
    url = migrated(tmp_path_factory.mktemp("demo") / "rufwerk.db")
    transactions = SqlTransactions(url, "a")
    assert seed(transactions, pins, clock) == len(ROWS)
    yield transactions
    transactions.close()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2])
def test_each_person_is_as_in_the_contract(
    seeded: SqlTransactions, pins: Argon2Pins, row: tuple[str, ...]
) -> None:
    number, tenant, name, language, pin, zip_code, born, points, phone = row
    with seeded.read() as uow:
        person = uow.participants.by_number(TenantId(tenant), number)
        assert person is not None
        cards = uow.cards.of(person.id)
        entries = uow.ledger.entries(person.id)
        balance = uow.ledger.balance(person.id)
        stored = uow.participants.pin_hash(person.id)
    day, month, year = map(int, born.split("."))
    assert person.born == date(year, month, day)
    assert (person.name, person.zip_code) == (name, zip_code)
    assert person.language is Language(language)
    assert person.phone == phone.replace(" ", "")
    assert number not in person.id
    assert len(cards) == (2 if name == "Lucía Gómez" else 1)
    assert all(card.state is CardState.ACTIVE and len(card.tail) == 4 for card in cards)
    assert balance == int(points)
    assert len(entries) >= 2
    assert all(entry.at < clock() for entry in entries)
    assert pins.matches(person.id, pin, stored)


def test_agents_speak_the_languages_of_the_contract(seeded: SqlTransactions) -> None:
    languages = {"eva": "de en", "luis": "es de", "chloe": "fr en", "tom": "de"}
    assert {agent.name for agent in AGENTS} == set(languages)
    for name, spoken in languages.items():
        with seeded.read() as uow:
            agent = uow.agents.by_name(name)
            assert agent is not None
            assert uow.agents.get(agent.id) == agent
        speaks = {language for language in Language if Skill(language) in agent.skills}
        assert speaks == {*spoken.split()}
        assert {"alpenrad", "maison-lune"} <= agent.skills.keys()
        assert ("dunning" in agent.skills) == (name == "tom")
        assert name not in agent.id
        if name == "chloe":
            assert agent.skills[Skill("maison-lune")] == BEST > agent.skills[Skill("alpenrad")]


def test_a_demo_from_before_the_agents_gets_them_and_no_more(tmp_path: Path) -> None:
    url = migrated(tmp_path / "rufwerk.db")
    with closing(SqlTransactions(url, "a")) as transactions:
        seed(transactions, NoPins(), clock)
        tom, eva = AGENTS[3], AGENTS[0]
        with transactions.write() as uow:
            assert uow.agents.set_skills(eva.id, tom.skills)
            uow.commit()
        with closing(sqlite3.connect(tmp_path / "rufwerk.db")) as rows, rows:
            rows.execute("DELETE FROM agents WHERE name = 'tom'")
            rows.execute("UPDATE agents SET id = 'another' WHERE name = 'luis'")
        assert seed(transactions, NoPins(), clock) == 0
        with transactions.read() as uow:
            assert uow.agents.by_name("tom") == tom
            assert uow.agents.by_name("eva") == KnownAgent(eva.id, "eva", tom.skills)
            assert uow.agents.get(AgentId("another")) is not None


def test_a_second_start_adds_nobody_and_undoes_nothing(
    seeded: SqlTransactions,
) -> None:
    class NoHashing(NoPins):
        @override
        def hash(self, participant: str, pin: str) -> str:
            pytest.fail("nothing is missing")

    assert seed(seeded, NoHashing(), clock) == 0


def test_what_the_demo_left_is_refused_without_it(seeded: SqlTransactions, tmp_path: Path) -> None:
    with pytest.raises(DemoLeft, match=r"10000001.*RUFWERK_HOME"):
        refuse_left(seeded)
    url = migrated(tmp_path / "rufwerk.db")
    transactions = SqlTransactions(url, "a")
    refuse_left(transactions)
    transactions.close()


STAFF = {
    "eva": Role.AGENT,
    "luis": Role.AGENT,
    "chloe": Role.AGENT,
    "tom": Role.AGENT,
    "lena": Role.TEAM_LEAD,
    "max": Role.MANAGEMENT,
    "adler": Role.CLIENT_CONTACT,
}


def test_who_signs_in_is_as_in_the_contract(tmp_path: Path) -> None:
    passwords = Argon2Passwords()
    url = migrated(tmp_path / "rufwerk.db")
    with closing(SqlTransactions(url, "a")) as transactions:
        seed(transactions, NoPins(), clock)
        for _ in range(2):
            seed_staff(transactions, passwords)
        with transactions.read() as uow:
            for name, role in STAFF.items():
                person = uow.people.by_name(name)
                assert person is not None
                assert person.role is role
                assert person.tenant == ("alpenrad" if name == "adler" else None)
                agent = uow.agents.by_name(name)
                assert (agent is not None) == (role is Role.AGENT)
                assert agent is None or PersonId(agent.id) == person.id
                assert passwords.matches("rufwerk", uow.people.password_hash(person.id))
        with pytest.raises(DemoLeft, match=r"eva, luis, chloe, tom, lena, max, adler"):
            refuse_left(transactions)


def test_two_who_seed_at_once_add_each_person_once(tmp_path: Path) -> None:
    url = migrated(tmp_path / "rufwerk.db")
    transactions = SqlTransactions(url, "a")

    class Rival(NoPins):
        """Whoever hashes first is overtaken by another process."""

        overtaken = False

        @override
        def hash(self, participant: str, pin: str) -> str:
            if not self.overtaken:
                self.overtaken = True
                assert seed(transactions, self, clock) == len(PEOPLE)
            return "hash"

    assert seed(transactions, Rival(), clock) == 0
    with transactions.read() as uow:
        cards = [len(uow.cards.of(person.participant.id)) for person in PEOPLE]
        assert cards == [len(person.tails) for person in PEOPLE]
    transactions.close()
