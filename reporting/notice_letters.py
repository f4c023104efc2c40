"""Mails that tell a participant what was done to his account by telephone, in his language: it may not have been he."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from domain.mail import BlockNoticeWanted, Letter, PinNoticeWanted
from domain.ports import Transactions
from domain.tenant import TenantBook
from reporting.addressees import addressee
from reporting.words import Words


@dataclass(frozen=True, slots=True)
class WriteNotice:
    """Plain text; whoever has the account in his hand may read it all the same."""

    transactions: Transactions
    book: Callable[[], TenantBook]

    def __call__(self, wanted: BlockNoticeWanted | PinNoticeWanted) -> Letter:
        """Raises MailRefused or StorageDown."""
        with self.transactions.read() as uow:
            to = addressee(uow.participants.get(wanted.participant), self.book)
        name, said = _said(wanted, to.words)
        brand = to.tenant.name
        paragraphs = (brand, *said, to.words.text("written_by"))
        subject = to.words.text(f"{name}_subject", brand=brand)
        return Letter(to.address, subject, "\n\n".join(paragraphs) + "\n")


def _said(wanted: BlockNoticeWanted | PinNoticeWanted, words: Words) -> tuple[str, tuple[str, ...]]:
    """What the texts are called after, and those of this notice."""
    day = words.long_day(wanted.at.astimezone(words.zone).date())
    time = words.time(wanted.at)
    match wanted:
        case PinNoticeWanted():
            told = words.text("pin_changed", day=day, time=time)
            return "pin", (told, words.text("pin_not_you"))
        case BlockNoticeWanted(receipt=receipt):
            told = words.text("block_told", day=day, time=time)
            kept = words.text("block_receipt", receipt=receipt)
            return "block", (told, kept, words.text("block_not_you"))
        case _:
            assert_never(wanted)
