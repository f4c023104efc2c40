"""What a waiting caller is told in each scenario, and what became of him."""

from domain.field_facts import CallBackAsked
from tests.scenarios.portal import Call, Exchange

ANNAS = "+491713920001"
MENU = "field.call_back:de, field.balance:de, field.or_wait:de"
STANDING = "field.ahead:de 2 many, field.wait_60_180:de"
THIRD = {"wait_position": "3", "wait_least_s": "60", "wait_most_s": "180"}


def goes_on(visit: Call) -> bool:
    """Whether the dialplan was sent back to the music, and the log says nothing of an end."""
    return visit.variables["AGIDONE"] == "waiting" and "DialogLeft" not in visit.kinds


def number_to_ring(exchange: Exchange, visit: Call) -> str | None:
    (asked,) = (fact for fact in visit.facts if isinstance(fact, CallBackAsked))
    with exchange.transactions.read() as uow:
        return uow.callers.number_of(asked.caller)
