"""Which column of a file of participants is which."""

import pytest

from domain.case_columns import Place
from domain.language import Language
from domain.participant_columns import SHOWN, Column, Columns, recognise
from domain.sheet_row import SheetRow


def columns(*headings: str) -> Columns:
    found = recognise([SheetRow(1, dict(enumerate(headings)))])
    assert found is not None
    return found


@pytest.mark.parametrize(
    "headings",
    [
        "Kundennummer|Vor- und Nachname|Sprache|PLZ|Geb.-Datum|Telefon|E-Mail|Punkte|Prio|PIN",
        "Customer no.|Name|Language|ZIP code|Date of birth|Mobile|E-mail|Points|Priority|PIN",
        "Nº de cliente|Nombre|Idioma|C.P.|F. nacimiento|Móvil|Correo|Puntos|Prioridad|Clave",
        "N° client|Nom|Langue|Code postal|Né(e) le|Portable|Courriel|Solde|Priorité|NIP",
    ],
)
def test_all_ten_in_four_languages(headings: str) -> None:
    found = columns(*headings.split("|"))
    assert [found.places[column][0].position for column in Column] == list(range(10))
    assert not found.doubled
    assert not found.unread
    assert found.positions == set(range(10))
    assert tuple(Column)[:-1] == SHOWN


@pytest.mark.parametrize(
    ("headings", "joined"),
    [
        ("Vorname|Name", [0, 1]),
        ("Name|Vorname", [1, 0]),
        ("Nachname|Vorname", [1, 0]),
        ("Nombre|Apellidos", [0, 1]),
        ("Nom|Prénom", [1, 0]),
        ("Name|Surname", [0, 1]),
        ("Name|Vorname|Nachname", [1, 2]),
        ("Nachname", [0]),
    ],
)
def test_a_name_in_parts(headings: str, joined: list[int]) -> None:
    found = columns(*headings.split("|"), "Kundennummer")
    assert [place.position for place in found.places[Column.NAME]] == joined


def test_two_columns_that_claim_to_be_the_same_are_neither() -> None:
    found = columns("Kundennummer", "Telefon", "Mobil", "Schuhgröße")
    assert found.doubled == {Column.PHONE: (Place(1, "Telefon"), Place(2, "Mobil"))}
    assert found.unread == (Place(3, "Schuhgröße"),)
    assert found.letter(Column.CUSTOMER_NUMBER) == "A"
    assert found.letter(Column.PHONE) is None
    assert found.letter(None) is None


def test_headings_are_the_row_that_names_most() -> None:
    rows = [
        SheetRow(1, {0: "Kunden"}),
        SheetRow(3, {0: "Kundennummer", 1: "Name"}),
        SheetRow(4, {0: "Kundennummer", 1: "Name", 2: "PLZ"}),
        SheetRow(5, {0: "10000001", 1: "Anna Keller", 2: "76275"}),
    ]
    found = recognise(rows)
    assert found is not None
    assert found.headings_row == 4
    assert recognise(rows[:1]) is None
    assert recognise([SheetRow(1, {0: "Name", 1: "PLZ"})]) is None
    assert recognise([]) is None


def test_which_languages_a_heading_is_written_in() -> None:
    found = columns("Nummer", "geboren am", "Points")
    assert found.languages_of(Column.BORN) == {Language.DE}
    assert found.languages_of(Column.POINTS) == {Language.EN, Language.FR}
    assert found.languages_of(Column.ZIP) == frozenset()
