"""What figures are aggregated over, as it follows from a random day in the field, with what a portal and a desk add."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cti.routing.projecting import follow
from cti.routing.state import Field
from domain.fact import Fact
from domain.field_facts import Side
from domain.ids import AgentId, CallerId, CallId, CaseId, ListId, ParticipantId, RecordId, TenantId
from domain.language import Language
from domain.portal_facts import DialogEnd
from domain.projection import (
    Arrival,
    Attempt,
    CaseOff,
    LineGone,
    PortalLeft,
    PortalStep,
    Row,
    ServiceDone,
    Visit,
)

OUTCOMES = ("promise", "paid", "nobody", "mailbox")
_SERVICES = ((None, None), ("letter", "2.50 EUR"), ("letter", None), ("card", "1 EUR"))


def rows_by_fact(log: Sequence[Fact], seed: int) -> list[tuple[Row, ...]]:
    """A tuple for each fact of the day, as ``follow`` gives them, others between."""
    field, rng, made = Field(), random.Random(seed), list[tuple[Row, ...]]()
    more = _More(rng)
    for fact in log:
        field, rows = follow(field, fact)
        told = [more.told_apart(row) for row in rows]
        for row in told:
            made += [(one,) for one in more.before(row)]
        made.append(tuple(told))
        made += [(one,) for one in more.at_the_desk(fact.at)]
    return made


class _More:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._count = 0
        self._records: list[RecordId] = []

    def told_apart(self, row: Row) -> Row:
        """Some whom we know are known by their number alone."""
        if isinstance(row, Visit) and self._rng.random() < 0.5:
            return replace(row, participant=None)
        return row

    def before(self, row: Row) -> Iterator[Row]:
        """What a caller does in the portal before he enters the field; now and then another one, who never does."""
        if not isinstance(row, Visit) or row.dialled is not None:
            return
        yield from self._portal(row.call, row.tenant, row.at, handed_over=True)
        self._count += 1
        yield from self._portal(CallId(f"s-{self._count}"), row.tenant, row.at, handed_over=False)

    def _portal(
        self, call: CallId, tenant: TenantId, at: datetime, *, handed_over: bool
    ) -> Iterator[Row]:
        rng = self._rng
        caller = rng.choice((None, CallerId(f"c{rng.randrange(12)}")))
        arrived = at - timedelta(seconds=rng.uniform(20, 60))
        yield Arrival(call, tenant, rng.choice(("main", "second")), caller, arrived)
        for _ in range(rng.randrange(4)):
            arrived += timedelta(seconds=rng.uniform(1, 5))
            yield PortalStep(
                call,
                arrived,
                rng.choice((None, *Language)),
                rng.choice((None, ParticipantId(f"p{rng.randrange(50)}"))),
                told := rng.random() < 0.3,
                told or rng.random() < 0.2,
            )
        if handed_over:
            yield PortalStep(call, at, handed_over=True)
        for _ in range(rng.randrange(3)):
            end = DialogEnd.HANDOVER if handed_over else rng.choice(list(DialogEnd))
            yield PortalLeft(call, at, end, rng.choice((None, "welcome", "menu")))
        if not handed_over:
            yield LineGone(call, at, rng.choice(list(Side)))
            yield LineGone(call, at + timedelta(seconds=1), Side.NETWORK)

    def at_the_desk(self, at: datetime) -> Iterator[Row]:
        rng = self._rng
        tenant = TenantId(rng.choice(("alpenrad", "maison-lune")))
        case = CaseId(f"case-{tenant}-{rng.randrange(40)}")
        if rng.random() < 0.1:
            reached, counts, ends = (rng.random() < 0.5 for _ in range(3))
            of, agent = ListId(f"{tenant}-{rng.randrange(3)}"), AgentId(rng.choice(("eva", "tom")))
            outcome = rng.choice(OUTCOMES)
            yield Attempt(None, tenant, of, case, agent, at, outcome, reached, counts, ends)
        if rng.random() < 0.02:
            yield CaseOff(case, at)
        if rng.random() < 0.1:
            self._count += 1
            record, corrects = RecordId(f"r-{self._count}"), None
            if self._records and rng.random() < 0.3:
                corrects = self._records.pop(rng.randrange(len(self._records)))
            self._records.append(record)
            call = CallId(f"s-{self._count}")
            service, price = rng.choice(_SERVICES)
            yield ServiceDone(record, call, tenant, "eva", at, service, price, corrects)
