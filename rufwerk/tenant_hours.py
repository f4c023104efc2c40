"""Reads what a tenant's file says of hours: a week's, and those of single days."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from itertools import pairwise
from typing import Final

from domain.opening_hours import OpenSpan
from rufwerk.tenant_dunning import Complain
from rufwerk.tenant_schema import DAYS, HoursSection

_SPAN: Final = re.compile(
    r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))", re.ASCII
)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_week(hours: HoursSection, key: str, wrong: Complain) -> Mapping[int, tuple[OpenSpan, ...]]:
    """By weekday, 0 being Monday; a day that is closed is missing."""
    days = (_spans(getattr(hours, day), f"{key}.{day}", wrong) for day in DAYS)
    return {weekday: spans for weekday, spans in enumerate(days) if spans}


def read_exceptions(
    written: Mapping[str, Iterable[str]], wrong: Complain
) -> Mapping[date, tuple[OpenSpan, ...]]:
    """By date; a day without spans is closed."""
    found = {}
    for day, spans in written.items():
        key = f"hours_on.{day}"
        try:
            known = date.fromisoformat(day) if _DATE.fullmatch(day) else None
        except ValueError:  # 2026-02-30
            known = None
        if known is None:
            wrong(key, "is no date. Write it as 2026-12-24.")
        else:
            found[known] = _spans(spans, key, wrong)
    return found


def _spans(written: Iterable[str], key: str, wrong: Complain) -> tuple[OpenSpan, ...]:
    spans = [_span(span, key, wrong) for span in written]
    known = sorted((span for span in spans if span), key=lambda span: span.start)
    for earlier, later in pairwise(known):
        if earlier.end == time(0) or later.start < earlier.end:
            wrong(key, "two spans overlap. Join them.")
    return tuple(known)


def _span(written: str, key: str, wrong: Complain) -> OpenSpan | None:
    found = _SPAN.fullmatch(written)
    if found is None:
        wrong(key, f"{written!r} is no span. Write it as 08:00-20:00.")
        return None
    start = time(int(found[1]), int(found[2]))
    end = time(0) if found[5] else time(int(found[3]), int(found[4]))
    if not found[5] and end <= start:
        wrong(key, f"{written!r} ends before it starts. 24:00 is the day's close.")
    return OpenSpan(start, end)
