"""Lists of debtors: how far each is, its cases by opaque ids, and what a team lead does about them."""

from datetime import date
from typing import Annotated, Final

from msgspec import Meta

from actions.change_list import ChangeList, ExtendLimit, Reassign, WithdrawCase
from actions.read_lists import PAGE, FindCases, ListNow, ListsLed, ReadProgress, stage_of
from desktop.api.operations import FLOOR, Asked, Given, Operation, Shape, operation
from desktop.api.reach import NoSuchAgent
from desktop.api.shapes import Done, Id, Instant, Line, Text
from domain.dunning import Case, CaseState, ListState
from domain.dunning_ports import Stage
from domain.ids import AgentId, CaseId, ListId


class AgentsShare(Shape):
    """What one agent has done for a list."""

    agent: Id
    attempts: int
    reached: int
    promises: int


class DebtorList(Shape):
    """A list; ``stages`` counts its cases, ``outcomes`` the closed ones among them. ``done_on`` is the day on which the
    last will be closed, as far as anybody can tell.
    """

    list: Id
    tenant: Id
    state: ListState
    attempts: int
    rejected: int
    imported: Instant
    stages: dict[Stage, int]
    outcomes: dict[str, int]
    done_on: date | None


class DebtorLists(Shape):
    lists: tuple[DebtorList, ...]


class ListProgress(Shape):
    """A list, and what each agent has done for it."""

    progress: DebtorList
    shares: tuple[AgentsShare, ...]


class DebtorCase(Shape):
    """A case; ``sheet`` and ``row`` are where it stands in the client's file. ``agent`` works on it, ``kept_for`` has
    promised to. ``due`` is when he may be rung next, absent where he isn't rung any more.
    """

    case: Id
    sheet: str
    row: int
    stage: Stage
    outcome: str | None
    attempts: int
    limit: int
    due: Instant | None
    agent: Id | None
    kept_for: Id | None


class DebtorCases(Shape):
    """A page of them, in the file's order; ``count`` is how many there are."""

    cases: tuple[DebtorCase, ...]
    count: int


class CasesSought(Given):
    """``first`` is the place, from 0, of the first one wanted; 50 come at once."""

    stage: Stage | None = None
    outcome: Line | None = None
    first: Annotated[int, Meta(ge=0, le=10_000_000)] = 0


class Reason(Given):
    reason: Text


class Limit(Given):
    """How many attempts may be made in all, and why."""

    limit: Annotated[int, Meta(ge=1, le=100)]
    reason: Text


class Assigned(Given):
    """Whose case it is from now on; none: anybody's."""

    agent: Id | None


@operation("GET", "/lists", FLOOR)
async def list_lists(asked: Asked) -> DebtorLists:
    """How far each list of debtors is, the newest first"""
    reach = asked.reach
    found = await reach.floor.work.run(lambda: ListsLed(reach.floor.work.debts)(reach.lead))
    return DebtorLists(lists=tuple(_list(one) for one in found))


@operation("GET", "/lists/{list}", FLOOR)
async def read_list(asked: Asked) -> ListProgress:
    """How far a list is, and what each agent has done for it"""
    reach, of = asked.reach, ListId(asked.named["list"])
    read = ReadProgress(reach.floor.work.debts)
    now, shares = await reach.floor.work.run(lambda: read(reach.lead, of))
    return ListProgress(
        progress=_list(now),
        shares=tuple(
            AgentsShare(
                agent=one.agent,
                attempts=one.attempts,
                reached=one.reached,
                promises=one.promises,
            )
            for _, one in shares
        ),
    )


@operation("GET", "/lists/{list}/cases", FLOOR)
async def list_cases(asked: Asked, given: CasesSought) -> DebtorCases:
    """The cases of a list, 50 at once"""
    assert PAGE == 50, "the document says so"
    reach, of = asked.reach, ListId(asked.named["list"])
    find = FindCases(reach.floor.work.debts, reach.floor.lists.read_phone)
    found = await reach.floor.work.run(
        lambda: find(reach.lead, of, "", given.stage, given.outcome, given.first)
    )
    return DebtorCases(
        cases=tuple(_case(one, stage_of(one, found.now)) for one in found.cases),
        count=found.count,
    )


@operation("POST", "/lists/{list}/pause", FLOOR)
async def pause_list(asked: Asked) -> Done:
    """Give nobody a case of it for now"""
    return await _change(asked, ListState.PAUSED)


@operation("POST", "/lists/{list}/go_on", FLOOR)
async def go_on_with_list(asked: Asked) -> Done:
    """Go on with a list that was paused"""
    return await _change(asked, ListState.RUNNING)


@operation("POST", "/lists/{list}/stop", FLOOR)
async def stop_list(asked: Asked) -> Done:
    """Stop a list for good"""
    return await _change(asked, ListState.STOPPED)


@operation("POST", "/cases/{case}/withdraw", FLOOR)
async def withdraw_case(asked: Asked, given: Reason) -> Done:
    """Ring a debtor no more, whoever works on it"""
    reach, case = asked.reach, CaseId(asked.named["case"])
    withdraw = WithdrawCase(reach.floor.work.debts)
    await reach.floor.work.run(lambda: withdraw(reach.lead, case, given.reason))
    return Done()


@operation("PUT", "/cases/{case}/limit", FLOOR)
async def extend_limit(asked: Asked, given: Limit) -> Done:
    """Allow more attempts; a case that was closed for want of them is open again"""
    reach, case = asked.reach, CaseId(asked.named["case"])
    extend = ExtendLimit(reach.floor.work.debts)
    await reach.floor.work.run(lambda: extend(reach.lead, case, given.limit, given.reason))
    return Done()


@operation("PUT", "/cases/{case}/agent", FLOOR)
async def reassign_case(asked: Asked, given: Assigned) -> Done:
    """Keep a case for one agent, or let anybody have it"""
    reach, case = asked.reach, CaseId(asked.named["case"])
    agent = None if given.agent is None else AgentId(given.agent)
    if agent is not None and agent not in await reach.agents():
        raise NoSuchAgent
    reassign = Reassign(reach.floor.work.debts)
    await reach.floor.work.run(lambda: reassign(reach.lead, case, agent))
    return Done()


async def _change(asked: Asked, state: ListState) -> Done:
    reach, of = asked.reach, ListId(asked.named["list"])
    change = ChangeList(reach.floor.work.debts)
    await reach.floor.work.run(lambda: change(reach.lead, of, state))
    return Done()


def _list(now: ListNow) -> DebtorList:
    """Without the file's name: what somebody wrote there isn't for these programs."""
    one = now.list
    return DebtorList(
        list=one.id,
        tenant=one.tenant,
        state=one.state,
        attempts=one.attempts,
        rejected=one.rejected,
        imported=one.imported,
        stages=dict(now.stages),
        outcomes=dict(now.outcomes),
        done_on=now.done_on,
    )


def _case(case: Case, stage: Stage) -> DebtorCase:
    """Without who it is, and without what he owes."""
    return DebtorCase(
        case=case.id,
        sheet=case.sheet,
        row=case.row,
        stage=stage,
        outcome=case.outcome,
        attempts=case.attempts,
        limit=case.limit,
        due=case.due if case.state is CaseState.OPEN else None,
        agent=None if case.lease is None else case.lease.agent,
        kept_for=None if case.reserved is None else case.reserved.agent,
    )


OPERATIONS: Final[tuple[Operation, ...]] = (
    list_lists,
    read_list,
    list_cases,
    pause_list,
    go_on_with_list,
    stop_list,
    withdraw_case,
    extend_limit,
    reassign_case,
)
