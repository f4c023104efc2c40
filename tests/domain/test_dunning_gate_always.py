"""Over random clocks, zones and changes of clock: what the gate says is what its rules say, read word by word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dialling import Cleared, Refusal, Refused
from domain.dunning_gate import History, next_allowed
from domain.dunning_profile import DE, US, Counted, Limit, Profile
from domain.opening_hours import OpenSpan
from domain.party import Party
from tests.domain.dunning_cases import answer, somewhere, under

STEP = timedelta(minutes=15)
DAY = timedelta(days=1)
ZONES = (
    "Europe/Berlin", "Europe/Lisbon", "America/New_York", "America/Chicago", "America/Phoenix",
    "America/St_Johns", "America/Havana", "Africa/Cairo", "Asia/Beirut", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Antarctica/Troll", "UTC",
)  # fmt: skip
"""With changes of clock at midnight, by half an hour and by two, and with none."""

CHANGES = (
    "2026-03-08", "2026-03-29", "2026-04-05", "2026-04-24", "2026-10-04", "2026-10-25",
    "2026-10-30", "2026-11-01", "2026-12-31",
)  # fmt: skip


@dataclass(frozen=True)
class Situation:
    party: Party
    profile: Profile
    history: History
    now: datetime
    holidays: frozenset[date]


def quarters(first: int, last: int) -> st.SearchStrategy[timedelta]:
    return st.integers(first, last).map(lambda count: count * STEP)


@st.composite
def spans(draw: st.DrawFn) -> OpenSpan:
    start, end = sorted(draw(st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True)))
    return OpenSpan(time(start // 4, start % 4 * 15), time(end // 4 % 24, end % 4 * 15))


limits = st.builds(
    Limit,
    st.integers(1, 3),
    st.sampled_from(Counted),
    st.none() | st.sampled_from((timedelta(hours=5), DAY, 3 * DAY)),
)
profiles = st.sampled_from((DE, US)) | st.builds(
    Profile,
    st.just("random"),
    st.dictionaries(st.integers(0, 6), spans().map(lambda span: (span,)), min_size=3),
    st.booleans(),
    st.lists(limits, max_size=3).map(tuple),
    st.integers(0, 3),
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    changed = datetime.fromisoformat(draw(st.sampled_from(CHANGES))).replace(tzinfo=UTC)
    now = changed + draw(quarters(-192, 192))
    dials = st.lists(quarters(0, 5 * 96).map(lambda ago: now - ago), max_size=6)
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True))
    around = st.integers(-2, 4).map(lambda days: (now + days * DAY).date())
    history = History(
        draw(dials),
        draw(dials),
        draw(st.none() | quarters(0, 5 * 96).map(lambda ago: now - ago)),
        draw(dials),
    )
    return Situation(
        somewhere(*zones), draw(profiles), history, now, draw(st.frozensets(around, max_size=2))
    )


def against(it: Situation, at: datetime) -> set[Refusal]:
    """Every reason against a dial at ``at``, from the words of the rules."""
    found = set()
    for local in (at.astimezone(zone) for zone in it.party.zones):
        spans = it.profile.week.get(local.weekday(), ())
        if not any(
            span.start <= local.time() and (span.end == time(0) or local.time() < span.end)
            for span in spans
        ):
            found.add(Refusal.HOURS)
        if not it.profile.on_holidays and local.date() in it.holidays:
            found.add(Refusal.HOLIDAY)
        talk = it.history.conversation
        if talk and it.profile.rest_days:
            days = (local.date() - talk.astimezone(local.tzinfo).date()).days
            if days < it.profile.rest_days:
                found.add(Refusal.REST)
        for limit in it.profile.limits:
            dials = attempts(it.history, limit)
            if limit.window is None:
                near = [d for d in dials if d.astimezone(local.tzinfo).date() == local.date()]
            else:
                near = [dial for dial in dials if at - dial < limit.window]
            if len(near) >= limit.count:
                found.add(reason(limit))
    return found


def attempts(history: History, limit: Limit) -> Sequence[datetime]:
    if limit.per is Counted.NUMBER:
        return history.to_number
    return [*history.of_case, *history.for_no_debt]


def reason(limit: Limit) -> Refusal:
    if limit.window is None:
        return Refusal.DAY
    return Refusal.NUMBER if limit.per is Counted.NUMBER else Refusal.CASE


@settings(max_examples=100, deadline=None)
@given(situations())
def test_it_clears_where_nothing_is_against_it_and_refuses_where_something_is(
    it: Situation,
) -> None:
    found = answer(it.now, under(it.profile), it.history, party=it.party, holidays=[*it.holidays])
    reasons = against(it, it.now)
    assert isinstance(found, Cleared) is (not reasons)
    assert isinstance(found, Cleared) or found.refusal in reasons


@settings(max_examples=100, deadline=None)
@given(situations())
def test_the_reason_is_over_at_the_instant_named_and_not_before(it: Situation) -> None:
    found = answer(it.now, under(it.profile), it.history, party=it.party, holidays=[*it.holidays])
    if not isinstance(found, Refused):
        return
    at, end = it.now, found.until or it.now + 10 * DAY
    while at < end:
        assert found.refusal in against(it, at), at
        at += STEP
    assert found.until is None or found.refusal not in against(it, found.until)


@settings(max_examples=100, deadline=None)
@given(situations())
def test_the_next_instant_allowed_is_the_first(it: Situation) -> None:
    terms = under(it.profile)
    allowed = next_allowed(it.party, terms, it.history, it.now, it.holidays)
    at, end = it.now, allowed or it.now + 14 * DAY
    while at < end:
        assert against(it, at), at
        at += STEP
    assert allowed is None or not against(it, allowed)


@settings(max_examples=40, deadline=None)
@given(situations(), st.lists(quarters(0, 20), min_size=12, max_size=12))
def test_who_rings_whenever_he_may_never_rings_too_often(
    it: Situation, pauses: list[timedelta]
) -> None:
    dials: list[datetime] = []
    at = it.now
    for pause in pauses:
        history = History(dials, dials)
        allowed = next_allowed(it.party, under(it.profile), history, at, it.holidays)
        if allowed is None:
            break
        dials.append(allowed)
        at = allowed + pause
    assert all(earlier <= later for earlier, later in pairwise(dials))
    for limit in it.profile.limits:
        for first, one_too_many in zip(dials, dials[limit.count :], strict=False):
            if limit.window is not None:
                assert one_too_many - first >= limit.window
                continue
            for zone in it.party.zones:
                assert one_too_many.astimezone(zone).date() > first.astimezone(zone).date()
