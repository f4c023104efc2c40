"""``rufwerk bench ...``: measures in scratch instances of its own, and exits 0 whatever it measured."""

from typing import Annotated, Any

import typer

from rufwerk import logs
from rufwerk.bench import NoDialplan
from rufwerk.terminal import AsJson, fail, load, out, print_json, talk

app = typer.Typer(help="Measure, in scratch instances of their own.", no_args_is_help=True)

Calls = Annotated[int, typer.Option(min=1, max=200, help="How many calls.")]


@app.command("keys")
def keys(calls: Calls = 12, as_json: AsJson = False) -> None:
    """From the last key to the first sound of the answer."""
    from rufwerk.bench import keys as bench  # noqa: PLC0415 - numpy costs more than other commands need

    _tell(bench.measure(load(), talk, calls), as_json=as_json)


@app.command("balance")
def balance(
    calls: Annotated[int, typer.Option(min=1, max=20, help="Of each kind in each language.")] = 3,
    as_json: AsJson = False,
) -> None:
    """From the answer to the end of the balance: for who knows the keys, and who hears each prompt out."""
    from rufwerk.bench import balance as bench  # noqa: PLC0415 - as above

    _tell(bench.measure(load(), talk, calls), as_json=as_json)


@app.command("ivr")
def ivr(
    calls: Calls = 30,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="How often, interleaved.")] = 4,
    as_json: AsJson = False,
) -> None:
    """What a call costs, beside the same dialog in the dialplan alone."""
    from rufwerk.bench import ivr as bench  # noqa: PLC0415 - as above

    try:
        figures = bench.measure(load(), talk, calls, rounds)
    except NoDialplan as error:
        fail(str(error))
    _tell(figures, as_json=as_json)


@app.command("field")
def field(
    calls: Calls = 80,
    rounds: Annotated[int, typer.Option(min=1, max=20, help="How often, interleaved.")] = 4,
    as_json: AsJson = False,
) -> None:
    """From a caller's entry to the ringing of an agent's phone, beside app_queue."""
    from rufwerk.bench import field as bench  # noqa: PLC0415 - as above

    logs.set_up("bench")
    try:
        figures = bench.measure(load(), talk, calls, rounds)
    except NoDialplan as error:
        fail(str(error))
    _tell(figures, as_json=as_json)


@app.command("routing")
def routing(
    facts: Annotated[int, typer.Option(min=1, help="How many facts of each size.")] = 2000,
    as_json: AsJson = False,
) -> None:
    """What a fact costs the routing engine, against how many callers wait."""
    from rufwerk.bench import routing as bench  # noqa: PLC0415 - as above

    figures = bench.measure(talk, facts)
    if not as_json:
        for line in bench.chart(figures.pop("by_size")):
            out.print(line, highlight=False, soft_wrap=True)
    _tell(figures, as_json=as_json)


@app.command("ami")
def ami(
    events: Annotated[int, typer.Option(min=1, help="How many are read at least.")] = 200_000,
    as_json: AsJson = False,
) -> None:
    """How many of Asterisk's events are read and translated a second, beside panoramisk alone."""
    from rufwerk.bench import ami as bench  # noqa: PLC0415 - as above

    logs.set_up("bench")
    try:
        figures = bench.measure(load(), talk, events)
    except NoDialplan as error:
        fail(str(error))
    _tell(figures, as_json=as_json)


@app.command("pop")
def pop(
    calls: Calls = 120,
    pages: Annotated[
        int, typer.Option(min=5, max=50, help="How many of the 50 open pages are Chromium's.")
    ] = 10,
    as_json: AsJson = False,
) -> None:
    """From Asterisk's event to the screen pop, on the socket and painted, beside a bare relay."""
    from rufwerk.bench import pop as bench  # noqa: PLC0415 - as above

    logs.set_up("bench")
    _tell(bench.measure(load(), talk, calls, pages), as_json=as_json)


@app.command("dial")
def dial(calls: Calls = 100, as_json: AsJson = False) -> None:
    """From an agent's click to the ringing of her phone, beside a bare Originate."""
    from rufwerk.bench import dial as bench  # noqa: PLC0415 - as above

    logs.set_up("bench")
    _tell(bench.measure(load(), talk, calls), as_json=as_json)


@app.command("report")
def report(
    calls: Annotated[
        int, typer.Option(min=1000, help="How many the month has; its agents are the same.")
    ] = 1_000_000,
    as_json: AsJson = False,
) -> None:
    """Reports over a day and a month of a million calls, beside the bare SQL over the same rows."""
    from rufwerk.bench import report as bench  # noqa: PLC0415 - as above

    _tell(bench.measure(talk, calls), as_json=as_json)


def _tell(figures: dict[str, Any], *, as_json: bool) -> None:
    from rufwerk.bench import machine  # noqa: PLC0415 - as above

    if as_json:
        print_json(figures)
        return
    out.print(machine.as_line(figures.pop("machine")), highlight=False, soft_wrap=True)
    for name, value in figures.items():
        out.print(f"{name}: {value}", highlight=False, soft_wrap=True)
