"""Run as a program: agents who work on debtors' cases, each in a thread, until they are killed.

Arguments: the database's URL, the file of the clock, a seed, and the numbers of the first agent and the one after the
last.
"""

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Final
from uuid import uuid4

from actions.ask_dial import AskDial
from actions.desk import Desk, DeskError
from actions.dial import Dial, KnownCaller, RungNow
from actions.dunning_desk import DunningDesk, ShownCase, how_it_went
from actions.lease_case import GiveBack, NextCase, NothingDue
from actions.work_case import ConfirmDebtor, DialDebtor, RecordAttempt, Said
from domain.dial_facts import DialEnded, DialRang, DialReached, DialResult
from domain.dialling import Refused
from domain.dunning_profile import DE, Dunning
from domain.fact import Body, Origin
from domain.field_facts import CallEnded, Side
from domain.ids import AgentId, CallerId, CallId, LineId, PersonId
from domain.outcome import USUAL_OUTCOMES, proposed
from domain.person import Actor, Person, Role
from domain.ports import StorageDown, Transactions
from domain.tenant import TenantBook
from rufwerk.telephone_numbers import e164, read
from storage.unit_of_work import SqlTransactions
from tests.drill.shared_clock import SharedClock
from tests.fakes.counter_desk import ALPENRAD, brand
from tests.fakes.debtors import debtors_gate

NEVER_RANG: Final = (DialResult.NOT_TAKEN, DialResult.CANCELLED, DialResult.FAILED)
RANG: Final = (
    *(DialResult.BUSY, DialResult.NO_ANSWER, DialResult.NO_ANSWER, DialResult.SWITCHED_OFF),
    *(DialResult.DECLINED, DialResult.NETWORK_ERROR, DialResult.WRONG_NUMBER),
)
TALKED: Final = ("paid", "paid", "promise", "later", "later", "dispute", "refused", "not_reached")


def agent(number: int) -> Person:
    return Person(PersonId(f"p-agent-{number:02}"), f"agent{number:02}", Role.AGENT)


@dataclass(frozen=True)
class Station:
    """What the agents of one process work with."""

    transactions: Transactions
    clock: Callable[[], datetime]
    on: DunningDesk
    gate: Dial
    ask: AskDial


def station(transactions: Transactions, clock: Callable[[], datetime]) -> Station:
    rings = replace(brand(ALPENRAD, "DE"), dunning=Dunning(DE, "EUR", service="advice"))
    book = TenantBook.of([rings])
    desk = Desk(transactions, clock, lambda: book)
    clear = debtors_gate(clock, lambda: book)
    gate = Dial(transactions, clock, lambda: book, read, lambda *_: frozenset(), clear)
    names = (lambda: CallerId(str(uuid4())), lambda: CallId(str(uuid4())))
    on = DunningDesk(desk, clear, lambda: str(uuid4()))
    return Station(transactions, clock, on, gate, AskDial(desk, gate, e164, *names))


class Worker:
    def __init__(self, at: Station, who: Person, chance: Random) -> None:
        self.at, self.actor, self.chance = at, Actor(who), chance
        self.id = AgentId(who.id)
        self._pause = Event()

    def run(self) -> None:
        """Until something is wrong, which ends the process."""
        try:
            while True:
                try:
                    self.turn()
                except (DeskError, StorageDown):  # what anybody else has done meanwhile
                    self.wait(0.02)
        finally:
            traceback.print_exc()
            os._exit(1)

    def turn(self) -> None:
        found = NextCase(self.at.on)(self.actor, ALPENRAD)
        if isinstance(found, NothingDue):
            self.wait(0.01 if found.more else 0.1)
        elif found.call is not None:
            self.after_a_crash(found, found.call)
        elif self.likely(0.03):
            GiveBack(self.at.on)(self.actor, found.id, found.fence)
        elif self.likely(0.03):
            self.go_away(timedelta(minutes=20))
        else:
            self.ring(found)

    def ring(self, case: ShownCase) -> None:
        dial = DialDebtor(self.at.on, self.at.ask)
        call = dial(self.actor, case.id, case.fence)
        if self.likely(0.05):  # a second click
            try:
                dial(self.actor, case.id, case.fence)
            except DeskError:
                pass
            else:
                raise AssertionError("one click dialled twice")
        result = self.chance.choice((None, None, None, *RANG, *RANG, *NEVER_RANG[:2]))
        if not self.telephone(case, call, result):
            return  # the gate was against it after all, or her own phone wasn't answered
        if self.likely(0.03):
            self.go_away(timedelta(minutes=40))
            return
        if result is None and self.likely(0.8):
            ConfirmDebtor(self.at.on)(self.actor, case.id, case.fence)
        self.record(case, result)

    def telephone(self, case: ShownCase, call: CallId, result: DialResult | None) -> bool:
        """What the switchboard and the debtor do; whether his telephone rang."""
        with self.at.transactions.read() as uow:
            caller = uow.callers.id_of(case.debtor.phone)
        assert caller is not None
        asked = self.at.clock()
        rings = KnownCaller(caller, call) if result in NEVER_RANG else RungNow(caller, call)
        refused = isinstance(self.at.gate(ALPENRAD, rings), Refused)
        if refused or result in NEVER_RANG:
            ended = DialEnded(self.id, DialResult.REFUSED if refused else result or NEVER_RANG[0])
            self.write(call, ended, over=True)
            return False
        self.write(call, DialRang(self.id), asked)  # later than that by the fast clock
        if result is not None:
            self.write(call, DialEnded(self.id, result), over=True)
            return True
        self.write(call, DialReached(self.id, LineId("9.1")))
        if self.likely(0.05):  # a talk longer than a lease
            self.go_away(timedelta(minutes=25))
        self.write(call, CallEnded(Side.CALLER), over=True)
        return True

    def record(self, case: ShownCase, result: DialResult | None) -> None:
        now = self.at.clock()
        fits = proposed(USUAL_OUTCOMES, result)
        key = self.chance.choice(TALKED) if result is None else "not_reached"
        said = Said(
            key if fits is None else fits.key,
            day=now.date() + timedelta(days=1),
            due=now + timedelta(hours=self.chance.randrange(48)),
            mine=self.likely(0.1),
        )
        said = said if said.outcome == "promise" else replace(said, day=None)
        said = said if said.outcome == "later" else replace(said, due=None)
        for _ in range(2 if self.likely(0.05) else 1):
            RecordAttempt(self.at.on)(self.actor, case.id, case.fence, said)

    def after_a_crash(self, case: ShownCase, call: CallId) -> None:
        """What she did when the process was killed has no end yet: the switchboard finds it and says so, or she went
        home and nobody does.
        """
        if self.likely(0.1):
            self.go_away(timedelta(hours=3))
            return
        with self.at.transactions.read() as uow:
            went = how_it_went(uow, call)
        if went.ended is None:
            lost = DialEnded(self.id, DialResult.FAILED)
            self.write(call, CallEnded(Side.CALLER) if went.reached else lost, over=True)
        if went.rang:
            self.record(case, None if went.reached else went.ended or DialResult.NO_ANSWER)
        else:
            GiveBack(self.at.on)(self.actor, case.id, case.fence)

    def write(
        self, call: CallId, body: Body, at: datetime | None = None, *, over: bool = False
    ) -> None:
        while True:
            try:
                with self.at.transactions.write() as uow:
                    uow.facts.append(Origin(ALPENRAD, call, "cti"), at or self.at.clock(), body)
                    if over:
                        uow.dials_under_way.release(call)
                    uow.commit()
            except StorageDown:
                continue
            return

    def go_away(self, time: timedelta) -> None:
        back = self.at.clock() + time
        while self.at.clock() < back:
            self.wait(0.02)

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def wait(self, seconds: float) -> None:
        self._pause.wait(seconds)


def main() -> None:
    url, clock_file, seed, first, end = sys.argv[1:]
    clock = SharedClock(Path(clock_file))
    at = station(SqlTransactions(url, "a"), clock)
    chance = Random(seed)
    for number in range(int(first), int(end)):
        worker = Worker(at, agent(number), Random(chance.random()))
        Thread(target=worker.run).start()


if __name__ == "__main__":
    main()
