"""A report's texts, figures and dates as people of a language write them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from domain.currencies import MINOR_DIGITS
from domain.language import Language
from domain.period import Period, of_month, of_week
from domain.service_record import Price
from reporting.report import Cell, Key, Unit
from reporting.texts import texts

NOTHING: Final = "\N{EN DASH}"
"""Where there is nothing to tell."""

_NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
_SEPARATORS: Final = {
    Language.DE: (".", ",", "\N{NO-BREAK SPACE}"),
    Language.EN: (",", ".", ""),
    Language.ES: (".", ",", "\N{NO-BREAK SPACE}"),
    Language.FR: (_NARROW, ",", _NARROW),
}
"""Between thousands, before decimals, and before the sign of percent."""

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Words:
    """``zone`` is that of the report's days and hours."""

    language: Language
    zone: ZoneInfo

    def text(self, key: str, **values: object) -> str:
        """With ``values`` put in. Raises KeyError for a text that isn't there."""
        found = texts(self.language)[key]
        return found.format(**values) if values else found

    def label(self, label: Key | str) -> str:
        return self.text(label) if isinstance(label, Key) else label

    def cell(self, value: Cell, unit: Unit) -> str:  # noqa: PLR0911 - one case a unit
        """Raises TypeError where the value isn't of the unit."""
        match unit, value:
            case _, None:
                return NOTHING
            case Unit.NAME, str():
                return self.label(value)
            case Unit.TEXT, str():
                return self.text(value)
            case Unit.COUNT, int():
                return self.number(value, 0)
            case Unit.PERCENT, int() | float():
                return self.percent(value)
            case Unit.NUMBER, int() | float():
                return self.number(value, 1)
            case Unit.SECONDS, timedelta():
                return self.wait(value)
            case Unit.HOURS, timedelta():
                return self.hours(value)
            case Unit.MONEY, Price():
                return self.money(value)
            case Unit.DAY, date():
                return self.day(value)
            case Unit.TIME, datetime():
                return self.time(value)
            case _:
                raise TypeError(f"{type(value).__name__} is no {unit}")

    def number(self, value: float | Decimal, decimals: int) -> str:
        thousands, decimal, _ = _SEPARATORS[self.language]
        whole, _, rest = f"{value:z,.{decimals}f}".partition(".")
        return whole.replace(",", thousands) + (decimal + rest if rest else "")

    def percent(self, value: float, decimals: int = 1) -> str:
        return f"{self.number(value, decimals)}{_SEPARATORS[self.language][2]}%"

    def wait(self, value: timedelta) -> str:
        """``0:12``; from an hour on as ``hours``."""
        sign, minutes, seconds = _parts(value)
        return f"{sign}{minutes}:{seconds:02}" if minutes < 60 else self.hours(value)

    def hours(self, value: timedelta) -> str:
        """``7:45:10``"""
        sign, minutes, seconds = _parts(value)
        return f"{sign}{minutes // 60}:{minutes % 60:02}:{seconds:02}"

    def money(self, value: Price) -> str:
        """With no fewer decimals than the currency has, and no figure left out."""
        figure = self.number(value.amount, decimals_of(value))
        return f"{figure}\N{NO-BREAK SPACE}{value.currency}"

    def day(self, value: date) -> str:
        """``02.03.2026``; an instant's is that of the zone."""
        return self._dated("day_short", self._local(value))

    def long_day(self, value: date) -> str:
        return self._dated("day_long", value)

    def time(self, value: datetime) -> str:
        """``08:15``, as the zone's clocks show it."""
        return f"{value.astimezone(self.zone):%H:%M}"

    def chart_label(self, label: Key | str | date | datetime, *, weekday: bool = False) -> str:
        """Short, for an axis."""
        match label:
            case datetime():
                return self.time(label)
            case date():
                name = self.text("weekdays_short").split()[label.weekday()]
                return (
                    f"{name} {self._dated('day_of_year', label)}"
                    if weekday
                    else self._dated("day_of_year", label)
                )
            case _:
                return self.label(label)

    def period(self, period: Period) -> str:
        """By the name that its day, its week or its month has, else from day to day."""
        first = self._local(period.since)
        last = self._local(period.until - timedelta(microseconds=1))
        if first == last:
            return self._dated("day_with_weekday", first)
        if period == of_month(first, self.zone):
            return self._dated("month_of_year", first)
        span = {"first": self.long_day(first), "last": self.long_day(last)}
        if period == of_week(first, self.zone):
            return self.text("week_of_year", week=first.isocalendar().week, **span)
        return self.text("from_to", **span)

    def _local(self, value: date) -> date:
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value

    def _dated(self, key: str, day: date) -> str:
        number = self.text("day_first", day=1) if day.day == 1 else str(day.day)
        return self.text(
            key,
            day=number,
            dd=f"{day.day:02}",
            mm=f"{day.month:02}",
            year=day.year,
            month=self.text("months").split()[day.month - 1],
            weekday=self.text("weekdays").split()[day.weekday()],
        )


def decimals_of(price: Price) -> int:
    """How many decimals its sum is written with."""
    exponent = price.amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(MINOR_DIGITS.get(price.currency, 2), -exponent)


def _parts(value: timedelta) -> tuple[str, int, int]:
    """A sign, minutes and seconds; a half second is rounded to the even one."""
    seconds = round(value / _SECOND)
    return "-" if seconds < 0 else "", abs(seconds) // 60, abs(seconds) % 60
