"""The mail that tells a participant that his PIN was changed, in his language."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.mail import Letter, MailRefused, PinNoticeWanted
from domain.ports import Transactions
from domain.tenant import TenantBook
from reporting.words import Words


@dataclass(frozen=True, slots=True)
class WritePinNotice:
    transactions: Transactions
    book: Callable[[], TenantBook]

    def __call__(self, wanted: PinNoticeWanted) -> Letter:
        """To the address that he has now; plain text. Raises MailRefused or StorageDown."""
        with self.transactions.read() as uow:
            who = uow.participants.get(wanted.participant)
        if who is None or who.email is None:
            raise MailRefused("whose PIN it is has no e-mail address any more")
        tenant = self.book().tenants.get(who.tenant)
        if tenant is None:
            raise MailRefused(f"there is no tenant {who.tenant}")
        words = Words(who.language, tenant.hours.zone)
        day = words.long_day(wanted.at.astimezone(tenant.hours.zone).date())
        paragraphs = (
            tenant.name,
            words.text("pin_changed", day=day, time=words.time(wanted.at)),
            words.text("pin_not_you"),
            words.text("written_by"),
        )
        return Letter(
            recipient=who.email,
            subject=words.text("pin_subject", brand=tenant.name),
            text="\n\n".join(paragraphs) + "\n",
        )
