"""``rufwerk figures ...``: what figures are aggregated over, made anew from the log, or held against it."""

import time
from contextlib import closing

import typer

from domain.ports import Transactions
from rufwerk import wiring
from rufwerk.figure_keeping import projecting
from rufwerk.terminal import AsJson, load, out, print_json, talk

app = typer.Typer(help="What figures are aggregated over.", no_args_is_help=True)


@app.callback()
def figures() -> None:
    """One command keeps its name where it is the only one."""


@app.command("rebuild")
def rebuild(as_json: AsJson = False) -> None:
    """Forget what figures are aggregated over, and make it anew from the log. Reports want for it meanwhile."""
    with closing(wiring.transactions(load())) as transactions:
        began = time.monotonic()
        facts = _rebuilt(transactions)
        took = round(time.monotonic() - began, 1)
    if as_json:
        print_json({"facts": facts, "seconds": took})
    else:
        out.print(f"{facts} facts followed in {took} s.")


def _rebuilt(transactions: Transactions) -> int:
    """How many facts were followed."""
    with transactions.read() as uow:
        until = uow.facts.last_seq()
    making = projecting(transactions)
    making.clear()
    for percent in range(1, 101):
        making.catch_up(until * percent // 100)
        if percent % 5 == 0:
            talk.print(f"{percent} %")
    return until
