"""A customer as the API tells of him: his card, and what was recorded, noted and done."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from desktop.api.operations import Shape
from desktop.api.shapes import Id, Instant
from domain.customer_note import NoteKind
from domain.errand import ErrandKind, ErrandState
from domain.language import Language
from domain.participant import CardState, Membership
from domain.reward import RewardKind
from domain.service_record import RecordField


class Signature(Shape):
    """Who wrote it, or whom it was written for, and who sat there where several share a desk."""

    by: Id
    checked_in: Id | None
    at: Instant


class Participant(Shape):
    """A customer; ``phone`` is E.164."""

    id: Id
    tenant: Id
    number: str
    name: str
    language: Language
    zip_code: str
    born: date
    phone: str | None
    email: str | None
    address: str
    membership: Membership


class Participants(Shape):
    """By name, twenty at most."""

    participants: tuple[Participant, ...]


class Movement(Shape):
    points: int
    reason: str
    at: Instant


class LoyaltyCard(Shape):
    """``receipt`` and ``blocked_at`` are those of the block in force."""

    id: Id
    state: CardState
    blocked_at: Instant | None
    receipt: str | None


class Price(Shape):
    amount: Decimal
    currency: Annotated[str, Meta(examples=["EUR"])]


class Record(Shape):
    """What was done in a call; without a service he had no concern. ``corrects`` is the record it stands for."""

    id: Id
    tenant: Id
    call: Id
    participant: Id | None
    signature: Signature
    service: str | None
    price: Price | None
    fields: dict[RecordField, str]
    corrects: Id | None


class Records(Shape):
    """Oldest first, corrected ones too."""

    records: tuple[Record, ...]


class EarlierCall(Shape):
    call: Id
    at: Instant
    records: tuple[Record, ...]


class Note(Shape):
    """``responsible`` sees to it and marks it as done."""

    id: Id
    tenant: Id
    participant: Id
    kind: NoteKind
    responsible: Id
    text: str
    signature: Signature
    site: Id | None
    done_at: Instant | None


class Errand(Shape):
    """What was done for him under a receipt; ``asked``: it waits for a second person."""

    id: Id
    kind: ErrandKind
    tenant: Id
    participant: Id
    call: Id | None
    signature: Signature
    receipt: str
    points: int
    text: str
    state: ErrandState


class Redemption(Shape):
    """A reward that he had for his points, by its key; a voucher's code is told to no program."""

    id: Id
    reward: str
    kind: RewardKind
    points: int
    value: Price
    receipt: str
    at: Instant
    call: Id | None
    valid_until: date | None
    mailed: bool


class Block(Shape):
    """Why he isn't served for now; without ``until`` somebody has to lift it."""

    id: Id
    participant: Id
    reason: str
    signature: Signature
    until: Instant | None
    lifted: Signature | None
    lifted_why: str | None


class Card(Shape):
    """All of a customer, the newest first and no more than an agent is shown; ``names`` are of the people in it."""

    participant: Participant
    points: int
    movements: tuple[Movement, ...]
    cards: tuple[LoyaltyCard, ...]
    calls: tuple[EarlierCall, ...]
    notes: tuple[Note, ...]
    errands: tuple[Errand, ...]
    redemptions: tuple[Redemption, ...]
    block: Block | None
    names: dict[str, str]


class Colleague(Shape):
    id: Id
    name: str


class Colleagues(Shape):
    """By name."""

    people: tuple[Colleague, ...]
