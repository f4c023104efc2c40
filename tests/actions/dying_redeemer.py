"""Run as a program: redeems points as far as a word says, tells that, and waits to be killed."""

import sys
from dataclasses import replace

from actions.redeem import Redeem
from domain.ids import Receipt, VoucherCode
from domain.tenant import TenantBook
from storage.unit_of_work import SqlTransactions
from tests.fakes.counter_desk import ALPENRAD, brand
from tests.fakes.desk import Clock
from tests.fakes.shop import ORIGIN, VOUCHER, wanted

URL, WHERE = sys.argv[1:]


def wait() -> None:
    print(WHERE, flush=True)
    sys.stdin.read()


def new_code() -> VoucherCode:
    if WHERE == "making":
        wait()
    return VoucherCode("CODE-DIED")


book = TenantBook.of([replace(brand(ALPENRAD, "DE"), rewards=(VOUCHER,))])
redeem = Redeem(
    SqlTransactions(URL, "b"), Clock(), lambda: book, lambda: Receipt("66600001"), new_code
)
redeem(ORIGIN, wanted())
wait()
