"""Service records: rows to values and back, by hand."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from domain.ids import CallId, ParticipantId, RecordId, TenantId
from domain.service_record import RecordField, ServiceRecord, read_price, write_price
from storage.desk_rows import author_of, empty, signed
from storage.desk_tables import service_records


class SqlServiceRecords:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, record: RecordId) -> ServiceRecord | None:
        return next(iter(self._where(service_records.c.id == record)), None)

    def add(self, record: ServiceRecord) -> None:
        row = {
            "id": record.id,
            "tenant": record.tenant,
            "call": record.call,
            "participant": record.participant,
            **signed(record.signature),
            "service": record.service,
            "price": None if record.price is None else write_price(record.price),
            "fields": {field.value: text for field, text in record.fields.items()},
            "corrects": record.corrects,
        }
        self._connection.execute(insert(service_records), row)

    def of_call(self, call: CallId) -> Sequence[ServiceRecord]:
        return self._where(service_records.c.call == call)

    def of_participant(self, participant: ParticipantId, calls: int) -> Sequence[ServiceRecord]:
        table, later = service_records, service_records.alias()
        newest = (
            select(table.c.call)
            .where(table.c.participant == participant)
            .group_by(table.c.call)
            .order_by(func.max(table.c.written).desc())
            .limit(calls)
        )
        return self._where(
            table.c.participant == participant,
            table.c.call.in_(newest),
            ~select(later.c.id).where(later.c.corrects == table.c.id).exists(),
        )

    def correction_of(self, record: RecordId) -> ServiceRecord | None:
        return next(iter(self._where(service_records.c.corrects == record)), None)

    def forget(self, participant: ParticipantId) -> None:
        empty(self._connection, service_records, participant, fields={})

    def _where(self, *conditions: ColumnElement[bool]) -> Sequence[ServiceRecord]:
        query = select(service_records).where(*conditions).order_by(service_records.c.written)
        return [_record(row) for row in self._connection.execute(query)]


def _record(row: Row[Any]) -> ServiceRecord:
    return ServiceRecord(
        id=RecordId(row.id),
        tenant=TenantId(row.tenant),
        call=CallId(row.call),
        participant=None if row.participant is None else ParticipantId(row.participant),
        signature=author_of(row),
        service=row.service,
        price=None if row.price is None else read_price(row.price),
        fields={RecordField(name): text for name, text in row.fields.items()},
        corrects=None if row.corrects is None else RecordId(row.corrects),
    )
