"""Which column of a client's file of participants is which: by its heading, in four languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from domain.case_columns import Place
from domain.headings import key_of, spelled
from domain.language import Language
from domain.sheet_row import SheetRow, letter, text_of

_LEAST: Final = 2
"""Columns that a row must name to be taken for headings, the customer number among them."""


class Column(StrEnum):
    """What a row says of a participant, in the order in which exports have it."""

    CUSTOMER_NUMBER = "customer_number"
    NAME = "name"
    LANGUAGE = "language"
    ZIP = "zip"
    BORN = "born"
    PHONE = "phone"
    EMAIL = "email"
    POINTS = "points"
    PRIORITY = "priority"
    PIN = "pin"


SHOWN: Final = tuple(one for one in Column if one is not Column.PIN)
"""What may stand in a file that we write."""

_HEADINGS: Final[Mapping[Language, str]] = {
    Language.DE: """
customer_number 0: Kundennummer, Kd-Nr, Kdnr, Kunden-Nr, Kunden-Nummer, Kundennr, Kunden-ID, Teilnehmernummer,
    Teilnehmer-Nr, Mitgliedsnummer, Mitglieds-Nr, Nummer
name 0: Name, Vor- und Nachname, Vorname Nachname, Vorname und Name, Teilnehmer, Kunde, Kundenname, Vollständiger Name
name 1: Vorname, Vornamen
name 2: Nachname, Familienname, Zuname
language 0: Sprache, Kundensprache, Sprachcode
zip 0: PLZ, Postleitzahl
born 0: Geburtsdatum, Geburtstag, Geb.-Datum, Geb.datum, geb., geboren, geboren am, Geb.-Dat.
phone 0: Telefon, Tel, Telefonnummer, Tel.-Nr., Telefon-Nr., Rufnummer, Handy, Handynummer, Mobil, Mobilnummer,
    Mobiltelefon
email 0: E-Mail, Mail, E-Mail-Adresse, Mailadresse
points 0: Punkte, Punktestand, Punktekonto, Anfangspunkte, Startpunkte, Anfangsbestand, Startguthaben
priority 0: Priorität, Prio, Rang
pin 0: PIN, PIN-Code, Start-PIN, Erst-PIN, Geheimzahl, Anfangs-PIN
""",
    Language.EN: """
customer_number 0: Customer number, Customer no, Customer #, Customer ID, Member number, Member ID, Membership number,
    Participant number, Account number, Number
name 0: Name, Full name, Customer, Customer name, First and last name, Member, Participant
name 1: First name, Given name, Forename
name 2: Last name, Surname, Family name
language 0: Language, Customer language, Language code, Lang
zip 0: ZIP, ZIP code, Postcode, Post code, Postal code
born 0: Birth date, Date of birth, Birthday, DOB, Born, Birthdate
phone 0: Phone, Telephone, Phone number, Telephone number, Tel, Phone no, Mobile, Mobile phone, Mobile number, Cell,
    Cell phone, Cell number
email 0: E-mail, E-mail address, Mail address
points 0: Points, Points balance, Balance, Opening balance, Opening points, Reward points
priority 0: Priority, Prio, Rank
pin 0: PIN, PIN code, Initial PIN, First PIN, Secret number
""",
    Language.ES: """
customer_number 0: Número de cliente, Nº cliente, Nº de cliente, Núm. cliente, Núm. de cliente, N.º de cliente, Código
    de cliente, ID cliente, Número de socio, Nº de socio, Número de participante, Número
name 0: Nombre y apellidos, Nombre completo, Nombre del cliente, Cliente, Participante, Socio
name 1: Nombre, Nombre de pila
name 2: Apellidos, Apellido
language 0: Idioma, Lengua, Código de idioma
zip 0: Código postal, CP, C.P., Cód. postal
born 0: Fecha de nacimiento, Nacimiento, F. nacimiento, F. de nacimiento, Nacido el, Fecha nacimiento
phone 0: Teléfono, Tel, Tfno, Tlf, Número de teléfono, Nº de teléfono, Núm. de teléfono, Móvil, Teléfono móvil,
    Celular
email 0: Correo electrónico, Correo, Dirección de correo, Dirección de correo electrónico, Email
points 0: Puntos, Saldo de puntos, Saldo inicial, Puntos iniciales
priority 0: Prioridad, Rango
pin 0: PIN, Código PIN, PIN inicial, Número secreto, Clave
""",
    Language.FR: """
customer_number 0: Numéro de client, Numéro client, N° client, N° de client, Num. client, Code client, ID client,
    Numéro d'adhérent, Numéro de membre, N° de membre, Numéro de participant, Numéro
name 0: Nom et prénom, Nom prénom, Prénom et nom, Prénom nom, Nom complet, Nom du client, Client, Adhérent, Participant
name 1: Prénom, Prénoms
name 2: Nom, Nom de famille
language 0: Langue, Code langue, Langue du client
zip 0: Code postal, CP, NPA, C.P.
born 0: Date de naissance, Naissance, Né le, Née le, Né(e) le, Date naissance
phone 0: Téléphone, Tél, Numéro de téléphone, N° de téléphone, Portable, Téléphone portable, Mobile, Téléphone mobile,
    GSM, Natel
email 0: Courriel, Adresse e-mail, Adresse électronique, Adresse mail, Mél
points 0: Points, Solde de points, Solde, Solde initial, Points initiaux
priority 0: Priorité, Rang
pin 0: PIN, Code PIN, PIN initial, Code secret, NIP
""",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of a sheet: the number of its row of headings, and the places of each column, in the order in which
    they are joined: one, but for first and last name. ``doubled`` are columns that several places claim to be; of
    ``unread`` places nothing is known.
    """

    headings_row: int
    places: Mapping[Column, tuple[Place, ...]]
    doubled: Mapping[Column, tuple[Place, ...]] = field(default_factory=dict)
    unread: tuple[Place, ...] = ()

    @property
    def positions(self) -> frozenset[int]:
        return frozenset(place.position for places in self.places.values() for place in places)

    def letter(self, column: Column | None) -> str | None:
        """As Excel names it; None where there is none."""
        places = self.places.get(column) if column else None
        return letter(places[0].position) if places else None

    def languages_of(self, column: Column) -> frozenset[Language]:
        """In which of our languages its heading is written."""
        keys = [key_of(place.heading) for place in self.places.get(column, ())]
        return frozenset(one for key in keys for one in _MEANINGS[key][2])


def recognise(rows: Sequence[SheetRow]) -> Columns | None:
    """``rows`` are a sheet's first ones; its headings are the row that names most columns. None where none names the
    customer number and another one.
    """
    found = [_columns(row) for row in rows]
    fitting = [one for one in found if _is_headings(one)]
    return max(fitting, key=lambda one: len({*one.places, *one.doubled}), default=None)


def _is_headings(found: Columns) -> bool:
    named = {*found.places, *found.doubled}
    return Column.CUSTOMER_NUMBER in named and len(named) >= _LEAST


def _columns(row: SheetRow) -> Columns:
    meant: dict[Column, dict[int, list[Place]]] = {}
    unread = []
    for position, value in sorted(row.cells.items()):
        place = Place(position, text_of(value))
        meaning = _MEANINGS.get(key_of(place.heading))
        if meaning is None:
            unread.append(place)
        else:
            column, rank, _ = meaning
            meant.setdefault(column, {}).setdefault(rank, []).append(place)
    places: dict[Column, tuple[Place, ...]] = {}
    doubled: dict[Column, tuple[Place, ...]] = {}
    for column, by_rank in meant.items():
        groups = _name_of(by_rank) if column is Column.NAME else list(by_rank.values())
        claiming = tuple(place for group in groups for place in group)
        (places if len(claiming) == len(groups) else doubled)[column] = claiming
    return Columns(row.number, places, doubled, tuple(unread))


def _name_of(by_rank: Mapping[int, list[Place]]) -> list[list[Place]]:
    """First name, then last name, where both are told apart: ``Name`` is the last one beside ``Vorname``."""
    ranks = [rank for rank in (1, 2) if rank in by_rank]
    if 0 in by_rank and len(ranks) < 2:
        ranks = [*ranks, 0] if 1 in by_rank else [0, *ranks]
    return [by_rank[rank] for rank in ranks]


def _meanings() -> Mapping[str, tuple[Column, int, frozenset[Language]]]:
    known: dict[str, tuple[Column, int, frozenset[Language]]] = {}
    for language, text in _HEADINGS.items():
        for column, rank, key in spelled(text):
            languages = known[key][2] if key in known else frozenset()
            known[key] = Column(column), rank, languages | {language}
    return known


_MEANINGS: Final = _meanings()
