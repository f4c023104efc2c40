"""Take from the outbox what is due."""

from datetime import datetime, timedelta
from typing import Final

from domain.outbox import Entry
from domain.ports import Transactions

LEASE: Final = timedelta(minutes=15)
"""What was taken and not settled by then is taken again: whoever took it is dead."""


def take_due(transactions: Transactions, channel: str, now: datetime) -> Entry | None:
    """The channel's first that is due; None where there is none. Raises StorageDown."""
    with transactions.read() as uow:  # without the writers' lock, which is calls' first
        if not uow.outbox.is_due(channel, now):
            return None
    with transactions.write() as uow:
        entry = uow.outbox.take(channel, now, now + LEASE)
        uow.commit()
    return entry
