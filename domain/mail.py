"""A mail to somebody outside, and what stands for it in the outbox until it is sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, assert_never

from domain.ids import ListId, ParticipantId, Receipt, RedemptionId
from domain.issued_report import ReportNumber
from domain.language import Language
from domain.outbox import Message

CHANNEL: Final = "mail"


class _Kind(StrEnum):
    RESULTS = "dunning_results"
    REPORT = "report"
    VOUCHER = "voucher"
    PIN_NOTICE = "pin_notice"
    BLOCK = "card_block"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file in a mail."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """``text`` is plain, its lines end in LF; ``html`` says the same, and is empty where the text is all. ``pictures``
    are those in it, PNG, by the content id that it has each by.
    """

    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    enclosures: tuple[Enclosure, ...] = ()
    html: str = field(default="", repr=False)
    pictures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultsWanted:
    """The results of a list shall go to somebody. It is only named: the mail is written when it is sent, so that no
    debtor stands in the outbox.
    """

    list: ListId
    recipient: str = field(repr=False)
    language: Language


@dataclass(frozen=True, slots=True)
class ReportWanted:
    """An issued report shall go to somebody: ``mail`` is the row that says how it fares. The mail is written of the
    stored files when it is sent.
    """

    mail: int
    number: ReportNumber
    recipient: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VoucherWanted:
    """A voucher shall go to the participant who has it, at the address that he has when the mail is written: neither
    that nor the code stands in the outbox.
    """

    redemption: RedemptionId
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class PinNoticeWanted:
    """A participant shall be told that his PIN was changed ``at`` that instant, at the address that he has when the
    mail is written: it may not have been he.
    """

    participant: ParticipantId
    at: datetime


@dataclass(frozen=True, slots=True)
class BlockNoticeWanted:
    """A participant shall read that his cards were blocked at ``at`` by somebody who had no PIN: at the address that he
    has when the mail is written.
    """

    participant: ParticipantId
    receipt: Receipt
    at: datetime


MailWanted = ResultsWanted | ReportWanted | VoucherWanted | BlockNoticeWanted | PinNoticeWanted


class MailTrouble(Exception):
    """``detail`` is what the mail server said, or what else went wrong; it may hold an address."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class MailDown(MailTrouble):
    """The mail server is away or asks to wait: a retry makes sense. ``perhaps_taken``: it went silent, and may have the
    mail all the same.
    """

    def __init__(self, detail: str, *, perhaps_taken: bool = False) -> None:
        super().__init__(detail)
        self.perhaps_taken = perhaps_taken


class MailRefused(MailTrouble):
    """It will never be sent as it is."""


def as_message(wanted: MailWanted) -> Message:
    """A recipient's mails go out one after another."""
    values = _values(wanted)
    match wanted:
        case VoucherWanted(participant=lane) | BlockNoticeWanted(participant=lane):
            pass
        case PinNoticeWanted(participant=lane):
            pass
        case ResultsWanted(recipient=lane) | ReportWanted(recipient=lane):
            pass
        case _:
            assert_never(wanted)
    return Message(CHANNEL, lane, json.dumps(values, ensure_ascii=False))


def _values(wanted: MailWanted) -> Mapping[str, object]:
    match wanted:
        case ResultsWanted(of, recipient, language):
            return {
                "kind": _Kind.RESULTS,
                "list": of,
                "recipient": recipient,
                "language": language.value,
            }
        case ReportWanted(mail, number, recipient):
            return {"kind": _Kind.REPORT, "mail": mail, "number": number, "recipient": recipient}
        case VoucherWanted(redemption, participant):
            return {"kind": _Kind.VOUCHER, "redemption": redemption, "participant": participant}
        case PinNoticeWanted(participant, at):
            return {"kind": _Kind.PIN_NOTICE, "participant": participant, "at": at.isoformat()}
        case BlockNoticeWanted(participant, receipt, at):
            return {
                "kind": _Kind.BLOCK,
                "participant": participant,
                "receipt": receipt,
                "at": at.isoformat(),
            }
        case _:
            assert_never(wanted)


def from_body(body: str) -> MailWanted:
    """What ``as_message`` wrote. Raises MailRefused where it is something else, as of a newer program."""
    try:
        return _wanted(json.loads(body))
    except (KeyError, TypeError, ValueError) as error:
        raise MailRefused(f"no mail that we know: {type(error).__name__}") from None


def _wanted(values: Any) -> MailWanted:
    match values["kind"]:
        case _Kind.RESULTS:
            language = Language(values["language"])
            return ResultsWanted(ListId(values["list"]), str(values["recipient"]), language)
        case _Kind.REPORT:
            number = ReportNumber(values["number"])
            return ReportWanted(int(values["mail"]), number, str(values["recipient"]))
        case _Kind.VOUCHER:
            redemption = RedemptionId(str(values["redemption"]))
            return VoucherWanted(redemption, ParticipantId(str(values["participant"])))
        case _Kind.PIN_NOTICE:
            at = datetime.fromisoformat(values["at"])
            return PinNoticeWanted(ParticipantId(str(values["participant"])), at)
        case _Kind.BLOCK:
            whose, receipt = ParticipantId(str(values["participant"])), str(values["receipt"])
            at = datetime.fromisoformat(values["at"])
            return BlockNoticeWanted(whose, Receipt(receipt), at)
        case _:
            raise MailRefused("a mail of an unknown kind")
