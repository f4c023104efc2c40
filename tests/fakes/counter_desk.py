"""A desk for the actions on a participant's card: two brands, their people, a call, and ids that count."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from actions.desk import Desk
from actions.errand import Counter, Wish
from domain.dialling import DiallingRules
from domain.errand import PointsLimits
from domain.fact import Body, Fact, Origin
from domain.ids import (
    AgentId,
    CallerId,
    CallId,
    CardId,
    ErrandId,
    ParticipantId,
    PersonId,
    Receipt,
    Skill,
    TenantId,
)
from domain.language import Language
from domain.loyalty import LedgerEntry
from domain.opening_hours import OpeningHours, OpenSpan
from domain.participant import Card, CardState, Participant
from domain.person import Actor, Person, Role
from domain.pin_policy import PinPolicy
from domain.portal_facts import CallArrived
from domain.ports import KnownAgent, Transactions
from domain.service_record import Price, RecordField, Service
from domain.tenant import Line, Tenant, TenantBook
from tests.fakes.desk import ADLER, EVA, LENA, MAX, PASSWORD, TOM, Clock, PlainPasswords

Id = TypeVar("Id", bound=str)

ALPENRAD, LUNE = TenantId("alpenrad"), TenantId("lune")
CHLOE = Person(PersonId("p-chloe"), "chloe", Role.AGENT)
EVAS, TOMS, LENAS, CHLOES = Actor(EVA), Actor(TOM), Actor(LENA), Actor(CHLOE)
STRANGERS = (CHLOES, Actor(MAX), Actor(ADLER), Actor(Person(PersonId("p-op"), "op", Role.OPERATOR)))
"""Who doesn't serve Alpenrad: another brand's agent, and roles that serve nobody."""

ANNA = Participant(
    ParticipantId("anna"),
    ALPENRAD,
    "10000001",
    "Anna Keller",
    Language.DE,
    "76275",
    date(1985, 5, 17),
    "+491713920001",
)
PETER = replace(ANNA, id=ParticipantId("peter"), number="10000005", name="Peter Keller")
CLAIRE = replace(
    ANNA, id=ParticipantId("claire"), tenant=LUNE, number="20000001", name="Claire Märtin"
)
CARD = Card(CardId("card-anna"), ANNA.id, CardState.ACTIVE)
CALL, LUNES_CALL, PROBE = CallId("a-1700000000.1"), CallId("a-1700000000.2"), CallId("a-9")

_RETURN = Service(
    "return",
    dict.fromkeys(Language, "Return"),
    Price(Decimal("2.40"), "EUR"),
    (RecordField.REASON,),
)
_ADVICE = Service("advice", dict.fromkeys(Language, "Advice"), Price(Decimal("0.95"), "EUR"))


ZONE = ZoneInfo("Europe/Berlin")
WORKING_DAYS = {day: (OpenSpan(time(8), time(20)),) for day in range(6)}
_NUMBERS = {ALPENRAD: "+493023125100", LUNE: "+33199005200"}


def brand(name: TenantId, country: str) -> Tenant:
    return Tenant(
        id=name,
        name=name.title(),
        country=country,
        subdivision=None,
        lines=(Line("service", (_NUMBERS[name].removeprefix("+"),), (Language.FR, Language.DE)),),
        hours=OpeningHours(ZONE, {}),
        menu=(),
        pin=PinPolicy(),
        version="1",
        services=(_RETURN, _ADVICE),
        points=PointsLimits(agent=100, team_lead=1000),
        dialling=DiallingRules(
            frozenset({"DE", "FR"}), hours=OpeningHours(ZONE, WORKING_DAYS), show=_NUMBERS[name]
        ),
    )


class CounterDesk:
    """Everybody above is there; Anna has a card and 500 points."""

    def __init__(self, transactions: Transactions) -> None:
        self.transactions, self.clock = transactions, Clock()
        self.book = TenantBook.of([brand(ALPENRAD, "DE"), brand(LUNE, "FR")])
        self.desk = Desk(transactions, self.clock, lambda: self.book)
        self.receipts = (Receipt(str(number)) for number in count(70_000_001))
        self.counter = Counter(self.desk, lambda: next(self.receipts))
        self._ids = _uuids()
        with transactions.write() as uow:
            for person in (EVA, TOM, CHLOE, LENA, MAX, ADLER):
                uow.people.add(person, PlainPasswords().hash(PASSWORD))
            for agent, skill in ((EVA, ALPENRAD), (TOM, ALPENRAD), (CHLOE, LUNE)):
                known = KnownAgent(AgentId(agent.id), agent.name, {Skill(skill): 5})
                uow.agents.add(known)
            for participant in (ANNA, PETER, CLAIRE):
                uow.participants.add(participant, "hash")
            uow.cards.add(CARD)
            uow.ledger.add(LedgerEntry(ANNA.id, 500, "purchase", self.clock()))
            uow.callers.note("+491713920001", CallerId("n1"))
            for call, tenant in ((CALL, ALPENRAD), (LUNES_CALL, LUNE), (PROBE, ALPENRAD)):
                origin = Origin(tenant, call, "caller", synthetic=call == PROBE)
                uow.facts.append(origin, self.clock(), CallArrived("service", CallerId("n1")))
            uow.commit()
        self._before = self._last_seq()

    def new(self, kind: Callable[[str], Id]) -> Id:
        return kind(next(self._ids))

    def wish(self, participant: Participant = ANNA, call: CallId | None = CALL) -> Wish:
        return Wish(ErrandId(next(self._ids)), participant.id, call)

    def facts(self) -> list[Fact]:
        """What was written since the desk opened."""
        with self.transactions.read() as uow:
            return list(uow.facts.read(after=self._before))

    def bodies(self) -> list[Body]:
        return [fact.body for fact in self.facts()]

    def participant(self, of: ParticipantId = ANNA.id) -> Participant:
        with self.transactions.read() as uow:
            found = uow.participants.get(of)
        assert found is not None
        return found

    def balance(self) -> int:
        with self.transactions.read() as uow:
            return uow.ledger.balance(ANNA.id)

    def card(self) -> Card:
        with self.transactions.read() as uow:
            (card,) = uow.cards.of(ANNA.id)
        return card

    def _last_seq(self) -> int:
        with self.transactions.read() as uow:
            return uow.facts.last_seq()


def _uuids() -> Iterator[str]:
    return (f"00000000-0000-4000-8000-{number:012x}" for number in count(1))
