"""The mail that brings a voucher to who has it, in his language."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.mail import Letter, MailRefused, VoucherWanted
from domain.ports import Transactions
from domain.reward import Redemption
from domain.tenant import TenantBook
from reporting.addressees import Addressee, addressee
from reporting.pages import page
from reporting.words import Words


@dataclass(frozen=True, slots=True)
class WriteVoucher:
    transactions: Transactions
    book: Callable[[], TenantBook]

    def __call__(self, wanted: VoucherWanted) -> Letter:
        """To the address that he has now. Raises MailRefused or StorageDown."""
        with self.transactions.read() as uow:
            redemption = uow.redemptions.get(wanted.redemption)
            who = uow.participants.get(wanted.participant)
        if redemption is None or redemption.participant != wanted.participant:
            raise MailRefused(f"there is no voucher {wanted.redemption}")
        return _letter(redemption, addressee(who, self.book))


def _letter(redemption: Redemption, to: Addressee) -> Letter:
    who, tenant, words = to.participant, to.tenant, to.words
    reward = tenant.reward(redemption.reward)
    value = words.money(redemption.value)
    name = value if reward is None else reward.names[who.language]
    lines = _lines(redemption, words)
    subject = words.text("voucher_subject", brand=tenant.name)
    thanks, as_money = words.text("voucher_thanks"), words.text("voucher_as_money")
    written_by = words.text("written_by")
    told = "\n".join(words.text("voucher_line", label=label, said=said) for label, said in lines)
    return Letter(
        recipient=to.address,
        subject=subject,
        text=f"{tenant.name}\n{name}\n\n{thanks}\n\n{told}\n\n{as_money}\n\n{written_by}\n",
        html=page(
            "voucher.html",
            language=who.language,
            subject=subject,
            brand=tenant.name,
            name=name,
            thanks=thanks,
            lines=lines,
            as_money=as_money,
            written_by=written_by,
        ),
    )


def _lines(redemption: Redemption, words: Words) -> list[tuple[str, str]]:
    lines = [
        ("voucher_code", str(redemption.code)),
        ("voucher_value", words.money(redemption.value)),
        ("voucher_points", words.number(redemption.points, 0)),
        ("voucher_receipt", redemption.receipt),
    ]
    if redemption.valid_until is not None:
        lines.insert(2, ("voucher_valid_until", words.long_day(redemption.valid_until)))
    return [(words.text(key), said) for key, said in lines]
