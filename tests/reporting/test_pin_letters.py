"""The mail after a changed PIN: in the participant's language, at the brand's time, with no digit of the PIN."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from actions.change_pin import ChangePin
from domain.language import Language
from domain.mail import CHANNEL, Letter, MailRefused, PinNoticeWanted, from_body
from domain.new_pin import NewPin
from domain.tenant import TenantBook
from reporting.notice_letters import WriteNotice
from rufwerk.tenant_files import load
from storage.unit_of_work import SqlTransactions
from tests.scenarios.portal import ROOT, QuickPins
from tests.storage.people import ANNA, ORIGIN

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BOOK = load(ROOT / "tenants", lambda *_: True)
TOLD = {
    Language.DE: ("Ihre PIN bei Alpenrad wurde geändert", "am 2. März 2026 um 13:00 Uhr"),
    Language.EN: ("Your Alpenrad PIN was changed", "on March 2, 2026 at 13:00"),
    Language.ES: ("Su PIN de Alpenrad ha cambiado", "el 2 de marzo de 2026 a las 13:00"),
    Language.FR: ("Votre code secret Alpenrad a été changé", "le 2 mars 2026 à 13:00"),
}


def change(transactions: SqlTransactions, language: Language, email: str | None) -> list[Letter]:
    """What is in the outbox after it."""
    with transactions.write() as uow:
        uow.participants.add(replace(ANNA, language=language, email=email), "hash")
        uow.commit()
    assert ChangePin(transactions, QuickPins(), lambda: NOON)(ORIGIN, ANNA.id, NewPin("428193"))
    letters = []
    with transactions.write() as uow:
        while entry := uow.outbox.take(CHANNEL, NOON, NOON.replace(hour=13)):
            assert "428193" not in entry.message.body
            wanted = from_body(entry.message.body)
            assert isinstance(wanted, PinNoticeWanted)
            uow.outbox.done(entry.id, NOON)
            letters.append(wanted)
        uow.commit()
    return [WriteNotice(transactions, lambda: BOOK)(wanted) for wanted in letters]


@pytest.mark.parametrize("language", Language)
def test_he_is_told(lite: SqlTransactions, language: Language) -> None:
    (letter,) = change(lite, language, "anna@keller.example")
    subject, when = TOLD[language]
    assert (letter.recipient, letter.subject) == ("anna@keller.example", subject)
    assert when in letter.text
    assert letter.text.startswith("Alpenrad\n\n")
    assert not letter.html


def test_who_has_no_address_is_not_told(lite: SqlTransactions) -> None:
    assert change(lite, Language.DE, None) == []


def test_a_mail_that_cannot_be_written_any_more_is_refused(lite: SqlTransactions) -> None:
    wanted = PinNoticeWanted(ANNA.id, NOON)
    with pytest.raises(MailRefused, match="no e-mail address"):
        WriteNotice(lite, lambda: BOOK)(wanted)
    with lite.write() as uow:
        uow.participants.add(replace(ANNA, email="anna@keller.example"), "hash")
        uow.commit()
    with pytest.raises(MailRefused, match="no tenant"):
        WriteNotice(lite, lambda: TenantBook({}))(wanted)
