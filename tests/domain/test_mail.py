"""What stands in the outbox for a mail names it, and is read back or refused."""

from datetime import UTC, datetime

import pytest

from domain.ids import ListId, ParticipantId, Receipt, RedemptionId
from domain.issued_report import ReportNumber
from domain.language import Language
from domain.mail import (
    CHANNEL,
    BlockNoticeWanted,
    MailDown,
    MailRefused,
    PinNoticeWanted,
    ReportWanted,
    ResultsWanted,
    VoucherWanted,
    as_message,
    from_body,
)


def test_a_message_names_the_results_that_shall_go_out() -> None:
    wanted = ResultsWanted(ListId("list-1"), "max@alpenrad.example", Language.FR)
    message = as_message(wanted)
    assert (message.channel, message.lane) == (CHANNEL, "max@alpenrad.example")
    assert from_body(message.body) == wanted


def test_a_message_names_the_report_and_the_row_of_its_mail() -> None:
    wanted = ReportWanted(7, ReportNumber("2026-000001"), "max@rufwerk.example")
    message = as_message(wanted)
    assert (message.channel, message.lane) == (CHANNEL, "max@rufwerk.example")
    assert from_body(message.body) == wanted


def test_a_message_names_a_voucher_and_neither_address_nor_code() -> None:
    wanted = VoucherWanted(RedemptionId("r-1"), ParticipantId("p-1"))
    message = as_message(wanted)
    assert (message.channel, message.lane) == (CHANNEL, "p-1")
    assert from_body(message.body) == wanted


def test_a_message_names_whose_pin_was_changed_and_when() -> None:
    wanted = PinNoticeWanted(ParticipantId("p-1"), datetime(2026, 3, 2, 12, tzinfo=UTC))
    message = as_message(wanted)
    assert (message.channel, message.lane) == (CHANNEL, "p-1")
    assert from_body(message.body) == wanted


def test_a_message_names_a_block_and_no_address() -> None:
    at = datetime(2026, 3, 2, 2, 12, tzinfo=UTC)
    wanted = BlockNoticeWanted(ParticipantId("p-1"), Receipt("47110000"), at)
    message = as_message(wanted)
    assert (message.channel, message.lane) == (CHANNEL, "p-1")
    assert from_body(message.body) == wanted


def test_a_server_that_went_silent_may_have_it() -> None:
    assert MailDown("cut off", perhaps_taken=True).perhaps_taken
    assert not MailDown("away").perhaps_taken


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "no JSON",
        '{"kind": "invoice"}',
        '{"kind": "voucher", "redemption": "r-1"}',
        '{"kind": "pin_notice", "participant": "p-1", "at": "noon"}',
        '{"kind": "dunning_results", "list": "1", "recipient": "a", "language": "it"}',
    ],
)
def test_what_isnt_known_is_refused(body: str) -> None:
    with pytest.raises(MailRefused) as caught:
        from_body(body)
    assert "mail" in caught.value.detail
