"""What an agent did for a caller, and the services that a tenant has to choose from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.free_text import UnfitText, read_text
from domain.ids import CallId, ParticipantId, RecordId, TenantId
from domain.language import Language
from domain.person import Signature

_PRICE: Final = re.compile(r"((?:0|[1-9]\d{0,6})(?:\.\d{1,4})?) ([A-Z]{3})", re.ASCII)
LONGEST_FIELD: Final = 500


class RecordField(StrEnum):
    """What a service may ask to be told; the desk has a label for each, in all its languages."""

    REFERENCE = "reference"
    ARTICLE = "article"
    AMOUNT = "amount"
    DATE = "date"
    REASON = "reason"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Price:
    """``currency`` is ISO 4217."""

    amount: Decimal
    currency: str


def read_price(written: str) -> Price:
    """From ``2.40 EUR``: never negative, four decimals at most. Raises ValueError."""
    found = _PRICE.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is no price. Write it as 2.40 EUR.")
    return Price(Decimal(found[1]), found[2])


def write_price(price: Price) -> str:
    """As ``read_price`` reads it, to the last nought."""
    return f"{price.amount:f} {price.currency}"


@dataclass(frozen=True, slots=True)
class Service:
    """One thing that a tenant pays for; ``required`` is what must be told with it."""

    key: str
    names: Mapping[Language, str]
    price: Price
    required: tuple[RecordField, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """What was done in a call. ``service`` and ``price`` (as it was then) are None where the caller had no concern.

    ``participant`` is None where nobody knows who he was; ``corrects`` names the record that this one stands for.
    """

    id: RecordId
    tenant: TenantId
    call: CallId
    participant: ParticipantId | None
    signature: Signature
    service: str | None = None
    price: Price | None = None
    fields: Mapping[RecordField, str] = field(default_factory=dict, repr=False)
    corrects: RecordId | None = None

    def __post_init__(self) -> None:
        if (self.service is None) != (self.price is None) or (self.service is None and self.fields):
            raise ValueError("no concern has neither price nor fields; a service has its price")


class UnfitField(ValueError):
    """``fault`` is that of what was filled in; None: the service has no such field."""

    def __init__(self, service: Service, field: str, fault: UnfitText | None) -> None:
        super().__init__(
            f"{service.key} has no field {field!r}: leave it out"
            if fault is None
            else f"{field} {fault}"
        )
        self.field = field
        self.fault = fault


def read_fields(service: Service, written: Mapping[str, str]) -> Mapping[RecordField, str]:
    """What the service asks for, and no more. Raises UnfitField."""
    strange = sorted(written.keys() - set(service.required))
    if strange:
        raise UnfitField(service, strange[0], None)
    found = {}
    for name in service.required:
        try:
            found[name] = read_text(written.get(name, ""), LONGEST_FIELD)
        except UnfitText as error:
            raise UnfitField(service, name.value, error) from None
    return found


def in_force(records: Iterable[ServiceRecord]) -> Sequence[ServiceRecord]:
    """Those that no other corrects, in the same order."""
    known = list(records)
    corrected = {record.corrects for record in known}
    return [record for record in known if record.id not in corrected]
