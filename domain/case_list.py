"""A sheet of a client's list, read as a whole: what its cells tell together, totals, and what stands there twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, pairwise
from typing import Final

from domain.amounts import DecimalMark, mark_of
from domain.case_columns import ColumnMap
from domain.case_entry import Entry, Evidence, ListTerms, RowFault
from domain.case_headings import Column
from domain.case_row import RowReader, Values
from domain.headings import key_of
from domain.language import Language
from domain.sheet_row import SheetRow
from domain.unfit_cell import Unfit
from domain.written_dates import DateOrder, order_of

_TOTALS: Final = (
    "summe",
    "gesamt",
    "zwischensumme",
    "total",
    "sum",
    "subtotal",
    "grandtotal",
    "suma",
    "somme",
    "soustotal",
)


class Skip(StrEnum):
    """Why a row is passed over without being wrong."""

    TOTALS = "totals"
    HEADINGS = "headings"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class SkippedRow:
    row: int
    why: Skip


@dataclass(slots=True)
class Seen:
    """What has come so far, over all sheets of a list: where each debt stands first."""

    _first: dict[tuple[object, ...], tuple[str, int]] = field(default_factory=dict)

    def again(self, entry: Entry) -> tuple[str, int] | None:
        """Sheet and row where the debt has stood before: that of the same reference, else, without one, that of the
        same customer, amount and due day. None, and remembered, where it is new.
        """
        key: tuple[object, ...] = (entry.reference,)
        if entry.reference is None:
            key = (entry.customer_number, entry.amount, entry.currency, entry.due)
        first = self._first.setdefault(key, (entry.sheet, entry.row))
        return None if first == (entry.sheet, entry.row) else first


def evidence_of(rows: Sequence[SheetRow], columns: ColumnMap) -> Evidence:
    """From the cells in the columns of sums and due days; a due heading in German, Spanish or French alone, or decimal
    commas, tell that no month comes first: no country writes both.
    """
    mark = mark_of(_texts(rows, columns, Column.SUM))
    order = order_of(texts := set(_texts(rows, columns, Column.DUE)))
    headed = columns.languages_of(Column.DUE)
    told = (headed and Language.EN not in headed) or mark is DecimalMark.COMMA
    if order is None and told and not _contradict(texts):
        order = DateOrder.DAY_FIRST
    return Evidence(mark, order)


def _contradict(texts: Iterable[str]) -> bool:
    return any(order_of([text]) is DateOrder.MONTH_FIRST for text in texts)


def _texts(rows: Iterable[SheetRow], columns: ColumnMap, column: Column) -> Iterator[str]:
    for place in columns.places.get(column, ()):
        for row in rows:
            value = row.cells.get(place.position)
            if isinstance(value, str):
                yield value


def read_rows(
    sheet: str,
    rows: Iterable[SheetRow],
    columns: ColumnMap,
    terms: ListTerms,
    evidence: Evidence,
    seen: Seen,
) -> Iterator[Entry | RowFault | SkippedRow]:
    """Everything below the headings, in order. Empty rows are passed over in silence. ``evidence`` is that of all
    ``rows`` (``evidence_of``), ``seen`` that of the list's sheets before.
    """
    reader = RowReader(sheet, columns, terms, evidence)
    for row, following in pairwise(chain(rows, [None])):
        assert row is not None
        values = reader.values_of(row)
        if not values:
            continue
        if skip := _skipped(values, columns, is_last=following is None):
            yield SkippedRow(row.number, skip)
            continue
        found = reader.read(row, values)
        if not isinstance(found, Entry):
            yield from found
        elif first := seen.again(found):
            yield RowFault(
                sheet, row.number, None, None, Unfit.DUPLICATE, other=_told(first, sheet)
            )
        else:
            yield found


def _told(place: tuple[str, int], sheet: str) -> str:
    return str(place[1]) if place[0] == sheet else f"{place[0]}!{place[1]}"


def _skipped(values: Values, columns: ColumnMap, *, is_last: bool) -> Skip | None:
    phone = values.get(Column.PHONE)
    heading = columns.places[Column.PHONE][0].heading
    if heading and phone == heading:
        return Skip.HEADINGS
    if phone is not None or Column.CUSTOMER_NUMBER in values:
        return None
    if any(isinstance(one, str) and _is_total(one) for one in values.values()):
        return Skip.TOTALS
    return Skip.TOTALS if is_last and values.keys() == {Column.SUM} else None


def _is_total(text: str) -> bool:
    return key_of(text) in _TOTALS or key_of(text.partition(" ")[0]) in _TOTALS
