"""What the log says against what really happened: what agents' telephones saw and what became of callers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations

from domain import field_facts as facts
from domain.agent import OnHold, Ringing, Talking
from domain.fact import Body, Fact
from domain.field_facts import OfferResult, Side
from domain.ids import CallerId, CallId, Phone
from domain.portal_facts import CallArrived, DialogEnd, DialogLeft
from tests.drill.floor_checks import Brief, Outage, Spell, by_call, spells

TOLERANCE = timedelta(seconds=2)
"""How far the log may be from what a telephone saw: events of Asterisk are written within a few milliseconds, but on a
busy machine of two cores a process may wait a second for its turn, and so may the telephone that says when it rang.
"""

WHISPER = timedelta(seconds=6)
"""The longest that an agent is told about a caller, after she has answered and before the two are joined."""

CANCELLED = timedelta(seconds=0.3)
"""How much later than the next telephone begins to ring one may hear that its own call was cancelled."""

POWERLESS = timedelta(seconds=75)
"""How long a caller is held whose telephone lost its power: rtp_timeout, and the time between two looks."""


@dataclass(frozen=True, slots=True)
class Rung(Brief):
    """A call as an agent's telephone saw it. ``number`` was shown; ``by`` is who ended it: ``agent``, ``portal``, or
    ``dead``, where the telephone itself was gone.
    """

    phone: Phone
    number: str
    rang: datetime
    answered: datetime | None
    over: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Called(Brief):
    """A call as its caller saw it; each number has one at a time. ``by`` is who ended it: ``caller``, ``portal``,
    ``error``, or ``power``, where the caller's telephone was gone without a word.
    """

    number: str
    script: str
    dialled: datetime
    answered: datetime | None
    over: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Seen:
    """All that was seen from outside. ``busy``: second calls that a telephone had to send away; ``numbers`` are those
    behind the log's ids; ``our_numbers`` are shown where a caller is rung back.
    """

    rung: Sequence[Rung]
    busy: Sequence[tuple[Phone, datetime]]
    called: Sequence[Called]
    numbers: Mapping[CallerId, str]
    our_numbers: frozenset[str]
    outages: Sequence[Outage] = ()


@dataclass(frozen=True, slots=True)
class Engagement(Brief):
    """An agent's part in a call by the log: rung, and perhaps talking, until she was free of it."""

    phone: Phone
    call: CallId
    since: datetime
    connected: datetime | None
    until: datetime
    rang: bool
    ended_by: Body | None


def faults(log: Sequence[Fact], seen: Seen) -> list[str]:
    """All that doesn't agree."""
    seen = _as_cut_off(seen)
    calls = by_call(log)
    found = [f"phone {phone} was rung by a second caller at {at:%X}" for phone, at in seen.busy]
    found += _double_rings(seen)
    callers, unmatched = _matched(calls, seen)
    found += unmatched
    for call, called in callers.items():
        found += [f"call {call} ({called}): {one}" for one in _caller(calls[call], called, seen)]
    found += _telephones(engagements(log), callers, seen)
    return found


def engagements(log: Sequence[Fact]) -> list[Engagement]:
    """From the agents' states: each Ringing with the Talking and OnHold that follow for the same call."""
    rang = {
        (fact.body.agent, fact.origin.call, fact.body.offer)
        for fact in log
        if isinstance(fact.body, facts.PhoneRang)
    }
    found: list[Engagement] = []
    for spell in sorted(spells(log), key=lambda one: (one.agent, one.since, one.until)):
        state = spell.state
        if isinstance(state, Ringing):
            known = (spell.agent, state.call, state.offer) in rang
            found.append(_engagement(spell, state.call, rang=known))
        elif isinstance(state, Talking | OnHold):
            before = found[-1] if found else None
            if before is None or before.call != state.call or before.until != spell.since:
                talk = _engagement(spell, state.call, rang=True)
                found.append(replace(talk, connected=spell.since))
            else:
                talk = _engagement(spell, state.call, rang=before.rang)
                connected = before.connected or spell.since
                found[-1] = replace(talk, since=before.since, connected=connected)
    return found


def _engagement(spell: Spell, call: CallId, *, rang: bool) -> Engagement:
    body = None if spell.ended_by is None else spell.ended_by.body
    return Engagement(spell.phone, call, spell.since, None, spell.until, rang, body)


def _as_cut_off(seen: Seen) -> Seen:
    """Where Asterisk itself was gone each call ended, whenever that was noticed at its far end."""
    for outage in seen.outages:
        if outage.loses_calls:
            rung = [_rung_until(one, outage.since) for one in seen.rung]
            called = [_called_until(one, outage.since) for one in seen.called]
            seen = replace(seen, rung=rung, called=called)
    return seen


def _rung_until(one: Rung, cut: datetime) -> Rung:
    return replace(one, over=cut, by="portal") if one.rang < cut < one.over else one


def _called_until(one: Called, cut: datetime) -> Called:
    return replace(one, over=cut, by="asterisk") if one.dialled < cut < one.over else one


def _agrees(real: datetime, logged: datetime, seen: Seen, phone: Phone | None = None) -> bool:
    """Near enough, or both in (or right after) a time when the switchboard didn't see it happen."""
    if abs(real - logged) <= TOLERANCE:
        return True
    first, last = min(real, logged), max(real, logged)
    return any(
        one.since - TOLERANCE <= first and last <= one.until + TOLERANCE
        for one in seen.outages
        if one.phone in {None, phone}
    )


def _in_outage(since: datetime, until: datetime, seen: Seen, phone: Phone | None = None) -> bool:
    return any(
        one.since - TOLERANCE <= until and since <= one.until + TOLERANCE
        for one in seen.outages
        if one.phone in {None, phone}
    )


def _double_rings(seen: Seen) -> Iterator[str]:
    """One caller at two telephones at once. Ours are shown for different people's call-backs."""
    by_number: dict[str, list[Rung]] = defaultdict(list)
    for rung in seen.rung:
        if rung.number not in seen.our_numbers:
            by_number[rung.number].append(rung)
    for number, rungs in by_number.items():
        for one, other in combinations(sorted(rungs, key=lambda rung: rung.rang), 2):
            dead = "dead" in {one.by, other.by}  # the portal can't know at once
            if other.rang < one.over - CANCELLED and not dead:
                yield f"{number} rings two telephones at once: {one} and {other}"


# Callers


def _matched(
    calls: Mapping[CallId, Sequence[Fact]], seen: Seen
) -> tuple[Mapping[CallId, Called], Sequence[str]]:
    """Who made which call of the log, by his number and the time; and what has no counterpart."""
    by_number: dict[str, list[Called]] = defaultdict(list)
    for called in seen.called:
        by_number[called.number].append(called)
    found: dict[CallId, Called] = {}
    faults: list[str] = []
    for call, of_call in calls.items():
        first = of_call[0]
        caller = first.body.caller if isinstance(first.body, CallArrived) else None
        number = None if caller is None else seen.numbers.get(caller)
        fitting = [
            one
            for one in by_number.get(number or "", ())
            if one.dialled - TOLERANCE <= first.at <= one.over + TOLERANCE
        ]
        if fitting:
            nearest = min(fitting, key=lambda one: abs(one.dialled - first.at))
            found[call] = nearest
        else:
            faults.append(f"call {call} of {number} at {first.at} was made by nobody")
    known = {id(one) for one in found.values()}
    if len(known) != len(found):
        faults.append("two calls of the log are the same caller's")
    faults += [
        f"{one} was answered and isn't in the log"
        for one in seen.called
        if one.answered is not None and id(one) not in known
    ]
    return found, faults


def _caller(log: Sequence[Fact], called: Called, seen: Seen) -> Iterator[str]:
    """Whoever didn't hang up wasn't hung up by us, except after a conversation or a farewell."""
    bodies = [fact.body for fact in log]
    match called.by:
        case "portal":
            let_go = any(map(_lets_go, bodies)) or _was_left_outside(bodies)
            if not let_go and not _she_hung_up(called, seen):
                yield f"he was hung up: {bodies[-3:]}"
        case "error":
            yield "his call broke"
        case _:
            pass
    ends = [
        fact
        for fact in log
        if isinstance(fact.body, facts.CallEnded)
        or (isinstance(fact.body, DialogLeft) and fact.body.end is DialogEnd.HUNG_UP)
    ]
    if not ends:
        if not any(map(_lets_go, bodies)):
            yield "the log doesn't know that he is gone"
        return
    first = ends[0]
    late = POWERLESS if called.by == "power" else _whispered_about(called, seen)
    in_time = called.over - TOLERANCE <= first.at <= called.over + TOLERANCE + late
    if not in_time and not _agrees(called.over, first.at, seen):
        yield f"he was gone at {called.over:%X}, by the log at {first.at:%X}"


def _lets_go(body: object) -> bool:
    """After this a caller is rightly hung up."""
    match body:
        case DialogLeft(end=DialogEnd.FAREWELL):
            return True
        case facts.LegEnded(by=by):
            return by is Side.AGENT
        case facts.CallBackAsked() | facts.CallBackStands():
            return True
        case _:
            return False


def _was_left_outside(bodies: Sequence[Body]) -> bool:
    """Whether his agent left him with somebody outside, who may hang up when he likes."""
    to, lines, outside = "", set[int](), False
    for body in bodies:
        match body:
            case facts.ControlAsked(to=asked):
                to = asked
            case facts.LineAnswered(offer=offer):
                lines.add(offer)
            case facts.LineEnded(offer=offer) if not outside:
                lines.discard(offer)
            case facts.Transferred():
                outside = to.startswith("line:")
            case facts.LegEnded() if lines:
                outside = True
            case facts.Offered():
                outside = False
            case _:
                pass
    return outside


def _whispered_about(called: Called, seen: Seen) -> timedelta:
    """An agent who is being told about a caller is told to the end, and only then is it seen that he has left."""
    told = any(
        rung.number == called.number
        and rung.answered is not None
        and rung.answered - TOLERANCE <= called.over <= rung.answered + WHISPER
        for rung in seen.rung
    )
    return WHISPER if told else timedelta(0)


def _she_hung_up(called: Called, seen: Seen) -> bool:
    """Whether an agent ended their conversation, which the switchboard may have been too blind to see."""
    return any(
        (rung.number, rung.by) == (called.number, "agent")
        and rung.answered is not None
        and abs(rung.over - called.over) <= TOLERANCE
        for rung in seen.rung
    )


# Telephones


def _telephones(
    engaged: Sequence[Engagement], callers: Mapping[CallId, Called], seen: Seen
) -> Iterator[str]:
    """Each ringing of a telephone is one in the log, and each in the log is one of a telephone."""
    fitting = [
        (abs(one.since - rung.rang), rung.rang, rung, one)
        for rung in seen.rung
        for one in engaged
        if _is_same(one, rung, callers, seen)
    ]
    matched: dict[int, Engagement] = {}
    taken: set[int] = set()
    for *_, rung, one in sorted(fitting, key=lambda pair: pair[:2]):  # the nearest first
        if id(rung) not in matched and id(one) not in taken:
            matched[id(rung)] = one
            taken.add(id(one))
    for rung in sorted(seen.rung, key=lambda one: one.rang):
        found = matched.get(id(rung))
        if found is not None:
            for fault in _differ(found, rung, seen):
                yield f"{fault}: {rung}, {found}"
        elif not _in_outage(rung.rang, rung.over, seen, rung.phone):
            yield f"{rung} isn't in the log"
    for one in engaged:
        if id(one) in taken:
            continue
        seen_not = one.rang or one.connected is not None
        if seen_not and not _in_outage(one.since, one.until, seen, one.phone):
            yield f"no telephone saw {one}"


def _is_same(one: Engagement, rung: Rung, callers: Mapping[CallId, Called], seen: Seen) -> bool:
    if one.phone != rung.phone:
        return False
    called = callers.get(one.call)
    shown = {called.number if called else ""} | seen.our_numbers
    found_talking = one.connected == one.since  # the degraded queue rang her
    began = rung.answered if found_talking and rung.answered is not None else rung.rang
    shown |= {other.phone for other in seen.rung}  # of a colleague who asks her in
    return rung.number in shown and _agrees(began, one.since, seen, rung.phone)


def _differ(one: Engagement, rung: Rung, seen: Seen) -> Iterator[str]:
    if not _agrees(rung.over, one.until, seen, rung.phone):
        yield "it is over at another time"
    if one.connected is not None and rung.answered is None:
        yield "she talks who hasn't answered"
    elif one.connected is not None and rung.answered is not None:
        earliest, latest = rung.answered, rung.answered + WHISPER
        joined = min(max(one.connected, earliest), latest)
        if not _agrees(joined, one.connected, seen, rung.phone):
            yield "she talks at another time"
    elif (
        rung.answered is not None
        and rung.over - rung.answered > WHISPER + TOLERANCE
        and not _in_outage(rung.rang, rung.over, seen, rung.phone)
    ):
        yield "she talks, and not in the log"
    if not _in_outage(rung.over, rung.over, seen, rung.phone) and not _means(one.ended_by, rung):
        yield "it ended otherwise"


def _means(ended_by: Body | None, rung: Rung) -> bool:
    """Whether what the log says of the end is what her telephone saw: missed, rejected and broken are three things."""
    match ended_by:
        case facts.OfferEnded(result=OfferResult.NO_ANSWER):
            return rung.by == "portal" and rung.answered is None
        case facts.OfferEnded(result=OfferResult.REJECTED) | facts.LegEnded(by=Side.AGENT):
            return rung.by == "agent"
        case facts.OfferEnded(result=OfferResult.UNREACHABLE) | facts.LegEnded(by=Side.NETWORK):
            return rung.by == "dead"
        case facts.OfferEnded(result=OfferResult.FAILED):
            return False
        case _:
            return True
