"""The words of a result list and of the mail that brings it, in the client's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.language import Language


@dataclass(frozen=True, slots=True)
class Words:
    """``columns`` are outcome, date, attempts, promise and remark; ``text`` has a hole ``{file}`` and one for the
    tenant's ``{name}``.
    """

    columns: tuple[str, str, str, str, str]
    open: str
    withdrawn: str
    undiallable: str
    barred: str
    erased: str
    summary: str
    file: str
    imported: str
    as_of: str
    cases: str
    closed: str
    attempts: str
    reached: str
    promises: str
    currency: str
    sum: str
    suffix: str
    subject: str
    text: str


WORDS: Final[Mapping[Language, Words]] = {
    Language.DE: Words(
        columns=("Ergebnis", "Datum", "Versuche", "Zusage", "Bemerkung"),
        open="offen",
        withdrawn="zurückgezogen",
        undiallable="nicht anwählbar",
        barred="Land oder Art der Nummer nicht freigegeben",
        erased="Person gelöscht",
        summary="Zusammenfassung",
        file="Liste",
        imported="Eingelesen am",
        as_of="Stand",
        cases="Fälle",
        closed="abgeschlossen",
        attempts="Anrufversuche",
        reached="Fälle, in denen der Schuldner erreicht wurde",
        promises="Fälle mit Zahlungszusage",
        currency="Währung",
        sum="Summe",
        suffix="Ergebnisse",
        subject="{name}: Ergebnisse zu {file}",
        text=(
            "Guten Tag,\n\nanbei Ihre Liste {file} mit den Ergebnissen unserer Anrufe für {name}.\n"
            "Ihre Zeilen sind unverändert; rechts stehen Ergebnis, Datum, Versuche, Zusage und Bemerkung.\n"
        ),
    ),
    Language.EN: Words(
        columns=("Outcome", "Date", "Attempts", "Promise", "Remark"),
        open="open",
        withdrawn="withdrawn",
        undiallable="can't be dialled",
        barred="country or kind of number not allowed",
        erased="person erased",
        summary="Summary",
        file="List",
        imported="Imported on",
        as_of="As of",
        cases="Cases",
        closed="closed",
        attempts="Call attempts",
        reached="Cases in which the debtor was reached",
        promises="Cases with a promise to pay",
        currency="Currency",
        sum="Sum",
        suffix="results",
        subject="{name}: results of {file}",
        text=(
            "Hello,\n\nattached is your list {file} with the results of our calls for {name}.\n"
            "Your rows are unchanged; at their right stand outcome, date, attempts, promise and remark.\n"
        ),
    ),
    Language.ES: Words(
        columns=("Resultado", "Fecha", "Intentos", "Promesa", "Observación"),
        open="abierto",
        withdrawn="retirado",
        undiallable="no se puede marcar",
        barred="país o tipo de número no permitido",
        erased="persona suprimida",
        summary="Resumen",
        file="Lista",
        imported="Importada el",
        as_of="A fecha de",
        cases="Casos",
        closed="cerrados",
        attempts="Intentos de llamada",
        reached="Casos en los que se habló con el deudor",
        promises="Casos con promesa de pago",
        currency="Moneda",
        sum="Importe",
        suffix="resultados",
        subject="{name}: resultados de {file}",
        text=(
            "Buenos días:\n\nadjuntamos su lista {file} con los resultados de nuestras llamadas para {name}.\n"
            "Sus filas no han cambiado; a la derecha están resultado, fecha, intentos, promesa y observación.\n"
        ),
    ),
    Language.FR: Words(
        columns=("Résultat", "Date", "Tentatives", "Promesse", "Remarque"),
        open="ouvert",
        withdrawn="retiré",
        undiallable="ne peut être composé",
        barred="pays ou genre de numéro non autorisé",
        erased="personne effacée",
        summary="Récapitulatif",
        file="Liste",
        imported="Importée le",
        as_of="État au",
        cases="Dossiers",
        closed="clos",
        attempts="Tentatives d'appel",
        reached="Dossiers où le débiteur a été joint",
        promises="Dossiers avec promesse de paiement",
        currency="Devise",
        sum="Montant",
        suffix="resultats",
        subject="{name} : résultats de {file}",
        text=(
            "Bonjour,\n\nvous trouverez ci-joint votre liste {file} avec les résultats de nos appels pour {name}.\n"
            "Vos lignes sont inchangées ; à droite figurent résultat, date, tentatives, promesse et remarque.\n"
        ),
    ),
}
