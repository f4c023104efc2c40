"""What clients call the columns of their lists, in four languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.headings import key_of, spelled
from domain.language import Language


class Column(StrEnum):
    """What a row says of a case."""

    PHONE = "phone"
    NAME = "name"
    CUSTOMER_NUMBER = "customer_number"
    ADDRESS = "address"
    ZIP = "zip"
    SUM = "sum"
    CURRENCY = "currency"
    DUE = "due"
    REFERENCE = "reference"


REQUIRED: Final = (Column.PHONE, Column.NAME, Column.CUSTOMER_NUMBER, Column.ADDRESS, Column.SUM)
COMPOSED: Final = (Column.NAME, Column.ADDRESS)
"""What several columns of a list may make up together: first and last name; street, house, town."""

MAIN: Final = 2
"""The rank of what a composed column can't do without."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading stands for. ``rank``: of a composed column, the place among its parts; of any other, the lowest
    wins where several headings fit (the open amount, not the invoice's). ``languages`` are those that say so.
    """

    column: Column
    rank: int
    languages: frozenset[Language]


_HEADINGS: Final[Mapping[Language, str]] = {
    Language.DE: """
phone 0: Telefon, Tel, Telefonnummer, Tel.-Nr., Telefon-Nr., Tel.nr., Rufnummer, Rufnr, Fon, Fernsprecher, Handy,
    Handynummer, Handy-Nr., Mobil, Mobilnummer, Mobilfunk, Mobiltelefon, Mobilfunknummer, Festnetz, Festnetznummer,
    Telefon Kunde, Kundentelefon, Telefon privat, Telefonkontakt, Telefon/Mobil, Anrufnummer
name 1: Vorname, Vornamen
name 2: Name, Nachname, Familienname, Zuname, Kunde, Kundenname, Name des Kunden, Name Kunde, Schuldner,
    Schuldnername, Name des Schuldners, Debitor, Debitorenname, Vor- und Nachname, Vorname Nachname, Vor- und
    Zuname, Name Vorname, Vorname und Name, Nachname Vorname, Nachname und Vorname, Firma/Name, Name/Firma,
    Teilnehmer, Empfänger, Besteller
customer_number 0: Kundennummer, Kd-Nr, Kdnr, KdNummer, Kunden-Nr, Kunden-Nummer, Kundennr, Kunden-ID, Kunde Nr,
    K-Nr, Debitorennummer, Debitor-Nr, Debitorennr, Debitoren-Nr, Teilnehmernummer, Teilnehmer-Nr, Mitgliedsnummer,
    Mitglieds-Nr, Kundenkonto, Personenkonto, Nummer des Kunden, Kd.-Nummer
address 2: Adresse, Anschrift, Straße, Str., Strasse und Hausnummer, Straße/Hausnummer, Straße/Nr, Straße Nr, Straße
    u. Hausnr, Straße Hausnr, Str./Nr., Str. u. Nr., Straße und Nr, Wohnadresse, Kundenadresse, Postanschrift,
    Postadresse, Kundenanschrift, Rechnungsadresse, Rechnungsanschrift
address 3: Hausnummer, Hausnr, Haus-Nr., Hnr
address 4: Adresszusatz, Zusatz
address 5: Ort, Wohnort, Stadt, Ortschaft, PLZ Ort, PLZ/Ort, PLZ und Ort
zip 0: PLZ, Postleitzahl, Post-Leitzahl
sum 0: Offener Betrag, Offene Summe, Offene Forderung, Offener Posten, Offen, Restbetrag, Restforderung, Saldo,
    Außenstand, Außenstände, Rückstand, Forderung, Forderungsbetrag, Gesamtforderung, Offener Saldo, Zu zahlen,
    Zahlbetrag, Schuld, Schuldbetrag, Fälliger Betrag, Mahnbetrag, Offen gesamt, Offener Rechnungsbetrag
sum 1: Betrag, Summe, Gesamtbetrag, Gesamtsumme, Rechnungsbetrag, Bruttobetrag, Rechnungssumme
currency 0: Währung, Whg, Wrg, Währungscode, WKZ, Waehr., Währungskennzeichen, Währungsschlüssel
due 0: Fällig, Fällig am, Fälligkeit, Fälligkeitsdatum, Zahlbar bis, Zahlungsziel, Fällig seit, Nettofälligkeit, Zu
    zahlen bis
reference 0: Rechnungsnummer, Rechnungs-Nr, Rechnungsnr, Rechnung, Re-Nr, ReNr, RgNr, Rg.-Nr., Rechn.-Nr.,
    Belegnummer, Beleg-Nr, Aktenzeichen, Az, Referenz, Referenznummer, Ref-Nr, Vorgang, Vorgangsnummer, Fallnummer,
    Fall-Nr, Verwendungszweck, Unser Zeichen, Geschäftszeichen, Forderungsnummer, Vertragsnummer, Mahnnummer,
    Bestellnummer, Auftragsnummer
""",
    Language.EN: """
phone 0: Phone, Telephone, Phone number, Telephone number, Tel, Tel no, Tel number, Phone no, Phone #, Mobile,
    Mobile phone, Mobile number, Mobile no, Cell, Cell phone, Cell number, Cellphone, Contact number, Home phone,
    Customer phone
name 1: First name, Given name, Forename
name 2: Name, Full name, Last name, Surname, Family name, Customer, Customer name, Client name, Debtor, Debtor name,
    Name of customer, First and last name, First name last name, Last name first name, Account holder, Contact name
customer_number 0: Customer number, Customer no, Customer #, Customer ID, Cust no, Cust ID, Cust #, Client number,
    Client ID, Client no, Account number, Account no, Account #, Account ID, Acct no, Acct #, Debtor number, Debtor
    no, Debtor ID, Member number, Member ID, Membership number
address 2: Address, Street, Street address, Address line 1, Mailing address, Postal address, Home address, Customer
    address, Billing address
address 3: House number, House no
address 4: Apartment, Apt, Unit
address 5: City, Town, City State, City/State, City and state
address 6: State
zip 0: ZIP, ZIP code, Postcode, Post code, Postal code
sum 0: Amount due, Balance due, Balance, Outstanding, Outstanding amount, Outstanding balance, Open amount, Amount
    outstanding, Amount owed, Debt, Total due, Open balance, Past due amount, Amount payable, Arrears
sum 1: Sum, Amount, Total, Total amount, Invoice amount
currency 0: Currency, Currency code, Curr, Ccy, Cur
due 0: Due, Due date, Date due, Payment due, Payable by, Pay by, Maturity, Due on, Due since, Payment due date
reference 0: Reference, Ref, Reference number, Reference no, Ref no, Ref #, Invoice, Invoice number, Invoice no,
    Invoice #, Inv no, Invoice ID, Case number, Case no, Case ID, File number, File no, Our reference, Document
    number, Order number, Contract number
""",
    Language.ES: """
phone 0: Teléfono, Tel, Tfno, Tlf, Tfn, Telf, Núm. de teléfono, Número de teléfono, Nº teléfono, Nº de teléfono,
    Móvil, Teléfono móvil, Núm. móvil, Número de móvil, Celular, Teléfono de contacto, Teléfono fijo, Teléfono
    cliente
name 2: Nombre, Nombre y apellidos, Nombre completo, Nombre del cliente, Nombre cliente, Cliente, Deudor, Titular,
    Nombre del deudor, Razón social, Apellidos y nombre
name 3: Apellidos, Apellido
customer_number 0: Número de cliente, Nº cliente, Nº de cliente, Núm. cliente, Núm. de cliente, N.º de cliente,
    Código de cliente, Código cliente, Cód. cliente, ID cliente, Cliente nº, Número cliente, Número de cuenta
    cliente, Nro. de cliente, Nro cliente
address 2: Dirección, Domicilio, Calle, Dirección postal, Dirección del cliente, Señas
address 3: Número de casa
address 5: Ciudad, Población, Localidad, Municipio
address 6: Provincia
zip 0: Código postal, CP, C.P., Cód. postal, Cód. post.
sum 0: Importe pendiente, Saldo pendiente, Pendiente, Deuda, Importe de la deuda, Importe adeudado, Saldo, Importe a
    pagar, Cantidad pendiente, Monto pendiente, Pendiente de pago, Saldo deudor
sum 1: Importe, Suma, Cantidad, Total, Monto, Importe total, Importe de factura
currency 0: Moneda, Divisa, Código de moneda
due 0: Vencimiento, Fecha de vencimiento, Fecha vencimiento, Vence, Vence el, F. vencimiento, Fecha vto, Vto, Fecha
    límite, Fecha límite de pago
reference 0: Referencia, Ref, Número de referencia, Nº referencia, Nº de referencia, Factura, Número de factura, Nº
    factura, Nº de factura, Núm. factura, Núm. de factura, Expediente, Nº expediente, Número de expediente, Nº de
    expediente, Nuestra referencia, Número de pedido
""",
    Language.FR: """
phone 0: Téléphone, Tél, Numéro de téléphone, N° de téléphone, N° téléphone, N° tél, Num. de téléphone, Num tél,
    Portable, Tél. portable, Mobile, Téléphone portable, Téléphone mobile, Téléphone fixe, GSM, Natel, Téléphone
    client, Coordonnées téléphoniques
name 1: Prénom, Prénoms
name 2: Nom, Nom de famille, Nom et prénom, Nom prénom, Prénom et nom, Prénom nom, Nom complet, Nom du client, Nom
    client, Client, Débiteur, Nom du débiteur, Titulaire, Raison sociale
customer_number 0: Numéro de client, Numéro client, N° client, N° de client, Num. client, No client, No de client,
    Code client, Réf. client, Référence client, Identifiant client, ID client, Numéro d'adhérent, N° débiteur,
    Compte client
address 2: Adresse, Rue, Adresse postale, Adresse du client, Adresse client, Rue et numéro, Rue et n°, Domicile,
    Voie
address 3: Numéro de rue
address 4: Complément d'adresse, Complément
address 5: Ville, Localité, Commune, NPA Localité, NPA/Localité, CP Ville
zip 0: Code postal, CP, NPA, C.P., Code post.
sum 0: Montant dû, Solde, Solde dû, Montant impayé, Impayé, Montant restant dû, Reste à payer, Restant dû, Créance,
    Montant de la créance, Dette, Montant à payer, Solde débiteur, Encours, Montant ouvert, Solde ouvert
sum 1: Montant, Somme, Total, Montant total, Montant TTC, Montant de la facture, Montant facture
currency 0: Devise, Monnaie, Code devise
due 0: Échéance, Date d'échéance, Date échéance, Date limite, Date limite de paiement, Échu le, À payer jusqu'au,
    Payable jusqu'au, Exigible le
reference 0: Référence, Réf, Numéro de référence, N° de référence, Facture, Numéro de facture, N° facture, N° de
    facture, Num. facture, No facture, No de facture, Dossier, N° dossier, N° de dossier, Numéro de dossier, Notre
    référence, Numéro de commande
""",
}


def meaning_of(heading: str) -> Meaning | None:
    return _MEANINGS.get(key_of(heading))


def _meanings() -> Mapping[str, Meaning]:
    known: dict[str, Meaning] = {}
    for language, text in _HEADINGS.items():
        for column, rank, key in spelled(text):
            before = known.get(key)
            languages = before.languages if before else frozenset()
            known[key] = Meaning(Column(column), rank, languages | {language})
    return known


_MEANINGS: Final = _meanings()
