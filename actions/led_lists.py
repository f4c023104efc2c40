"""Clients' lists of debtors and their cases, for who leads them; to others there are none."""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.desk import DeskError, NotYourRole, checked_key
from actions.dunning_desk import DunningDesk
from actions.why_not import WhyNot
from domain.dunning import Case, CaseList
from domain.dunning_profile import Dunning
from domain.ids import CaseId, ListId, TenantId
from domain.person import MAY_LEAD, Actor
from domain.ports import UnitOfWork
from domain.tenant import Tenant


class NoSuchList(DeskError):
    """There is none, or no such case, or he may not know of it: the message is the same."""

    def __init__(self) -> None:
        super().__init__(WhyNot.NO_SUCH_LIST)


@dataclass(frozen=True, slots=True)
class FindList:
    on: DunningDesk

    def __call__(self, actor: Actor, of: ListId) -> CaseList:
        """Raises DeskError or StorageDown."""
        with self.on.desk.transactions.read() as uow:
            return list_led(self.on, uow, actor, of)


def leads(on: DunningDesk, actor: Actor, tenant: TenantId) -> tuple[Tenant, Dunning]:
    """The tenant whose debtors' calls he leads. Raises DeskError where he doesn't."""
    if actor.person.role not in MAY_LEAD:
        raise NotYourRole
    found = on.desk.book().tenants.get(tenant)
    if found is None or found.dunning is None:
        raise NoSuchList
    return found, found.dunning


def list_led(on: DunningDesk, uow: UnitOfWork, actor: Actor, of: ListId) -> CaseList:
    """Raises DeskError where there is none that he leads."""
    found = uow.case_lists.get(checked_key(of))
    if found is None:
        raise NoSuchList
    leads(on, actor, found.tenant)
    return found


def case_led(on: DunningDesk, uow: UnitOfWork, actor: Actor, case: CaseId) -> Case:
    """Raises DeskError where there is none that he leads."""
    found = uow.cases.get(checked_key(case))
    if found is None:
        raise NoSuchList
    leads(on, actor, found.tenant)
    return found


def all_of(uow: UnitOfWork, of: ListId) -> Sequence[Case]:
    """All cases of a list, by id."""
    found: list[Case] = []
    while more := uow.cases.of_list(of, found[-1].id if found else ""):
        found += more
    return found
