"""Whether somebody tries one PIN on many accounts, as the doctor tells it."""

from contextlib import closing
from datetime import timedelta
from typing import Final

from domain.health import Condition, Finding
from domain.ports import StorageDown
from rufwerk import wiring
from rufwerk.settings import Settings
from storage.errors import StorageFault

_PART: Final = "PINs"
_HEEDED: Final = timedelta(hours=24)
"""Who comes in the morning is to see what the night brought."""


def examine(settings: Settings) -> Finding:
    """A spray is a warning: such a PIN opens nothing, but somebody is at work."""
    try:
        with closing(wiring.transactions(settings)) as transactions, transactions.read() as uow:
            sprays = uow.facts.sprays(wiring.utc_now() - _HEEDED)
    except (StorageDown, StorageFault):
        return Finding(
            _PART, Condition.WELL, "not examined"
        )  # the doctor tells of the database elsewhere
    if not sprays:
        return Finding(_PART, Condition.WELL, "none is tried on many accounts")
    whose = ", ".join(
        f"{tenant} at {at:%Y-%m-%d %H:%M} UTC" for tenant, at in sorted(sprays.items())
    )
    return Finding(
        _PART,
        Condition.WARNING,
        f"one PIN was tried on many accounts: {whose}",
        "It opens none of them. See PinSprayed in rufwerk facts, and have the carrier trace the calls.",
    )
