"""Read what an agent is shown as a call is offered to her."""

from dataclasses import dataclass, field

from actions import read_log
from domain.ids import AgentId, CallId
from domain.participant import Participant
from domain.ports import Transactions, UnitOfWork
from domain.screen_pop import ScreenPop, screen_pop


@dataclass(frozen=True, slots=True)
class Popped:
    """``number`` is the caller's in E.164, None where it is withheld; ``people`` are who he is or, as long as nobody
    knows, the participants with this number.
    """

    pop: ScreenPop
    number: str | None = field(repr=False)
    people: tuple[Participant, ...]


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
            return Popped(pop, number, _people(uow, pop, number))


def _people(uow: UnitOfWork, pop: ScreenPop, number: str | None) -> tuple[Participant, ...]:
    if pop.participant is not None:
        known = uow.participants.get(pop.participant)
        return () if known is None else (known,)
    return tuple(uow.participants.by_phone(pop.tenant, number)) if number else ()
