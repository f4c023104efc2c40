"""A mistake in the rules of a waiting field, of dialling or of dunning is named by file, key and remedy."""

from pathlib import Path

import pytest

from rufwerk.tenant_files import TenantError
from tests.rufwerk.bikes import with_section


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ring_s = 4", "field.ring_s: Expected `int` >= 5. Correct it."),
        ("service_level = 101", "field.service_level: Expected `int` <= 100. Correct it."),
        ("rise_s = 0", "field.rise_s: Expected `int` >= 1. Correct it."),
        ("overflow_s = 1.5", "field.overflow_s: Expected `int | str`, got `float`. Correct it."),
        ('overflow_s = "ever"', "field.overflow_s: Invalid enum value 'ever'. Correct it."),
        ("call_back_tries = 0", "field.call_back_tries: Expected `int` >= 1. Correct it."),
        (
            'overflow = "music"',
            "field.overflow: 'music' isn't known. Write one of call_back, message.",
        ),
        (
            'skilled = ["refund"]',
            (
                "field.skilled: 'refund' isn't known. Write one of pay_out, return, data, other, dunning."
            ),
        ),
        (
            'skilled = ["data", "data"]',
            "field.skilled: something stands there twice. Take one out.",
        ),
        ("relax_s = 30", "field.relax_s: nothing to relax. Add skilled, or take it out."),
        ("others_s = 30", "field.others_s: nobody is named to help out. Add others."),
        ('others = ["trikes"]', "field.others: nobody says when they help out. Add others_s."),
        (
            'others_s = 30\nothers = ["bikes"]',
            "field.others: 'bikes' is the tenant itself. Take it out.",
        ),
        (
            'others_s = 30\nothers = ["trikes", "trikes"]',
            "field.others: something stands there twice. Take one out.",
        ),
        (
            'others_s = 30\nothers = ["scooters"]',
            "field.others: there is no tenant 'scooters'. Take it out, or add its file.",
        ),
        (
            'skilled = ["data"]\nrelax_s = 60\nothers_s = 59\nothers = ["trikes"]',
            "field.others_s: is below relax_s (60). Raise it.",
        ),
        (
            'skilled = ["data"]\noverflow_s = 59',
            "field.overflow_s: is below relax_s (60). Raise it.",
        ),
        (
            'others_s = 61\nothers = ["trikes"]\noverflow_s = 60',
            "field.overflow_s: is below others_s (61). Raise it.",
        ),
        (
            "[field.wrap_up_by_concern]\npay_out = -1",
            "field.wrap_up_by_concern.pay_out: Expected `int` >= 0. Correct it.",
        ),
        (
            "[field.wrap_up_by_concern]\nrefund = 1",
            (
                "field.wrap_up_by_concern: 'refund' isn't known."
                " Write one of pay_out, return, data, other, dunning."
            ),
        ),
        (
            "wrap_up_by_concern = 1",
            "field.wrap_up_by_concern: Expected `object`, got `int`. Correct it.",
        ),
    ],
)
def test_a_mistake_about_the_field_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TenantError) as caught:
        with_section(tmp_path, f"[field]\n{text}\n")
    assert caught.value.messages == [f"{tmp_path}/bikes.toml: {message}"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'countries = ["de", "001"]',
            (
                "dialling.countries: 'de' is no country. Write it as DE.\n"
                "dialling.countries: '001' is no country. Write it as DE."
            ),
        ),
        (
            'kinds = ["fixed", "premium"]',
            (
                "dialling.kinds: 'premium' numbers are never dialled."
                " Write one of fixed, mobile, voip."
            ),
        ),
        (
            'kinds = ["fixed_or_mobile"]',
            (
                "dialling.kinds: 'fixed_or_mobile' numbers are never dialled."
                " Write one of fixed, mobile, voip."
            ),
        ),
        (
            'kinds = ["cheap"]',
            "dialling.kinds: 'cheap' numbers aren't known. Write one of fixed, mobile, voip.",
        ),
        ("on_holidays = 1", "dialling.on_holidays: Expected `bool`, got `int`. Correct it."),
        (
            '[dialling.hours]\nmon = ["8-12"]',
            "dialling.hours.mon: '8-12' is no span. Write it as 08:00-20:00.",
        ),
        (
            "[dialling.hours]\nmonday = []",
            (
                "dialling.hours.monday: unknown."
                " Take it out, or write one of mon, tue, wed, thu, fri, sat, sun."
            ),
        ),
    ],
)
def test_a_mistake_about_dialling_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TenantError) as caught:
        with_section(tmp_path, f"[dialling]\n{text}\n")
    place = f"{tmp_path}/bikes.toml: "
    assert caught.value.messages == [place + line for line in message.split("\n")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attempts_per_day = 2", "dunning.profile: missing. Add it."),
        (
            'profile = "FR"',
            "dunning.profile: 'FR' isn't known. Write one of DE, AT, CH, US, demo.",
        ),
        (
            'profile = "DE"\ncurrency = "Euro"',
            "dunning.currency: 'Euro' is no currency. Write it as EUR (ISO 4217).",
        ),
        (
            'profile = "DE"\nattempts_per_day = 4',
            "dunning.attempts_per_day: is above the 3 of DE. Lower it, or take it out.",
        ),
        (
            'profile = "DE"\nattempts_per_day = 0',
            "dunning.attempts_per_day: Expected `int` >= 1. Correct it.",
        ),
        (
            'profile = "US"\nattempts_per_week = 8',
            "dunning.attempts_per_week: is above the 7 of US. Lower it, or take it out.",
        ),
        (
            'profile = "US"\nrest_days = 6',
            "dunning.rest_days: is below the 7 days of US. Raise it, or take it out.",
        ),
        (
            'profile = "DE"\nscript.de = "You owe {sum}, {name}."',
            "dunning.script.de: {sum} stands for nothing. Write {name} or {brand}.",
        ),
        (
            'profile = "DE"\nscript.fr = "{name:>99}"',
            "dunning.script.fr: {name:>99} stands for nothing. Write {name} or {brand}.",
        ),
        (
            'profile = "DE"\nscript.en = "Hello {{name}}"',
            "dunning.script.en: has a brace by itself. Write {name} or {brand}, or take it out.",
        ),
        (
            'profile = "DE"\nscript.it = "Ciao"',
            "dunning.script.it: unknown. Take it out, or write one of de, en, es, fr.",
        ),
        (
            'profile = "DE"\nscript.es = ""',
            "dunning.script.es: Expected `str` of length >= 1. Correct it.",
        ),
        (
            'profile = "DE"\non_holidays = true',
            "dunning.on_holidays: DE rings nobody on holidays. Take it out.",
        ),
        (
            'profile = "DE"\n[dunning.hours]\nmon = ["08:00-12:00", "13:00-24:00"]',
            "dunning.hours.mon: 13:00-24:00 is beyond the hours of DE. Keep within 08:00-20:00.",
        ),
        (
            'profile = "CH"\n[dunning.hours]\nsun = ["10:00-12:00"]',
            "dunning.hours.sun: 10:00-12:00 is beyond the hours of CH. Take it out.",
        ),
        (
            'profile = "CH"\n[dunning.hours]\nmon = ["10-12"]',
            "dunning.hours.mon: '10-12' is no span. Write it as 08:00-20:00.",
        ),
        (
            'profile = "CH"\nresults_to = ["a@b.example", "a@b.example\\nTo: c@d.example"]',
            (
                "dunning.results_to: 'a@b.example\\nTo: c@d.example' is no mail address. Write it as"
                " accounts@alpenrad.example."
            ),
        ),
        (
            'profile = "CH"\ntries = 3',
            (
                "dunning.tries: unknown. Take it out, or write one of profile, currency, hours,"
                " on_holidays, attempts_per_day, attempts_per_week, rest_days, attempts, service,"
                " outcomes, results_to, script."
            ),
        ),
    ],
)
def test_a_mistake_about_dunning_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TenantError) as caught:
        with_section(tmp_path, f"[dunning]\n{text}\n")
    assert caught.value.messages == [f"{tmp_path}/bikes.toml: {message}"]
