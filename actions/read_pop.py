"""Read what an agent is shown as a call is offered to her."""

from dataclasses import dataclass, field

from actions import read_log
from domain.call import Concern
from domain.ids import AgentId, CallId, CaseId, Skill
from domain.participant import Participant
from domain.ports import Transactions, UnitOfWork
from domain.screen_pop import ScreenPop, screen_pop


@dataclass(frozen=True, slots=True)
class Popped:
    """``number`` is the caller's in E.164, None where it is withheld; ``people`` are who he is or, as long as nobody
    knows, the participants with this number. ``debtor`` is who rings back, where he has said which case it is and she
    is trained for it: he is in ``people`` no more.
    """

    pop: ScreenPop
    number: str | None = field(repr=False)
    people: tuple[Participant, ...]
    debtor: "KnownDebtor | None" = None


@dataclass(frozen=True, slots=True)
class KnownDebtor:
    """His case as it may be seen before it is known whom she speaks to. ``reference`` is his customer number where he
    has none, ``colleague`` the name of who else works on it.
    """

    name: str = field(repr=False)
    reference: str = field(repr=False)
    attempts: int
    limit: int
    colleague: str | None


@dataclass(frozen=True, slots=True)
class ReadPop:
    transactions: Transactions

    def __call__(self, call: CallId, agent: AgentId) -> Popped | None:
        """None where there is no such call. Raises StorageDown."""
        pop = screen_pop(read_log.facts(self.transactions, call), agent)
        if pop is None:
            return None
        with self.transactions.read() as uow:
            number = None if pop.caller is None else uow.callers.number_of(pop.caller)
            debtor = None if pop.case is None else _debtor(uow, pop.case, agent)
            people = () if debtor is not None else _people(uow, pop, number)
            return Popped(pop, number, people, debtor)


def _debtor(uow: UnitOfWork, of: CaseId, agent: AgentId) -> KnownDebtor | None:
    case, who = uow.cases.get(of), uow.agents.get(agent)
    if case is None or who is None or Skill(Concern.DUNNING) not in who.skills:
        return None
    lease, debtor = case.lease, case.debtor
    holder = None if lease is None or lease.agent == agent else uow.agents.get(lease.agent)
    return KnownDebtor(
        debtor.name,
        debtor.reference or debtor.customer_number,
        case.attempts,
        case.limit,
        None if holder is None else holder.name,
    )


def _people(uow: UnitOfWork, pop: ScreenPop, number: str | None) -> tuple[Participant, ...]:
    if pop.participant is not None:
        known = uow.participants.get(pop.participant)
        return () if known is None else (known,)
    return tuple(uow.participants.by_phone(pop.tenant, number)) if number else ()
