"""The records of the demo CRM: an Organization service in memory, kept in a file."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final
from uuid import UUID, uuid4

from crm_bridge import entities, mapping
from crm_bridge.entities import (
    Condition,
    Operator,
    Option,
    Query,
    Record,
    Reference,
    ServiceFault,
    Value,
)

_ENTITIES: Final = (mapping.CONTACT, mapping.PHONE_CALL)


class Records:
    """``entities.Organization`` for any number of threads; ``file`` None keeps nothing beyond its life."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = Lock()
        self._records: dict[str, dict[UUID, Record]] = {entity: {} for entity in _ENTITIES}
        if file is not None and file.exists():
            for record in map(_thawed, json.loads(file.read_text(encoding="utf-8"))):
                self._keep(record)

    def seed(self, records: Iterable[Record]) -> None:
        """Add who isn't there yet."""
        with self._lock:
            for record in records:
                assert record.id is not None, "who is seeded is found by his id"
                if record.id not in self._records[record.entity]:
                    self._keep(_with_state(record))
            self._save()

    def all(self, entity: str) -> Sequence[Record]:
        """In the order they were made."""
        with self._lock:
            return list(self._records[entity].values())

    def get(self, entity: str, key: UUID) -> Record | None:
        with self._lock:
            return self._records.get(entity, {}).get(key)

    def create(self, record: Record) -> UUID:
        with self._lock:
            known = self._known(record.entity)
            self._check_references(record)
            key = record.id or uuid4()
            if key in known:
                raise ServiceFault(entities.DUPLICATE_KEY, "Cannot insert duplicate key.")
            self._keep(_with_state(replace(record, id=key)))
            self._save()
            return key

    def update(self, record: Record) -> None:
        with self._lock:
            known = self._known(record.entity)
            if record.id is None or record.id not in known:
                message = f"{record.entity} With Id = {record.id} Does Not Exist"
                raise ServiceFault(entities.NOT_FOUND, message)
            self._check_references(record)
            attributes = {**known[record.id].attributes, **record.attributes}
            self._keep(replace(record, attributes=attributes))
            self._save()

    def retrieve(self, query: Query) -> Sequence[Record]:
        with self._lock:
            found = [one for one in self._known(query.entity).values() if _fits(one, query)]
        return [_columns_of(one, query.columns) for one in found[: query.most]]

    def _known(self, entity: str) -> dict[UUID, Record]:
        if entity not in self._records:
            message = f"The entity with a name = '{entity}' was not found in the MetadataCache."
            raise ServiceFault(entities.NO_SUCH_ENTITY, message)
        return self._records[entity]

    def _keep(self, record: Record) -> None:
        assert record.id is not None, "what is kept has an id"
        self._records[record.entity][record.id] = record

    def _check_references(self, record: Record) -> None:
        for one in _references(record):
            if one.id not in self._known(one.entity):
                message = f"{one.entity} With Id = {one.id} Does Not Exist"
                raise ServiceFault(entities.NOT_FOUND, message)

    def _save(self) -> None:
        if self._file is None:
            return
        records = [_frozen(one) for known in self._records.values() for one in known.values()]
        unfinished = self._file.with_suffix(".part")
        unfinished.write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")
        unfinished.rename(self._file)


def _with_state(record: Record) -> Record:
    """Active, or open; what else is said of it wins."""
    state: dict[str, Value] = {"statecode": Option(0), "statuscode": Option(1)}
    return replace(record, attributes=state | dict(record.attributes))


def _references(record: Record) -> Iterator[Reference]:
    for value in record.attributes.values():
        if isinstance(value, Reference):
            yield value
        elif isinstance(value, tuple):
            for one in value:
                yield from _references(one)


def _columns_of(record: Record, columns: Sequence[str]) -> Record:
    """Empty ones are left out, as Dynamics does; its own key comes unasked."""
    assert record.id is not None, "what is kept has an id"
    wanted = {key: value for key in columns if (value := record.attributes.get(key)) is not None}
    return replace(record, attributes={f"{record.entity}id": record.id, **wanted})


def _fits(record: Record, query: Query) -> bool:
    every = all(_meets(record, one) for one in query.every)
    return every and (not query.some or any(_meets(record, one) for one in query.some))


def _meets(record: Record, condition: Condition) -> bool:
    value = record.attributes.get(condition.attribute)
    plain = value.value if isinstance(value, Option) else value
    if condition.operator is Operator.EQUAL:
        if isinstance(plain, str) and isinstance(condition.value, str):
            return plain.casefold() == condition.value.casefold()
        return plain == condition.value
    parts = (re.escape(part) for part in str(condition.value).split("%"))
    pattern = re.compile(".*".join(parts), re.IGNORECASE | re.DOTALL)
    return isinstance(plain, str) and pattern.fullmatch(plain) is not None


def _frozen(record: Record) -> dict[str, Any]:
    attributes = {key: _frozen_value(value) for key, value in record.attributes.items()}
    return {"entity": record.entity, "id": str(record.id or ""), "attributes": attributes}


def _frozen_value(value: Value) -> Any:
    match value:
        case datetime():
            return {"time": value.isoformat()}
        case UUID():
            return {"guid": str(value)}
        case Reference():
            return {"entity": value.entity, "of": str(value.id)}
        case Option():
            return {"option": value.value}
        case tuple():
            return [_frozen(one) for one in value]
        case _:
            return value


def _thawed(kept: dict[str, Any]) -> Record:
    key = UUID(kept["id"]) if kept["id"] else None
    attributes = {name: _thawed_value(value) for name, value in kept["attributes"].items()}
    return Record(kept["entity"], key, attributes)


def _thawed_value(kept: Any) -> Value:
    match kept:
        case {"time": text}:
            return datetime.fromisoformat(text)
        case {"guid": text}:
            return UUID(text)
        case {"entity": entity, "of": text}:
            return Reference(entity, UUID(text))
        case {"option": number}:
            return Option(number)
        case list():
            return tuple(_thawed(one) for one in kept)
        case _:
            value: Value = kept
            return value
