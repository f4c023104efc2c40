"""What can come of an attempt to reach a debtor, and what follows; each tenant may name its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from domain.dial_facts import DialResult
from domain.language import Language


class Asks(StrEnum):
    """What an outcome has to be told."""

    NOTHING = "nothing"
    DAY = "day"
    """The day by which he promises to pay."""
    TIME = "time"
    """When to ring him again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What can come of an attempt, and what follows: it ``ends`` the case, or he is tried again after ``again`` (of the
    promised day's begin, where one is asked). ``reached`` says that the debtor himself was spoken to; ``results`` are
    the ends of a dial that make the desk propose it.
    """

    key: str
    names: Mapping[Language, str]
    ends: bool = False
    again: timedelta = timedelta()
    asks: Asks = Asks.NOTHING
    reached: bool = False
    results: frozenset[DialResult] = frozenset()


def _outcome(key: str, *names: str, **more: object) -> Outcome:
    return Outcome(key, dict(zip(Language, names, strict=True)), **more)  # type: ignore[arg-type]


USUAL_OUTCOMES: Final = (
    _outcome("paid", "Bezahlt", "Paid", "Pagado", "Payé", ends=True, reached=True),
    _outcome(
        "promise",
        *("Zahlungszusage", "Promise to pay", "Promesa de pago", "Promesse de paiement"),
        asks=Asks.DAY,
        again=timedelta(days=3),
        reached=True,
    ),
    _outcome(
        "later",
        *("Später anrufen", "Call again later", "Llamar más tarde", "Rappeler plus tard"),
        asks=Asks.TIME,
    ),
    _outcome(
        "not_reached",
        *("Nicht erreicht", "Not reached", "No localizado", "Pas joint"),
        again=timedelta(hours=4),
        results=frozenset({DialResult.NO_ANSWER, DialResult.SWITCHED_OFF, DialResult.DECLINED}),
    ),
    _outcome(
        "busy",
        *("Besetzt", "Busy", "Comunica", "Occupé"),
        again=timedelta(minutes=30),
        results=frozenset({DialResult.BUSY}),
    ),
    _outcome(
        "wrong_number",
        *("Falsche Nummer", "Wrong number", "Número equivocado", "Faux numéro"),
        ends=True,
        results=frozenset({DialResult.WRONG_NUMBER}),
    ),
    _outcome(
        "dispute",
        *("Forderung bestritten", "Disputed", "Deuda impugnada", "Créance contestée"),
        ends=True,
        reached=True,
    ),
    _outcome(
        "refused",
        "Zahlung verweigert",
        "Refused to pay",
        "Se niega",
        "Refus",
        ends=True,
        reached=True,
    ),
    _outcome("died", "Verstorben", "Died", "Fallecido", "Décédé", ends=True),
)
"""What a tenant has that names none of its own, in the order of their keys."""


UNDIALLABLE: Final = "undiallable"
"""The outcome of a case whose number is never to be dialled, and never was."""

BARRED: Final = "barred"
"""An open case's outcome as long as the brand's file leaves out the country or the kind of its number."""

UNRECORDED: Final = _outcome(
    "unrecorded",
    *("Nicht erfasst", "Not recorded", "Sin registrar", "Non saisi"),
    again=timedelta(hours=4),
)
"""What came of an attempt whose agent went away without saying it."""


def proposed(outcomes: tuple[Outcome, ...], result: DialResult | None) -> Outcome | None:
    """What the desk proposes after a dial that ended so; None where an agent must say it."""
    return next((one for one in outcomes if result in one.results), None)
