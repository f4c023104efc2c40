"""What a participant wants to hear is remembered once, and of nobody who has left."""

from dataclasses import replace

import pytest

from actions.own_pace import RememberForm, RememberLanguage
from domain.ids import ParticipantId
from domain.language import Language
from domain.participant import Membership, Participant
from domain.portal_facts import LanguageRemembered, ShortFormRemembered
from storage.unit_of_work import SqlTransactions
from tests.actions.conftest import clock
from tests.storage.people import ANNA, ORIGIN, add_anna


def anna_and_facts(transactions: SqlTransactions) -> tuple[Participant | None, list[object]]:
    with transactions.read() as uow:
        return uow.participants.get(ANNA.id), [fact.body for fact in uow.facts.read()]


def test_row_and_fact_are_written_once(transactions: SqlTransactions) -> None:
    add_anna(transactions)
    for _ in range(2):
        RememberLanguage(transactions, clock)(ORIGIN, ANNA.id, Language.ES)
        RememberForm(transactions, clock)(ORIGIN, ANNA.id, short=True)
    anna, facts = anna_and_facts(transactions)
    assert anna == replace(ANNA, language=Language.ES, short_form=True)
    assert facts == [LanguageRemembered(ANNA.id, Language.ES), ShortFormRemembered(ANNA.id, True)]


@pytest.mark.parametrize("participant", [ANNA.id, ParticipantId("nobody")])
def test_of_who_has_left_nothing_is_remembered(
    transactions: SqlTransactions, participant: ParticipantId
) -> None:
    left = replace(ANNA, membership=Membership.LEFT)
    with transactions.write() as uow:
        uow.participants.add(left, "")
        uow.commit()
    RememberLanguage(transactions, clock)(ORIGIN, participant, Language.ES)
    RememberForm(transactions, clock)(ORIGIN, participant, short=True)
    assert anna_and_facts(transactions) == (left, [])
