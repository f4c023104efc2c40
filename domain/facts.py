"""The schema of the log: every kind of fact, its version, and how it is written and read.

A fact's body holds scalars, enums and tuples of strings only, and opaque ids of persons only: never
a name, a number, an address or free text. A kind that changes shape gets a new version, and
``UPGRADES`` turns the old body into the new.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from domain.desk_facts import DESK_FACTS
from domain.dial_facts import DIAL_FACTS
from domain.dunning_facts import DUNNING_FACTS
from domain.fact import Body
from domain.field_facts import FIELD_FACTS
from domain.portal_facts import PORTAL_FACTS
from domain.report_facts import REPORT_FACTS

Json = str | int | bool | None | list[str]

KINDS: Mapping[str, type[Body]] = {
    kind.__name__: kind
    for kind in (
        *PORTAL_FACTS,
        *FIELD_FACTS,
        *DIAL_FACTS,
        *DESK_FACTS,
        *DUNNING_FACTS,
        *REPORT_FACTS,
    )
}

UPGRADES: Mapping[tuple[str, int], Callable[[dict[str, Json]], dict[str, Json]]] = {
    ("HandedOver", 1): lambda body: {**body, "priority": 0},
    ("HandedOver", 2): lambda body: {**body, "later": False},
    ("CardBlocked", 1): lambda body: {**body, "without_pin": False},
    ("CallBackAsked", 1): lambda body: {**body, "wanted_until": None},
    ("SignedIn", 1): lambda body: {**body, "in_page": False},
}
"""From (kind, version) to a function that turns that version's body into the next version's."""


class UnknownFact(ValueError):
    """The log holds a kind or a version that this program doesn't know: it was written by a newer
    one. No retry helps.
    """


def kind_of(body: Body) -> str:
    return type(body).__name__


def encode(body: Body) -> dict[str, Json]:
    """The body as JSON values, by field name."""
    return {f.name: _to_json(getattr(body, f.name)) for f in fields(body)}  # type: ignore[arg-type]


def decode(kind: str, version: int, values: Mapping[str, Json]) -> Body:
    """The body that ``encode`` wrote, brought up from an older version where need be."""
    cls = KINDS.get(kind)
    if cls is None:
        raise UnknownFact(f"fact kind {kind!r} is unknown")
    raw = dict(values)
    while version < cls.version:
        upgrade = UPGRADES.get((kind, version))
        if upgrade is None:
            raise UnknownFact(f"no way up from {kind} version {version}")
        raw, version = upgrade(raw), version + 1
    if version > cls.version:
        raise UnknownFact(f"{kind} version {version} is newer than {cls.version}")
    hints = _hints(kind)
    return cls(**{name: _from_json(hints[name], value) for name, value in raw.items()})


@cache
def _hints(kind: str) -> Mapping[str, Any]:
    return get_type_hints(KINDS[kind])


def _to_json(value: object) -> Json:
    match value:
        case datetime():
            return value.isoformat()
        case StrEnum():
            return value.value
        case tuple():
            return [str(item) for item in value]
        case None | bool() | int() | str():
            return value
        case _:
            raise TypeError(f"a fact can't hold a {type(value).__name__}")


def _from_json(hint: Any, value: Json) -> object:
    if get_origin(hint) in (Union, UnionType):
        if value is None:
            return None
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple:
        return tuple(value)  # type: ignore[arg-type]
    if hint is datetime:
        return datetime.fromisoformat(str(value))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(str(value))
    return value
