"""Reads what a tenant's file says of dunning calls: a country's profile, made stricter maybe, and never wider."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from domain.dunning_profile import (
    DEMO,
    PROFILES,
    SCRIPT_HOLES,
    WEEK,
    Counted,
    Dunning,
    Limit,
    Profile,
    Week,
)
from domain.language import Language
from domain.mail_address import is_mail_address
from domain.opening_hours import OpenSpan
from domain.tenant import Tenant
from rufwerk.tenant_outcomes import read_outcomes
from rufwerk.tenant_schema import DAYS, DunningSection, ScriptSection

Complain = Callable[[str, str], None]
"""Takes the key that is wrong, and the reason with its remedy."""

_HOLE: Final = re.compile(r"\{([^{}]*)\}")
_BRACE: Final = re.compile(r"[{}]")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_CURRENCIES: Final[Mapping[str, str]] = {"CH": "CHF", "US": "USD"}
"""By profile, where it isn't the euro."""


def read_dunning(section: DunningSection, week: Week | None, wrong: Complain) -> Dunning | None:
    """The rules of ``section``, whose hours have been read as ``week``; None where there is no such profile."""
    profile = PROFILES.get(section.profile)
    if profile is None:
        known = ", ".join(PROFILES)
        wrong("dunning.profile", f"{section.profile!r} isn't known. Write one of {known}.")
        return None
    currency = section.currency or _CURRENCIES.get(profile.name, "EUR")
    if not _CURRENCY.fullmatch(currency):
        wrong("dunning.currency", f"{currency!r} is no currency. Write it as EUR (ISO 4217).")
    if week is not None:
        _check_week(profile, week, wrong)
    if section.on_holidays and not profile.on_holidays:
        wrong("dunning.on_holidays", f"{profile.name} rings nobody on holidays. Take it out.")
    if section.rest_days is not None and section.rest_days < profile.rest_days:
        least = f"{profile.rest_days} days of {profile.name}"
        wrong("dunning.rest_days", f"is below the {least}. Raise it, or take it out.")
    stricter = replace(
        profile,
        week=profile.week if week is None else week,
        on_holidays=profile.on_holidays if section.on_holidays is None else section.on_holidays,
        limits=_limits(profile, section, wrong),
        rest_days=profile.rest_days if section.rest_days is None else section.rest_days,
    )
    for address in section.results_to:
        if not is_mail_address(address):
            wrong(
                "dunning.results_to",
                f"{address!r} is no mail address. Write it as accounts@alpenrad.example.",
            )
    return Dunning(
        stricter,
        currency,
        section.attempts,
        read_outcomes(section.outcomes, wrong),
        section.service,
        results_to=section.results_to,
        script=_script(section.script, wrong),
    )


def complaints_beyond_the_demo(tenant: Tenant) -> list[str]:
    """What is wrong with a tenant where people in earnest are rung."""
    if tenant.dunning is None or tenant.dunning.profile.name != DEMO.name:
        return []
    real = ", ".join(name for name in PROFILES if name != DEMO.name)
    return [
        (
            f"dunning.profile: {DEMO.name!r} rings at any hour, which is for the demo with its own carrier only."
            f" Write one of {real}, or take [dunning] out."
        )
    ]


def _check_week(profile: Profile, week: Week, wrong: Complain) -> None:
    for weekday, spans in week.items():
        own = profile.week.get(weekday, ())
        allowed = " and ".join(map(_written, own))
        remedy = f"Keep within {allowed}" if own else "Take it out"
        for span in spans:
            if not profile.covers(weekday, span):
                wrong(
                    f"dunning.hours.{DAYS[weekday]}",
                    f"{_written(span)} is beyond the hours of {profile.name}. {remedy}.",
                )


def _limits(profile: Profile, section: DunningSection, wrong: Complain) -> tuple[Limit, ...]:
    limits = {(limit.per, limit.window): limit for limit in profile.limits}
    for key, count, per, window in (
        ("attempts_per_day", section.attempts_per_day, Counted.NUMBER, None),
        ("attempts_per_week", section.attempts_per_week, Counted.CASE, WEEK),
    ):
        if count is None:
            continue
        most = profile.most(per, window)
        if most is not None and count > most:
            wrong(
                f"dunning.{key}",
                f"is above the {most} of {profile.name}. Lower it, or take it out.",
            )
        limits[per, window] = Limit(count, per, window)
    return tuple(limits.values())


def _script(section: ScriptSection, wrong: Complain) -> Mapping[Language, str]:
    found = {}
    for language in Language:
        text: str | None = getattr(section, language.value)
        if text is None:
            continue
        key = f"dunning.script.{language.value}"
        holes = set(_HOLE.findall(text))
        for hole in sorted(holes - SCRIPT_HOLES):
            wrong(key, f"{{{hole}}} stands for nothing. Write {{name}} or {{brand}}.")
        if _BRACE.search(_HOLE.sub("", text)):
            wrong(key, "has a brace by itself. Write {name} or {brand}, or take it out.")
        found[language] = text.strip()
    return found


def _written(span: OpenSpan) -> str:
    end = f"{span.end:%H:%M}".replace("00:00", "24:00")
    return f"{span.start:%H:%M}-{end}"
