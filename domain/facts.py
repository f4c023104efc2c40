"""The schema of the log: every kind of fact, its version, and how it is written and read.

A fact's body holds scalars, enums and tuples of strings only, and opaque ids of persons only: never
a name, a number, an address or free text. A kind that changes shape gets a new version, and
``UPGRADES`` turns the old body into the new.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints

from domain.call import Certainty, Concern
from domain.ids import CallerId, CallId, CardId, ParticipantId, Receipt, TenantId
from domain.language import Language

Json = str | int | bool | None | list[str]


class Body:
    """What happened. Subclasses are frozen dataclasses named in the past tense; the class name is
    the kind.
    """

    version: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose call a fact belongs to and who caused it: ``caller``, ``ivr``, ``operator``, or an
    agent's id.
    """

    tenant: TenantId | None
    call: CallId | None
    actor: str
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the log. ``seq`` is the order of commits, ``at`` is aware UTC, ``node`` the
    machine that wrote it.
    """

    seq: int
    at: datetime
    origin: Origin
    node: str
    body: Body


class LanguageCause(StrEnum):
    """Why a call goes on in a language."""

    LINE = "line"
    KNOWN_NUMBER = "known_number"
    CHOSEN = "chosen"
    PARTICIPANT = "participant"


class Claimed(StrEnum):
    """What a caller said he is known by."""

    NUMBER = "number"
    ZIP_AND_BIRTH_DATE = "zip_and_birth_date"


class LogInFailure(StrEnum):
    """Why a log-in was refused; the caller hears no difference between the first two."""

    UNKNOWN = "unknown"
    WRONG_PIN = "wrong_pin"
    ACCOUNT_LOCKED = "account_locked"
    CALLER_EXHAUSTED = "caller_exhausted"


class DialogEnd(StrEnum):
    """How a call left its dialog."""

    HANDOVER = "handover"
    FAREWELL = "farewell"
    HUNG_UP = "hung_up"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CallArrived(Body):
    line: str
    caller: CallerId | None


@dataclass(frozen=True, slots=True)
class LanguageSet(Body):
    language: Language
    cause: LanguageCause


@dataclass(frozen=True, slots=True)
class LogInFailed(Body):
    claimed: Claimed
    failure: LogInFailure
    participant: ParticipantId | None
    caller: CallerId | None


@dataclass(frozen=True, slots=True)
class LoggedIn(Body):
    participant: ParticipantId
    claimed: Claimed


@dataclass(frozen=True, slots=True)
class AccountLocked(Body):
    participant: ParticipantId | None
    until: datetime


@dataclass(frozen=True, slots=True)
class PinSprayed(Body):
    """One PIN was tried on many accounts; the PIN itself is in no fact."""

    accounts: int


@dataclass(frozen=True, slots=True)
class BalanceTold(Body):
    participant: ParticipantId


@dataclass(frozen=True, slots=True)
class CardBlocked(Body):
    participant: ParticipantId
    card: CardId
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class HandedOver(Body):
    language: Language
    participant: ParticipantId | None
    certainty: Certainty
    concern: Concern | None
    path: tuple[str, ...]
    failed_at: str | None


@dataclass(frozen=True, slots=True)
class DialogLeft(Body):
    """The dialog's end; ``last_prompt`` is the last one begun. Only Asterisk's Hangup proves that
    the caller hung up.
    """

    end: DialogEnd
    last_prompt: str | None


@dataclass(frozen=True, slots=True)
class TenantChanged(Body):
    """A tenant's file came into force; ``digest`` names its text."""

    digest: str


KINDS: Mapping[str, type[Body]] = {
    kind.__name__: kind
    for kind in (
        CallArrived,
        LanguageSet,
        LogInFailed,
        LoggedIn,
        AccountLocked,
        PinSprayed,
        BalanceTold,
        CardBlocked,
        HandedOver,
        DialogLeft,
        TenantChanged,
    )
}

UPGRADES: Mapping[tuple[str, int], Callable[[dict[str, Json]], dict[str, Json]]] = {}
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
