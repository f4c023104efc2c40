"""Unlock a participant's PIN after too many wrong tries, before the lock ends by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.desk import Desk, DeskError
from actions.errand import Content, Counter, Wish
from actions.why_not import WhyNot
from domain import pin_policy
from domain.desk_facts import PinUnlocked
from domain.errand import Errand, ErrandKind
from domain.fact import Body
from domain.ids import ParticipantId
from domain.participant import Participant
from domain.person import Actor
from domain.pin_policy import Failures
from domain.ports import UnitOfWork

AccountOf = Callable[[ParticipantId], str]
"""What his wrong tries count against, as ``log_in.account_of`` tells it."""


@dataclass(frozen=True, slots=True)
class PinLockedUntil:
    desk: Desk
    account_of: AccountOf

    def __call__(self, actor: Actor, participant: ParticipantId) -> datetime | None:
        """None where it isn't locked. Raises DeskError or StorageDown."""
        with self.desk.transactions.read() as uow:
            found = self.desk.participant(uow, actor.person, participant)
            failures = uow.pin_attempts.failures(found.tenant, self.account_of(found.id))
        return failures.locked_until if pin_policy.locked(failures, self.desk.clock()) else None


@dataclass(frozen=True, slots=True)
class UnlockPin:
    """He begins anew, as after a right PIN; what his telephone number may still try stays."""

    counter: Counter
    account_of: AccountOf

    def __call__(self, actor: Actor, wish: Wish) -> Errand:
        """Raises DeskError, where it isn't locked too, or StorageDown."""

        def do(uow: UnitOfWork, participant: Participant, errand: Errand) -> Sequence[Body]:
            account = self.account_of(participant.id)
            failures = uow.pin_attempts.failures(participant.tenant, account)
            if not pin_policy.locked(failures, errand.signature.at):
                raise DeskError(WhyNot.PIN_NOT_LOCKED)
            uow.pin_attempts.put(participant.tenant, {account: Failures()})
            return (PinUnlocked(participant.id),)

        return self.counter.run(actor, wish, Content(ErrandKind.UNLOCK_PIN), do)
