"""Run as a program: does half of a transaction, says so, and waits to be killed."""

import sys

from domain.ids import Receipt
from domain.portal_facts import CardBlocked
from storage.unit_of_work import SqlTransactions
from tests.storage.people import ANNA, CARD, NOW, ORIGIN

with SqlTransactions(sys.argv[1], "a").write() as uow:
    uow.cards.block(CARD.id, NOW, Receipt("471100"))
    uow.facts.append(ORIGIN, NOW, CardBlocked(ANNA.id, CARD.id, Receipt("471100")))
    print("half done", flush=True)
    sys.stdin.read()
