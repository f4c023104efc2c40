"""Made-up people for walking dialogs: whatever a dialog asks for, what such a person keys is the same eight digits, so
that a walk needs not know what it is asked.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from domain.dunning import Case, CaseList, Debt, Debtor, ListState
from domain.ids import CardId, CaseId, ListId, ParticipantId, Receipt, TenantId
from domain.language import Language
from domain.loyalty import LedgerEntry
from domain.participant import Card, CardState, Participant
from domain.ports import UnitOfWork
from domain.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Role:
    """One such person for each tenant and language. ``number`` is a birthday; who shares ``born`` with another can't be
    told from him by ZIP and birth date. ``points`` are his bookings.
    """

    name: str
    number: date
    born: date
    points: tuple[int, ...]
    card: CardState | None


RICH: Final = Role("rich", date(1980, 1, 1), date(1980, 1, 1), (100_000, -100), CardState.ACTIVE)
POOR: Final = Role("poor", date(1990, 1, 1), date(1980, 1, 1), (), None)
OVERDRAWN: Final = Role("overdrawn", date(1970, 1, 1), date(1970, 1, 1), (-50,), CardState.BLOCKED)
ROLES: Final = (RICH, POOR, OVERDRAWN)


class AnyLength:
    """Instead of hashing: a PIN is right as far as it is asked for."""

    def hash(self, participant: str, pin: str) -> str:
        return f"{participant}:{pin}"

    def matches(self, participant: str, pin: str, stored: str | None) -> bool:
        return stored is not None and stored.startswith(f"{participant}:{pin}")

    def digest(self, *parts: str) -> str:
        return "/".join(parts)


def digits_of(role: Role, language: Language) -> str:
    return _digits(role.number, language)


def person_of(tenant: TenantId, role: Role, language: Language) -> Participant:
    return Participant(
        ParticipantId(f"walk-{tenant}-{language}-{role.name}"),
        tenant,
        digits_of(role, language),
        "Robin Walker",
        language,
        _digits(role.born, language),
        _day(role.born, language),
    )


def seed(uow: UnitOfWork, tenant: Tenant, now: datetime) -> None:
    """Add them all, and the case of one debtor for each language where the tenant has debtors."""
    debtors = ListId(f"walk-{tenant.id}")
    if tenant.dunning is not None:
        listed = CaseList(debtors, tenant.id, "walk.xlsx", ListState.RUNNING, 3, 0, now)
        uow.case_lists.add(listed, b"")
    for language in Language:
        for role in ROLES:
            _add(uow, person_of(tenant.id, role, language), role, now)
        if tenant.dunning is not None:
            uow.cases.add([_case(tenant, debtors, language, now)])


def _add(uow: UnitOfWork, person: Participant, role: Role, now: datetime) -> None:
    uow.participants.add(person, AnyLength().hash(person.id, person.number))
    for weeks, points in enumerate(role.points, start=1):
        booked = now - timedelta(weeks=weeks)
        uow.ledger.add(LedgerEntry(person.id, points, "walk", booked))
    card = CardId(f"card-{person.id}")
    if role.card is CardState.ACTIVE:
        uow.cards.add(Card(card, person.id, CardState.ACTIVE))
    elif role.card is CardState.BLOCKED:
        receipt = Receipt("12345678")
        uow.cards.add(Card(card, person.id, CardState.BLOCKED, blocked_at=now, receipt=receipt))


def _case(tenant: Tenant, debtors: ListId, language: Language, now: datetime) -> Case:
    digits = digits_of(RICH, language)
    debtor = Debtor("Robin Walker", "", digits, "", digits, tenant.country, digits)
    named = CaseId(f"{debtors}-{language}")
    debt = Debt(1, "EUR", None)
    return Case(named, debtors, tenant.id, "walk", 1, debtor, debt, (language,), 3, now)


def _digits(day: date, language: Language) -> str:
    return f"{_day(day, language):%d%m%Y}"


def _day(day: date, language: Language) -> date:
    """Another for each language."""
    return day + timedelta(days=list(Language).index(language))
