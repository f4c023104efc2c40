"""How the portal is, as the doctor tells it."""

from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from typing import Final

from domain.health import Condition, Finding
from domain.ids import TenantId
from rufwerk import wiring
from rufwerk.portal_probe import ask_portal
from rufwerk.settings import Settings

Refused = Mapping[TenantId | None, int]
"""Calls for which no place was free, by the tenant whose limit was reached; None: the house's."""

_PART: Final = "Portal"
_MINUTES: Final = 10


def refused(settings: Settings) -> Refused:
    """In the last minutes. Raises StorageDown or StorageFault."""
    since = wiring.utc_now() - timedelta(minutes=_MINUTES)
    with closing(wiring.transactions(settings)) as transactions, transactions.read() as uow:
        return uow.facts.refused_since(since)


def examine(settings: Settings, refused: Refused) -> Finding:
    """Whether it serves calls; too few places are a warning. Raises OSError where it doesn't answer."""
    port = settings.agi.port
    ask_portal(port)
    detail = f"takes calls on port {port}"
    if not refused:
        return Finding(_PART, Condition.WELL, detail)
    detail += f"; {sum(refused.values())} refused in the last {_MINUTES} minutes: no place was free"
    brands = ", ".join(sorted(tenant for tenant in refused if tenant is not None))
    limits = ([f"agi.max_calls ({settings.agi.max_calls})"] if None in refused else []) + (
        [f"most_calls of {brands}"] if brands else []
    )
    remedy = f"Raise {' and '.join(limits)} if this machine can bear it."
    return Finding(_PART, Condition.WARNING, detail, remedy)
