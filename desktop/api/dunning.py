"""Debtors rung for an agent: her one case, her dial, what came of it, and what she has promised.

What he owes, and his reference, are told only once she has said that she speaks to him.
"""

from datetime import date
from typing import Annotated, Final

from aiohttp import web
from msgspec import Meta, structs

from actions.lease_case import GiveBack, NextCase, NothingDue
from actions.read_debts import Board, MyCase
from actions.take_batch import BATCH, TakeBatch
from actions.work_case import ConfirmDebtor, RecordAttempt, Said
from desktop.agent.deeds import Counterwork
from desktop.api.agents import Dialled
from desktop.api.operations import DESK, Asked, Given, Operation, Shape, operation
from desktop.api.shapes import Done, Id, Instant, Line, shaped
from domain.dunning import CaseState
from domain.ids import AgentId, CaseId, TenantId
from domain.language import Language
from domain.outcome import Asks

Fence = Annotated[int, Meta(ge=1, le=10**9, description="As the case came with it.")]


class Debtor(Shape):
    """``phone`` is E.164."""

    name: str
    phone: str
    customer_number: str
    address: str
    zip_code: str | None
    country: str | None
    reference: str | None


class Debt(Shape):
    """``amount`` in minor units of ``currency`` (ISO 4217)."""

    amount: int
    currency: str
    due: date | None


class Tried(Shape):
    """An attempt that was made; ``reached``: the debtor himself was spoken to."""

    call: Id
    agent: Id
    at: Instant
    outcome: str | None
    reached: bool
    promised: date | None
    remark: str


class OutcomeToChoose(Shape):
    """``asks``: what has to be told with it."""

    key: str
    names: dict[Language, str]
    asks: Asks


class DebtorsCase(Shape):
    """``languages`` are those he probably speaks, the likeliest first; ``reason`` is why this case came; ``call`` is
    the agent's attempt that has no outcome yet, and ``proposed`` what its end speaks for.
    """

    id: Id
    list: Id
    tenant: Id
    fence: int
    debtor: Debtor
    languages: tuple[Language, ...]
    attempts: int
    limit: int
    reason: tuple[str, ...]
    before: tuple[Tried, ...]
    call: Id | None
    debt: Debt | None
    outcomes: tuple[OutcomeToChoose, ...] = ()
    proposed: str | None = None


class NextOne(Shape):
    """Without ``case`` none is due; with ``more`` not all were looked at, so ask again."""

    case: DebtorsCase | None
    more: bool = False


class ForBrand(Given):
    tenant: Id


class BatchToTake(Given):
    tenant: Id
    count: Annotated[int, Meta(ge=1, le=BATCH)]


class BatchTaken(Shape):
    """``until`` then they are hers, if nothing came of them before."""

    taken: int
    until: Instant


class OfCase(Given):
    """Her case, of this lease."""

    case: Id
    fence: Fence


class AttemptToRecord(OfCase, kw_only=True):
    """``day`` is by when he promised to pay; ``due`` when he wants to be rung again, or ``when`` in words, such as
    ``evenings``. ``mine`` keeps the case for her, with a ``substitute`` if she isn't there.
    """

    outcome: Line
    day: date | None = None
    due: Instant | None = None
    when: Annotated[str, Meta(max_length=100)] = ""
    mine: bool = False
    substitute: Id | None = None
    remark: Annotated[str, Meta(max_length=4000)] = ""


class CaseAfter(Shape):
    """As it stands once its outcome is recorded; ``due``: when he is tried again, while it is open."""

    id: Id
    state: CaseState
    outcome: str | None
    attempts: int
    limit: int
    due: Instant


class Promised(Shape):
    """A case that ``agent`` has promised to see to, from ``due`` on."""

    case: Id
    tenant: Id
    name: str
    due: Instant
    agent: Id
    promised: date | None


class Promises(Shape):
    """Hers and those that she stands in for, the soonest first; ``batch`` are how many more she has in batches."""

    cases: tuple[Promised, ...]
    batch: int


@operation("GET", "/agents/{agent}/case", DESK)
async def read_case(asked: Asked) -> DebtorsCase:
    """The debtor's case that she works on"""
    return await _there(asked)


@operation("POST", "/agents/{agent}/case", DESK)
async def next_case(asked: Asked, given: ForBrand) -> NextOne:
    """Give her the one case that is next, or the one she has"""
    take = NextCase(_work(asked).debts)
    found = await _work(asked).run(lambda: take(asked.for_agent, TenantId(given.tenant)))
    if isinstance(found, NothingDue):
        return NextOne(case=None, more=found.more)
    return NextOne(case=await _case(asked))


@operation("POST", "/agents/{agent}/case/dial", DESK)
async def dial_debtor(asked: Asked, given: OfCase) -> Dialled:
    """Ring her phone, and then the debtor. What comes of it shows in the events"""
    floor = asked.reach.floor
    await asked.reach.check_call(floor.door.row(AgentId(asked.named["agent"])))
    call = await floor.dial_debtor(asked.for_agent, CaseId(given.case), given.fence)
    return Dialled(call=call)


@operation("POST", "/agents/{agent}/case/confirm", DESK)
async def confirm_debtor(asked: Asked, given: OfCase) -> DebtorsCase:
    """She says that she speaks to the debtor, and so is told what he owes"""
    confirm = ConfirmDebtor(_work(asked).debts)
    actor, case = asked.for_agent, CaseId(given.case)
    await _work(asked).run(lambda: confirm(actor, case, given.fence))
    return await _there(asked)


@operation("POST", "/agents/{agent}/case/outcome", DESK)
async def record_attempt(asked: Asked, given: AttemptToRecord) -> CaseAfter:
    """Record what came of her attempt; the case is hers no more"""
    record = RecordAttempt(_work(asked).debts)
    actor, case = asked.for_agent, CaseId(given.case)
    said = Said(
        given.outcome,
        given.day,
        given.due,
        when=given.when,
        mine=given.mine,
        substitute=None if given.substitute is None else AgentId(given.substitute),
        remark=given.remark,
    )
    after = await _work(asked).run(lambda: record(actor, case, given.fence, said))
    return shaped(CaseAfter, after)


@operation("POST", "/agents/{agent}/case/give_back", DESK)
async def give_back_case(asked: Asked, given: OfCase) -> Done:
    """Anybody may have it again"""
    give_back = GiveBack(_work(asked).debts)
    actor, case = asked.for_agent, CaseId(given.case)
    await _work(asked).run(lambda: give_back(actor, case, given.fence))
    return Done()


@operation("POST", "/agents/{agent}/batch", DESK)
async def take_batch(asked: Asked, given: BatchToTake) -> BatchTaken:
    """Keep cases for her until the brand's day ends"""
    take = TakeBatch(_work(asked).debts)
    actor, tenant = asked.for_agent, TenantId(given.tenant)
    return shaped(BatchTaken, await _work(asked).run(lambda: take(actor, tenant, given.count)))


@operation("GET", "/agents/{agent}/promises", DESK)
async def read_promises(asked: Asked) -> Promises:
    """What she has promised debtors, and what she stands in for"""
    board = Board(_work(asked).debts)
    return shaped(Promises, await _work(asked).run(lambda: board(asked.for_agent)))


def _work(asked: Asked) -> Counterwork:
    return asked.reach.floor.work


async def _there(asked: Asked) -> DebtorsCase:
    found = await _case(asked)
    if found is None:
        raise web.HTTPNotFound(text="She has no case before her. Ask for the next one.")
    return found


async def _case(asked: Asked) -> DebtorsCase | None:
    """Hers, where the program may know of its brand."""
    work = _work(asked)
    hand = await work.run(lambda: MyCase(work.debts)(asked.for_agent))
    if hand is None:
        return None
    tenant = work.desk.book().tenants[hand.case.tenant]
    outcomes = () if tenant.dunning is None else tenant.dunning.outcomes
    return structs.replace(
        shaped(DebtorsCase, hand.case),
        outcomes=tuple(shaped(OutcomeToChoose, one) for one in outcomes),
        proposed=None if hand.proposed is None else hand.proposed.key,
    )


OPERATIONS: Final[tuple[Operation, ...]] = (
    read_case,
    next_case,
    dial_debtor,
    confirm_debtor,
    record_attempt,
    give_back_case,
    take_batch,
    read_promises,
)
