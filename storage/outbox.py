"""The outbox: what waits to be sent, in a table that any number of senders take from."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from domain.outbox import Backlog, Entry, Message
from storage.tables import outbox


class SqlOutbox:
    """Must take inside a writing unit of work only: its lock lets nobody take the same."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, message: Message, at: datetime) -> None:
        row = {
            "channel": message.channel,
            "lane": message.lane,
            "body": message.body,
            "added": at,
            "due": at,
            "tries": 0,
        }
        self._connection.execute(insert(outbox), row)

    def take(self, channel: str, at: datetime, until: datetime) -> Entry | None:
        row = self._connection.execute(_first_due(channel, at)).one_or_none()
        if row is None:
            return None
        self._change(row.id, due=until, tries=row.tries + 1)
        return Entry(row.id, Message(row.channel, row.lane, row.body), row.tries + 1)

    def is_due(self, channel: str, at: datetime) -> bool:
        return self._connection.execute(_first_due(channel, at)).one_or_none() is not None

    def done(self, entry: int, at: datetime) -> None:
        self._change(entry, done=at, body=None, last_error=None)

    def postpone(self, entry: int, due: datetime, why: str) -> None:
        self._change(entry, due=due, last_error=why)

    def refuse(self, entry: int, at: datetime, why: str) -> None:
        self._change(entry, refused=at, last_error=why)

    def try_again(self, channel: str, at: datetime) -> int:
        unsent = and_(outbox.c.channel == channel, outbox.c.done.is_(None))
        again = update(outbox).where(unsent).values(refused=None, due=at).returning(outbox.c.id)
        return len(self._connection.execute(again).all())

    def backlog(self, channel: str) -> Backlog:
        waiting, oldest = self._connection.execute(
            select(func.count(), func.min(outbox.c.added)).where(_open(channel))
        ).one()
        unsent = and_(outbox.c.channel == channel, outbox.c.done.is_(None))
        refused = select(func.count()).where(unsent, outbox.c.refused.is_not(None))
        errors = (
            select(outbox.c.last_error)
            .where(unsent, outbox.c.last_error.is_not(None))
            .order_by(outbox.c.id.desc())
            .limit(1)
        )
        return Backlog(
            waiting,
            oldest,
            self._connection.execute(refused).scalar_one(),
            self._connection.execute(errors).scalar_one_or_none(),
        )

    def forget_done_before(self, at: datetime) -> None:
        self._connection.execute(delete(outbox).where(outbox.c.done < at))

    def forget_naming(self, channel: str, word: str) -> None:
        value = json.dumps(word, ensure_ascii=False)
        unsent = and_(outbox.c.channel == channel, outbox.c.done.is_(None))
        naming = outbox.c.body.contains(value, autoescape=True)
        self._connection.execute(delete(outbox).where(unsent, naming))

    def _change(self, entry: int, **values: object) -> None:
        self._connection.execute(update(outbox).where(outbox.c.id == entry).values(**values))


def _open(channel: str) -> ColumnElement[bool]:
    return and_(outbox.c.channel == channel, outbox.c.done.is_(None), outbox.c.refused.is_(None))


def _first_due(channel: str, at: datetime) -> Select[Any]:
    """The first of each lane counts, whether it is due or not: the others of its lane wait for it."""
    heads = select(func.min(outbox.c.id)).where(_open(channel)).group_by(outbox.c.lane)
    return (
        select(outbox)
        .where(outbox.c.id.in_(heads), outbox.c.due <= at)
        .order_by(outbox.c.due, outbox.c.id)
        .limit(1)
    )
