"""Participants come in all at once or not at all, on both databases, whatever happens in the middle."""

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from actions.desk import Desk, DeskError, NotYourRole, NotYours
from actions.forget_old import ForgetOld
from actions.import_participants import (
    ImportParticipants,
    ImportPlan,
    PlanParticipants,
    SettleLetIn,
)
from actions.why_not import WhyNot
from domain.desk_facts import ParticipantsImported
from domain.ids import ParticipantId, TenantId
from domain.language import Language
from domain.loyalty import LedgerEntry
from domain.participant import CardState, Membership, Participant
from domain.participant_plan import Changed
from domain.participant_ports import Amended
from domain.participant_row import Entry
from domain.ports import UnitOfWork
from domain.retention import HouseRetention
from domain.tenant import TenantBook
from rufwerk.terminal import OPERATOR
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, EVAS, brand
from tests.fakes.desk import Clock
from tests.fakes.participant_rows import entries, entry

ROOT = Path(__file__).resolve().parents[2]


class House:
    """A brand whose participants are imported."""

    def __init__(self, transactions: SqlTransactions) -> None:
        self.transactions, self.clock = transactions, Clock()
        self.book = TenantBook.of([brand(ALPENRAD, "DE")])
        self.desk = Desk(transactions, self.clock, lambda: self.book)
        numbers = count(1)
        self.new_id: Callable[[], str] = lambda: f"{next(numbers):08}"
        self.import_all = ImportParticipants(self.desk, self.new_id)

    def plan(self, rows: Sequence[Entry]) -> ImportPlan:
        return PlanParticipants(self.desk, self.new_id)(OPERATOR, ALPENRAD, rows)

    def take(self, *rows: Entry) -> ParticipantsImported:
        plan = self.plan(rows)
        hashes = {one: f"hash of {pin.digits}" for one, pin in plan.pins.items()}
        return self.import_all(OPERATOR, plan, hashes, "digest")

    def found(self, number: int) -> Participant | None:
        with self.transactions.read() as uow:
            return uow.participants.by_number(ALPENRAD, str(30_000_000 + number))

    def one(self, number: int) -> Participant:
        found = self.found(number)
        assert found is not None
        return found

    def all(self) -> list[tuple[Participant, int]]:
        with self.transactions.read() as uow:
            return list(uow.participant_imports.listed(ALPENRAD, "", 10_000))

    def balance(self, number: int) -> Sequence[LedgerEntry]:
        with self.transactions.read() as uow:
            return uow.ledger.entries(self.one(number).id)

    def pin(self, number: int) -> str | None:
        with self.transactions.read() as uow:
            return uow.participants.pin_hash(self.one(number).id)

    def left_over(self) -> bool:
        with self.transactions.read() as uow:
            return bool(uow.participant_imports.waiting(ALPENRAD))

    def facts(self) -> list[ParticipantsImported]:
        with self.transactions.read() as uow:
            bodies = [fact.body for fact in uow.facts.read()]
        return [body for body in bodies if isinstance(body, ParticipantsImported)]


@pytest.fixture
def house(transactions: SqlTransactions) -> House:
    return House(transactions)


@pytest.fixture
def lite_house(lite: SqlTransactions) -> House:
    return House(lite)


def test_all_of_a_file_is_there_with_cards_points_and_pins(house: House) -> None:
    someone = entry(
        1, phone="+491713920001", email="a@b.example", priority=3, pin="135790", points=1200
    )
    done = house.take(someone, *entries(range(2, 251)))
    assert done == ParticipantsImported(250, 0, 0, 0, "digest")
    assert house.facts() == [done]
    assert len(house.all()) == 250
    anna = house.one(1)
    assert anna == Participant(
        anna.id, ALPENRAD, "30000001", "Participant 1", Language.DE, "76275", date(1985, 5, 17),
        "+491713920001", 3, email="a@b.example",
    )  # fmt: skip
    assert house.pin(1) == "hash of 135790"
    assert house.pin(2) is None, "who has no PIN is let in by none"
    now = house.clock()
    assert house.balance(1) == [LedgerEntry(anna.id, 1200, "opening", now)]
    with house.transactions.read() as uow:
        (card,) = uow.cards.of(anna.id)
        assert uow.participants.search(ALPENRAD, "participant 1", None, 500)
    assert (card.state, card.tail) == (CardState.ACTIVE, "")
    assert not house.left_over()


def test_who_is_known_is_changed_and_keeps_the_rest(house: House) -> None:
    house.take(entry(1, pin="135790"), entry(2), entry(3, points=0))
    before = house.one(1)
    done = house.take(
        entry(1, pin="246802", name="Ärger, Änne", points=9),
        replace(entry(2), pin="246802", language=None, points=None),
        entry(3, points=0, phone="+491713920003", zips=("10115",), born=date(1990, 1, 1)),
        entry(4),
    )
    assert done == ParticipantsImported(1, 3, 0, 0, "digest")
    assert house.one(1) == replace(before, name="Ärger, Änne")
    assert (house.pin(1), house.pin(2)) == ("hash of 135790", "hash of 246802")
    assert [one.points for one in house.balance(1)] == [10]
    three = house.one(3)
    assert (three.phone, three.zip_code, three.born) == (
        "+491713920003",
        "10115",
        date(1990, 1, 1),
    )
    assert house.balance(3) == []
    with house.transactions.read() as uow:
        found = uow.participants.search(ALPENRAD, "arger, anne", None, 5)
    assert [one.number for one in found] == ["30000001"], "he is found by his new name"


def test_the_same_file_again_changes_nothing(lite_house: House) -> None:
    rows = entries(range(1, 4))
    lite_house.take(*rows)
    before = lite_house.all()
    plan = lite_house.plan(rows)
    assert (plan.accepted, plan.unchanged, plan.kept_points, plan.rejected) == (3, 3, 3, 0)
    assert lite_house.take(*rows) == ParticipantsImported(0, 0, 3, 0, "digest")
    assert lite_house.all() == before


def test_what_breaks_off_leaves_nothing(house: House) -> None:
    house.take(entry(1))
    plan = house.plan([entry(1, name="Other"), *entries(range(2, 301))])

    def break_off(written: int) -> None:
        if written == 300:
            assert house.found(2) is None, "nobody is there before all are"
            assert house.one(1).name == "Participant 1"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.import_all(OPERATOR, plan, {}, "digest", break_off)
    assert [one.name for one, _ in house.all()] == ["Participant 1"]
    assert len(house.facts()) == 1
    assert not house.left_over()
    assert house.take(entry(2)) == ParticipantsImported(1, 0, 0, 0, "digest")


def test_one_that_is_killed_leaves_nothing_that_is_found(
    sqlite_url: str, lite: SqlTransactions
) -> None:
    house = House(lite)
    command = [sys.executable, "-m", "tests.actions.dying_importer", sqlite_url, "200"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "200\n"
        process.send_signal(signal.SIGKILL)
    assert house.all() == []
    assert house.left_over()
    with house.transactions.read() as uow:
        assert not uow.participants.search(ALPENRAD, "participant", None, 5)
    forget = ForgetOld(lite, house.clock, lambda: house.book, HouseRetention(), "none")
    forget()
    assert house.left_over(), "it could still go on"
    house.clock.turn(timedelta(days=2))
    forget()
    assert not house.left_over()


def test_what_was_planned_before_another_began_isnt_done(lite_house: House) -> None:
    house = lite_house
    plan = house.plan([entry(1), entry(2, name="Left behind")])
    with house.transactions.write() as uow:
        uow.participant_imports.take_turn(ALPENRAD, "killed", house.clock())
        uow.commit()
    with pytest.raises(DeskError) as refused:
        house.import_all(OPERATOR, plan, {}, "digest")
    assert refused.value.why is WhyNot.IMPORTED_MEANWHILE
    assert house.take(entry(1)).new == 1


@dataclass
class Interrupted:
    """Transactions in whose second reading somebody comes between."""

    transactions: SqlTransactions
    between: Callable[[], None]
    reads: int = 0

    def read(self) -> AbstractContextManager[UnitOfWork]:
        self.reads += 1
        if self.reads == 2:
            self.between()
        return self.transactions.read()

    def write(self) -> AbstractContextManager[UnitOfWork]:
        return self.transactions.write()

    def make_way(self) -> None:
        self.transactions.make_way()


def test_what_is_let_in_while_it_is_planned_refuses_the_plan(lite_house: House) -> None:
    house = lite_house
    house.take(entry(1))

    def let_in() -> None:
        with house.transactions.write() as uow:
            uow.participant_imports.note(ALPENRAD, [Amended(house.one(1).id, {"name": "Other"})])
            uow.participant_imports.take_turn(ALPENRAD, "another", house.clock())
            uow.participant_imports.let_in(ALPENRAD, house.clock())
            uow.commit()

    desk = Desk(Interrupted(house.transactions, let_in), house.clock, lambda: house.book)
    plan = PlanParticipants(desk, house.new_id)(OPERATOR, ALPENRAD, [entry(1)])
    SettleLetIn(house.transactions, lambda: house.book)()
    with pytest.raises(DeskError) as refused:
        house.import_all(OPERATOR, plan, {}, "digest")
    assert refused.value.why is WhyNot.IMPORTED_MEANWHILE


def test_all_count_once_they_are_let_in_and_are_settled_by_whoever_comes(house: House) -> None:
    house.take(entry(500))
    plan = house.plan([entry(500, name="Other"), *entries(range(1, 151))])

    def die(_: int) -> None:
        if house.found(1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        house.import_all(OPERATOR, plan, {}, "digest", die)
    assert house.left_over()
    assert len(house.all()) == 151, "all are found, settled or not"
    for number in (1, 150):
        with house.transactions.read() as uow:
            assert uow.ledger.balance(house.one(number).id) == number * 10
            assert uow.participants.get(house.one(number).id) == house.one(number)
    assert house.take(*entries(range(1, 151))).unchanged == 150
    assert not house.left_over()
    assert house.one(500).name == "Other"
    assert [one.points for one in house.balance(150)] == [1500], "booked once"
    assert [one.new for one in house.facts()] == [1, 150, 0]


def test_a_later_import_takes_the_turn(lite_house: House) -> None:
    plan = lite_house.plan(entries(range(1, 301)))

    def other(written: int) -> None:
        if written == 100:
            lite_house.take(entry(500))

    with pytest.raises(DeskError) as refused:
        lite_house.import_all(OPERATOR, plan, {}, "digest", other)
    assert refused.value.why is WhyNot.IMPORTED_MEANWHILE
    assert [one.number for one, _ in lite_house.all()] == ["30000500"]
    assert not lite_house.left_over()


def test_who_leaves_meanwhile_stays_as_he_is(house: House) -> None:
    house.take(entry(1), entry(2))
    plan = house.plan([entry(1, name="Other"), entry(2, name="Other")])

    def leave(_: int) -> None:
        found = house.found(1)
        if found is None:
            return
        with house.transactions.write() as uow:
            uow.participants.change(replace(found, membership=Membership.LEFT))
            uow.participant_imports.forget(ParticipantId("nobody"))
            uow.commit()

    house.import_all(OPERATOR, plan, {}, "digest", leave)
    assert house.one(2).name == "Other"
    (fault,) = house.plan([entry(1)]).faults
    assert fault.row == 2


def test_of_who_is_erased_meanwhile_nothing_is_noted(house: House) -> None:
    house.take(entry(1), entry(2))
    one, two = house.one(1), house.one(2)
    plan = house.plan([entry(1, name="Other"), entry(2, name="Other")])
    with house.transactions.write() as uow:
        uow.participant_imports.forget(one.id)
        uow.participants.change(one.erased())
        uow.commit()
    noted = list[Sequence[ParticipantId]]()

    def look(_: int) -> None:
        with house.transactions.read() as uow:
            noted.append(uow.participant_imports.waiting(ALPENRAD))

    house.import_all(OPERATOR, plan, {}, "digest", look)
    assert noted == [[two.id], []]
    with house.transactions.write() as uow:
        uow.participant_imports.note(ALPENRAD, [Amended(one.id, {"name": "Other"})])
        uow.commit()
    assert not house.left_over()


def test_what_changed_meanwhile_isnt_changed_back(lite_house: House) -> None:
    lite_house.take(entry(1))
    plan = lite_house.plan([entry(1, name="Other")])
    with lite_house.transactions.write() as uow:
        uow.participants.change(replace(lite_house.one(1), language=Language.FR))
        uow.commit()
    lite_house.import_all(OPERATOR, plan, {}, "digest")
    anna = lite_house.one(1)
    assert (anna.name, anna.language) == ("Other", Language.FR)


def test_who_changes_it_after_all_are_let_in_has_the_last_word(house: House) -> None:
    house.take(entry(1, name="Anna"), entry(2), entry(3))
    changes: dict[int, Changed] = {
        1: {"name": "Other", "language": Language.FR, "phone": "+491713920009"},
        2: {"language": Language.EN, "priority": 5},
        3: {"email": "new@mail.example"},
    }
    with house.transactions.write() as uow:
        uow.participant_imports.take_turn(ALPENRAD, "killed", house.clock())
        noted = [Amended(house.one(number).id, changed) for number, changed in changes.items()]
        uow.participant_imports.note(ALPENRAD, noted)
        uow.participant_imports.let_in(ALPENRAD, house.clock())
        uow.commit()
    one, two = house.one(1), house.one(2)
    with house.transactions.write() as uow:
        uow.participants.change(replace(one, name="Ännä", language=Language.ES))
        uow.participants.change(replace(two, short_form=True))
        uow.commit()
    SettleLetIn(house.transactions, lambda: house.book)()
    assert not house.left_over()
    assert house.one(1) == replace(one, name="Ännä", language=Language.ES, phone="+491713920009")
    assert house.one(2) == replace(two, short_form=True, language=Language.EN, priority=5)
    assert house.one(3).email == "new@mail.example"
    with house.transactions.read() as uow:
        found = uow.participants.search(ALPENRAD, "anna", None, 5)
    assert [someone.number for someone in found] == ["30000001"]


def test_only_who_leads_may(lite_house: House) -> None:
    plan = PlanParticipants(lite_house.desk, lite_house.new_id)
    with pytest.raises(NotYourRole):
        plan(EVAS, ALPENRAD, [entry(1)])
    with pytest.raises(NotYours):
        plan(OPERATOR, TenantId("nobody"), [entry(1)])
