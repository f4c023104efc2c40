"""The mail that tells a participant of a block which was asked for without his PIN, in his language."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.mail import BlockNoticeWanted, Letter, MailRefused
from domain.ports import Transactions
from domain.tenant import TenantBook
from reporting.words import Words


@dataclass(frozen=True, slots=True)
class WriteBlockNotice:
    transactions: Transactions
    book: Callable[[], TenantBook]

    def __call__(self, wanted: BlockNoticeWanted) -> Letter:
        """To the address that he has now; whoever has the card again may read it all the same. Raises MailRefused or
        StorageDown.
        """
        with self.transactions.read() as uow:
            who = uow.participants.get(wanted.participant)
        if who is None or who.email is None:
            raise MailRefused("whose card was blocked has no e-mail address any more")
        tenant = self.book().tenants.get(who.tenant)
        if tenant is None:
            raise MailRefused(f"there is no tenant {who.tenant}")
        words = Words(who.language, tenant.hours.zone)
        day = words.long_day(wanted.at.astimezone(words.zone).date())
        paragraphs = (
            tenant.name,
            words.text("block_told", day=day, time=words.time(wanted.at)),
            words.text("block_receipt", receipt=wanted.receipt),
            words.text("block_not_you"),
            words.text("written_by"),
        )
        subject = words.text("block_subject", brand=tenant.name)
        return Letter(recipient=who.email, subject=subject, text="\n\n".join(paragraphs) + "\n")
