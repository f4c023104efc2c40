"""One body of every kind of fact, full and with every optional field empty."""

from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from domain.fact import Body
from domain.facts import KINDS


def sample_bodies() -> list[Body]:
    return [_body(kind, empty) for kind in KINDS.values() for empty in (False, True)]


def _body(kind: type[Body], empty: bool) -> Body:
    hints = get_type_hints(kind)
    return kind(**{field.name: _sample(hints[field.name], empty) for field in fields(kind)})  # type: ignore[arg-type]


def _sample(hint: Any, empty: bool) -> object:
    if type(None) in get_args(hint):
        return None if empty else _sample(get_args(hint)[0], empty)
    if get_origin(hint) is tuple:
        return () if empty else ("welcome", "menü")
    hint = getattr(hint, "__supertype__", hint)
    if hint is datetime:
        return datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    if issubclass(hint, StrEnum):
        return list(hint)[-1]
    return hint(7)
