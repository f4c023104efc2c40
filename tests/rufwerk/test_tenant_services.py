"""What agents may record and book, in a tenant's file."""

from decimal import Decimal
from pathlib import Path

import pytest

from domain.errand import PointsLimits
from domain.ids import Skill, TenantId
from domain.language import Language
from domain.person import Role
from domain.service_record import Price, RecordField, Service
from rufwerk.tenant_files import load
from tests.rufwerk.bikes import BIKES, SHIPPED, knows_prompt, mistakes, with_section

NAMES = 'name = { de = "Karte", en = "Card", es = "Tarjeta", fr = "Carte" }\n'
CARD = '\n[[services]]\nkey = "card"\nprice = "2.40 EUR"\n' + NAMES


def said(folder: Path, section: str) -> list[str]:
    (folder / "bikes.toml").write_text(BIKES + section)
    return [one.removeprefix("bikes.toml: ") for one in mistakes(folder)]


def test_services_come_in_the_order_they_are_written(tmp_path: Path) -> None:
    ask = '\n[[services]]\nkey = "advice"\nprice = "0 CHF"\nrequired = ["remark", "date"]\n' + NAMES
    tenant = with_section(tmp_path, CARD + ask)
    names = dict(zip(Language, ("Karte", "Card", "Tarjeta", "Carte"), strict=True))
    assert tenant.services == (
        Service("card", names, Price(Decimal("2.40"), "EUR")),
        Service("advice", names, Price(Decimal(0), "CHF"), (RecordField.REMARK, RecordField.DATE)),
    )
    assert tenant.service("advice") == tenant.services[1]
    assert tenant.service("pay_out") is None


def test_a_tenant_may_do_without(tmp_path: Path) -> None:
    tenant = with_section(tmp_path, "")
    assert tenant.services == ()
    assert tenant.points == PointsLimits(500, 5000)
    assert with_section(tmp_path, "\n[points]\nagent = 7\n").points == PointsLimits(7, 5000)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"card"', '"Card!"', "services[1].key: 'Card!' has a wrong form. Use small letters"),
        ('"2.40 EUR"', '"-1 EUR"', "services[1].price: '-1 EUR' is no price. Write it as 2.40"),
        ('"2.40 EUR"', "2.40", "services[1].price: Expected `str`, got `float`. Correct it."),
        ('de = "Karte", ', "", "services[1].name.de: missing. Add it."),
        ('de = "Karte"', 'it = "Carta"', "services[1].name.it: unknown. Take it out, or write"),
        ("key =", 'required = ["colour"]\nkey =', "services[1].required: 'colour' isn't known."),
        ("price =", "cost =", "services[1].cost: unknown."),
    ],
)
def test_a_mistake_in_a_service_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert any(one.startswith(message) for one in said(tmp_path, CARD.replace(old, new)))


def test_services_are_few_and_each_is_another(tmp_path: Path) -> None:
    assert said(tmp_path, CARD + CARD) == [
        "services: a key stands there twice. Give each service its own."
    ]
    many = "".join(CARD.replace('"card"', f'"card_{n}"') for n in range(21))
    assert said(tmp_path, many) == ["services: Expected `array` of length <= 20. Correct it."]


def test_what_is_no_list_of_services_is_named(tmp_path: Path) -> None:
    top = 'services = ["card"]\n'
    (tmp_path / "bikes.toml").write_text(top + BIKES)
    (one,) = mistakes(tmp_path)
    assert one.endswith("services[1]: is no table. Write it under [[services]].")


def test_shipped_tenants_have_something_to_record() -> None:
    for tenant in load(SHIPPED, knows_prompt).tenants.values():
        assert len(tenant.services) >= 4
        assert tenant.is_served_by(Role.AGENT, {Skill(tenant.id)})


def test_agents_who_help_out_may_open_the_cards_too() -> None:
    book = load(SHIPPED, knows_prompt).tenants
    alpenrad, maison_lune = book[TenantId("alpenrad")], book[TenantId("maison-lune")]
    assert alpenrad.is_served_by(Role.AGENT, {Skill("maison-lune")})
    assert not maison_lune.is_served_by(Role.AGENT, {Skill("alpenrad"), Skill("fr")})
