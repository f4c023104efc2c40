"""What happens to lists of debtors and their cases, as facts; names, numbers and sums stand in rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.dialling import Refusal
from domain.dunning import ListState
from domain.fact import Body
from domain.ids import AgentId, CaseId, ListId


class GivenBack(StrEnum):
    """Why an agent has a case no longer, though nothing was recorded."""

    BY_HER = "by_her"
    EXPIRED = "expired"
    TEAM_LEAD = "team_lead"


@dataclass(frozen=True, slots=True)
class ListImported(Body):
    list: ListId
    cases: int
    rejected: int


@dataclass(frozen=True, slots=True)
class ListRevised(Body):
    """A new edition of it came: ``new`` cases were added, ``changed`` are otherwise than before, ``withdrawn`` stand in
    it no more.
    """

    list: ListId
    new: int
    changed: int
    withdrawn: int
    rejected: int


@dataclass(frozen=True, slots=True)
class ListChanged(Body):
    """A team lead's wish; ``DONE`` follows by itself when no case is open any more."""

    list: ListId
    state: ListState


@dataclass(frozen=True, slots=True)
class CaseLeased(Body):
    """``reason`` says in words why this one; ``fence`` counts the case's leases."""

    case: CaseId
    list: ListId
    agent: AgentId
    fence: int
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseGivenBack(Body):
    case: CaseId
    agent: AgentId
    fence: int
    why: GivenBack


@dataclass(frozen=True, slots=True)
class DebtorConfirmed(Body):
    """She says that she speaks to the debtor, and so is shown what he owes."""

    case: CaseId
    agent: AgentId


@dataclass(frozen=True, slots=True)
class AttemptRecorded(Body):
    """What came of a call for a case. ``counts`` is false where his telephone was never rung; ``ends`` says that the
    case is closed, else he is tried from ``due`` on.
    """

    case: CaseId
    list: ListId
    agent: AgentId
    outcome: str
    reached: bool
    counts: bool
    ends: bool
    due: datetime | None


@dataclass(frozen=True, slots=True)
class CaseUndiallable(Body):
    """It is closed without a call: its number is never to be dialled (``Refusal``)."""

    case: CaseId
    list: ListId
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class CaseWithdrawn(Body):
    """The client, or a team lead, wants him rung no more."""

    case: CaseId
    list: ListId


@dataclass(frozen=True, slots=True)
class LimitExtended(Body):
    """``limit`` attempts may be made from now on; the reason stands in the case's row."""

    case: CaseId
    list: ListId
    limit: int


@dataclass(frozen=True, slots=True)
class CaseReserved(Body):
    """It is one agent's for now, of a batch ``until`` then; None: anybody's again."""

    case: CaseId
    agent: AgentId | None
    until: datetime | None = None


DUNNING_FACTS: Final[tuple[type[Body], ...]] = (
    ListImported,
    ListRevised,
    ListChanged,
    CaseLeased,
    CaseGivenBack,
    DebtorConfirmed,
    AttemptRecorded,
    CaseUndiallable,
    CaseWithdrawn,
    LimitExtended,
    CaseReserved,
)
