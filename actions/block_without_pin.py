"""Block the cards of somebody without a PIN, by his number, ZIP and birth date; what came of it, nobody hears."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from actions.block_card import block_each
from domain.fact import Body, Origin
from domain.ids import CallerId, ParticipantId, Receipt, TenantId
from domain.mail import BlockNoticeWanted, as_message
from domain.participant import Participant
from domain.pin_policy import PinPolicy, after_wrong_pin, caller_exhausted, locked
from domain.portal_facts import BlockFailed, BlockFailure
from domain.ports import Clock, Transactions, UnitOfWork

_NOBODY: Final = ParticipantId("nobody")
"""Whose cards are looked for where the details fit nobody, so that the work is the same."""


@dataclass(frozen=True, slots=True)
class Details:
    """What stands for a PIN. It opens nothing: all it does is block."""

    number: str = field(repr=False)
    zip_code: str = field(repr=False)
    born: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Try:
    """``claimed`` is whose number was keyed."""

    tenant: TenantId
    details: Details
    claimed: Participant | None
    caller: CallerId | None
    at: datetime

    @property
    def owner(self) -> Participant | None:
        """Whom all details fit."""
        keyed = (self.details.zip_code, self.details.born)
        who = self.claimed
        return who if who is not None and (who.zip_code, who.born) == keyed else None

    def failed(self, failure: BlockFailure) -> BlockFailed:
        return BlockFailed(failure, self.claimed.id if self.claimed else None, self.caller)


@dataclass(frozen=True, slots=True)
class BlockWithoutPin:
    """Rows, facts and the mail to the owner in one transaction.

    Each try counts, the right ones too, or the limit would tell them apart; against the number that was keyed, whether
    we have it or not, and against the calling number. The count is another than that of wrong PINs: who tries PINs on
    a card that he found doesn't keep its owner from blocking it. ``digest`` hides what was keyed.
    """

    transactions: Transactions
    clock: Clock
    new_receipt: Callable[[], Receipt]
    digest: Callable[[str, str], str]

    def __call__(
        self, origin: Origin, policy: PinPolicy, details: Details, caller: CallerId | None
    ) -> bool:
        """Whether it was tried at all: False where the limit is reached. What came of it, the log alone is told. Raises
        StorageDown.
        """
        assert origin.tenant is not None, "a line is a tenant's"
        with self.transactions.write() as uow:
            now = self.clock()
            claimed = uow.participants.by_number(origin.tenant, details.number)
            made = _Try(origin.tenant, details, claimed, caller, now)
            refused = self._refused(uow, policy, made)
            facts = self._block(uow, made) if refused is None else [made.failed(refused)]
            uow.facts.append(origin, now, *facts)
            uow.commit()
        return refused is None

    def _refused(self, uow: UnitOfWork, policy: PinPolicy, made: _Try) -> BlockFailure | None:
        """Counts the try where the limit isn't reached. The log's lock is held: tries side by side gain nothing."""
        account = self.digest("block", made.details.number)
        failures = uow.pin_attempts.failures(made.tenant, account)
        if locked(failures, made.at):
            return BlockFailure.ACCOUNT_LOCKED
        if made.caller is not None:
            since = made.at - policy.caller_window
            if caller_exhausted(uow.pin_attempts.recent_of_caller(made.caller, since), policy):
                return BlockFailure.CALLER_EXHAUSTED
            uow.pin_attempts.note_caller(made.caller, made.at)
        uow.pin_attempts.put(made.tenant, {account: after_wrong_pin(failures, made.at, policy)})
        return None

    def _block(self, uow: UnitOfWork, made: _Try) -> list[Body]:
        owner, receipt = made.owner, self.new_receipt()
        cards = uow.cards.of(_NOBODY if owner is None else owner.id)
        blocked = block_each(uow, cards, made.at, receipt, without_pin=True)
        if owner is not None and blocked:
            if owner.email is not None:
                notice = BlockNoticeWanted(owner.id, receipt, made.at)
                uow.outbox.add(as_message(notice), made.at)
            return list(blocked)
        unknown = owner is None
        return [made.failed(BlockFailure.UNKNOWN if unknown else BlockFailure.NO_ACTIVE_CARD)]
