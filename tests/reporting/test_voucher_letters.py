"""A voucher's mail: written when it is sent, in the participant's language, and received by a real SMTP server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from html import unescape
from pathlib import Path

import pytest

from domain.ids import ParticipantId, RedemptionId
from domain.language import Language
from domain.mail import CHANNEL, Letter, MailRefused, VoucherWanted, from_body
from domain.outbox import Backlog
from domain.tenant import TenantBook
from reporting import mails, smtp
from reporting.mail_box import catching
from reporting.mail_folder import MailFolder
from reporting.mailing import MailWorker
from reporting.smtp import Route
from reporting.voucher_letters import WriteVoucher
from rufwerk.bench.scratch import free_ports
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ANNA
from tests.fakes.shop import ADDRESS, NAMES, TREES, VOUCHER, Shop

HERE, FROM = "127.0.0.1", "rufwerk@rufwerk.example"
TOLD = {
    Language.DE: ("Ihr Gutschein von Alpenrad", "Code: {}", "Gültig bis: 1. April 2026", "3,00\xa0EUR"),
    Language.EN: ("Your voucher from Alpenrad", "Code: {}", "Valid until: April 1, 2026", "3.00\xa0EUR"),
    Language.ES: ("Su vale de Alpenrad", "Código: {}", "Válido hasta: 1 de abril de 2026", "3,00\xa0EUR"),
    Language.FR: ("Votre bon Alpenrad", "Code\xa0: {}", "Valable jusqu\u2019au\xa0: 1er avril 2026", "3,00\xa0EUR"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    shop: Shop
    worker: MailWorker

    @property
    def backlog(self) -> Backlog:
        with self.shop.transactions.read() as uow:
            return uow.outbox.backlog(CHANNEL)


@pytest.fixture
def shop(lite: SqlTransactions) -> Shop:
    return Shop(lite)


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    return MailFolder(tmp_path / "mail")


def write(shop: Shop) -> WriteVoucher:
    return WriteVoucher(shop.transactions, lambda: shop.book)


def post_at(shop: Shop, port: int) -> Post:
    def letter(body: str) -> Letter:
        wanted = from_body(body)
        assert isinstance(wanted, VoucherWanted)
        return write(shop)(wanted)

    async def send(mail: EmailMessage) -> None:
        await smtp.send(mail, Route(HERE, port, FROM))

    return Post(shop, MailWorker(shop.transactions, shop.clock, letter, send, FROM))


@pytest.fixture
async def post(shop: Shop, folder: MailFolder) -> AsyncIterator[Post]:
    async with catching(folder, HERE, 0) as port:
        yield post_at(shop, port)


@pytest.mark.parametrize("language", Language)
async def test_the_code_goes_out_in_his_language(
    post: Post, folder: MailFolder, language: Language
) -> None:
    post.shop.set_address(ADDRESS, language)
    made = post.shop.have()
    assert await post.worker.step()
    assert not await post.worker.step()
    (caught,) = folder.newest()
    mail = mails.read(caught.content)
    subject, code, until, value = TOLD[language]
    assert (mail.heading.recipients, mail.heading.subject) == (ADDRESS, subject)
    for told in (code.format(made.code), until, value, NAMES[language], made.receipt, "Alpenrad"):
        assert told in mail.text
    for told in (str(made.code), value, NAMES[language], made.receipt, f'lang="{language}"'):
        assert told in unescape(mail.html)
    assert "<script" not in mail.html
    assert post.backlog.waiting == 0


async def test_while_the_server_is_away_it_waits_without_the_code(shop: Shop) -> None:
    post = post_at(shop, free_ports(1)[0])
    made = shop.have()
    assert await post.worker.step()
    assert post.backlog.waiting == 1
    assert str(made.code) not in str(post.backlog)


async def test_it_goes_to_the_address_that_he_has_then(post: Post, folder: MailFolder) -> None:
    post.shop.have()
    post.shop.set_address("anna@new.example")
    await post.worker.step()
    (caught,) = folder.newest()
    assert mails.heading(caught.content).recipients == "anna@new.example"


async def test_without_an_address_it_is_refused_and_kept(post: Post, folder: MailFolder) -> None:
    post.shop.have()
    post.shop.set_address(None)
    await post.worker.step()
    assert (post.backlog.waiting, post.backlog.refused) == (0, 1)
    assert list(folder.newest()) == []


@pytest.mark.parametrize(
    "wanted",
    [
        VoucherWanted(RedemptionId("gone"), ANNA.id),
        VoucherWanted(RedemptionId("r-1"), ParticipantId("gone")),
        VoucherWanted(RedemptionId("r-1"), ParticipantId("peter")),
    ],
)
def test_nobody_gets_anothers(shop: Shop, wanted: VoucherWanted) -> None:
    shop.have()
    with pytest.raises(MailRefused):
        write(shop)(wanted)


def test_of_a_reward_that_is_gone_its_value_is_told(shop: Shop) -> None:
    made = shop.have()
    shop.set_rewards(TREES)
    letter = write(shop)(VoucherWanted(made.id, ANNA.id))
    assert letter.text.startswith("Alpenrad\n3,00\xa0EUR\n")
    shop.book = TenantBook({})
    with pytest.raises(MailRefused):
        write(shop)(VoucherWanted(made.id, ANNA.id))


def test_a_voucher_for_good_has_no_last_day(shop: Shop) -> None:
    for_good = replace(VOUCHER, valid_days=None)
    shop.set_rewards(for_good)
    made = shop.have(for_good)
    letter = write(shop)(VoucherWanted(made.id, ANNA.id))
    assert "Gültig" not in letter.text + letter.html
