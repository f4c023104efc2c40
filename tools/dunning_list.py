"""Makes docs/dunning-list.xlsx, a list of debtors to try the demo with: ``python -m tools.dunning_list``.

Its numbers are those reserved for films; their last digits have the demo's carrier answer in each of its ways.
"""

from datetime import date
from pathlib import Path

from openpyxl import Workbook

TARGET = Path(__file__).parent.parent / "docs" / "dunning-list.xlsx"
HEADINGS = (
    "Telefon", "Name", "Kundennummer", "Straße", "PLZ", "Ort", "Offener Betrag", "Währung", "Fällig am", "Rechnung",
)  # fmt: skip
DEBTORS = (
    ("0171 3920020", "Sabine Roth", "Kaiserstr. 12", "76133", "Karlsruhe", 49.90, "EUR"),
    ("0171 3920021", "Thomas Brandt", "Lindenweg 3", "10115", "Berlin", 129.00, "EUR"),
    ("+49 171 3920022", "Mehmet Yilmaz", "Hauptstr. 77", "50667", "Köln", 18.50, "EUR"),
    ("0049 171 3920023", "Julia Sommer", "Am Markt 1", "01067", "Dresden", 240.00, "EUR"),
    ("0171/3920024", "Karl Vogel", "Bergstr. 9", "80331", "München", 75.25, "EUR"),
    ("0171 3920025", "Ines Wolff", "Hafenstr. 4", "20457", "Hamburg", 310.00, "EUR"),
    ("0171 3920026", "Paul Henning", "Ring 8", "04109", "Leipzig", 22.00, "EUR"),
    ("0171 3920027", "Nora Falk", "Mühlgasse 5", "79098", "Freiburg", 64.90, "EUR"),
    ("+33 6 39 98 00 28", "Daniel Marchand", "12 rue des Lilas", "F-67000", "Strasbourg", 99.00, "EUR"),
    ("+49 171 3920029", "Pilar Ortega", "Calle Mayor 8", "E-28013", "Madrid", 150.00, "EUR"),
    ("+49 171 3920030", "Luca Bieri", "Bahnhofstr. 2", "CH-2502", "Biel", 88.00, "CHF"),
)  # fmt: skip


def main() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Offene Posten"
    sheet.append(HEADINGS)
    for number, (phone, name, street, zip_code, town, amount, currency) in enumerate(DEBTORS, 1):
        due, bill = date(2026, 5, number), f"R-2026-{number:04}"
        customer = f"3000{number:04}"
        sheet.append((phone, name, customer, street, zip_code, town, amount, currency, due, bill))
    for column, width in zip("ABCDEFGHIJ", (19, 18, 15, 20, 9, 13, 15, 10, 12, 13), strict=True):
        sheet.column_dimensions[column].width = width
    book.save(TARGET)


if __name__ == "__main__":
    main()
