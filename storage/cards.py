"""Cards: rows to values and back, by hand."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, text, update

from domain.ids import CardId, ParticipantId, Receipt, TenantId
from domain.participant import Card, CardState, Loss, Replacement
from storage.repositories import IS_ACTIVE
from storage.tables import cards, participants

_NO_BLOCK: Final = {
    "state": CardState.ACTIVE.value,
    "blocked_at": None,
    "receipt": None,
    "without_pin": False,
    "loss": None,
    "replacement": None,
}


class SqlCards:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, participant: ParticipantId) -> Sequence[Card]:
        query = select(cards).where(cards.c.participant == participant).order_by(cards.c.issued)
        return [_card(row) for row in self._connection.execute(query)]

    def add(self, card: Card) -> None:
        row = {
            "id": card.id,
            "participant": card.participant,
            "state": card.state.value,
            "blocked_at": card.blocked_at,
            "receipt": card.receipt,
            "tail": card.tail,
            "without_pin": card.without_pin,
            **_told(card),
        }
        self._connection.execute(insert(cards), row)

    def block(
        self, card: CardId, at: datetime, receipt: Receipt, *, without_pin: bool = False
    ) -> bool:
        state = CardState.BLOCKED.value
        claim = (
            update(cards)
            .where(cards.c.id == card, cards.c.state == CardState.ACTIVE.value)
            .values(state=state, blocked_at=at, receipt=receipt, without_pin=without_pin)
            .returning(cards.c.id)
        )
        return self._connection.execute(claim).first() is not None

    def unblock(self, card: CardId) -> bool:
        change = (
            update(cards)
            .where(cards.c.id == card, cards.c.state == CardState.BLOCKED.value)
            .values(_NO_BLOCK)
            .returning(cards.c.id)
        )
        return self._connection.execute(change).first() is not None

    def note(self, card: Card) -> None:
        blocked = update(cards).where(
            cards.c.id == card.id, cards.c.state == CardState.BLOCKED.value
        )
        self._connection.execute(blocked.values(_told(card)))

    def to_replace(self, tenants: Collection[TenantId]) -> Sequence[Card]:
        query = (
            select(cards)
            .join(participants)
            .where(
                text("replacement = 'wanted'"),  # as the index says it, so that the index is used
                IS_ACTIVE,
                participants.c.tenant.in_(tenants),
            )
            .order_by(cards.c.blocked_at, cards.c.issued)
        )
        return [_card(row) for row in self._connection.execute(query)]

    def forget(self, participant: ParticipantId) -> None:
        of_him = update(cards).where(cards.c.participant == participant)
        self._connection.execute(of_him.values(tail="", loss=None, replacement=None))


def _card(row: Row[Any]) -> Card:
    return Card(
        id=CardId(row.id),
        participant=ParticipantId(row.participant),
        state=CardState(row.state),
        blocked_at=row.blocked_at,
        receipt=None if row.receipt is None else Receipt(row.receipt),
        tail=row.tail,
        without_pin=row.without_pin,
        loss=None if row.loss is None else Loss(row.loss),
        replacement=None if row.replacement is None else Replacement(row.replacement),
    )


def _told(card: Card) -> dict[str, str | None]:
    return {
        "loss": None if card.loss is None else card.loss.value,
        "replacement": None if card.replacement is None else card.replacement.value,
    }
