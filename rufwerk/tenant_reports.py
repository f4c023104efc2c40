"""Reads what a tenant's file says of reports."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import time
from enum import StrEnum
from typing import Final, TypeVar

from domain.figures import Formula
from domain.issued_report import ReportKind, usual_role
from domain.language import Language
from domain.mail_address import is_mail_address
from domain.person import Role
from domain.price_list import PriceList
from domain.report_schedule import Reporting, Send
from domain.service_record import Price, read_price
from rufwerk.tenant_schema import ReportsSection, SendSection

Complain = Callable[[str, str], None]
"""Takes the key that is wrong, and the reason with its remedy."""

_Word = TypeVar("_Word", bound=StrEnum)
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_READERS: Final = (Role.MANAGEMENT, Role.TEAM_LEAD, Role.CLIENT_CONTACT)


def read_reports(section: ReportsSection, spoken: Language, wrong: Complain) -> Reporting:
    """``spoken`` is the language of what names none."""
    formula = _word(Formula, section.formula, "reports.formula", wrong)
    sends = tuple(
        one
        for count, written in enumerate(section.sends, 1)
        if (one := _send(written, spoken, f"reports.sends[{count}]", wrong)) is not None
    )
    names = Counter((one.kind, one.language, one.role) for one in sends)
    for kind, language, role in (name for name, count in names.items() if count > 1):
        wrong(
            "reports.sends",
            f"{kind} in {language} for {role} stands there twice. Write all its addresses in one.",
        )
    prices = PriceList(
        _price(section.ivr_call, "reports.ivr_call", wrong),
        _price(section.ivr_minute, "reports.ivr_minute", wrong),
        _price(section.agent_minute, "reports.agent_minute", wrong),
    )
    return Reporting(formula or Formula.B, prices, sends)


def read_time(written: str) -> time | None:
    """From ``07:00``."""
    found = _TIME.fullmatch(written)
    return None if found is None else time(int(found[1]), int(found[2]))


def _price(written: str | None, key: str, wrong: Complain) -> Price | None:
    try:
        return None if written is None else read_price(written)
    except ValueError as error:
        wrong(key, str(error))
        return None


def _send(written: SendSection, spoken: Language, place: str, wrong: Complain) -> Send | None:
    kind = _word(ReportKind, written.kind, f"{place}.kind", wrong)
    language: Language | None = spoken
    if written.language is not None:
        language = _word(Language, written.language, f"{place}.language", wrong)
    at = read_time(written.at)
    if at is None:
        wrong(f"{place}.at", f"{written.at!r} is no time of day. Write it as 07:00.")
    for address in written.to:
        if not is_mail_address(address):
            wrong(
                f"{place}.to",
                f"{address!r} is no mail address. Write it as accounts@alpenrad.example.",
            )
    if len(set(written.to)) < len(written.to):
        wrong(f"{place}.to", "an address stands there twice. Take one out.")
    role = None if kind is None else usual_role(kind)
    if written.role is not None:
        role = _word(Role, written.role, f"{place}.role", wrong)
    if role is not None and role not in _READERS:
        wrong(f"{place}.role", f"no report is for {role}. Write one of {', '.join(_READERS)}.")
    if kind is None or language is None or at is None or role is None:
        return None
    return Send(kind, at, written.to, language, role, written.workdays_only)


def _word(words: type[_Word], written: str, key: str, wrong: Complain) -> _Word | None:
    known = {word.value: word for word in words}
    if written not in known:
        wrong(key, f"{written!r} isn't known. Write one of {', '.join(known)}.")
    return known.get(written)
