"""Values that the storage tests share."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from domain.fact import Origin
from domain.ids import CallId, CardId, ParticipantId, TenantId
from domain.language import Language
from domain.participant import Card, CardState, Participant
from domain.ports import Transactions
from storage.unit_of_work import SqlTransactions

OpenStorage = Callable[..., SqlTransactions]
"""As SqlTransactions is made; the test's end closes it."""

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
TENANT = TenantId("alpenrad")
ORIGIN = Origin(TENANT, CallId("a-1700000000.1"), "caller")
ANNA = Participant(
    ParticipantId("p-anna"),
    TENANT,
    "10000001",
    "Anna Keller",
    Language.DE,
    "76275",
    date(1985, 5, 17),
    "+491713920001",
)
CARD = Card(CardId("c-anna"), ANNA.id, CardState.ACTIVE)


def add_anna(transactions: Transactions) -> None:
    with transactions.write() as uow:
        uow.participants.add(ANNA, "hash")
        uow.cards.add(CARD)
        uow.commit()
