"""A brand whose customers we serve: its lines, languages, hours and rules."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.dialling import DiallingRules
from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours
from domain.pin_policy import PinPolicy
from domain.waiting_field import FieldRules


class MenuItem(StrEnum):
    """What the main menu can offer."""

    BALANCE = "balance"
    BLOCK_CARD = "block_card"


@dataclass(frozen=True, slots=True)
class Line:
    """A number we offer. ``languages`` in the order they are offered; the first one greets.

    ``numbers`` are all the ways it is dialled: digits only, without ``+``.
    """

    name: str
    numbers: tuple[str, ...]
    languages: tuple[Language, ...]


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant as its file describes it.

    ``country`` and ``subdivision`` (ISO 3166) choose the holidays and the reading of national
    telephone numbers; ``prompts`` overrides texts of the catalogue, by language and key;
    ``version`` is a digest of the file. ``field`` is how its callers wait, ``dialling`` whom its agents may ring.
    """

    id: TenantId
    name: str
    country: str
    subdivision: str | None
    lines: tuple[Line, ...]
    hours: OpeningHours
    menu: tuple[MenuItem, ...]
    pin: PinPolicy
    version: str
    prompts: Mapping[Language, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    field: FieldRules = dataclasses.field(default_factory=FieldRules)
    dialling: DiallingRules = dataclasses.field(default_factory=DiallingRules)
    open_on_holidays: bool = False


@dataclass(frozen=True, slots=True)
class DialledLine:
    """The line a call came in on, and whose it is."""

    tenant: Tenant
    line: Line


@dataclass(frozen=True, slots=True)
class TenantBook:
    """All tenants in force, found by the number dialled."""

    tenants: Mapping[TenantId, Tenant]

    @classmethod
    def of(cls, tenants: Iterable[Tenant]) -> "TenantBook":
        return cls({tenant.id: tenant for tenant in tenants})

    def dialled(self, number: str) -> DialledLine | None:
        """The line that ``number`` reaches; a leading ``+`` doesn't matter."""
        digits = number.removeprefix("+")
        for tenant in self.tenants.values():
            for line in tenant.lines:
                if digits in line.numbers:
                    return DialledLine(tenant, line)
        return None
