"""Write what came of an attempt: the attempt, its service record, the case, and the list once nothing of it is open."""

from dataclasses import replace
from datetime import datetime

from actions.dunning_desk import DunningDesk, how_it_went
from actions.record_service import fact_of
from domain.dunning import Attempt, Case, CaseState, ListState, Recorded, worked_on
from domain.dunning_facts import AttemptRecorded, ListChanged
from domain.ids import AgentId, PersonId, RecordId, TenantId
from domain.person import Actor, Signature
from domain.ports import UnitOfWork
from domain.service_record import ServiceRecord


def note_attempt(
    on: DunningDesk,
    uow: UnitOfWork,
    actor: Actor,
    case: Case,
    attempt: Attempt,
    recorded: Recorded,
) -> Case:
    """The case after what is ``recorded`` of an attempt, written with it and with the service record."""
    talked = recorded.outcome.reached or attempt.confirmed is not None
    reached = talked and how_it_went(uow, attempt.call).reached
    uow.attempts.change(
        replace(
            attempt,
            counts=recorded.counts,
            outcome=recorded.outcome.key,
            reached=reached,
            recorded=recorded.at,
            promised=recorded.day,
            remark=recorded.remark,
        )
    )
    after = worked_on(case, recorded, on.promised_from(case, recorded))
    if after.state is CaseState.OPEN:
        after = replace(after, due=on.clear.due(uow, after, after.due))
    uow.cases.change(after)
    ends = after.state is CaseState.CLOSED
    fact = AttemptRecorded(
        case.id,
        case.list,
        attempt.agent,
        recorded.outcome.key,
        reached,
        recorded.counts,
        ends,
        None if ends else after.due,
    )
    uow.facts.append(on.origin(actor, case.tenant, attempt.call), recorded.at, fact)
    _charge(on, uow, actor, case.tenant, attempt, recorded)
    if ends:
        close_list(on, uow, actor, case, recorded.at)
    return after


def close_list(on: DunningDesk, uow: UnitOfWork, actor: Actor, case: Case, now: datetime) -> None:
    """Its list is done once no case is open any more, though it is paused."""
    of = on.list_of(uow, case)
    if of.state not in {ListState.RUNNING, ListState.PAUSED} or uow.cases.has_open(of.id):
        return
    uow.case_lists.change(replace(of, state=ListState.DONE))
    fact = ListChanged(of.id, ListState.DONE)
    uow.facts.append(on.origin(actor, case.tenant), now, fact)


def _charge(
    on: DunningDesk,
    uow: UnitOfWork,
    actor: Actor,
    of: TenantId,
    attempt: Attempt,
    recorded: Recorded,
) -> None:
    """Each attempt that counts is a service record, by whoever made it; either way her call can be finished.

    The gate knows all brands, where the desk may be that of a program for another one: it takes back what has expired.
    """
    tenant = on.clear.book().tenants.get(of)
    dunning = None if tenant is None else tenant.dunning
    service = None
    if tenant is not None and dunning is not None and recorded.counts:
        service = tenant.service(dunning.service or "")
    hers = AgentId(actor.person.id) == attempt.agent
    by = actor.sign(recorded.at) if hers else Signature(PersonId(attempt.agent), None, recorded.at)
    record = ServiceRecord(
        id=RecordId(on.new_id()),
        tenant=of,
        call=attempt.call,
        participant=None,
        signature=by,
        service=None if service is None else service.key,
        price=None if service is None else service.price,
    )
    uow.service_records.add(record)
    uow.facts.append(on.origin(actor, of, attempt.call), recorded.at, fact_of(record))
