"""What the inner parts need of the outside, as Protocols; storage implements them, tests fake them in ten lines."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from domain.desk_ports import (
    ApiTokens,
    CheckIns,
    Errands,
    Notes,
    ParticipantBlocks,
    PersonViews,
    ServiceRecords,
    Sites,
)
from domain.dialling_ports import BlockedNumbers, CallBacks, DialsMade, DialsUnderWay
from domain.dunning_ports import Attempts, CaseLists, Cases
from domain.fact import Body, Fact, Origin
from domain.figures_ports import Figures, Projections
from domain.ids import (
    AgentId,
    CallerId,
    CardId,
    ParticipantId,
    PersonId,
    Receipt,
    RedemptionId,
    SiteId,
    Skill,
    TenantId,
)
from domain.loyalty import LedgerEntry
from domain.outside_ports import Outbox
from domain.participant import Card, Participant
from domain.participant_ports import ParticipantImports
from domain.person import Person, Session
from domain.pin_policy import Failures
from domain.report_ports import IssuedReports, ReportMails, ReportRuns
from domain.retention import Keeping
from domain.reward import Redemption


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Now, aware, in UTC."""
        ...


class Participants(Protocol):
    """Who has left the scheme is found by ``get`` and ``search`` alone."""

    def get(self, participant: ParticipantId) -> Participant | None: ...

    def by_number(self, tenant: TenantId, number: str) -> Participant | None: ...

    def by_zip_and_birth_date(
        self, tenant: TenantId, zip_code: str, born: date
    ) -> Sequence[Participant]: ...

    def by_phone(self, tenant: TenantId, phone: str) -> Sequence[Participant]: ...

    def pin_hash(self, participant: ParticipantId) -> str | None:
        """The stored hash, to be given to ``PinHasher.matches``; None where he has no PIN."""
        ...

    def set_pin(self, participant: ParticipantId, pin_hash: str) -> bool:
        """Write a hash in place of the one before; False, and nothing changed, where he isn't active."""
        ...

    def add(self, participant: Participant, pin_hash: str) -> None: ...

    def change(self, participant: Participant) -> None:
        """Write all of it in place of what was there; who isn't active has no PIN any more. What is changed so stays,
        whatever an import noted of it before.
        """
        ...

    def search(
        self, tenant: TenantId, written: str, phone: str | None, limit: int
    ) -> Sequence[Participant]:
        """Whose number, card or receipt is ``written``, whose telephone is ``phone``, or whose name has ``written`` in
        it, however accented; by name.
        """
        ...


class Cards(Protocol):
    def of(self, participant: ParticipantId) -> Sequence[Card]:
        """In the order they were issued."""
        ...

    def add(self, card: Card) -> None: ...

    def block(
        self, card: CardId, at: datetime, receipt: Receipt, *, without_pin: bool = False
    ) -> bool:
        """Block an active card; False, and nothing changed, where it isn't active. The row itself
        is the claim.
        """
        ...

    def unblock(self, card: CardId) -> bool:
        """Make a blocked card active, with nothing left of its block; False, and nothing changed, where it isn't
        blocked.
        """
        ...

    def note(self, card: Card) -> None:
        """Write the ``loss`` and the ``replacement`` of a blocked card in place of what was there."""
        ...

    def to_replace(self, tenants: Collection[TenantId]) -> Sequence[Card]:
        """Blocked cards of active participants who want a new one, those blocked first first."""
        ...

    def forget(self, participant: ParticipantId) -> None:
        """Erase how his cards' numbers end, how they were lost and what was wanted."""
        ...


class Ledger(Protocol):
    def entries(self, participant: ParticipantId) -> Sequence[LedgerEntry]:
        """Oldest first."""
        ...

    def newest(self, participant: ParticipantId, limit: int) -> Sequence[LedgerEntry]:
        """Newest first."""
        ...

    def balance(self, participant: ParticipantId) -> int:
        """The sum of the entries, by the database."""
        ...

    def add(self, entry: LedgerEntry) -> None: ...


class Redemptions(Protocol):
    """They are never changed."""

    def get(self, redemption: RedemptionId) -> Redemption | None: ...

    def add(self, redemption: Redemption) -> None:
        """A voucher's code is one's alone: the row itself is the claim."""
        ...

    def of(self, participant: ParticipantId, limit: int) -> Sequence[Redemption]:
        """Newest first."""
        ...

    def taken(self, tenant: TenantId, reward: str) -> int:
        """How many of a reward were had."""
        ...


class PinAttempts(Protocol):
    """Wrong tries by claim. A claim is a keyed digest of what the caller said he is known by,
    existing or not.
    """

    def failures(self, tenant: TenantId, claim: str) -> Failures: ...

    def put(self, tenant: TenantId, failures: Mapping[str, Failures]) -> None:
        """Replace what is noted of each claim."""
        ...

    def note_caller(self, caller: CallerId, at: datetime) -> None:
        """Note one wrong try of a calling number."""
        ...

    def take_back(self, caller: CallerId, at: datetime) -> None:
        """Forget the try noted at ``at``: it was a right one."""
        ...

    def recent_of_caller(self, caller: CallerId, since: datetime) -> int: ...


class Callers(Protocol):
    def note(self, number: str, new_id: CallerId) -> CallerId:
        """The id of a telephone number (E.164); ``new_id`` where it has none yet."""
        ...

    def id_of(self, number: str) -> CallerId | None:
        """The id of a telephone number (E.164); None where it has none."""
        ...

    def number_of(self, caller: CallerId) -> str | None:
        """The number (E.164) behind an id; None where it was erased or never was."""
        ...

    def forget(self, number: str) -> None:
        """Erase a number (E.164); its id stays in facts, and says nothing."""
        ...


@dataclass(frozen=True, slots=True)
class KnownAgent:
    """An agent as we know her, signed in or not."""

    id: AgentId
    name: str = field(repr=False)
    skills: Mapping[Skill, int]


class Agents(Protocol):
    """Who may sign in; a name is one person's."""

    def get(self, agent: AgentId) -> KnownAgent | None: ...

    def by_name(self, name: str) -> KnownAgent | None: ...

    def all(self) -> Sequence[KnownAgent]:
        """By name."""
        ...

    def add(self, agent: KnownAgent) -> None: ...

    def set_skills(self, agent: AgentId, skills: Mapping[Skill, int]) -> bool:
        """Replace her skills; False where there is no such agent."""
        ...


class People(Protocol):
    """Who may sign in to the desk; a name, in small letters, is one person's."""

    def get(self, person: PersonId) -> Person | None: ...

    def by_name(self, name: str) -> Person | None: ...

    def password_hash(self, person: PersonId) -> str | None: ...

    def all(self) -> Sequence[Person]:
        """By name."""
        ...

    def add(self, person: Person, password_hash: str) -> None: ...

    def place(self, person: PersonId, site: SiteId | None) -> bool:
        """Note where somebody works; False where there is no such person."""
        ...


class Sessions(Protocol):
    def add(self, session: Session) -> None: ...

    def get(self, digest: str) -> Session | None: ...

    def use(self, digest: str, at: datetime) -> None:
        """Note that it was used; nothing where it has ended."""
        ...

    def end(self, digest: str) -> None: ...

    def end_begun_before(self, at: datetime) -> None: ...


class SignInTries(Protocol):
    """Tries to sign in, by what they count against, existing or not."""

    def note(self, against: Sequence[str], at: datetime) -> None:
        """Note one try against each."""
        ...

    def count(self, against: str, since: datetime) -> int: ...

    def take_back(self, against: str, at: datetime) -> None:
        """Forget those noted at ``at``."""
        ...

    def forget(self, against: str) -> None: ...

    def forget_before(self, at: datetime) -> None:
        """Of everybody."""
        ...


class FactLog(Protocol):
    def append(self, origin: Origin, at: datetime, *bodies: Body) -> None:
        """Add facts, in this order, to the log; they are there once the unit of work commits."""
        ...

    def read(self, after: int = 0, limit: int = 1000, call: str | None = None) -> Iterator[Fact]:
        """Facts with a ``seq`` above ``after``, in order."""
        ...

    def tenant_in_force(self, tenant: TenantId) -> str | None:
        """The digest in the tenant's newest ``TenantChanged``; None where there is none."""
        ...

    def field_rules_in_force(self, tenant: TenantId) -> tuple[str, ...] | None:
        """The rules in the tenant's newest ``FieldRulesSet``, as written; None where there is none."""
        ...

    def sprays(self, since: datetime) -> Mapping[TenantId, datetime]:
        """Whose accounts one PIN was tried on since then (``PinSprayed``), and when that was noted last."""
        ...

    def last_seq(self) -> int:
        """The highest ``seq`` in the log; 0 where it is empty."""
        ...

    def refused_since(self, at: datetime) -> Mapping[TenantId | None, int]:
        """How many calls were refused since an instant of the last minutes, by whose limit; None: the house's. Only
        the newest facts are looked at, so that it is quick; those before them count for nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was computed from the log up to ``seq``, as a text that its writer alone understands."""

    seq: int
    text: str = field(repr=False)


class Snapshots(Protocol):
    """What was computed from the log and can be computed again, kept to save time: one for each name."""

    def newest(self, name: str) -> Snapshot | None: ...

    def keep(self, name: str, snapshot: Snapshot) -> None:
        """Keep it in place of the one before."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Leaving the ``with`` block without ``commit`` rolls everything back."""

    participants: Participants
    participant_imports: ParticipantImports
    cards: Cards
    ledger: Ledger
    redemptions: Redemptions
    pin_attempts: PinAttempts
    callers: Callers
    agents: Agents
    call_backs: CallBacks
    dials_under_way: DialsUnderWay
    dials_made: DialsMade
    blocked_numbers: BlockedNumbers
    people: People
    sessions: Sessions
    sign_in_tries: SignInTries
    service_records: ServiceRecords
    notes: Notes
    participant_blocks: ParticipantBlocks
    errands: Errands
    check_ins: CheckIns
    sites: Sites
    api_tokens: ApiTokens
    case_lists: CaseLists
    cases: Cases
    attempts: Attempts
    facts: FactLog
    snapshots: Snapshots
    outbox: Outbox
    issued_reports: IssuedReports
    report_runs: ReportRuns
    report_mails: ReportMails
    projections: Projections
    figures: Figures
    keeping: Keeping
    person_views: PersonViews

    def commit(self) -> None: ...


class Transactions(Protocol):
    """Opens units of work; ``write`` takes the log's lock at once, ``read`` never waits for a
    writer.
    """

    def write(self) -> AbstractContextManager[UnitOfWork]: ...

    def read(self) -> AbstractContextManager[UnitOfWork]: ...

    def make_way(self) -> None:
        """Let others write: whoever writes much does so in short units of work, and calls this after each."""
        ...


class StorageDown(Exception):
    """The database can't be reached or is locked for too long; a later retry makes sense."""


class PinHasher(Protocol):
    """Slow on purpose; at most a few run at once, the others wait."""

    def hash(self, participant: ParticipantId, pin: str) -> str: ...

    def matches(self, participant: ParticipantId, pin: str, stored: str | None) -> bool:
        """Whether ``pin`` is the one stored; takes the same time where ``stored`` is None, and says
        no.
        """
        ...

    def digest(self, *parts: str) -> str:
        """A keyed digest (hex) of what must be compared but not stored in the clear."""
        ...


class PasswordHasher(Protocol):
    """Slow on purpose; at most a few run at once, the others wait."""

    def hash(self, password: str) -> str: ...

    def matches(self, password: str, stored: str | None) -> bool:
        """Whether ``password`` is the one stored; takes the same time where ``stored`` is None, and says no."""
        ...
