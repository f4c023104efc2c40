"""What has changed in a report since it was issued: a report of the differences alone."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from domain.service_record import Price
from reporting import formulas
from reporting.report import Cell, Column, Headline, Key, Report, Section, Table, Unit

_NAMES: Final = frozenset({Unit.NAME, Unit.TEXT, Unit.DAY, Unit.TIME})
"""Units of the cells by which a row is known; the others are figures."""

_SUMS: Final = frozenset({Unit.COUNT, Unit.MONEY, Unit.HOURS})
"""Units of what adds up, by whatever formula."""

_Row = tuple[Cell, ...]
_Figures = Mapping[Key, Cell]
_Place = tuple[Key, Key, int]
_NO_ROW: Final[_Figures] = {}


def difference(before: Report, after: Report) -> Report:
    """``after`` less ``before``, of the same subject and period: the rows in which a figure is another one now, and the
    headlines. A row that is gone stands there with less than nothing; what can't be added up, as a share, is the
    difference where both are known, and else nothing. No charts; the sources are those of ``after``, whole.
    """
    sections = tuple(_sections(before, after))
    headlines = tuple(_headlines(before.headlines, after.headlines))
    return replace(after, headlines=headlines, sections=sections)


def is_empty(difference: Report) -> bool:
    """Whether nothing has changed."""
    return not difference.sections and not difference.headlines


def _sections(before: Report, after: Report) -> Iterator[Section]:
    old, new = _by_place(before), _by_place(after)
    changed: dict[Key, list[Table]] = {}
    for place in (*new, *(place for place in old if place not in new)):
        table = _table(old.get(place), new.get(place))
        if table is not None:
            changed.setdefault(place[0], []).append(table)
    return (Section(title, tuple(tables)) for title, tables in changed.items())


def _by_place(report: Report) -> Mapping[_Place, Table]:
    """Tables by their section's title and their own, and which of several of that name it is."""
    seen = Counter[tuple[Key, Key]]()
    found = {}
    for section in report.sections:
        for table in section.tables:
            name = (section.title, table.title)
            found[*name, seen[name]] = table
            seen[name] += 1
    return found


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table's rows by their names, each as figures by column."""

    rows: Mapping[tuple[Cell, ...], _Figures]
    totals: _Figures


def _table(before: Table | None, after: Table | None) -> Table | None:
    """None where both say the same."""
    shape = after or before
    assert shape is not None, "one of them is there"
    how = _How.of(_columns(before, after))
    old, new = _read(before, how), _read(after, how)
    names = (*new.rows, *(name for name in old.rows if name not in new.rows))
    rows = [(old.rows.get(name, _NO_ROW), new.rows.get(name, _NO_ROW)) for name in names]
    changed = tuple(how.less(*pair) for pair in rows if how.differ(*pair))
    if not changed and not how.differ(old.totals, new.totals):
        return None
    totals = how.less(old.totals, new.totals) if old.totals or new.totals else None
    plain = tuple(replace(column, formula=None) for column in how.columns)
    return replace(shape, columns=plain, rows=changed, totals=totals)


@dataclass(frozen=True, slots=True)
class _How:
    """How the rows of a table are known (``names``) and compared: what adds up is nothing where it isn't there."""

    columns: tuple[Column, ...]
    names: frozenset[Key]
    added: frozenset[Key]

    @classmethod
    def of(cls, columns: tuple[Column, ...]) -> "_How":
        """A price that is multiplied by tells its row from that of the price before."""
        products = [column.formula for column in columns if "*" in (column.formula or "")]
        factors = {name for product in products for name in formulas.names(product or "")}
        known = frozenset(
            column.key
            for column in columns
            if column.unit in _NAMES or (column.unit is Unit.MONEY and column.key in factors)
        )
        added = frozenset(
            column.key
            for column in columns
            if column.unit in _SUMS or (column.formula is None and column.unit is not Unit.PERCENT)
        )
        return cls(columns, known, added)

    def less(self, before: _Figures, after: _Figures) -> _Row:
        return tuple(self._cell(column.key, before, after) for column in self.columns)

    def differ(self, before: _Figures, after: _Figures) -> bool:
        return any(
            self._differs(column.key, before, after)
            for column in self.columns
            if column.key not in self.names
        )

    def _cell(self, key: Key, before: _Figures, after: _Figures) -> Cell:
        then, now = before.get(key), after.get(key)
        if key in self.names:
            return then if now is None else now
        return _less(now, then, adds_up=key in self.added)

    def _differs(self, key: Key, before: _Figures, after: _Figures) -> bool:
        then, now = before.get(key), after.get(key)
        if key in self.added:
            then, now = (
                _nought(now) if then is None else then,
                _nought(then) if now is None else now,
            )
        return then != now


def _columns(before: Table | None, after: Table | None) -> tuple[Column, ...]:
    """Those of the later one, and what it has no more."""
    new = () if after is None else after.columns
    old = () if before is None else before.columns
    known = {column.key for column in new}
    return (*new, *(column for column in old if column.key not in known))


def _read(table: Table | None, how: _How) -> _Rows:
    if table is None:
        return _Rows({}, _NO_ROW)
    names = [column.key for column in how.columns if column.key in how.names]
    seen = Counter[_Row]()
    rows = {}
    for cells in table.rows:
        row = _by_column(table, cells)
        name = tuple(row.get(key) for key in names)
        rows[*name, seen[name]] = row  # rows of one name are told apart by their order
        seen[name] += 1
    return _Rows(rows, _NO_ROW if table.totals is None else _by_column(table, table.totals))


def _by_column(table: Table, cells: _Row) -> _Figures:
    return {column.key: cell for column, cell in zip(table.columns, cells, strict=True)}


def _less(after: Cell, before: Cell, *, adds_up: bool) -> Cell:
    """``after`` less ``before``; what isn't there is nothing where figures add up."""
    if adds_up:
        after = _nought(before) if after is None else after
        before = _nought(after) if before is None else before
    match after, before:
        case Price(), Price() if after.currency == before.currency:
            return Price(after.amount - before.amount, after.currency)
        case timedelta(), timedelta():
            return after - before
        case int() | float(), int() | float():
            return after - before
        case _:
            return None


def _nought(like: Cell) -> Cell:
    match like:
        case Price():
            return Price(Decimal(0), like.currency)
        case timedelta():
            return timedelta()
        case int() | float():
            return 0
        case _:
            return None


def _headlines(before: Sequence[Headline], after: Sequence[Headline]) -> Iterator[Headline]:
    old = {one.label: one.value for one in before}
    for one in after:
        then = old.get(one.label)
        if one.value != then:
            yield replace(one, value=_less(one.value, then, adds_up=False), before=None)
