"""A debtor, his number's and case's history, and what a gate answers about him."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from domain.dialling import Cleared, DiallingRules, NumberKind, Refused, TelephoneNumber
from domain.dunning_gate import History, Standing, Terms, judge
from domain.dunning_profile import DE, Profile
from domain.party import Party

NUMBER = TelephoneNumber("+491713920001", "DE", NumberKind.MOBILE)
OURS = "+493023125100"
PARTY = Party(NUMBER, "DE", frozenset({ZoneInfo("Europe/Berlin")}), frozenset({"BW"}))
TERMS = Terms(DiallingRules(countries=frozenset({"DE"}), show=OURS), DE)
MONDAY_NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def somewhere(*zones: str) -> Party:
    return replace(PARTY, zones=frozenset(map(ZoneInfo, zones)))


def under(profile: Profile, attempts: int = 1000) -> Terms:
    return replace(TERMS, profile=profile, attempts=attempts)


def answer(
    now: datetime = MONDAY_NOON,
    terms: Terms = TERMS,
    history: History = History(),  # noqa: B008 - a frozen value
    *,
    party: Party = PARTY,
    holidays: Sequence[date] = (),
) -> Cleared | Refused:
    return judge(party, terms, Standing(history), now, frozenset(holidays))
