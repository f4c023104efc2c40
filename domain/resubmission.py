"""When a debtor wants to be rung again, read from words as agents type them, in any of our languages."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.opening_hours import OpenSpan

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_MIDNIGHT: Final = time(0)

FURTHEST: Final = timedelta(days=366)
"""How far ahead somebody may be put off."""

_LONGEST: Final = 100
"""Characters; more is no time."""


@dataclass(frozen=True, slots=True)
class Again:
    """He is rung from ``due`` on (UTC, a whole minute); only within ``window`` of a day, if that is wanted."""

    due: datetime
    window: OpenSpan | None = None


def read_again(written: str, now: datetime, zone: ZoneInfo) -> Again | None:
    """What is wanted, by the clocks of ``zone``, from ``now`` (aware) on; None where it can't be read, is past, or more
    than a year ahead.

    A day, and an hour or a part of the day; either may be missing: "evenings", "after 17:00", "tomorrow 9:30", "5.3.",
    "in 2 hours". An hour alone is the next such; a part of a day alone is tomorrow's where today's has begun.
    """
    words = _plain(written[:_LONGEST]).split()
    wait = _wait(" ".join(words))
    if wait is not None:
        return Again(_whole(now + wait))
    for cut in range(len(words) + 1):
        head, tail = " ".join(words[:cut]), " ".join(words[cut:])
        for day, hours in ((head, tail), (tail, head)):
            found = _read(day, hours, now.astimezone(zone), zone)
            if found is not None:
                return found if now <= found.due <= now + FURTHEST else None
    return None


def _read(day_words: str, hour_words: str, local: datetime, zone: ZoneInfo) -> Again | None:
    """Where all of it can be read; it may be past."""
    day, hours = _day(day_words, local.date()), _hours(hour_words)
    if (day_words and day is None) or (hour_words and hours is None):
        return None
    on, today = day or local.date(), local.date()
    if hours is None:
        return None if on == today else Again(_instant(on, _MIDNIGHT, zone))
    if isinstance(hours, time):
        due = _instant(on, hours, zone)
        return Again(_instant(on + _DAY, hours, zone) if day is None and due < local else due)
    begins = _instant(on, hours.start, zone)
    if day is None and begins <= local:
        return Again(_instant(on + _DAY, hours.start, zone), hours)
    begun = on == today and hours.holds(local.time())
    return Again(_whole(local) if begun else begins, hours)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _whole(at: datetime) -> datetime:
    """The first whole minute from then on."""
    minute = at.astimezone(UTC).replace(second=0, microsecond=0)
    return minute if minute == at else minute + _MINUTE


def _plain(written: str) -> str:
    """Small letters without accents."""
    bare = unicodedata.normalize("NFKD", written.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    kept = "".join(one for one in bare if not unicodedata.combining(one)).casefold()
    return re.sub(r"\b([ap])\.\s?m\.?", r"\1m", kept.replace(",", " ").replace("\u2013", "-"))


# Days

_TODAY: Final = ("today", "heute", "hoy", "aujourd'hui", "this", "ce", "cet", "esta", "cette")
_TOMORROW: Final = ("tomorrow", "morgen", "manana", "demain")
_AFTER_TOMORROW: Final = (
    *("day after tomorrow", "the day after tomorrow", "ubermorgen", "pasado manana"),
    *("apres-demain", "apres demain"),
)
_WEEKDAYS: Final = (
    ("monday", "montag", "lunes", "lundi"),
    ("tuesday", "dienstag", "martes", "mardi"),
    ("wednesday", "mittwoch", "miercoles", "mercredi"),
    ("thursday", "donnerstag", "jueves", "jeudi"),
    ("friday", "freitag", "viernes", "vendredi"),
    ("saturday", "samstag", "sonnabend", "sabado", "samedi"),
    ("sunday", "sonntag", "domingo", "dimanche"),
)
_AHEAD: Final[Mapping[str, int]] = {
    word: days for days, words in enumerate((_TODAY, _TOMORROW, _AFTER_TOMORROW)) for word in words
}
_WEEKDAY: Final[Mapping[str, int]] = {
    word: weekday for weekday, words in enumerate(_WEEKDAYS) for word in words
}
_BEFORE_DAY: Final = re.compile(r"(?:on|am|el|le|next|nachsten|kommenden) ")
_IN: Final = r"(?:in|en|dentro de|dans)"
_IN_DAYS: Final = re.compile(_IN + r" (\d{1,3}) (?:days?|tag(?:en)?|dias?|jours?)")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")


def _day(words: str, today: date) -> date | None:
    bare = _BEFORE_DAY.sub("", words, count=1)
    if bare in _AHEAD:
        return today + _AHEAD[bare] * _DAY
    if bare in _WEEKDAY:
        return today + ((_WEEKDAY[bare] - today.weekday() - 1) % 7 + 1) * _DAY
    if found := _IN_DAYS.fullmatch(words):
        return today + int(found[1]) * _DAY
    if found := _ISO.fullmatch(bare):
        return _first_of([int(found[1])], int(found[2]), int(found[3]), today)
    if found := _DOTTED.fullmatch(bare):
        years = [int(found[3])] if found[3] else [today.year, today.year + 1]
        return _first_of(years, int(found[2]), int(found[1]), today)
    return None


def _first_of(years: list[int], month: int, day: int, today: date) -> date | None:
    """The first such day of ``years`` that isn't past, nor too far ahead."""
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if today <= found <= today + FURTHEST:
            return found
    return None


# Hours

_PARTS: Final[Mapping[OpenSpan, tuple[str, ...]]] = {
    OpenSpan(time(8), time(12)): (
        *("morning", "mornings", "in the morning", "morgens", "am morgen", "vormittag"),
        *("vormittags", "am vormittag", "fruh", "por la manana", "por las mananas"),
        *("mananas", "matin", "le matin", "matins"),
    ),
    OpenSpan(time(12), time(14)): (
        *("noon", "at noon", "midday", "mittag", "mittags", "am mittag", "mediodia"),
        *("al mediodia", "a mediodia", "midi", "a midi", "le midi"),
    ),
    OpenSpan(time(13), time(17)): (
        *("afternoon", "afternoons", "in the afternoon", "nachmittag", "nachmittags"),
        *("am nachmittag", "tarde", "tardes", "por la tarde", "por las tardes"),
        *("apres-midi", "l'apres-midi"),
    ),
    OpenSpan(time(17), _MIDNIGHT): (
        *("evening", "evenings", "in the evening", "abend", "abends", "am abend", "noche"),
        *("noches", "por la noche", "por las noches", "soir", "soirs", "le soir"),
    ),
}
"""What is meant by the parts of a day; the gate never lets a dial pass outside its own hours."""

_PART: Final[Mapping[str, OpenSpan]] = {
    word: span for span, words in _PARTS.items() for word in words
}
_LAS: Final = r"(?: las?)?"
_HOUR: Final = (
    r" ?(\d{1,2})(?: ?(?::|\.|h|uhr) ?)?(\d{2})? ?(?:(am|pm)|uhr|h|horas|heures|o'clock)?"
)
_AT: Final = re.compile(rf"(?:(?:at|um|gegen|a|vers|around){_LAS})?{_HOUR}")
_AFTER: Final = re.compile(
    rf"(?:after|from|nach|ab|despues de|a partir de|desde|apres|des){_LAS}{_HOUR}"
)
_UNTIL: Final = re.compile(rf"(?:before|until|vor|bis|antes de|hasta|avant|jusqu'a){_LAS}{_HOUR}")
_BETWEEN: Final = re.compile(
    rf"(?:(?:between|from|zwischen|von|entre|de){_LAS})?{_HOUR} ?(?:-|and|to|und|bis|y|et|a){_LAS}{_HOUR}"
)


def _hours(words: str) -> time | OpenSpan | None:
    if words in _PART:
        return _PART[words]
    for pattern, read in _HOURS.items():
        found = pattern.fullmatch(words)
        if found is not None:
            times = [_time(*found.groups()[n : n + 3]) for n in range(0, len(found.groups()), 3)]
            return None if None in times else read(*times)
    return None


def _time(hour: str, minute: str | None, half: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if half is not None:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half == "pm" else 0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def _span(start: time, end: time) -> OpenSpan | None:
    return OpenSpan(start, end) if start < end else None


_HOURS: Final[Mapping[re.Pattern[str], Callable[..., time | OpenSpan | None]]] = {
    _AT: lambda at: at,
    _AFTER: lambda at: OpenSpan(at, _MIDNIGHT),
    _UNTIL: lambda at: _span(_MIDNIGHT, at),
    _BETWEEN: _span,
}


# Waits

_WAIT: Final = re.compile(
    _IN + r" (\d{1,3}|an?|one|einer|una|une) (?:(min|minutes?|minuten|minutos?)"
    r"|(?:h|hours?|stunden?|horas?|heures?))"
)


def _wait(words: str) -> timedelta | None:
    found = _WAIT.fullmatch(words)
    if found is None:
        return None
    count = int(found[1]) if found[1].isdecimal() else 1
    return timedelta(minutes=count) if found[2] else timedelta(hours=count)
