"""What points can be redeemed for, in a tenant's file."""

from decimal import Decimal
from pathlib import Path

import pytest

from domain.ids import TenantId
from domain.language import Language
from domain.reward import Reward, RewardKind, offer
from domain.service_record import Price
from domain.tenant import MenuItem
from rufwerk import wiring
from rufwerk.settings import Settings
from rufwerk.tenant_files import TenantError
from tests.fakes import shipped
from tests.rufwerk.bikes import BIKES, SHIPPED, mistakes, with_section

NAMES = 'name = { de = "Zehner", en = "Ten", es = "Diez", fr = "Dix" }\n'
TEN = '\n[[rewards]]\nkey = "ten"\nkind = "voucher"\npoints = 1000\nvalue = "10.00 EUR"\n' + NAMES
SAID = '"reward.ten" = "Ein Zehner"\n\n[prompts.en]\n"reward.ten" = "A ten"\n'


def said(folder: Path, section: str) -> list[str]:
    (folder / "bikes.toml").write_text(BIKES + section)
    return [one.removeprefix("bikes.toml: ") for one in mistakes(folder)]


def test_a_reward_is_read_and_has_a_name_to_be_said(tmp_path: Path) -> None:
    more = "stock = 7\nvalid_days = 30\n"
    tenant = with_section(tmp_path, SAID + TEN + more)
    names = dict(zip(Language, ("Zehner", "Ten", "Diez", "Dix"), strict=True))
    ten = Reward("ten", RewardKind.VOUCHER, 1000, Price(Decimal("10.00"), "EUR"), names, 7, 30)
    assert tenant.rewards == (ten,)
    assert tenant.prompts[Language.EN][ten.prompt] == "A ten"
    shipped.catalogue().check_tenant(tenant)
    assert with_section(tmp_path, "").rewards == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"ten"', '"Ten!"', "rewards[1].key: 'Ten!' has a wrong form. Use small letters"),
        (
            '"voucher"',
            '"car"',
            "rewards[1].kind: 'car' isn't known. Write one of voucher, donation.",
        ),
        ("1000", "0", "rewards[1].points: Expected `int` >= 1. Correct it."),
        ("1000", "1.5", "rewards[1].points: Expected `int`, got `float`. Correct it."),
        ('"10.00 EUR"', '"10"', "rewards[1].value: '10' is no price. Write it as 2.40 EUR."),
        ('es = "Diez", ', "", "rewards[1].name.es: missing. Add it."),
        ("points", "stock = -1\npoints", "rewards[1].stock: Expected `int` >= 0. Correct it."),
        ("points", "valid_days = 0\npoints", "rewards[1].valid_days: Expected `int` >= 1."),
        ("points", "prize = 1\npoints", "rewards[1].prize: unknown."),
        (
            'kind = "voucher"',
            'kind = "donation"\nvalid_days = 3',
            "rewards[1].valid_days: only a voucher runs out. Take it out.",
        ),
    ],
)
def test_a_mistake_in_a_reward_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert any(one.startswith(message) for one in said(tmp_path, SAID + TEN.replace(old, new)))


def test_a_key_stands_once(tmp_path: Path) -> None:
    assert said(tmp_path, SAID + TEN + TEN) == [
        "rewards: 'ten' stands there twice. Give each reward a key of its own."
    ]


def test_a_name_that_is_not_said_in_a_language_of_the_line_is_missed(tmp_path: Path) -> None:
    missing = '"reward.ten" is missing, by which callers hear of the reward. Add it: its name as one says it.'
    assert said(tmp_path, TEN) == [f"prompts.de: {missing}", f"prompts.en: {missing}"]
    assert said(tmp_path, '"reward.ten" = "Zehner"\n' + TEN) == [f"prompts.en: {missing}"]


def test_a_name_of_no_reward_is_no_prompt(tmp_path: Path) -> None:
    (one,) = said(tmp_path, '"reward.eleven" = "Elf"\n')
    assert one.startswith("prompts.de.reward.eleven: the catalogue has no such prompt.")


@pytest.mark.parametrize("name", ["{points}", "<b>Ten</b>", "…"])
def test_a_name_that_cant_be_said_is_refused(tmp_path: Path, name: str) -> None:
    spoken = SAID.replace("A ten", name)
    (tmp_path / "bikes.toml").write_text(BIKES + spoken + TEN)
    settings = Settings(home=tmp_path, tenants=tmp_path)
    with pytest.raises(TenantError, match=r'prompts\.en\."reward\.ten"'):
        wiring.tenant_files(settings, shipped.catalogue())


def test_the_demos_participants_find_something() -> None:
    settings = Settings(home=SHIPPED, tenants=SHIPPED)
    book = wiring.tenant_files(settings, shipped.catalogue()).current.tenants
    alpenrad, lune = book[TenantId("alpenrad")], book[TenantId("maison-lune")]
    for tenant in (alpenrad, lune):
        assert tenant.offers(MenuItem.REDEEM)
        assert {one.kind for one in tenant.rewards} == set(RewardKind)
    assert len(offer(alpenrad.rewards, 100_100, {}).allowed) > 4
    assert 2 <= len(offer(alpenrad.rewards, 1234, {}).allowed) <= 4
    assert len(offer(lune.rewards, 2181, {}).allowed) == 3
