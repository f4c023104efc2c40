"""What a tenant's file and the settings say of reports, and all that may be wrong with it."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from domain.figures import Formula
from domain.ids import TenantId
from domain.issued_report import ReportKind
from domain.language import Language
from domain.person import Role
from domain.service_record import Price
from domain.tenant import TenantBook
from rufwerk import report_schedules
from rufwerk import settings_reading as configuration
from rufwerk.settings import Settings, SettingsError
from rufwerk.tenant_files import TenantError, load
from tests.rufwerk.bikes import BIKES

SEND = '[[reports.sends]]\nkind = "{kind}"\nto = ["{to}"]\n'


def brand(tmp_path: Path, *lines: str) -> TenantBook:
    folder = tmp_path / "tenants"
    folder.mkdir()
    (folder / "bikes.toml").write_text(BIKES + "\n".join(("", "[reports]", *lines)))
    return load(folder, lambda *_: True)


def mistakes(tmp_path: Path, *lines: str) -> str:
    with pytest.raises(TenantError) as caught:
        brand(tmp_path, *lines)
    return str(caught.value)


def test_what_is_left_out_is_usual(tmp_path: Path) -> None:
    send = SEND.format(kind="service_level", to="adler@alpenrad.example")
    book = brand(tmp_path, 'agent_minute = "0.85 EUR"', send)
    reports = book.tenants[TenantId("bikes")].reports
    assert reports.formula is Formula.B
    assert reports.prices.agent_minute == Price(Decimal("0.85"), "EUR")
    assert reports.prices.ivr_call is None
    (one,) = reports.sends
    assert (one.kind, one.at, one.to) == (
        ReportKind.SERVICE_LEVEL,
        time(7),
        ("adler@alpenrad.example",),
    )
    assert (one.role, one.workdays_only) == (Role.CLIENT_CONTACT, False)


def test_all_of_it_can_be_said(tmp_path: Path) -> None:
    send = SEND.format(kind="daily", to="a@b.example")
    more = 'at = "23:59"\nlanguage = "fr"\nrole = "team_lead"\nworkdays_only = true\n'
    book = brand(
        tmp_path, 'formula = "F"', send + more, SEND.format(kind="daily", to="c@d.example")
    )
    reports = book.tenants[TenantId("bikes")].reports
    assert reports.formula is Formula.F
    first, _ = reports.sends
    assert (first.at, first.language, first.role) == (time(23, 59), Language.FR, Role.TEAM_LEAD)
    assert first.workdays_only


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('formula = "G"', "reports.formula: 'G' isn't known. Write one of A, B"),
        ('ivr_call = "cheap"', "reports.ivr_call: 'cheap' is no price"),
        (SEND.format(kind="hourly", to="a@b.example"), "sends[1].kind: 'hourly' isn't known"),
        (SEND.format(kind="daily", to="nobody"), "sends[1].to: 'nobody' is no mail address"),
        (SEND.format(kind="daily", to="a@b.example") + 'at = "7:00"', "'7:00' is no time of day"),
        (SEND.format(kind="daily", to="a@b.example") + 'role = "agent"', "no report is for agent"),
        (SEND.format(kind="daily", to="a@b.example") + 'role = "king"', "'king' isn't known"),
        (SEND.format(kind="daily", to="a@b.example") + 'language = "it"', "'it' isn't known"),
        (SEND.format(kind="daily", to='a@b.example", "a@b.example'), "stands there twice"),
        (SEND.format(kind="daily", to="a@b.example") * 2, "Write all its addresses in one"),
        ('[[reports.sends]]\nkind = "daily"', "reports.sends[1].to: missing"),
    ],
)
def test_each_mistake_names_its_remedy(tmp_path: Path, written: str, told: str) -> None:
    assert told in mistakes(tmp_path, written)


def settings(**environ: str) -> Settings:
    given = {f"RUFWERK_REPORTS__{key.upper()}": value for key, value in environ.items()}
    return configuration.load(None, given)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("zone", "Europe/Nowhere", "reports.zone"),
        ("at", "noon", "reports.at is 'noon'"),
        ("language", "it", "reports.language"),
        ("to", "max", "reports.to has 'max'"),
        ("to", "a@b.example,a@b.example", "twice"),
        ("grace_minutes", "0", "reports.grace_minutes is 0"),
    ],
)
def test_settings_that_are_wrong(key: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        settings(**{key: value})


def test_reports_about_all_tenants_go_to_whom_the_settings_name(tmp_path: Path) -> None:
    book = brand(tmp_path, SEND.format(kind="billing", to="a@b.example"))
    schedules = report_schedules.schedules(settings(to="max@rufwerk.example", at="06:30"), book)
    assert [(one.tenant, one.send.kind.value) for one in schedules] == [
        (None, "daily"),
        (None, "weekly"),
        ("bikes", "billing"),
    ]
    assert schedules[0].send.at == time(6, 30)
    assert schedules[0].send.to == ("max@rufwerk.example",)
    demo = report_schedules.schedules(settings(), book)
    assert len(demo) == 3, "the demo's mail box catches them"
    in_earnest = configuration.load(None, {"RUFWERK_MAIL__HOST": "mail.example"})
    assert len(report_schedules.schedules(in_earnest, book)) == 1
