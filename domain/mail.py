"""A mail to somebody outside, and what stands for it in the outbox until it is sent."""

import json
from dataclasses import dataclass, field
from typing import Final

from domain.ids import ListId
from domain.language import Language
from domain.outbox import Message

CHANNEL: Final = "mail"

_RESULTS: Final = "dunning_results"


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


class MailTrouble(Exception):
    """``detail`` is what the mail server said, or what else went wrong; it may hold an address."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class MailDown(MailTrouble):
    """The mail server is away or asks to wait: a retry makes sense."""


class MailRefused(MailTrouble):
    """It will never be sent as it is."""


def as_message(wanted: ResultsWanted) -> Message:
    """A recipient's mails go out one after another."""
    values = {
        "kind": _RESULTS,
        "list": wanted.list,
        "recipient": wanted.recipient,
        "language": wanted.language.value,
    }
    return Message(CHANNEL, wanted.recipient, json.dumps(values, ensure_ascii=False))


def from_body(body: str) -> ResultsWanted:
    """What ``as_message`` wrote. Raises MailRefused where it is something else, as of a newer program."""
    try:
        values = json.loads(body)
        if values["kind"] == _RESULTS:
            language = Language(values["language"])
            return ResultsWanted(ListId(values["list"]), str(values["recipient"]), language)
    except (KeyError, TypeError, ValueError) as error:
        raise MailRefused(f"no mail that we know: {type(error).__name__}") from None
    raise MailRefused("a mail of an unknown kind")
