"""What importing a row does, against who is known already: somebody new, changes, nothing, or faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypedDict

from domain.ids import ParticipantId, TenantId
from domain.language import Language
from domain.new_pin import NewPin, allowed
from domain.participant import Membership, Participant
from domain.participant_columns import Column
from domain.participant_row import Entry, Fault
from domain.sheet_row import text_of
from domain.unfit_cell import Unfit


@dataclass(frozen=True, slots=True)
class Known:
    """A participant, erased ones never; ``has_pin`` says whether he can log in."""

    participant: Participant
    has_pin: bool


class Changed(TypedDict, total=False):
    """What of a participant is otherwise, by the name of his field."""

    name: str
    language: Language
    zip_code: str
    born: date
    phone: str
    email: str
    priority: int


@dataclass(frozen=True, slots=True)
class New:
    """``points`` are what his account opens with; without a ``pin`` he can't log in."""

    participant: Participant
    points: int
    pin: NewPin | None


@dataclass(frozen=True, slots=True)
class Change:
    """``pin`` is his first one; who has one keeps it."""

    participant: ParticipantId
    changed: Changed = field(repr=False)
    pin: NewPin | None


@dataclass(frozen=True, slots=True)
class Same:
    """The row says nothing new."""


SAME: Final = Same()


def plan_new(
    entry: Entry, new_id: ParticipantId, tenant: TenantId, language: Language
) -> New | tuple[Fault, ...]:
    """``language`` is his where the row names none."""
    needed: Mapping[Column, object] = {
        Column.NAME: entry.name,
        Column.ZIP: entry.zips,
        Column.BORN: entry.born,
    }
    missing = [column for column, value in needed.items() if not value]
    if missing or entry.name is None or entry.born is None:
        return tuple(_fault(entry, column, Unfit.MISSING) for column in missing)
    someone = Participant(
        new_id,
        tenant,
        entry.number,
        entry.name,
        entry.language or language,
        entry.zips[0],
        entry.born,
        entry.phone,
        entry.priority or 0,
        email=entry.email,
    )
    pin = _first_pin(entry, someone)
    return pin if isinstance(pin, tuple) else New(someone, entry.points or 0, pin)


def plan_known(entry: Entry, known: Known) -> Change | Same | tuple[Fault, ...]:
    """What an empty cell says nothing of stays, and so do his points."""
    someone = known.participant
    if someone.membership is not Membership.ACTIVE:
        return (_fault(entry, Column.CUSTOMER_NUMBER, Unfit.HAS_LEFT),)
    changed = _changed(entry, someone)
    pin = None if known.has_pin else _first_pin(entry, replace(someone, **changed))
    if isinstance(pin, tuple):
        return pin
    return Change(someone.id, changed, pin) if changed or pin else SAME


def _changed(entry: Entry, someone: Participant) -> Changed:
    changed = Changed()
    if entry.name is not None and entry.name != text_of(someone.name):
        changed["name"] = entry.name
    if entry.language is not None and entry.language is not someone.language:
        changed["language"] = entry.language
    if entry.zips and text_of(someone.zip_code) not in entry.zips:
        changed["zip_code"] = entry.zips[0]
    if entry.born is not None and entry.born != someone.born:
        changed["born"] = entry.born
    if entry.phone is not None and entry.phone != someone.phone:
        changed["phone"] = entry.phone
    if entry.email is not None and entry.email != someone.email:
        changed["email"] = entry.email
    if entry.priority is not None and entry.priority != someone.priority:
        changed["priority"] = entry.priority
    return changed


def _first_pin(entry: Entry, someone: Participant) -> NewPin | tuple[Fault, ...] | None:
    if entry.pin is None:
        return None
    found = allowed(entry.pin, "", someone)
    if isinstance(found, NewPin):
        return found
    return (_fault(entry, Column.PIN, Unfit.PIN_EASY),)


def _fault(entry: Entry, column: Column, why: Unfit) -> Fault:
    return Fault(entry.sheet, entry.row, column, why)
