"""Keeps what figures are aggregated over up with the log, beside all else that jobs do."""

import asyncio
from typing import Final

import structlog

from cti.routing import snapshot
from cti.routing.projecting import follow
from cti.routing.state import Field
from domain.facts import UnknownFact
from domain.ports import StorageDown, Transactions
from reporting.projecting import Following, Projecting
from storage.errors import StorageFault

log = structlog.get_logger()

_LOOK_S: Final = 1.0


def projecting(transactions: Transactions) -> Projecting[Field]:
    """What counts as an answer in a report is what counted when the call was routed."""
    following = Following(Field(), follow, snapshot.write, snapshot.read)
    return Projecting(transactions, following)


class FigureKeeping:
    """Follows the log, a batch after another, in a thread."""

    def __init__(self, projecting: Projecting[Field]) -> None:
        self._projecting = projecting

    async def run(self) -> None:
        while True:
            if not await asyncio.to_thread(self._turn):
                await asyncio.sleep(_LOOK_S)

    def _turn(self) -> bool:
        try:
            return self._projecting.step()
        except (StorageDown, StorageFault, UnknownFact) as error:
            log.warning("figures not kept up", reason=str(error))
            return False
