"""Opens short transactions for many threads: writers one after another, readers beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Final

from sqlalchemy import Connection
from typing_extensions import override

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
from domain.figures_ports import Figures, Projections
from domain.outside_ports import Outbox
from domain.participant_ports import ParticipantImports
from domain.ports import (
    Agents,
    Callers,
    Cards,
    FactLog,
    Ledger,
    Participants,
    People,
    PinAttempts,
    Redemptions,
    Sessions,
    SignInTries,
    Snapshots,
    StorageDown,
    UnitOfWork,
)
from domain.report_ports import IssuedReports, ReportMails, ReportRuns
from domain.retention import Keeping
from storage.api_tokens import SqlApiTokens
from storage.cards import SqlCards
from storage.case_lists import SqlAttempts, SqlCaseLists
from storage.cases import SqlCases
from storage.customer_notes import SqlNotes, SqlParticipantBlocks
from storage.dials_made import SqlDialsMade
from storage.dials_under_way import SqlDialsUnderWay
from storage.engine import is_sqlite, open_engine, readers, writers
from storage.errands import SqlErrands
from storage.errors import StorageFault, translated
from storage.fact_log import SqlFactLog
from storage.fair_lock import FairLock
from storage.field_repositories import SqlAgents, SqlBlockedNumbers, SqlCallBacks
from storage.figures import SqlFigures
from storage.issued_reports import SqlIssuedReports
from storage.keeping import SqlKeeping
from storage.outbox import SqlOutbox
from storage.participant_imports import SqlParticipantImports
from storage.people import SqlCheckIns, SqlPeople, SqlSessions, SqlSignInTries, SqlSites
from storage.person_views import SqlPersonViews
from storage.projections import SqlProjections
from storage.redemptions import SqlRedemptions
from storage.report_runs import SqlReportMails, SqlReportRuns
from storage.repositories import (
    SqlCallers,
    SqlLedger,
    SqlParticipants,
    SqlPinAttempts,
)
from storage.service_records import SqlServiceRecords
from storage.snapshots import SqlSnapshots

_LOOKED_WITHIN_S: Final = 0.03
"""Who has waited for SQLite's lock up to 100 ms looks for it again within 25 ms (sqliteDefaultBusyCallback)."""


class SqlUnitOfWork:
    """One transaction on one connection; nothing can be asked of it after ``commit``."""

    def __init__(self, connection: Connection, node: str) -> None:
        self.participants: Participants = SqlParticipants(connection)
        self.participant_imports: ParticipantImports = SqlParticipantImports(connection)
        self.cards: Cards = SqlCards(connection)
        self.ledger: Ledger = SqlLedger(connection)
        self.redemptions: Redemptions = SqlRedemptions(connection)
        self.pin_attempts: PinAttempts = SqlPinAttempts(connection)
        self.callers: Callers = SqlCallers(connection)
        self.agents: Agents = SqlAgents(connection)
        self.call_backs: CallBacks = SqlCallBacks(connection)
        self.dials_under_way: DialsUnderWay = SqlDialsUnderWay(connection)
        self.dials_made: DialsMade = SqlDialsMade(connection)
        self.blocked_numbers: BlockedNumbers = SqlBlockedNumbers(connection)
        self.people: People = SqlPeople(connection)
        self.sessions: Sessions = SqlSessions(connection)
        self.sign_in_tries: SignInTries = SqlSignInTries(connection)
        self.service_records: ServiceRecords = SqlServiceRecords(connection)
        self.notes: Notes = SqlNotes(connection)
        self.participant_blocks: ParticipantBlocks = SqlParticipantBlocks(connection)
        self.errands: Errands = SqlErrands(connection)
        self.check_ins: CheckIns = SqlCheckIns(connection)
        self.sites: Sites = SqlSites(connection)
        self.api_tokens: ApiTokens = SqlApiTokens(connection)
        self.case_lists: CaseLists = SqlCaseLists(connection)
        self.cases: Cases = SqlCases(connection)
        self.attempts: Attempts = SqlAttempts(connection)
        self.facts: FactLog = SqlFactLog(connection, node)
        self.snapshots: Snapshots = SqlSnapshots(connection)
        self.outbox: Outbox = SqlOutbox(connection)
        self.issued_reports: IssuedReports = SqlIssuedReports(connection)
        self.report_runs: ReportRuns = SqlReportRuns(connection)
        self.report_mails: ReportMails = SqlReportMails(connection)
        self.projections: Projections = SqlProjections(connection)
        self.figures: Figures = SqlFigures(connection)
        self.keeping: Keeping = SqlKeeping(connection)
        self.person_views: PersonViews = SqlPersonViews(connection)
        self._connection = connection

    def commit(self) -> None:
        self._connection.commit()
        # what came after would be a new transaction, without the lock
        self._connection.close()


class _ReadUnit(SqlUnitOfWork):
    @override
    def commit(self) -> None:
        raise StorageFault(
            "a unit of work opened by read() has nothing to commit; open it by write()"
        )


class SqlTransactions:
    """The database behind ``url``, for any number of threads.

    A wait for the writer before, for a connection or for the database's lock ends in StorageDown
    after ``deadline``. StorageDown out of ``commit`` leaves open whether the transaction is in
    force: look before doing it again.
    """

    def __init__(
        self,
        url: str,
        node: str,
        *,
        deadline: timedelta = timedelta(seconds=2),
        pool_size: int = 16,
    ) -> None:
        """``node`` names this machine in its facts; ``pool_size`` bounds the connections."""
        self._engine = open_engine(url, deadline, pool_size)
        self._readers = readers(self._engine)
        self._writers = writers(self._engine)
        self._node = node
        self._deadline = deadline
        # This process's writers queue here and not at the database: waiting there would hold a
        # connection each, and SQLite's own wait is a poll that grows slow and unfair with many
        # threads.
        self._turn = FairLock()
        self._polls = is_sqlite(self._engine.url)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A transaction that holds the log's lock. Raises StorageDown or StorageFault."""
        if not self._turn.acquire(timeout=self._deadline.total_seconds()):
            raise StorageDown("the writers before this one took too long")
        try:
            with translated(), self._writers.connect() as connection:
                connection.begin()
                yield SqlUnitOfWork(connection, self._node)
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A transaction that sees one state throughout. Raises StorageDown or StorageFault."""
        with translated(), self._readers.connect() as connection:
            yield _ReadUnit(connection, self._node)

    def make_way(self) -> None:
        """PostgreSQL's writers queue. SQLite's of other processes look every now and then whether they may, and would
        never find it free.
        """
        if self._polls:
            Event().wait(_LOOKED_WITHIN_S)

    def sweep(self) -> None:
        """Empty SQLite's log of writes, where what was forgotten may still stand; not while somebody reads."""
        if is_sqlite(self._engine.url):
            with translated(), self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None, "it is connected"
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections; call it when no unit of work is open."""
        self._engine.dispose()
