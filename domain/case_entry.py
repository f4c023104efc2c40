"""What a row of a client's list becomes: an entry, or faults that say what to change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.amounts import DecimalMark
from domain.case_headings import Column
from domain.case_phones import NumberReader
from domain.language import Language
from domain.unfit_cell import Unfit
from domain.written_dates import DateOrder


@dataclass(frozen=True, slots=True)
class ListTerms:
    """What a list leaves unsaid. ``country`` (ISO 3166) is the one its numbers and ZIPs are read in, ``currency`` (ISO
    4217) that of amounts which name none; ``swiss`` are the languages spoken at a Swiss ZIP.
    """

    country: str
    currency: str
    read_number: NumberReader
    swiss: Mapping[str, tuple[Language, ...]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A debtor to be rung. ``sheet`` and ``row`` are where he stands, as Excel shows them; ``phone`` is E.164,
    ``amount`` in minor units of ``currency``. ``languages`` are those he probably speaks, the likeliest first.
    """

    sheet: str
    row: int
    phone: str = field(repr=False)
    name: str = field(repr=False)
    customer_number: str = field(repr=False)
    address: str = field(repr=False)
    zip_code: str | None = field(repr=False)
    amount: int = field(repr=False)
    currency: str
    due: date | None
    reference: str | None = field(repr=False)
    country: str | None
    languages: tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong with a row. ``letter`` names the column in Excel, None where the fault is the row's;
    ``value`` is what stands there; ``other`` fills the reason's hole.
    """

    sheet: str
    row: int
    letter: str | None
    column: Column | None
    why: Unfit
    value: str = field(default="", repr=False)
    other: str = ""

    @property
    def text(self) -> str:
        """In English, without what stands there."""
        return self.why.value.format(other=self.other)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the cells of a sheet tell together: what ``1.234`` and ``05/04/2026`` mean there."""

    mark: DecimalMark | None = None
    order: DateOrder | None = None
