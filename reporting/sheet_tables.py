"""A report's table as one of Excel's: columns that follow from others as formulas, with what they come to beside."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from xlsxwriter.worksheet import Worksheet

from domain.service_record import Price
from reporting.formulas import names, written
from reporting.report import Cell, Column, Table, Unit
from reporting.sheet_cells import Formats, as_cell, unlike, write
from reporting.words import Words

_NARROWEST, _WIDEST = 9, 34
_HEAD_HEIGHT: Final = 32
_SPECIAL: Final = re.compile(r"(['\[\]#@])")


def write_table(
    sheet: Worksheet, row: int, table: Table, number: int, formats: Formats, words: Words
) -> int:
    """From ``row`` on, as the workbook's table of that number; the row after it."""
    return _TableOnSheet(sheet, row, table, number, formats, words).write()


class _TableOnSheet:
    def __init__(
        self, sheet: Worksheet, row: int, table: Table, number: int, formats: Formats, words: Words
    ) -> None:
        self._sheet, self._row, self._table = sheet, row, table
        self._formats, self._words = formats, words
        self._name = f"Rufwerk{number}"
        self._heads: list[str] = []
        for column in table.columns:
            self._heads.append(unlike(words.text(column.key), self._heads))
        self._places: dict[str, int] = {
            column.key: place for place, column in enumerate(table.columns)
        }

    def write(self) -> int:
        table, sheet = self._table, self._sheet
        sheet.set_row(self._row, _HEAD_HEIGHT)
        for place, column in enumerate(table.columns):
            self._widen(place, column)
            looks = self._formats.head(right=_is_figure(column.unit))
            sheet.write_string(self._row, place, self._heads[place], looks)
        last = self._row + len(table.rows) + (table.totals is not None)
        if table.rows:
            sheet.add_table(
                self._row, 0, last, len(table.columns) - 1,
                {
                    "name": self._name,
                    "style": "Table Style Light 1",
                    "banded_rows": False,
                    "total_row": table.totals is not None,
                    "columns": [self._described(place) for place in range(len(table.columns))],
                },
            )  # fmt: skip
        for number, cells in enumerate(table.rows, self._row + 1):
            for place, cell in enumerate(cells):
                self._cell((number, place), cell)
        if table.totals is not None:
            for place, cell in enumerate(table.totals):
                self._total((last, place), cell)
        return last + 1

    def _widen(self, place: int, column: Column) -> None:
        """For what stands in it, and half of its name, which goes over two lines."""
        cells = [row[place] for row in (*self._table.rows, self._table.totals or ()) if row]
        told = [self._words.cell(one, column.unit) for one in cells]
        head = max(map(len, self._heads[place].split()), default=0) + 4
        widest = max(
            [_NARROWEST, head, len(self._heads[place]) // 2 + 4, *(len(one) + 2 for one in told)]
        )
        self._sheet.set_column(place, place, min(widest, _WIDEST))

    def _described(self, place: int) -> dict[str, Any]:
        column = self._table.columns[place]
        described: dict[str, Any] = {
            "header": self._heads[place],
            "header_format": self._formats.head(right=_is_figure(column.unit)),
        }
        if formula := self._formula(column, "#This Row"):
            described["formula"] = formula
        if self._table.totals is not None:
            described |= self._described_total(place, self._table.totals[place])
        return described

    def _described_total(self, place: int, total: Cell) -> dict[str, Any]:
        if total is None:
            return {"total_string": self._words.text("total")} if place == 0 else {}
        match self._total_formula(place):
            case None:
                return {}
            case "sum":
                return {"total_function": "sum"}
            case formula:
                return {"total_function": formula}

    def _formula(self, column: Column, row: str) -> str | None:
        """Empty where it would divide by nought, as the cell is."""
        if column.formula is None or not self._places.keys() >= set(names(column.formula)):
            return None
        found = written(
            column.formula,
            lambda key: f"{self._name}[[{row}],[{_escaped(self._heads[self._places[key]])}]]",
        )
        return f'=IFERROR({found},"")' if "/" in column.formula else f"={found}"

    def _total_formula(self, place: int) -> str | None:
        """``sum``, or as a row's, or None where it is neither."""
        column, totals = self._table.columns[place], self._table.totals
        assert totals is not None
        if is_sum([row[place] for row in self._table.rows], totals[place]):
            return "sum"
        return self._formula(column, "#Totals")

    def _cell(self, place: tuple[int, int], cell: Cell) -> None:
        column = self._table.columns[place[1]]
        self._put(place, cell, self._formula(column, "#This Row"), total=False)

    def _total(self, place: tuple[int, int], cell: Cell) -> None:
        column = place[1]
        if cell is None and column == 0:
            looks = self._formats.of(Unit.TEXT, total=True)
            self._sheet.write_string(*place, self._words.text("total"), looks)
            return
        formula = self._total_formula(column) if cell is not None and self._table.rows else None
        if formula == "sum":
            formula = f"=SUBTOTAL(109,{self._name}[{_escaped(self._heads[column])}])"
        self._put(place, cell, formula, total=True)

    def _put(self, place: tuple[int, int], cell: Cell, formula: str | None, *, total: bool) -> None:
        unit = self._table.columns[place[1]].unit
        if formula is None:
            write(self._sheet, place, cell, unit, self._formats, self._words, total=total)
            return
        value = as_cell(cell, unit, self._words)
        looks = self._formats.of(unit, cell, total=total)
        self._sheet.write_formula(*place, formula, looks, "" if value is None else value)


def is_sum(cells: Sequence[Cell], total: Cell) -> bool:
    """Whether they add up to it; of prices, where all are of one currency."""
    present = [one for one in cells if one is not None]
    match total:
        case int() if all(isinstance(one, int) for one in present):
            return sum(one for one in present if isinstance(one, int)) == total
        case timedelta() if all(isinstance(one, timedelta) for one in present):
            times = [one for one in present if isinstance(one, timedelta)]
            return sum(times, timedelta()) == total
        case Price() if all(isinstance(one, Price) for one in present):
            prices = [one for one in present if isinstance(one, Price)]
            same = all(one.currency == total.currency for one in prices)
            return same and sum((one.amount for one in prices), Decimal()) == total.amount
        case _:
            return False


def _is_figure(unit: Unit) -> bool:
    return unit not in {Unit.NAME, Unit.TEXT}


def _escaped(head: str) -> str:
    return _SPECIAL.sub(r"'\1", head)
