"""``rufwerk facts``: the log of facts, printed."""

import json
import sys
from collections.abc import Iterator, Sequence
from threading import Event
from typing import Annotated, Any, Final

import typer

from actions import read_log
from domain import facts
from domain.fact import Fact
from domain.ids import CallId
from rufwerk import terminal, wiring
from rufwerk.terminal import AsJson, print_json

_LOOK_AGAIN_S: Final = 0.5


def show_facts(
    call: Annotated[str | None, typer.Option(help="Only this call's.")] = None,
    follow: Annotated[bool, typer.Option(help="Go on with each new one.")] = False,
    as_json: AsJson = False,
) -> None:
    """The log of facts, oldest first. With --follow --json each line is a document."""
    of_call = None if call is None else CallId(call)
    transactions = wiring.transactions(terminal.load())
    try:
        if as_json and not follow:
            _print_document(read_log.pages(transactions, 0, of_call))
            return
        last = _print_lines(read_log.pages(transactions, 0, of_call), 0, as_json=as_json)
        while follow:
            Event().wait(_LOOK_AGAIN_S)
            last = _print_lines(read_log.pages(transactions, last, of_call), last, as_json=as_json)
    finally:
        transactions.close()


def _print_document(pages: Iterator[Sequence[Fact]]) -> None:
    """All facts as one JSON list, written as it is read."""
    between = "["
    for page in pages:
        for fact in page:
            sys.stdout.write(between + json.dumps(_as_json(fact), ensure_ascii=False))
            between = ", "
    sys.stdout.write("[]\n" if between == "[" else "]\n")
    sys.stdout.flush()


def _print_lines(pages: Iterator[Sequence[Fact]], last: int, *, as_json: bool) -> int:
    """Print facts a line each; the ``seq`` of the last one, or ``last`` where there is none."""
    for page in pages:
        for fact in page:
            if as_json:
                print_json(_as_json(fact))
            else:
                sys.stdout.write(_as_line(fact) + "\n")
        last = page[-1].seq
    sys.stdout.flush()
    return last


def _as_json(fact: Fact) -> dict[str, Any]:
    origin = fact.origin
    return {
        "seq": fact.seq,
        "at": fact.at.isoformat(),
        "kind": facts.kind_of(fact.body),
        "version": fact.body.version,
        "tenant": origin.tenant,
        "call": origin.call,
        "actor": origin.actor,
        "node": fact.node,
        "synthetic": origin.synthetic,
        "body": facts.encode(fact.body),
    }


def _as_line(fact: Fact) -> str:
    body = " ".join(f"{key}={value}" for key, value in facts.encode(fact.body).items())
    origin = fact.origin
    when = fact.at.isoformat(timespec="milliseconds")
    return f"{fact.seq} {when} {origin.call or '-'} {facts.kind_of(fact.body)} {body}"
