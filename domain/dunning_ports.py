"""What work from lists needs of the outside, as Protocols; part of a unit of work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.dunning import Attempt, Case, CaseList, CaseState
from domain.ids import AgentId, CallId, CaseId, ListId, TenantId
from domain.language import Language


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How many of a list's cases stand so; ``waiting`` are open ones that aren't due yet, ``leased`` those that an
    agent has. ``attempts`` is how many have been made for all of them.
    """

    state: CaseState
    outcome: str | None
    waiting: bool
    leased: bool
    cases: int
    attempts: int


class Stage(StrEnum):
    """How far a case is at one moment: one that an agent has is LEASED; of the others, an open one that may be rung is
    DUE, one that has to wait WAITING.
    """

    DUE = "due"
    LEASED = "leased"
    WAITING = "waiting"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Sought:
    """Cases to be found in a list; what is empty or None doesn't matter. ``written`` is part of a name, a customer
    number or a reference; or ``phone`` (E.164) is his number.
    """

    written: str = field(default="", repr=False)
    phone: str | None = field(default=None, repr=False)
    stage: Stage | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one agent has done for a list: her attempts, in how many she spoke with the debtor, and in how many he
    promised to pay.
    """

    agent: AgentId
    attempts: int
    reached: int
    promises: int


class CaseLists(Protocol):
    def get(self, of: ListId) -> CaseList | None: ...

    def add(self, new: CaseList, content: bytes) -> None:
        """``content`` is the client's file, as it came."""
        ...

    def remove(self, of: ListId) -> None:
        """One without cases."""
        ...

    def content(self, of: ListId) -> bytes: ...

    def replace_content(self, of: ListId, file: str, content: bytes) -> None:
        """A new edition of the client's file stands for the old one."""
        ...

    def change(self, changed: CaseList) -> None: ...

    def of(self, tenants: Collection[TenantId]) -> Sequence[CaseList]:
        """Newest first."""
        ...

    def columns(self, tenant: TenantId) -> str | None:
        """How the client's columns were understood last, as text."""
        ...

    def remember_columns(self, tenant: TenantId, columns: str) -> None: ...


class Cases(Protocol):
    def get(self, case: CaseId) -> Case | None: ...

    def add(self, new: Sequence[Case]) -> None: ...

    def change(self, changed: Case) -> None:
        """Write all that changes in its life, the lease too."""
        ...

    def leased_to(self, agent: AgentId) -> Case | None:
        """The one case that she works on, though her time may be over."""
        ...

    def expired(self, now: datetime) -> Sequence[Case]:
        """Those whose lease is over."""
        ...

    def next_for(
        self,
        tenant: TenantId,
        agent: AgentId,
        languages: Collection[Language],
        now: datetime,
        limit: int,
    ) -> Sequence[Case]:
        """The first ``limit`` of those that she may be given, by ``dunning.rank``: due, of a running list, free, and in
        a language of hers. Their windows aren't looked at.
        """
        ...

    def of_list(self, of: ListId, after: str = "", limit: int = 1000) -> Sequence[Case]:
        """By id, those after an id; "" begins."""
        ...

    def find(
        self, of: ListId, sought: Sought, now: datetime, first: int, limit: int
    ) -> tuple[Sequence[Case], int]:
        """``limit`` cases from the ``first`` (0) on, as they stand in the client's file; and how many there are."""
        ...

    def reserved_for(self, agent: AgentId) -> Sequence[Case]:
        """Open ones that are hers, or that she stands in for, on lists that weren't stopped; soonest first."""
        ...

    def has_open(self, of: ListId) -> bool: ...

    def counts(self, of: ListId, now: datetime) -> Sequence[CaseCount]: ...

    def amend(self, changed: Sequence[Case]) -> None:
        """Write what the client's list has of each, in place of what was there; who was forgotten meanwhile stands in
        no file.
        """
        ...

    def open_keys(self, tenant: TenantId) -> Mapping[str, ListId]:
        """On which lists the open cases stand, by ``case_edition.key_of``; those of stopped lists are rung no more."""
        ...

    def open_at(self, tenant: TenantId, phone: str) -> Case | None:
        """An open case of the debtor at a number (E.164): one that somebody works on, if there is one."""
        ...

    def forget(self, tenant: TenantId, customer_number: str) -> Collection[str]:
        """Empty all that says who he is, and what was remarked, in those of his cases that aren't open any more: what
        is still owed is the client's to claim. The numbers (E.164) that he had there.
        """
        ...

    def forgotten_rows(self, of: ListId) -> Sequence[tuple[str, int]]:
        """By sheet and number, where in a list's file those stand who were forgotten."""
        ...

    def open_rows(self, of: ListId, customer_number: str) -> Sequence[tuple[str, int]]:
        """By sheet and number, where in a list's file a customer's open cases stand."""
        ...

    def by_reference(self, tenant: TenantId, digits: str, zip_code: str) -> Sequence[Case]:
        """Open cases whose reference, or customer number where they have none, has these digits in this order, and
        whose ZIP is that: who rings back. Those of stopped lists only where there are no others.
        """
        ...


class Attempts(Protocol):
    def get(self, call: CallId) -> Attempt | None: ...

    def add(self, new: Attempt) -> None: ...

    def change(self, changed: Attempt) -> None: ...

    def of_case(self, case: CaseId) -> Sequence[Attempt]:
        """Oldest first."""
        ...

    def of_list(self, of: ListId) -> Sequence[Attempt]:
        """Oldest first."""
        ...

    def shares(self, of: ListId) -> Sequence[Share]:
        """Who has made most attempts first."""
        ...

    def made_since(self, of: ListId, since: datetime) -> int:
        """How many of those that count."""
        ...

    def unrecorded(self, agent: AgentId) -> Attempt | None:
        """Her newest attempt whose outcome nobody has recorded, if its case is still hers."""
        ...
