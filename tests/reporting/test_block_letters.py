"""The mail about a block without PIN: in the participant's language, by the brand's clock, to his address of now."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.ids import ParticipantId, Receipt
from domain.language import Language
from domain.mail import BlockNoticeWanted, MailRefused
from domain.tenant import TenantBook
from reporting.notice_letters import WriteNotice
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ANNA, CounterDesk

ADDRESS = "anna@keller.example"
WANTED = BlockNoticeWanted(ANNA.id, Receipt("47110000"), datetime(2026, 3, 1, 23, 12, tzinfo=UTC))
TOLD = {
    Language.DE: ("Ihre Karten bei Alpenrad sind gesperrt", "Am 2. März 2026 um 00:12 Uhr"),
    Language.EN: ("Your Alpenrad cards are blocked", "On March 2, 2026 at 00:12"),
    Language.ES: ("Sus tarjetas de Alpenrad están bloqueadas", "El 2 de marzo de 2026 a las 00:12"),
    Language.FR: ("Vos cartes Alpenrad sont bloquées", "Le 2 mars 2026 à 00:12"),
}


def desk_with(
    transactions: SqlTransactions, address: str | None, language: Language = Language.DE
) -> CounterDesk:
    desk = CounterDesk(transactions)
    with transactions.write() as uow:
        uow.participants.change(replace(ANNA, email=address, language=language))
        uow.commit()
    return desk


@pytest.mark.parametrize("language", Language)
def test_it_says_when_and_how_in_his_language(lite: SqlTransactions, language: Language) -> None:
    desk = desk_with(lite, ADDRESS, language)
    letter = WriteNotice(lite, lambda: desk.book)(WANTED)
    subject, when = TOLD[language]
    assert (letter.recipient, letter.subject) == (ADDRESS, subject)
    for told in ("Alpenrad\n", when, "47110000"):
        assert told in letter.text
    for secret in (ANNA.number, ANNA.name, ANNA.zip_code, "1985"):
        assert secret not in letter.text


def test_without_an_address_a_brand_or_a_person_there_is_no_mail(lite: SqlTransactions) -> None:
    desk = desk_with(lite, None)
    with pytest.raises(MailRefused, match="no e-mail address"):
        WriteNotice(lite, lambda: desk.book)(WANTED)
    nobody = replace(WANTED, participant=ParticipantId("nobody"))
    with pytest.raises(MailRefused, match="no e-mail address"):
        WriteNotice(lite, lambda: desk.book)(nobody)
    with lite.write() as uow:
        uow.participants.change(replace(ANNA, email=ADDRESS))
        uow.commit()
    with pytest.raises(MailRefused, match="no tenant"):
        WriteNotice(lite, lambda: TenantBook({}))(WANTED)
