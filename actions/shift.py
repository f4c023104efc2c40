"""An agent's working day, as she and her team lead shape it.

``by`` is who asks, an agent's or a team lead's id; it is the fact's actor. Whether a wish fits the moment, the waiting
field knows: here the rows are checked, and a fact that doesn't fit changes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.why_not import WhyNot
from domain.agent import MISSED, SIGNED_IN, read_skills, write_skills
from domain.denial import Denied
from domain.dial_facts import DialCancelled
from domain.fact import Body, Origin
from domain.field_facts import (
    ControlAsked,
    EndedBy,
    ListeningAsked,
    PauseAsked,
    PrioritySet,
    SignedIn,
    SignOutAsked,
    SkillsSet,
    WentReady,
    WrapUpEnded,
)
from domain.ids import AgentId, CallId, Phone, TenantId
from domain.ports import Clock, KnownAgent, Transactions, UnitOfWork

_REASON = re.compile(r"[a-z][a-z_]{0,30}")


class ShiftError(Denied):
    """It can't be done as asked; the message says what to do. No retry helps."""


class UnknownAgent(ShiftError):
    def __init__(self) -> None:
        super().__init__(WhyNot.UNKNOWN_AGENT)


class UnfitReason(ShiftError):
    def __init__(self, reason: str) -> None:
        super().__init__(WhyNot.UNFIT_PAUSE, reason=reason, signed_in=SIGNED_IN, missed=MISSED)


class UnfitSkills(ShiftError):
    def __init__(self, fault: str, written: Sequence[str]) -> None:
        super().__init__(WhyNot.UNFIT_SKILLS, fault=fault, written=", ".join(written))


@dataclass(frozen=True, slots=True)
class FindAgent:
    transactions: Transactions

    def __call__(self, name: str) -> KnownAgent:
        """The agent of this name. Raises UnknownAgent or StorageDown."""
        with self.transactions.read() as uow:
            agent = uow.agents.by_name(name)
        if agent is None:
            raise UnknownAgent
        return agent


@dataclass(frozen=True, slots=True)
class ListAgents:
    transactions: Transactions

    def __call__(self) -> Sequence[KnownAgent]:
        """All of them, signed in or not. Raises StorageDown."""
        with self.transactions.read() as uow:
            return tuple(uow.agents.all())


@dataclass(frozen=True, slots=True)
class _Wish:
    """One fact about an agent whom there must be."""

    transactions: Transactions
    clock: Clock

    def _note(self, by: str, agent: AgentId, body: Body) -> None:
        with self.transactions.write() as uow:
            _known(uow, agent)
            _append(uow, self.clock, by, body)


@dataclass(frozen=True, slots=True)
class SignIn(_Wish):
    """Signs an agent in at a phone, with the skills of her row; she is paused at first."""

    def __call__(self, by: str, agent: AgentId, phone: Phone, *, in_page: bool = False) -> None:
        """``in_page`` says that she can record what she does. Raises UnknownAgent or StorageDown."""
        with self.transactions.write() as uow:
            skills = write_skills(_known(uow, agent).skills)
            _append(uow, self.clock, by, SignedIn(agent, phone, skills, in_page))


@dataclass(frozen=True, slots=True)
class SignOut(_Wish):
    """In force at once, or in a call after wrap-up."""

    def __call__(self, by: str, agent: AgentId) -> None:
        """Raises UnknownAgent or StorageDown."""
        self._note(by, agent, SignOutAsked(agent))


@dataclass(frozen=True, slots=True)
class GoReady(_Wish):
    """Takes calls from now on; wrap-up and a pause asked for in a call end."""

    def __call__(self, by: str, agent: AgentId) -> None:
        """Raises UnknownAgent or StorageDown."""
        self._note(by, agent, WentReady(agent))


@dataclass(frozen=True, slots=True)
class Pause(_Wish):
    """In force at once, or in a call after wrap-up."""

    def __call__(self, by: str, agent: AgentId, reason: str) -> None:
        """``reason`` is a key and no free text. Raises UnfitReason, UnknownAgent or StorageDown."""
        if not _REASON.fullmatch(reason) or reason in {SIGNED_IN, MISSED}:
            raise UnfitReason(reason)
        self._note(by, agent, PauseAsked(agent, reason))


@dataclass(frozen=True, slots=True)
class EndWrapUp(_Wish):
    """Wrap-up is over; a pause asked for in the call begins."""

    def __call__(self, by: str, agent: AgentId, call: CallId) -> None:
        """``call`` is what was wrapped up. Raises UnknownAgent or StorageDown."""
        with self.transactions.write() as uow:
            _known(uow, agent)
            first = next(uow.facts.read(limit=1, call=call), None)
            origin = Origin(None, call, by) if first is None else replace(first.origin, actor=by)
            uow.facts.append(origin, self.clock(), WrapUpEnded(agent, EndedBy.AGENT))
            uow.commit()


@dataclass(frozen=True, slots=True)
class SetSkills(_Wish):
    """Gives an agent other skills, from now on and for those already waiting; row and fact in one transaction."""

    def __call__(self, by: str, agent: AgentId, written: Sequence[str]) -> None:
        """``written`` as ``read_skills`` reads it. Raises UnfitSkills, UnknownAgent or StorageDown."""
        try:
            skills = read_skills(written)
        except ValueError as error:
            raise UnfitSkills(str(error), written) from None
        with self.transactions.write() as uow:
            if not uow.agents.set_skills(agent, skills):
                raise UnknownAgent
            _append(uow, self.clock, by, SkillsSet(agent, write_skills(skills)))


@dataclass(frozen=True, slots=True)
class HandleCall:
    """What an agent wants done with the call she is in: hold, transfer, somebody asked in; or not any more."""

    transactions: Transactions
    clock: Clock

    def __call__(
        self, by: str, of: Origin, asked: ControlAsked | ListeningAsked | DialCancelled
    ) -> None:
        """``of`` is the call's origin. Raises StorageDown."""
        with self.transactions.write() as uow:
            uow.facts.append(replace(of, actor=by), self.clock(), asked)
            uow.commit()


@dataclass(frozen=True, slots=True)
class SetPriority:
    """Puts a waiting call ahead of others (above 0) or behind them (below 0); it counts at once."""

    transactions: Transactions
    clock: Clock

    def __call__(self, by: str, tenant: TenantId, call: CallId, priority: int) -> None:
        """Raises StorageDown."""
        with self.transactions.write() as uow:
            uow.facts.append(Origin(tenant, call, by), self.clock(), PrioritySet(priority))
            uow.commit()


def _known(uow: UnitOfWork, agent: AgentId) -> KnownAgent:
    found = uow.agents.get(agent)
    if found is None:
        raise UnknownAgent
    return found


def _append(uow: UnitOfWork, clock: Clock, by: str, body: Body) -> None:
    uow.facts.append(Origin(None, None, by), clock(), body)
    uow.commit()
