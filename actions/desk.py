"""What every action at the desk begins with: whether the actor may, and whose call it belongs to."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from actions.why_not import What, WhyNot
from domain.customer_note import CustomerNote, ParticipantBlock
from domain.denial import Denied
from domain.errand import Errand
from domain.fact import Fact, Origin
from domain.free_text import UnfitText, read_text
from domain.ids import AgentId, CallId, ParticipantId, TenantId
from domain.participant import Membership, Participant
from domain.person import Actor, Person, Role
from domain.ports import Clock, Transactions, UnitOfWork
from domain.service_record import RecordField, ServiceRecord
from domain.tenant import Tenant, TenantBook

ReadPhone = Callable[[str, str], str | None]
"""(as written, country): the number in E.164, None where it is none."""

Id = TypeVar("Id", bound=str)
Written = TypeVar("Written", CustomerNote, Errand, ParticipantBlock, ServiceRecord)

_KEY: Final = re.compile(r"[!-~]{1,200}")
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class DeskError(Denied):
    """It isn't done; the message says why, and what to do. No retry helps."""


class NotYours(DeskError):
    """There is none, or he may not know of it: the message is the same."""

    def __init__(self) -> None:
        super().__init__(WhyNot.NOT_YOURS)


class NoSuchCall(DeskError):
    def __init__(self) -> None:
        super().__init__(WhyNot.NO_SUCH_CALL)


class NotYourRole(DeskError):
    """Only a team lead may."""

    def __init__(self) -> None:
        super().__init__(WhyNot.NOT_YOUR_ROLE)


class IdTaken(DeskError):
    """Somebody has used this id for something else, or the second click says something else than the first."""

    def __init__(self) -> None:
        super().__init__(WhyNot.ID_TAKEN)


@dataclass(frozen=True, slots=True)
class Desk:
    """``book`` is asked each time, so that changed files count from the next action."""

    transactions: Transactions
    clock: Clock
    book: Callable[[], TenantBook]

    def tenants(self, uow: UnitOfWork, person: Person) -> list[Tenant]:
        """Those whose participants he may look at."""
        tenants = self.book().tenants.values()
        if person.role is not Role.AGENT:
            return [tenant for tenant in tenants if tenant.is_served_by(person.role, ())]
        agent = uow.agents.get(AgentId(person.id))
        skills = {} if agent is None else agent.skills
        return [tenant for tenant in tenants if tenant.is_served_by(person.role, skills)]

    def tenant(self, uow: UnitOfWork, person: Person, tenant: TenantId | None) -> Tenant:
        """Raises NotYours where he may not serve it."""
        found = next((one for one in self.tenants(uow, person) if one.id == tenant), None)
        if found is None:
            raise NotYours
        return found

    def tenant_of_call(self, uow: UnitOfWork, person: Person, call: CallId) -> Tenant:
        """Raises DeskError where there is no such call, NotYours where he may not serve its brand."""
        return self.tenant(uow, person, first_of(uow, call).origin.tenant)

    def participant(self, uow: UnitOfWork, person: Person, of: ParticipantId) -> Participant:
        """Raises NotYours where there is none whom he may serve."""
        found = uow.participants.get(checked_key(of))
        if found is None or found.membership not in {Membership.ACTIVE, Membership.LEFT}:
            raise NotYours
        self.tenant(uow, person, found.tenant)
        return found

    def origin(
        self, uow: UnitOfWork, actor: Actor, tenant: TenantId, call: CallId | None
    ) -> Origin:
        """What a fact is written under: the call it was done in, if any, which must be the tenant's.

        Raises DeskError.
        """
        if call is None:
            return Origin(tenant, None, actor.logged_as)
        of_call = first_of(uow, call).origin
        if of_call.tenant != tenant:
            raise DeskError(WhyNot.OTHER_BRANDS_CALL)
        return replace(of_call, actor=actor.logged_as)


def first_of(uow: UnitOfWork, call: CallId) -> Fact:
    """The first fact of a call. Raises NoSuchCall where the log has none."""
    for fact in uow.facts.read(limit=1, call=checked_key(call)):
        return fact
    raise NoSuchCall


def same_as(known: Written, again: Written, *since: str) -> Written:
    """``known``, which the first click has written, where ``again`` says the same and is the same person's; ``since``
    names the fields that may have changed in between.

    Raises IdTaken.
    """
    then: dict[str, Any] = {name: getattr(known, name) for name in ("signature", *since)}
    as_then = replace(again, **then)
    if as_then != known or again.signature.by != known.signature.by:
        raise IdTaken
    return known


def checked_id(written: Id) -> Id:
    """An id that a page has made, as UUIDs are written: nothing else may get into a fact. Raises DeskError."""
    if not _ID.fullmatch(written):
        raise DeskError(WhyNot.NO_ID)
    return written


def checked_key(written: Id) -> Id:
    """An id of ours, to look something up by: nothing that a database chokes on. Raises NotYours."""
    if not _KEY.fullmatch(written):
        raise NotYours
    return written


def checked_text(what: What, written: str, read: Callable[[str], str] = read_text) -> str:
    """Free text, fit to be kept, as ``read`` reads it. Raises DeskError."""
    try:
        return read(written)
    except UnfitText as error:
        raise unfit(what, error) from None


def unfit(what: What | RecordField, error: UnfitText) -> DeskError:
    """That it can't be kept as it was written."""
    return DeskError(WhyNot[f"TEXT_{error.fault.name}"], what=what, longest=error.longest)
