"""Read the log of facts from one end to the other."""

from collections.abc import Iterator, Sequence
from typing import Final

from domain.fact import Fact
from domain.ids import CallId
from domain.ports import Transactions

PAGE: Final = 1000
"""Facts that are read at once."""


def pages(
    transactions: Transactions, after: int = 0, call: CallId | None = None
) -> Iterator[Sequence[Fact]]:
    """The facts above ``after``, in order; of one call, if given. Raises StorageDown.

    Each page is read by itself: whoever reads slowly holds up nobody, and the log only grows.
    """
    while True:
        with transactions.read() as uow:
            page = list(uow.facts.read(after, PAGE, call))
        if page:
            yield page
        if len(page) < PAGE:
            return
        after = page[-1].seq


def facts(transactions: Transactions, call: CallId | None = None) -> Iterator[Fact]:
    """All of them, as ``pages`` reads them."""
    for page in pages(transactions, call=call):
        yield from page
