"""Dynamics' own words: records of an entity, references to them, queries, and the service that has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reference:
    """A lookup: the record of another entity."""

    entity: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of an option set, a state or a status among them."""

    value: int


@dataclass(frozen=True, slots=True)
class Record:
    """A record of ``entity``; attributes may be some of it only. None is an empty attribute."""

    entity: str
    id: UUID | None = None
    attributes: Mapping[str, "Value"] = field(default_factory=dict, repr=False)

    def text(self, attribute: str) -> str | None:
        """Nothing where it is empty, left out, or no text."""
        value = self.attributes.get(attribute)
        return value if isinstance(value, str) and value else None


Value = str | int | bool | datetime | UUID | Reference | Option | tuple[Record, ...] | None


class Operator(StrEnum):
    EQUAL = "Equal"
    LIKE = "Like"
    """As in SQL: ``%`` stands for any characters, in capitals or not."""


@dataclass(frozen=True, slots=True)
class Condition:
    attribute: str
    operator: Operator
    value: str | int = field(repr=False)


@dataclass(frozen=True, slots=True)
class Query:
    """Records that meet all of ``every`` and, where there are any, one of ``some``; ``most`` of them at most."""

    entity: str
    columns: Sequence[str]
    every: Sequence[Condition]
    some: Sequence[Condition] = ()
    most: int = 50


DUPLICATE_KEY: Final = -2147220937  # 0x80040237
NOT_FOUND: Final = -2147220969  # 0x80040217
NOT_ALLOWED: Final = -2147220960  # 0x80040220
UNEXPECTED: Final = -2147220970  # 0x80040216
SQL_ERROR: Final = -2147204784  # 0x80044150
SQL_TIMEOUT: Final = -2147204783  # 0x80044151
NO_SUCH_ENTITY: Final = -2147217150  # 0x80041102
NO_SUCH_ATTRIBUTE: Final = -2147217149  # 0x80041103


class ServiceFault(Exception):
    """The service read the request and says no; codes are those of Dynamics' list of web service error codes."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"fault {code}: {message}")
        self.code = code
        self.message = message


class Organization(Protocol):
    """The Organization service. Raises ServiceFault, or CrmDown or CrmRefused where it never got that far."""

    def create(self, record: Record) -> UUID: ...

    def update(self, record: Record) -> None: ...

    def retrieve(self, query: Query) -> Sequence[Record]: ...
