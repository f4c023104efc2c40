"""A new PIN takes the place of the old one with its fact, for whoever is still of the scheme."""

from dataclasses import replace

from actions.change_pin import ChangePin
from domain.ids import ParticipantId
from domain.new_pin import NewPin
from domain.participant import Membership
from domain.portal_facts import PinChanged
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import clock
from tests.scenarios.portal import QuickPins
from tests.storage.people import ANNA, ORIGIN, add_anna

NEW = NewPin("428193")


def pin_and_facts(transactions: SqlTransactions) -> tuple[str | None, list[object]]:
    with transactions.read() as uow:
        return uow.participants.pin_hash(ANNA.id), [fact.body for fact in uow.facts.read()]


def test_hash_and_fact_are_written_together(transactions: SqlTransactions) -> None:
    add_anna(transactions)
    assert ChangePin(transactions, QuickPins(), clock)(ORIGIN, ANNA.id, NEW)
    assert pin_and_facts(transactions) == (f"{ANNA.id}:428193", [PinChanged(ANNA.id)])


def test_who_has_left_or_never_was_has_no_pin(transactions: SqlTransactions) -> None:
    add_anna(transactions)
    with transactions.write() as uow:
        uow.participants.change(replace(ANNA, membership=Membership.LEFT))
        uow.commit()
    change_pin = ChangePin(transactions, QuickPins(), clock)
    assert not change_pin(ORIGIN, ANNA.id, NEW)
    assert not change_pin(ORIGIN, ParticipantId("nobody"), NEW)
    assert pin_and_facts(transactions) == (None, [])
