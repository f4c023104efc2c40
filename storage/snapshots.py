"""What was computed from the log, kept so that it needn't be computed again."""

from sqlalchemy import Connection, delete, insert, select

from domain.ports import Snapshot
from storage.tables import snapshots


class SqlSnapshots:
    """Must keep inside a writing unit of work only: its lock lets nobody come between."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, name: str) -> Snapshot | None:
        query = select(snapshots.c.seq, snapshots.c.text).where(snapshots.c.name == name)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Snapshot(row.seq, row.text)

    def keep(self, name: str, snapshot: Snapshot) -> None:
        self._connection.execute(delete(snapshots).where(snapshots.c.name == name))
        row = {"name": name, "seq": snapshot.seq, "text": snapshot.text}
        self._connection.execute(insert(snapshots), row)
