"""A desk whose agents ring debtors: the gate on a clock to turn, cases, and dials that end as they are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from uuid import UUID

from actions.ask_dial import AskDial
from actions.clear_case import ClearCase
from actions.dial import Dial, RungNow
from actions.dunning_desk import DunningDesk
from domain.dial_facts import DialAsked, DialEnded, DialRang, DialReached, DialResult
from domain.dialling import Refused
from domain.dunning import Case, CaseList, Debt, Debtor, ListState
from domain.dunning_profile import DE, Dunning, Profile
from domain.fact import Origin
from domain.ids import AgentId, CallerId, CallId, CaseId, LineId, ListId, Skill
from domain.language import Language
from domain.party import Party
from domain.ports import Transactions
from domain.tenant import TenantBook
from rufwerk.holiday_calendar import holidays_in
from rufwerk.telephone_numbers import e164, read
from rufwerk.whereabouts import whereabouts
from tests.fakes.counter_desk import ALPENRAD, CounterDesk
from tests.fakes.desk import EVA, TOM

LIST = ListId("list-1")


def debtors_gate(clock: Callable[[], datetime], book: Callable[[], TenantBook]) -> ClearCase:
    def holidays(party: Party, at: datetime) -> frozenset[date]:
        return holidays_in(party.country, party.states, at)

    return ClearCase(clock, book, read, whereabouts, holidays)


class DebtDesk(CounterDesk):
    """Eva and Tom ring debtors of Alpenrad in German; ``profile`` is whose rules they keep."""

    def __init__(self, transactions: Transactions, profile: Profile = DE) -> None:
        super().__init__(transactions)
        brand = self.book.tenants[ALPENRAD]
        dunning = Dunning(profile, "EUR", service="advice")
        self.book = TenantBook.of([replace(brand, dunning=dunning)])
        self.clear = debtors_gate(self.clock, lambda: self.book)
        names = count(1)
        self.on = DunningDesk(self.desk, self.clear, lambda: str(UUID(int=next(names))))
        calls, callers = count(1), count(1)
        none = frozenset[date]()
        gate = Dial(transactions, self.clock, lambda: self.book, read, lambda *_: none, self.clear)
        self.gate = gate
        self.ask = AskDial(
            self.desk,
            gate,
            e164,
            lambda: CallerId(f"debtor-{next(callers)}"),
            lambda: CallId(f"a-d{next(calls)}"),
        )
        with transactions.write() as uow:
            for agent in (EVA, TOM):
                skills = {Skill(one): 5 for one in (ALPENRAD, "de", "dunning")}
                uow.agents.set_skills(AgentId(agent.id), skills)
            made = CaseList(LIST, ALPENRAD, "liste.xlsx", ListState.RUNNING, 3, 0, self.clock())
            uow.case_lists.add(made, b"a workbook")
            uow.commit()

    def put(self, *cases: Case) -> None:
        with self.transactions.write() as uow:
            uow.cases.add(cases)
            uow.commit()

    def case(self, of: CaseId) -> Case:
        with self.transactions.read() as uow:
            found = uow.cases.get(of)
        assert found is not None
        return found

    def went(self, call: CallId, result: DialResult | None = None, *, rang: bool = True) -> None:
        """What came of a dial: he was reached where no ``result`` says else, and the gate lets him be rung. The number
        is free again.
        """
        origin, eva = Origin(ALPENRAD, call, "cti"), AgentId(EVA.id)
        if rang:
            assert not isinstance(self.gate(ALPENRAD, RungNow(self.caller_of(call), call)), Refused)
        with self.transactions.write() as uow:
            if rang:
                uow.facts.append(origin, self.clock(), DialRang(eva))
            end = DialReached(eva, LineId("9.1")) if result is None else DialEnded(eva, result)
            uow.facts.append(origin, self.clock(), end)
            if result is None:
                uow.dials_made.reached(call, self.clock())
            uow.dials_under_way.release(call)
            uow.commit()

    def caller_of(self, call: CallId) -> CallerId:
        """Whom it is to dial."""
        bodies = [fact.body for fact in self.facts() if fact.origin.call == call]
        (asked,) = [body for body in bodies if isinstance(body, DialAsked)]
        return asked.caller


def debtor(number: int, amount: int = 12_345, **changed: object) -> Case:
    """Number 1 lives in Karlsruhe, as all do; ``changed`` are fields of the case."""
    who = Debtor(
        f"Debtor {number}",
        f"+4917139{number:05}",
        f"K{number}",
        "Hauptstr. 1, 76275 Ettlingen",
        "76275",
        "DE",
        f"R-{number:04}",
    )
    case = Case(
        CaseId(f"case-{number:05}"),
        LIST,
        ALPENRAD,
        "Liste",
        number + 1,
        who,
        Debt(amount, "EUR", None),
        (Language.DE,),
        3,
        datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    )
    return replace(case, **changed)  # type: ignore[arg-type]
