"""Tenants' files come into force as they are written, and again when they change."""

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
from domain.tenant import MenuItem
from domain.waiting_field import FieldRules, Overflow, read_rules, write_rules
from rufwerk.holiday_calendar import holidays_of
from rufwerk.tenant_files import TenantError, TenantFiles, load
from tests.rufwerk.bikes import BIKES, SHIPPED, knows_prompt, with_section


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
    assert tenant.pin == PinPolicy(digits=8, tries_per_call=2, first_lock=timedelta(minutes=30))
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


def test_a_share_of_the_places_is_a_tenants_own(tmp_path: Path) -> None:
    assert with_section(tmp_path, "").most_calls is None
    (tmp_path / "bikes.toml").write_text(f"most_calls = 30\n{BIKES}")
    assert load(tmp_path, knows_prompt).tenants[TenantId("bikes")].most_calls == 30


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


def test_holidays_are_those_of_the_state() -> None:
    book = load(SHIPPED, knows_prompt)
    alpenrad = book.tenants[TenantId("alpenrad")]
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    berlin = holidays_of(alpenrad, new_year)
    paris = holidays_of(book.tenants[TenantId("maison-lune")], new_year)
    assert date(2026, 3, 8) in berlin - paris  # Frauentag, in Berlin
    assert date(2026, 7, 14) in paris - berlin
    assert date(2026, 4, 6) in berlin & paris  # Easter Monday
    monday = datetime(2026, 4, 6, 10, tzinfo=UTC)
    assert alpenrad.hours.open_at(monday)
    assert not alpenrad.hours.open_at(monday, berlin)


def test_what_is_left_out_is_as_usual(tmp_path: Path) -> None:
    tenant = with_section(tmp_path, "")
    assert tenant.field == FieldRules(record=True)
    assert with_section(tmp_path, "[field]\n[field.wrap_up_by_concern]").field == tenant.field
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
record = false

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
        record=False,
    )
    assert read_rules(write_rules(tenant.field)) == tenant.field


def test_overflow_without_relaxing_may_come_at_once(tmp_path: Path) -> None:
    assert with_section(tmp_path, "[field]\noverflow_s = 1").field.overflow_s == 1


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
