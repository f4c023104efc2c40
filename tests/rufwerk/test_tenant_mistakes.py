"""A mistake in a tenant's file is named by file, key and remedy, and all of them at once."""

from pathlib import Path

import pytest

from domain.tenant import MenuItem
from rufwerk import wiring
from rufwerk.settings import Settings
from rufwerk.tenant_files import TenantError
from tests.fakes import shipped
from tests.rufwerk.bikes import BIKES, changed, mistakes


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "bikes"', 'id = "trikes"', "id: 'trikes' isn't the file's name. Write 'bikes'."),
        ('name = "Bikes"', "", "name: missing. Add it."),
        ('name = "Bikes"', 'name = ""', "name: Expected `str` of length >= 1. Correct it."),
        ('name = "Bikes"', "name = 5", "name: Expected `str`, got `int`. Correct it."),
        (
            'country = "DE"\nsubdivision = "BE"',
            'country = "de"',
            "country: 'de' is no ISO 3166 code. Write two capitals, such as DE.",
        ),
        (
            'country = "DE"\nsubdivision = "BE"',
            'country = "XX"',
            "country: the holidays of 'XX' aren't known. Write a code such as DE.",
        ),
        (
            'country = "DE"\nsubdivision = "BE"',
            'country = "CZ"\nsubdivision = "XX"',
            "subdivision: 'XX' isn't known for holidays in CZ. Leave it out.",
        ),
        (
            "digits = 8",
            "digits = 8\nspray_accounts = 3",
            "pin.spray_accounts: Expected `int` >= 4. Correct it.",
        ),
        (
            'name = "Bikes"',
            'name = "Bikes"\nmost_calls = 0',
            "most_calls: Expected `int` >= 1. Correct it.",
        ),
        (
            '"Europe/Berlin"',
            '"Europe/Bielefeld"',
            "zone: 'Europe/Bielefeld' isn't known. Write one such as Europe/Berlin.",
        ),
        (
            '"Europe/Berlin"',
            '"../etc"',
            "zone: '../etc' isn't known. Write one such as Europe/Berlin.",
        ),
        (
            '"Europe/Berlin"',
            '"Europe"',
            "zone: 'Europe' isn't known. Write one such as Europe/Berlin.",
        ),
        (
            '"block_card", ',
            '"raffle", ',
            f"menu: 'raffle' isn't known. Write one of {', '.join(MenuItem)}.",
        ),
        (
            '"block_card", ',
            '"balance", ',
            "menu: something stands there twice. Take one out.",
        ),
        (
            '["de", "en"]',
            '["de", "it"]',
            "lines[1].languages: 'it' isn't known. Write one of de, en, es, fr.",
        ),
        (
            '["de", "en"]',
            "[]",
            "lines[1].languages: Expected `array` of length >= 1. Correct it.",
        ),
        (
            '"555100"',
            '"+49 (0)30 1"',
            (
                "lines[1].numbers: '+49 (0)30 1' is no telephone number."
                " Write it as +49 30 23125100, or an extension by its digits."
            ),
        ),
        (
            '"555100"',
            '"030 23125100"',
            (
                "lines[1].numbers: '030 23125100' is no telephone number."
                " Write it as +49 30 23125100, or an extension by its digits."
            ),
        ),
        (
            '"555100"',
            '"493023125100"',
            "lines[1].numbers: a number stands there twice. Take one out.",
        ),
        ('"555100"', "555100", "lines[1].numbers[1]: Expected `str`, got `int`. Correct it."),
        (
            '"08:00-12:00"',
            '"8-12"',
            "hours.mon: '8-12' is no span. Write it as 08:00-20:00.",
        ),
        (
            '"08:00-12:00"',
            '"12:00-08:00"',
            "hours.mon: '12:00-08:00' ends before it starts. 24:00 is the day's close.",
        ),
        ('"08:00-12:00"', '"08:00-14:01"', "hours.mon: two spans overlap. Join them."),
        ('"08:00-12:00"', '"13:00-24:00"', "hours.mon: two spans overlap. Join them."),
        (
            "[hours]",
            "[hours]\nmonday = []",
            (
                "hours.monday: unknown."
                " Take it out, or write one of mon, tue, wed, thu, fri, sat, sun."
            ),
        ),
        (
            "first_lock_minutes = 30",
            "first_lock_minutes = 0",
            "pin.first_lock_minutes: Expected `int` >= 1. Correct it.",
        ),
        (
            "first_lock_minutes = 30",
            "longest_lock_minutes = 5",
            "pin.longest_lock_minutes: is below first_lock_minutes. Raise it.",
        ),
        (
            "first_lock_minutes = 30",
            "tries_per_account = 3\n[x]",
            (
                "x: unknown. Take it out, or write one of id, name, country, zone, lines, hours,"
                " menu, subdivision, open_on_holidays, hours_on, locked_out, most_calls, pin, field,"
                " dialling, dunning, transfer, services, points, rewards, reports, retention, prompts."
            ),
        ),
        (
            "tries_per_call = 2",
            "tries_per_call = 4\ntries_per_account = 3",
            "pin.tries_per_account: is below tries_per_call. Raise it.",
        ),
        (
            "[prompts.de]",
            "[prompts.it]",
            "prompts: 'it' isn't known. Write one of de, en, es, fr.",
        ),
        (
            "welcome = ",
            "welcom = ",
            "prompts.de.welcom: the catalogue has no such prompt. Correct the key or take it out.",
        ),
        (
            'welcome = "Willkommen."',
            "welcome = 1",
            "prompts.de.welcome: Expected `str`, got `int`. Correct it.",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert changed(tmp_path, old, new) == [f"bikes.toml: {message}"]


def test_an_unknown_subdivision_is_told_the_known_ones(tmp_path: Path) -> None:
    (found,) = changed(tmp_path, 'subdivision = "BE"', 'subdivision = "XX"')
    assert "'XX' isn't known for holidays in DE. Write one of BB, BE" in found


def test_a_section_of_the_wrong_kind_is_named(tmp_path: Path) -> None:
    before, _, after = BIKES.partition("[[lines]]")
    _, _, after = after.partition("[hours]")
    path = tmp_path / "bikes.toml"
    path.write_text(f'{before}lines = ["+49 30 23125100"]\n[hours]{after}')
    assert mistakes(tmp_path) == ["bikes.toml: lines[1]: is no table. Write it under [[lines]]."]
    path.write_text(f"{before}lines = []\n[hours]{after}")
    (found,) = mistakes(tmp_path)
    assert found.startswith("bikes.toml: lines: Expected `array` of length >= 1")
    path.write_text(f"{before}lines = 1\nhours = 2\n")
    assert [line.split(": ")[1] for line in mistakes(tmp_path)] == ["lines", "hours"]


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("prompts = 1", "prompts: Expected `object`, got `int`. Correct it."),
        ("prompts.de = 1", "prompts.de: is no table. Write its texts under [prompts.de]."),
    ],
)
def test_prompts_of_the_wrong_kind_are_named(tmp_path: Path, new: str, message: str) -> None:
    before, _, _ = BIKES.partition("[prompts.de]")
    (tmp_path / "bikes.toml").write_text(f"{new}\n{before}")
    assert mistakes(tmp_path) == [f"bikes.toml: {message}"]


def test_a_text_that_does_not_fit_is_a_mistake_of_its_file(tmp_path: Path) -> None:
    text = BIKES + '[prompts.en]\nwelcome = "Welcome, {name}."\n'
    (tmp_path / "bikes.toml").write_text(text)
    with pytest.raises(TenantError) as caught:
        wiring.tenant_files(Settings(tenants=tmp_path), shipped.catalogue())
    (message,) = caught.value.messages
    assert message.startswith(f"{tmp_path}/bikes.toml: ")
    assert "prompts.en" in message
    assert "holes" in message


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "bikes.toml").write_text(
        BIKES.replace('"de", "en"', '"it"').replace("14:00-18:00", "late").replace("555100", "x")
    )
    (tmp_path / "broken.toml").write_text("id = broken")
    (tmp_path / "latin.toml").write_bytes('name = "Grün"'.encode("latin-1"))
    (tmp_path / "shape.toml").write_text('colour = "red"\nid = 5')
    (tmp_path / "folder.toml").mkdir()
    found = mistakes(tmp_path)
    assert [line.split(": ")[:2] for line in found if line.startswith("bikes")] == [
        ["bikes.toml", "lines[1].numbers"],
        ["bikes.toml", "lines[1].languages"],
        ["bikes.toml", "hours.mon"],
    ]
    assert any(line.startswith("broken.toml: ") and "line 1" in line for line in found)
    assert "latin.toml: byte 10 isn't UTF-8. Save the file as UTF-8." in found
    assert "folder.toml: can't be read (Is a directory). Make it readable." in found
    assert sum(line.startswith("shape.toml: ") for line in found) == 8


def test_a_number_belongs_to_one_line_of_all_tenants(tmp_path: Path) -> None:
    (tmp_path / "bikes.toml").write_text(BIKES)
    (tmp_path / "trikes.toml").write_text(
        BIKES.replace('"bikes"', '"trikes"').replace("+49 30 23125100", "+49 30 23125101")
    )
    assert mistakes(tmp_path) == [
        (
            "trikes.toml: lines[1].numbers: 555100 stands in bikes.toml lines[1] too."
            " Give it to one line."
        )
    ]


def test_an_id_with_a_wrong_form_is_named(tmp_path: Path) -> None:
    (tmp_path / "Bikes 2.toml").write_text(BIKES.replace('"bikes"', '"Bikes 2"'))
    (found,) = mistakes(tmp_path)
    assert "Use small letters" in found


def test_a_folder_without_tenants_is_named(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path)
    assert found.endswith("no tenant here. Put in a file such as alpenrad.toml.")
