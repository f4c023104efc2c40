"""What we ask of a company's CRM and what we tell it: its contacts, changes to them, and the calls we had with them."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import quote
from uuid import UUID, uuid5

from domain.ids import CallId, ContactId

_ACTIVITIES: Final = UUID("7d1f6c52-0f0e-4a57-9a0b-6c1d1f6a8e21")

# ITU-T E.164: a country's code has one digit, two (these) or three
_CODE: Final = re.compile("[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3}")


class Direction(StrEnum):
    INCOMING = "incoming"
    OUTGOING = "outgoing"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as the CRM has him; ``number`` is his customer number, telephone numbers are as somebody wrote them."""

    id: ContactId
    number: str | None = field(default=None, repr=False)
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    second_phone: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    street: str | None = field(default=None, repr=False)
    zip_code: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def phones(self) -> tuple[str, ...]:
        return tuple(one for one in (self.mobile, self.phone, self.second_phone) if one)


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What changes of a contact: None leaves a field as it is, an empty text empties it."""

    contact: ContactId
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    street: str | None = field(default=None, repr=False)
    zip_code: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PhoneCallActivity:
    """A call as the CRM shall have it: with whom (``contact``, and ``number`` in E.164), who of us talked (``agents``,
    by name), when (aware), and what came of it (``result``, a text).
    """

    call: CallId
    direction: Direction
    began: datetime
    ended: datetime
    subject: str = field(repr=False)
    result: str = field(default="", repr=False)
    contact: ContactId | None = None
    number: str | None = field(default=None, repr=False)
    agents: tuple[str, ...] = field(default=(), repr=False)

    @property
    def id(self) -> UUID:
        """The record's id, of our own making: the same however often the same call is told."""
        return activity_id(self.call)


def activity_id(call: CallId) -> UUID:
    return uuid5(_ACTIVITIES, call)


class Trouble(StrEnum):
    """What hinders us at the CRM."""

    SLOW = "slow"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    """It has troubles of its own: an HTTP status of 5xx, or a fault that may pass."""
    GARBLED = "garbled"
    """Its answer is none that we know, or is too long."""
    RESTING = "resting"
    """It failed so often just now that it isn't asked for a while."""
    SIGN_IN = "sign_in"
    """It doesn't take our user; once somebody has seen to that, a retry helps."""
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    INVALID = "invalid"


_WORDS: Final = {
    Trouble.SLOW: "The CRM doesn't answer in time.",
    Trouble.UNREACHABLE: "The CRM can't be reached.",
    Trouble.BROKEN: "The CRM has a fault of its own.",
    Trouble.GARBLED: "The CRM's answer can't be read.",
    Trouble.RESTING: "The CRM failed several times; it is tried again soon.",
    Trouble.SIGN_IN: "The CRM doesn't let us in; the operator has to see to it.",
    Trouble.NOT_ALLOWED: "The CRM doesn't allow this.",
    Trouble.GONE: "The CRM doesn't have this record any more.",
    Trouble.INVALID: "The CRM doesn't take these data.",
}


class CrmTrouble(Exception):
    """Its text is for an agent; ``detail`` is for the operator, and may quote personal data."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(_WORDS[trouble])
        self.trouble = trouble
        self.detail = detail


class CrmDown(CrmTrouble):
    """A later retry makes sense; whether what was asked for has been done is open."""


class CrmRefused(CrmTrouble):
    """No retry of the same helps."""


def national(e164: str) -> str:
    """The digits of a number (``+49...``) behind its country's code."""
    digits = e164.removeprefix("+")
    found = _CODE.match(digits)
    return digits[found.end() :] if found else ""


def is_spelling_of(written: str, e164: str) -> bool:
    """Whether somebody who wrote ``written`` meant the number ``e164``: with ``+49``, ``0049``, ``+49 (0)``, ``0`` or,
    as spreadsheets do, without it, and with any signs between the digits.

    A number without its country's code is taken for one of the same country: two countries can't be told apart there.
    """
    digits = re.sub("[^0-9]", "", written)
    rest = national(e164)
    code = e164.removeprefix("+").removesuffix(rest)
    abroad = {code + rest, f"{code}0{rest}"}
    if "+" in written:
        return digits in abroad
    home = {rest, f"0{rest}", f"011{code}{rest}"}
    return digits in abroad | home | {f"00{one}" for one in abroad}


@dataclass(frozen=True, slots=True)
class RecordUrls:
    """Where a browser opens records: templates with ``{id}``; an empty one opens nothing."""

    contact: str = ""
    phone_call: str = ""

    def of_contact(self, contact: ContactId) -> str | None:
        return self.contact.replace("{id}", quote(contact, safe="")) or None

    def of_call(self, call: CallId) -> str | None:
        return self.phone_call.replace("{id}", str(activity_id(call))) or None
