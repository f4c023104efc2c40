"""Run as a program: imports participants, tells when so many are written, and waits to be killed."""

import sys
from uuid import uuid4

from actions.desk import Desk
from actions.import_participants import ImportParticipants, PlanParticipants
from domain.tenant import TenantBook
from rufwerk.terminal import OPERATOR
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, brand
from tests.fakes.desk import Clock
from tests.fakes.participant_rows import entries

URL, WRITTEN = sys.argv[1], int(sys.argv[2])


def new_id() -> str:
    return str(uuid4())


def wait(written: int) -> None:
    if written == WRITTEN:
        print(written, flush=True)
        sys.stdin.read()


book = TenantBook.of([brand(ALPENRAD, "DE")])
desk = Desk(SqlTransactions(URL, "b"), Clock(), lambda: book)
plan = PlanParticipants(desk, new_id)(OPERATOR, ALPENRAD, entries(range(1, 301)))
ImportParticipants(desk, new_id)(OPERATOR, plan, {}, "digest", wait)
