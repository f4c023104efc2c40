"""Run as a program: makes a report as far as a word says, tells that, and waits to be killed."""

import sys
from typing import NoReturn

from typing_extensions import override

from domain.issued_report import Issued, Wanted
from domain.ports import UnitOfWork
from reporting.issuing import Issuing, Made
from reporting.report_runs import RunReports
from storage.unit_of_work import SqlTransactions
from tests.fakes.reports import Floor
from tests.storage.people import NOW

URL, WHERE = sys.argv[1:]


def wait() -> NoReturn:
    print(WHERE, flush=True)
    sys.stdin.read()
    sys.exit(1)


class Dying(Issuing):
    @override
    def make(self, wanted: Wanted, seq: int) -> Made:
        if WHERE == "claimed":
            wait()
        return super().make(wanted, seq)

    @override
    def keep(self, made: Made) -> None:
        super().keep(made)
        if WHERE == "kept":
            wait()

    @override
    def put(self, uow: UnitOfWork, made: Made) -> Issued:
        issued = super().put(uow, made)
        if WHERE == "issuing":
            wait()
        return issued


RunReports(Dying(SqlTransactions(URL, "a"), lambda: NOW, Floor().makers, "jobs")).step()
