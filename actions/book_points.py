"""Points on a participant's account: booked by hand within limits, or asked to be paid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actions.desk import DeskError
from actions.errand import Content, Counter, Wish
from actions.why_not import WhyNot
from domain.desk_facts import PayOutAsked, PointsBooked
from domain.errand import MOST_POINTS, POINTS_WINDOW, Errand, ErrandKind, PointsReason
from domain.fact import Body
from domain.loyalty import LedgerEntry
from domain.participant import Participant
from domain.person import Actor
from domain.ports import UnitOfWork

_PAY_OUT: Final = "pay_out"
"""The reason of such a booking, in the ledger."""


@dataclass(frozen=True, slots=True)
class BookPoints:
    """Within the limit of the actor's role, and never below nought."""

    counter: Counter

    def __call__(self, actor: Actor, wish: Wish, points: int, reason: PointsReason) -> Errand:
        """``points`` below zero are taken away. Raises DeskError or StorageDown."""

        def do(uow: UnitOfWork, participant: Participant, errand: Errand) -> Sequence[Body]:
            self._check_limit(uow, actor, errand)
            _book(uow, errand, reason.value)
            return (PointsBooked(participant.id, points, reason),)

        content = Content(ErrandKind.BOOK_POINTS, points, reason.value)
        return self.counter.run(actor, wish, content, do)

    def _check_limit(self, uow: UnitOfWork, actor: Actor, errand: Errand) -> None:
        tenant = self.counter.desk.tenant(uow, actor.person, errand.tenant)
        role, since = actor.person.role, errand.signature.at - POINTS_WINDOW
        before = uow.errands.points_by(actor.person.id, errand.participant, errand.kind, since)
        if not tenant.points.allow(role, before, errand.points):
            limit = tenant.points.of(role)
            raise DeskError(WhyNot.OVER_LIMIT, limit=limit, before=before)


@dataclass(frozen=True, slots=True)
class AskPayOut:
    """The points leave the account at once, so that nobody spends them twice."""

    counter: Counter

    def __call__(self, actor: Actor, wish: Wish, points: int) -> Errand:
        """``points`` above zero. Raises DeskError or StorageDown."""
        if not 0 < points <= MOST_POINTS:
            raise DeskError(WhyNot.NO_PAY_OUT)

        def do(uow: UnitOfWork, participant: Participant, errand: Errand) -> Sequence[Body]:
            _book(uow, errand, _PAY_OUT)
            return (PayOutAsked(participant.id, points),)

        return self.counter.run(actor, wish, Content(ErrandKind.PAY_OUT, -points), do)


def _book(uow: UnitOfWork, errand: Errand, reason: str) -> None:
    if errand.points == 0:
        raise DeskError(WhyNot.NO_POINTS)
    balance = uow.ledger.balance(errand.participant)
    if errand.points < 0 and balance + errand.points < 0:
        raise DeskError(WhyNot.TOO_FEW_POINTS, balance=balance)
    entry = LedgerEntry(errand.participant, errand.points, reason, errand.signature.at)
    uow.ledger.add(entry)
