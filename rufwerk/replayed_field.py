"""The digest of the waiting field as the log leaves it: the same log has the same, wherever it is replayed."""

import json
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

from actions import read_log
from cti.routing import snapshot
from cti.routing.engine import replay
from domain.fact import Fact
from domain.ports import Transactions
from rufwerk import wiring


def digest_of_field(url: str, until: int) -> str:
    """After the facts up to ``until``. Raises StorageDown, StorageFault or UnknownFact."""
    with closing(wiring.transactions_at(url)) as transactions:
        field = replay(_facts(transactions, until))
    values = json.loads(snapshot.write(field))
    values["first"].sort()  # of each group of queues; they have no order
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _facts(transactions: Transactions, until: int) -> Iterator[Fact]:
    for fact in read_log.facts(transactions):
        if fact.seq > until:
            return
        yield fact
