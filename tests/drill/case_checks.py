"""What must hold of debtors' cases after any work on them, by the log alone and by the rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.dial_facts import DialAsked, DialEnded, DialRang
from domain.dunning import Attempt, Case, CaseState
from domain.dunning_facts import AttemptRecorded, CaseGivenBack, CaseLeased
from domain.fact import Fact
from domain.field_facts import CallEnded
from domain.ids import AgentId, CallerId, CallId, CaseId
from domain.outcome import UNRECORDED

ZONE: Final = ZoneInfo("Europe/Berlin")
_CLAIM: Final = timedelta(hours=2)
"""After which the claim of a dial that nobody ended counts no more."""


def leases(log: Iterable[Fact]) -> Iterator[str]:
    """No case is with two agents, no agent has two cases, and only who has a case dials and records it."""
    held: dict[CaseId, AgentId] = {}
    fences: Counter[CaseId] = Counter()
    for fact in log:
        match fact.body:
            case CaseLeased(case=case, agent=agent, fence=fence):
                if case in held or agent in held.values():
                    yield f"{fact.seq}: {case} leased to {agent} while {held.get(case)} has it, or she another"
                if fence != fences[case] + 1:
                    yield f"{fact.seq}: {case} has fence {fence} after {fences[case]}"
                held[case], fences[case] = agent, fence
            case CaseGivenBack(case=case, agent=agent, fence=fence):
                if held.pop(case, None) != agent or fences[case] != fence:
                    yield f"{fact.seq}: {case} given back by {agent}, who didn't have it"
            case AttemptRecorded(case=case, agent=agent, outcome=outcome):
                if outcome != UNRECORDED.key and held.pop(case, None) != agent:
                    yield f"{fact.seq}: {case} recorded by {agent}, who didn't have it"
            case DialAsked(about=about, agent=agent):
                if held.get(CaseId(about or "")) != agent:
                    yield f"{fact.seq}: {about} dialled by {agent}, who didn't have it"
            case _:
                pass


def dials(log: Iterable[Fact]) -> Iterator[str]:
    """No number is dialled, or on the line, twice at once."""
    under_way: dict[CallerId, tuple[CallId, datetime]] = {}
    for fact in log:
        call = fact.origin.call
        assert call is not None or not isinstance(fact.body, DialAsked | DialEnded | CallEnded)
        match fact.body:
            case DialAsked(caller=caller):
                other = under_way.get(caller)
                if other is not None and fact.at - other[1] < _CLAIM:
                    yield f"{fact.seq}: {caller} dialled while {other[0]} is under way"
                under_way[caller] = (CallId(str(call)), fact.at)
            case DialEnded() | CallEnded():
                over = [caller for caller, (by, _) in under_way.items() if by == call]
                for caller in over:
                    del under_way[caller]
            case _:
                pass


def hours(log: Iterable[Fact]) -> Iterator[str]:
    """Monday to Saturday, 8 to 20 where the debtors live; three attempts a day and a number."""
    calls: dict[CallId | None, CallerId] = {}
    rung: Counter[tuple[CallerId, str]] = Counter()
    for fact in log:
        local = fact.at.astimezone(ZONE)
        if isinstance(fact.body, DialAsked | DialRang) and not (
            local.weekday() < 6 and 8 <= local.hour < 20
        ):
            yield f"{fact.seq}: dialled at {local:%a %H:%M:%S}"
        if isinstance(fact.body, DialAsked):
            calls[fact.origin.call] = fact.body.caller
        if isinstance(fact.body, DialRang):
            rung[calls[fact.origin.call], f"{local:%Y-%m-%d}"] += 1
    for (caller, day), count in rung.items():
        if count > 3:
            yield f"{caller} was rung {count} times on {day}"


def rows(log: Sequence[Fact], cases: Iterable[Case], attempts: Iterable[Attempt]) -> Iterator[str]:
    """Each case is closed within its limit, and its rows say what the log says."""
    noted = Counter(fact.origin.call for fact in log if isinstance(fact.body, AttemptRecorded))
    counted = {
        fact.origin.call: fact.body.case
        for fact in log
        if isinstance(fact.body, AttemptRecorded) and fact.body.counts
    }
    made = {one.call: one.case for one in attempts if one.counts}
    yield from (f"{call} is recorded {times} times" for call, times in noted.items() if times > 1)
    if made != counted:
        yield f"attempts in rows and log differ: {dict(made.items() ^ counted.items())}"
    yield from (f"{one.call} has no end" for one in attempts if one.recorded is None)
    of_case = Counter(counted.values())
    for case in cases:
        if case.state is not CaseState.CLOSED or case.lease is not None:
            yield f"{case.id} is {case.state}, leased to {case.lease}"
        if not case.attempts == of_case[case.id] <= case.limit:
            yield f"{case.id} has {case.attempts} attempts of {case.limit}, {of_case[case.id]} in the log"
