"""``rufwerk replay``: checks the log by deciding anew, and plays a recorded day under other rules."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Final

import typer

from actions import read_log
from cti.routing.changes import Changes
from cti.routing.day import Span, figures, straightened
from cti.routing.engine import step
from cti.routing.state import Field
from cti.routing.verify import Finding, Verifier
from cti.routing.what_if import Replayed, simulate
from domain.fact import Fact
from domain.field_facts import FieldRulesSet, SignedIn
from domain.ids import AgentId
from domain.portal_facts import HandedOver
from domain.ports import Transactions
from rufwerk import wiring
from rufwerk.day_figures import FORMULAS, as_document, as_table
from rufwerk.replay_changes import House, WrongChange, read_changes
from rufwerk.terminal import AsJson, fail, load, out, print_json

ASSUMED: Final = (
    "Who was answered waits on, if need be, with a patience drawn from the day's own abandons"
    " (Kaplan-Meier). Who wasn't answered then talks as long as his tenant's callers on average."
)


def replay(
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the whole log, and decide each offer anew.")
    ] = False,
    day: Annotated[
        str | None, typer.Option("--date", help="The day (UTC), as 2026-03-02; today by default.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            help='What is to be other than it was: "eva: +fr", "luis: -de +en=3", or'
            ' "alpenrad: relax_s=10". May stand there several times.',
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Play a recorded day again, from 0:00 to 24:00 UTC, and print its figures beside what was.

    With --verify: whether the log is consistent, and each offer the one that would be made today.
    """
    if verify and (day is not None or change):
        fail("--verify checks the whole log as it is. Leave out --date and --with.")
    with closing(wiring.transactions(load())) as transactions:
        if verify:
            _verify(transactions, as_json=as_json)
        else:
            _what_if(transactions, _span(day), change or [], as_json=as_json)


def _verify(transactions: Transactions, *, as_json: bool) -> None:
    verifier, found = Verifier(Field()), list[Finding]()
    for fact in read_log.facts(transactions):
        found += verifier.take_in(fact)
    if as_json:
        document = {
            "facts": verifier.facts,
            "offers": verifier.offers,
            "consistent": not found,
            "findings": [_finding_as_json(one) for one in found],
        }
        print_json(document)
    else:
        names = _names(transactions)
        for one in found:
            out.print(_finding_as_line(one, names), soft_wrap=True)
        result = f"{len(found)} findings" if found else "consistent"
        out.print(f"{verifier.facts} facts, {verifier.offers} offers: {result}.")
    if found:
        raise typer.Exit(1)


def _finding_as_json(found: Finding) -> dict[str, Any]:
    call, agent = found.decided or (None, None)
    return {
        "seq": found.seq,
        "fault": found.fault.value,
        "reason": found.reason,
        "call": found.call,
        "agent": found.agent,
        "decided_call": call,
        "decided_agent": agent,
    }


def _finding_as_line(found: Finding, names: Mapping[AgentId, str]) -> str:
    words = [f"{found.seq} {found.fault.value}"]
    if found.call is not None:
        words.append(f"call {found.call}")
    if found.agent is not None:
        words.append(f"recorded {names.get(found.agent, found.agent)}")
    if found.decided is not None:
        call, agent = found.decided
        other = "" if call == found.call else f" for call {call}"
        words.append(f"decided {names.get(agent, agent)}{other}")
    return f"{', '.join(words)}: {found.reason}"


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A day out of the log, and the field that it found."""

    span: Span
    before: Field
    facts: Sequence[Fact]


def _what_if(
    transactions: Transactions, span: Span, written: Sequence[str], *, as_json: bool
) -> None:
    recorded = _read(transactions, span)
    with transactions.read() as uow:
        house = House(uow.agents.all(), _tenants(recorded))
    try:
        changes = read_changes(written, house)
    except WrongChange as error:
        fail(str(error))
    was = figures(recorded.facts, recorded.before, span)
    replayed = simulate(recorded.facts, recorded.before, span, changes)
    would_be = figures(replayed.facts, recorded.before, span)
    notes = [*_without_effect(recorded, changes, house), *_kept(replayed)]
    if not written and would_be != was:
        notes.append("The switchboard would decide otherwise today: see rufwerk replay --verify.")
    if as_json:
        document = {
            "date": span.since.date().isoformat(),
            "until": span.until.isoformat(),
            "with": list(written),
            "recorded": as_document(was),
            "replayed": as_document(would_be),
            "notes": notes,
        }
        print_json(document)
        return
    title = "; ".join(written) if written else "no change"
    out.print(f"{span.since.date()} (UTC), {title}", soft_wrap=True)
    out.print(as_table(was, would_be))
    for line in (*FORMULAS, ASSUMED, *notes):
        out.print(line, soft_wrap=True)


def _span(day: str | None) -> Span:
    """The day, as far as it has gone."""
    now = wiring.utc_now()
    try:
        chosen = now.date() if day is None else date.fromisoformat(day)
    except ValueError:
        fail(f"{day!r} is no date. Write it as {now.date()}.")
    since = datetime.combine(chosen, time(), UTC)
    if since > now:
        fail(f"{chosen} hasn't begun yet. Choose a day that the log knows.")
    return Span(since, min(since + timedelta(days=1), now))


def _read(transactions: Transactions, span: Span) -> _Recorded:
    before, day, newest = Field(), list[Fact](), None
    for fact in read_log.facts(transactions):
        if fact.at >= span.until:
            break
        if day or fact.at >= span.since:
            day.append(fact)
            continue
        before, _ = step(before, fact)
        newest = fact.at.date() if isinstance(fact.body, HandedOver) else newest
    if not any(isinstance(fact.body, HandedOver) for fact in day):
        instead = "" if newest is None else f" The newest day before it with callers is {newest}."
        fail(f"Nobody entered the field on {span.since.date()} (UTC).{instead} Choose with --date.")
    return _Recorded(span, before, list(straightened(day, span.since)))


def _tenants(recorded: _Recorded) -> frozenset[Any]:
    of_day = {
        fact.origin.tenant
        for fact in recorded.facts
        if isinstance(fact.body, HandedOver | FieldRulesSet)
    }
    return frozenset(of_day | recorded.before.rules.keys()) - {None}


def _names(transactions: Transactions) -> Mapping[AgentId, str]:
    with transactions.read() as uow:
        return {agent.id: agent.name for agent in uow.agents.all()}


def _without_effect(recorded: _Recorded, changes: Changes, house: House) -> Iterator[str]:
    here = set(recorded.before.agents)
    here |= {fact.body.agent for fact in recorded.facts if isinstance(fact.body, SignedIn)}
    for agent in house.agents:
        if agent.id in changes.skills and agent.id not in here:
            yield f"{agent.name} wasn't signed in that day: what changes for her changes nothing."


def _kept(replayed: Replayed) -> Iterator[str]:
    if replayed.rung_back:
        yield f"Callers who asked to be rung back, as recorded, at their new turn: {replayed.rung_back}."
    if replayed.found_talking:
        yield (
            "Calls found in conversation after a time out of sight, put through as recorded:"
            f" {replayed.found_talking}."
        )
