"""Tenants' files come into force, and a mistake is named by file, key and remedy."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from domain.call import Concern
from domain.dialling import DiallingRules, NumberKind
from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpenSpan
from domain.pin_policy import PinPolicy
from domain.tenant import MenuItem, Tenant
from domain.waiting_field import FieldRules, Overflow, read_rules, write_rules
from prompts.catalogue import Catalogue
from rufwerk import wiring
from rufwerk.holiday_calendar import holidays_of
from rufwerk.settings import Settings
from rufwerk.tenant_files import TenantError, TenantFiles, load

SHIPPED = Path(__file__).parents[2] / "tenants"
BIKES = """
id = "bikes"
name = "Bikes"
country = "DE"
subdivision = "BE"
zone = "Europe/Berlin"
menu = ["block_card", "balance"]

[[lines]]
name = "service"
numbers = ["+49 30 23125100", "555100"]
languages = ["de", "en"]

[hours]
mon = ["14:00-18:00", "08:00-12:00"]
sun = ["00:00-24:00"]

[pin]
tries_per_call = 2
first_lock_minutes = 30

[prompts.de]
welcome = "Willkommen."
"""


def knows_prompt(language: Language, key: str) -> bool:
    return key in {"welcome", "whisper.brand"}


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(TenantError) as caught:
        load(folder, knows_prompt)
    assert str(caught.value) == "\n".join(caught.value.messages)
    return [message.replace(f"{folder}/", "") for message in caught.value.messages]


def changed(folder: Path, old: str, new: str) -> list[str]:
    """The mistakes in the file above once ``old`` is replaced."""
    assert old in BIKES
    (folder / "bikes.toml").write_text(BIKES.replace(old, new))
    return mistakes(folder)


def test_a_file_says_all_about_a_tenant(tmp_path: Path) -> None:
    (tmp_path / "bikes.toml").write_text(BIKES)
    (tmp_path / "notes.txt").write_text("not a tenant")
    (tenant,) = load(tmp_path, knows_prompt).tenants.values()
    assert (tenant.id, tenant.name) == ("bikes", "Bikes")
    assert (tenant.country, tenant.subdivision) == ("DE", "BE")
    assert tenant.menu == (MenuItem.BLOCK_CARD, MenuItem.BALANCE)
    (line,) = tenant.lines
    assert line.numbers == ("493023125100", "555100")
    assert line.languages == (Language.DE, Language.EN)
    assert tenant.hours.zone.key == "Europe/Berlin"
    assert tenant.hours.week == {
        0: (OpenSpan(time(8), time(12)), OpenSpan(time(14), time(18))),
        6: (OpenSpan(time(0), time(0)),),
    }
    assert tenant.pin == PinPolicy(tries_per_call=2, first_lock=timedelta(minutes=30))
    assert tenant.prompts == {Language.DE: {"welcome": "Willkommen."}}
    assert len(tenant.version) == 16


def test_the_shipped_tenants_are_those_of_the_contract() -> None:
    book = load(SHIPPED, knows_prompt)
    assert sorted(book.tenants) == ["alpenrad", "maison-lune"]
    for dialled, tenant, language in (
        ("+493023125100", "alpenrad", Language.DE),
        ("555100", "alpenrad", Language.DE),
        ("33199005200", "maison-lune", Language.FR),
        ("555200", "maison-lune", Language.FR),
    ):
        found = book.dialled(dialled)
        assert found is not None
        assert found.tenant.id == tenant
        assert found.line.languages[0] is language
        assert set(found.line.languages) == set(Language) == set(found.tenant.prompts)
        for texts in found.tenant.prompts.values():
            assert found.tenant.name in texts["welcome"]


def test_holidays_are_those_of_the_state() -> None:
    book = load(SHIPPED, knows_prompt)
    alpenrad = book.tenants[TenantId("alpenrad")]
    berlin = holidays_of(alpenrad, 2026)
    paris = holidays_of(book.tenants[TenantId("maison-lune")], 2026)
    assert date(2026, 3, 8) in berlin - paris  # Frauentag, in Berlin
    assert date(2026, 7, 14) in paris - berlin
    assert date(2026, 4, 6) in berlin & paris  # Easter Monday
    monday = datetime(2026, 4, 6, 10, tzinfo=UTC)
    assert alpenrad.hours.open_at(monday)
    assert not alpenrad.hours.open_at(monday, berlin)


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
            '"redeem", ',
            "menu: 'redeem' isn't known. Write one of balance, block_card.",
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
                " menu, subdivision, open_on_holidays, pin, field, dialling, prompts."
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


def with_section(folder: Path, text: str) -> Tenant:
    """The tenant above, with more at its file's end."""
    (folder / "bikes.toml").write_text(BIKES + text)
    (folder / "trikes.toml").write_text(
        BIKES.replace('"bikes"', '"trikes"').replace("+49 30 ", "+49 40 ").replace("555100", "5552")
    )
    return load(folder, knows_prompt).tenants[TenantId("bikes")]


def test_what_is_left_out_is_as_usual(tmp_path: Path) -> None:
    tenant = with_section(tmp_path, "")
    assert tenant.field == FieldRules()
    assert with_section(tmp_path, "[field]\n[field.wrap_up_by_concern]").field == FieldRules()
    own = DiallingRules(frozenset({"DE"}), hours=tenant.hours, show="+493023125100")
    assert tenant.dialling == own
    assert with_section(tmp_path, "[dialling]").dialling == own


def test_the_rules_of_the_field_are_read(tmp_path: Path) -> None:
    tenant = with_section(
        tmp_path,
        """
[field]
service_level = 90
threshold_s = 30
short_abandon_s = 0
ring_s = 20
missed = 3
wrap_up_s = 0
skilled = ["pay_out", "return"]
relax_s = 30
others_s = 30
others = ["trikes"]
overflow_s = "never"
overflow = "message"
rise_s = 120
last_agent_s = 604800
call_back_tries = 5
call_back_again_s = 600

[field.wrap_up_by_concern]
pay_out = 45
return = 0
""",
    )
    assert tenant.field == FieldRules(
        service_level=90,
        threshold_s=30,
        short_abandon_s=0,
        ring_s=20,
        missed=3,
        wrap_up_s=0,
        wrap_up_by_concern={Concern.PAY_OUT: 45, Concern.RETURN: 0},
        skilled=(Concern.PAY_OUT, Concern.RETURN),
        relax_s=30,
        others_s=30,
        others=(TenantId("trikes"),),
        overflow_s=None,
        overflow=Overflow.MESSAGE,
        rise_s=120,
        last_agent_s=604800,
        call_back_tries=5,
        call_back_again_s=600,
    )
    assert read_rules(write_rules(tenant.field)) == tenant.field


def test_whom_agents_may_ring_is_read(tmp_path: Path) -> None:
    tenant = with_section(
        tmp_path,
        """
[dialling]
countries = ["DE", "AT"]
kinds = ["voip"]
on_holidays = true

[dialling.hours]
tue = ["08:00-20:00"]
""",
    )
    rules = tenant.dialling
    assert rules.countries == {"DE", "AT"}
    assert rules.kinds == {NumberKind.VOIP}
    assert rules.on_holidays
    assert rules.hours.week == {1: (OpenSpan(time(8), time(20)),)}
    assert rules.hours.zone is tenant.hours.zone
    assert not with_section(tmp_path, "[dialling]\ncountries = []").dialling.countries


def test_a_tenant_of_extensions_has_nothing_to_show(tmp_path: Path) -> None:
    (tmp_path / "bikes.toml").write_text(BIKES.replace('"+49 30 23125100", ', ""))
    (tenant,) = load(tmp_path, knows_prompt).tenants.values()
    assert tenant.dialling.show is None


def test_the_shipped_tenants_wait_in_order_and_call_back() -> None:
    book = load(SHIPPED, knows_prompt)
    alpenrad, lune = (book.tenants[TenantId(name)] for name in ("alpenrad", "maison-lune"))
    for tenant in (alpenrad, lune):
        waits = [wait for wait in (*tenant.field.stages, tenant.field.overflow_s) if wait]
        assert all(sooner < later for sooner, later in pairwise(waits))
        assert {"DE", "FR"} <= tenant.dialling.countries
    assert alpenrad.field.skilled == (Concern.PAY_OUT, Concern.RETURN)
    assert alpenrad.field.others == (lune.id,)
    assert alpenrad.field.overflow is Overflow.CALL_BACK
    assert lune.field.overflow is Overflow.MESSAGE
    assert alpenrad.dialling.show == "+493023125100"
    assert lune.dialling.show == "+33199005200"


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
            ("field.skilled: 'refund' isn't known. Write one of pay_out, return, data, other."),
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
                " Write one of pay_out, return, data, other."
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


def test_overflow_without_relaxing_may_come_at_once(tmp_path: Path) -> None:
    assert with_section(tmp_path, "[field]\noverflow_s = 1").field.overflow_s == 1


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
        wiring.tenant_files(Settings(tenants=tmp_path), Catalogue.load())
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


def test_a_reload_brings_what_changed_and_a_mistake_changes_nothing(tmp_path: Path) -> None:
    bikes, trikes = tmp_path / "bikes.toml", tmp_path / "trikes.toml"
    bikes.write_text(BIKES)
    files = TenantFiles(tmp_path, knows_prompt)
    first = files.current
    assert files.reload() == []

    bikes.write_text(BIKES.replace('"Bikes"', '"Wheels"'))
    trikes.write_text(BIKES.replace('"bikes"', '"trikes"').replace("100", "300"))
    assert files.reload() == ["bikes", "trikes"]
    assert files.current.tenants[TenantId("bikes")].name == "Wheels"
    assert first.tenants[TenantId("bikes")].name == "Bikes"  # a call keeps what it began with

    in_force = files.current
    bikes.write_text(BIKES.replace("08:00", "8"))
    with pytest.raises(TenantError):
        files.reload()
    assert files.current is in_force

    bikes.unlink()
    assert files.reload() == ["bikes"]
    assert sorted(files.current.tenants) == ["trikes"]
