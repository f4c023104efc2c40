"""A tenant takes a country's profile for its dunning calls, and may be stricter; the demo's is for the demo."""

import re
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from domain.dial_facts import DialResult
from domain.dunning_profile import DE, DEMO, PROFILES, US, Counted, Dunning, Limit
from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpenSpan
from domain.outcome import Asks
from rufwerk import wiring
from rufwerk.settings import Carrier, Demo, Settings
from rufwerk.tenant_files import TenantError
from tests.fakes import shipped
from tests.rufwerk.bikes import SHIPPED, with_section


def dunning(folder: Path, text: str) -> Dunning | None:
    return with_section(folder, f"[dunning]\n{text}\n").dunning


def test_a_tenant_that_says_nothing_of_it_rings_no_debtors(tmp_path: Path) -> None:
    assert with_section(tmp_path, "").dunning is None


@pytest.mark.parametrize(
    ("name", "currency"),
    [("DE", "EUR"), ("AT", "EUR"), ("CH", "CHF"), ("US", "USD"), ("demo", "EUR")],
)
def test_a_profile_as_it_is(tmp_path: Path, name: str, currency: str) -> None:
    assert dunning(tmp_path, f'profile = "{name}"') == Dunning(PROFILES[name], currency)


def test_stricter_than_the_profile(tmp_path: Path) -> None:
    text = """
profile = "DE"
currency = "CHF"
attempts_per_day = 2
attempts_per_week = 5
rest_days = 2
results_to = ["a.keller@bikes.example", "Books+1@accounts.bikes.example"]
[dunning.hours]
mon = ["09:00-12:00", "14:00-20:00"]
"""
    afternoons = {0: (OpenSpan(time(9), time(12)), OpenSpan(time(14), time(20)))}
    limits = (Limit(2, Counted.NUMBER), Limit(5, Counted.CASE, timedelta(days=7)))
    stricter = replace(DE, week=afternoons, limits=limits, rest_days=2)
    results_to = ("a.keller@bikes.example", "Books+1@accounts.bikes.example")
    assert dunning(tmp_path, text) == Dunning(stricter, "CHF", results_to=results_to)


def test_a_script_of_its_own_in_some_languages(tmp_path: Path) -> None:
    text = 'profile = "DE"\n[dunning.script]\nde = " {brand} hier. Sind Sie {name}? "'
    found = dunning(tmp_path, text)
    assert found == Dunning(DE, "EUR", script={Language.DE: "{brand} hier. Sind Sie {name}?"})


def test_no_holidays_where_the_profile_has_them(tmp_path: Path) -> None:
    found = dunning(tmp_path, 'profile = "US"\non_holidays = false')
    assert found == Dunning(replace(US, on_holidays=False), "USD")


def test_the_demos_brands_ring_at_any_hour() -> None:
    for settings in (Settings(tenants=SHIPPED), at_home(Carrier("127.0.0.1"))):
        book = wiring.tenant_files(settings, shipped.catalogue()).current
        found = [tenant.dunning for tenant in book.tenants.values()]
        assert found == [
            Dunning(DEMO, "EUR", service=service, results_to=(address,), show=number)
            for service, address, number in (
                ("attempt", "adler@alpenrad.example", "+493023125101"),
                (None, "comptes@maison-lune.example", "+33199005201"),
            )
        ]


def at_home(carrier: Carrier) -> Settings:
    return Settings(tenants=SHIPPED, carrier=carrier)


@pytest.mark.parametrize(
    "settings",
    [Settings(tenants=SHIPPED, demo=Demo(enabled=False)), at_home(Carrier("203.0.113.5"))],
)
def test_nobody_in_earnest_is_rung_at_any_hour(settings: Settings) -> None:
    with pytest.raises(TenantError) as caught:
        wiring.tenant_files(settings, shipped.catalogue())
    assert caught.value.messages == [
        f"{SHIPPED}/{tenant}.toml: dunning.profile: 'demo' rings at any hour, which is for the demo"
        " with its own carrier only. Write one of DE, AT, CH, US, or take [dunning] out."
        for tenant in ("alpenrad", "maison-lune")
    ]


def test_a_profile_of_a_country_is_taken_in_earnest(tmp_path: Path) -> None:
    with_section(tmp_path, '[dunning]\nprofile = "DE"\n')
    settings = Settings(tenants=tmp_path, demo=Demo(enabled=False))
    book = wiring.tenant_files(settings, shipped.catalogue()).current
    assert book.tenants[TenantId("bikes")].dunning == Dunning(DE, "EUR")
    assert book.tenants[TenantId("trikes")].dunning is None


OUTCOMES = """
profile = "DE"
attempts = 5
[[dunning.outcomes]]
key = "paid"
name = { de = "Bezahlt", en = "Paid", es = "Pagado", fr = "Payé" }
ends = true
reached = true
[[dunning.outcomes]]
key = "promise"
name = { de = "Zusage", en = "Promise", es = "Promesa", fr = "Promesse" }
asks = "day"
again_minutes = 2880
[[dunning.outcomes]]
key = "engaged"
name = { de = "Besetzt", en = "Engaged", es = "Comunica", fr = "Occupé" }
again_minutes = 20
results = ["busy", "no_answer"]
"""


def test_outcomes_of_its_own_in_their_order(tmp_path: Path) -> None:
    found = dunning(tmp_path, OUTCOMES)
    assert found is not None
    paid, promise, engaged = found.outcomes
    assert (found.attempts, paid.ends, paid.reached) == (5, True, True)
    assert (promise.asks, promise.again) == (Asks.DAY, timedelta(days=2))
    assert engaged.names[Language.FR] == "Occupé"
    assert engaged.results == {DialResult.BUSY, DialResult.NO_ANSWER}
    assert found.outcome("engaged") is engaged


@pytest.mark.parametrize(
    ("was", "is_now", "message"),
    [
        ('"promise"', '"paid"', "outcomes: 'paid' stands there twice. Rename one"),
        ('"promise"', '"unrecorded"', "outcomes[2].key: 'unrecorded' is no key"),
        ("ends = true", "again_minutes = 5", "outcomes: none of them ends a case"),
        ("ends = true", "ends = true\nagain_minutes = 5", "outcomes[1].ends: a case that ends"),
        ("again_minutes = 20", "", "outcomes[3]: nothing says when to ring again"),
        ('asks = "day"', 'asks = "soon"', "outcomes[2].asks: 'soon' isn't known"),
        ('"no_answer"', '"cancelled"', "outcomes[3].results: 'cancelled' isn't known"),
        ("ends = true", 'ends = true\nresults = ["busy"]', "outcomes: 'busy' would propose two"),
        ('en = "Paid", ', "", "outcomes[1].name.en: missing. Add it."),
        ("attempts = 5", 'service = "gold"', "service: 'gold' isn't one of [[services]]"),
    ],
)
def test_a_mistake_in_an_outcome_is_named(
    tmp_path: Path, was: str, is_now: str, message: str
) -> None:
    with pytest.raises(TenantError, match=re.escape(f"dunning.{message}")):
        dunning(tmp_path, OUTCOMES.replace(was, is_now, 1))
