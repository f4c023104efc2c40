"""Changing the PIN by telephone: what is refused and why, and that there is always one PIN, the old one or the new."""

from dataclasses import replace
from itertools import count

import pytest

from domain import portal_facts as facts
from domain.call import Certainty
from domain.fact import Body
from domain.language import Language
from domain.new_pin import Objection
from domain.tenant import TenantBook
from tests.fakes import shipped
from tests.scenarios.portal import Call, Exchange, Fault

SERVICE = "menu.balance:{0}, menu.redeem:{0}, menu.block_card:{0}, menu.more:{0}, menu.person:{0}"
MORE = (
    "menu.movements:{0}, menu.change_pin:{0}, menu.language:{0}, menu.short_form:{0}, menu.back:{0}"
)
ANNA, OLD, NEW = "10000001#", "135790#", "428193#"
STEPS = (ANNA, OLD, "4", "2", OLD, NEW, NEW)
"""From the first question to the last."""


def pin_is(exchange: Exchange, pin: str) -> bool:
    return exchange.call(ANNA, pin).heard("menu.balance:de")


def the_pin(exchange: Exchange) -> str:
    """Which of the two opens the account; one does, and the other one doesn't."""
    (only,) = [pin for pin in (OLD, NEW) if pin_is(exchange, pin)]
    return only


def found(call: Call, kind: type[Body]) -> list[Body]:
    return [body for body in call.facts if isinstance(body, kind)]


@pytest.mark.parametrize(
    ("language", "participant", "pin", "dialled"),
    [
        (Language.DE, "10000001", "135790", "555100"),
        (Language.EN, "10000002", "246801", "555100"),
        (Language.ES, "10000003", "975310", "555100"),
        (Language.FR, "20000001", "192837", "555200"),
    ],
)
def test_a_pin_is_changed(
    exchange: Exchange, language: Language, participant: str, pin: str, dialled: str
) -> None:
    greeted = "fr" if dialled == "555200" else "de"
    hints = ", ".join(f"language.hint:{one}" for one in Language if one != greeted)
    service, more = SERVICE.format(language), MORE.format(language)
    new = f"pin.new:{language} 6" + ("" if language is Language.FR else " many")
    call = exchange.follow(
        f"""
                      | welcome:{greeted}, {hints}, login.number:{greeted}
        {participant}# | login.pin:{greeted}
        {pin}#        | login.moment:{greeted} / {service}
        4             | {more}
        2             | pin.old:{language}
        {pin}#        | login.moment:{language} / {new}
        428193#       | pin.again:{language}
        428193#       | login.moment:{language} / pin.changed:{language}, {service}
        """,
        dialled=dialled,
    )
    assert call.kinds[-3:] == ["LoggedIn", "PinChanged", "DialogLeft"]
    (changed,) = found(call, facts.PinChanged)
    assert changed == facts.PinChanged(found(call, facts.LoggedIn)[0].participant)  # type: ignore[attr-defined]
    assert not exchange.call(f"{participant}#", f"{pin}#", dialled=dialled).heard("menu.balance")
    assert exchange.call(f"{participant}#", "428193#", dialled=dialled).heard("menu.balance")


def test_why_new_pins_are_refused(exchange: Exchange) -> None:
    """Three tries, then a person; the PIN is what it was."""
    new, service = "pin.new:de 6 many", SERVICE.format("de")
    call = exchange.follow(
        f"""
                | welcome:de, language.hint:en, language.hint:es, language.hint:fr, login.number:de
        {ANNA}  | login.pin:de
        {OLD}   | login.moment:de / {service}
        42      | {MORE.format("de")} / pin.old:de
        {OLD}   | login.moment:de / {new}
        123456# | pin.refused_run:de, {new}
        12345#  | try.too_short:de, pin.new_help:de 6 many
        170585# | pin.refused_birth_date:de, {new}
        428193# | pin.again:de
        9#      | {new}
        {NEW}   | pin.again:de
        428194# | pin.differ:de, person.failed:de
        """
    )
    (handed,) = found(call, facts.HandedOver)
    assert isinstance(handed, facts.HandedOver)
    assert (handed.failed_at, handed.certainty) == ("pin.new", Certainty.PIN_VERIFIED)
    assert not found(call, facts.PinChanged)
    assert the_pin(exchange) == OLD


@pytest.mark.parametrize(
    ("keyed", "objection"),
    [
        ("135790#", Objection.SAME),
        ("654321#", Objection.RUN),
        ("123123#", Objection.REPEATED),
        ("850517#", Objection.BIRTH_DATE),
        ("762751#", Objection.ZIP),
        ("000001#", Objection.NUMBER),
        ("920001#", Objection.PHONE),
    ],
)
def test_each_reason_is_spoken(exchange: Exchange, keyed: str, objection: Objection) -> None:
    call = exchange.call(*STEPS[:5], keyed, NEW, NEW)
    assert call.rows[6] == (keyed, [f"pin.refused_{objection}:de, pin.new:de 6 many"])
    assert the_pin(exchange) == NEW


def test_every_reason_has_its_words() -> None:
    texts = shipped.catalogue().texts
    for language in Language:
        assert {f"pin.refused_{objection}" for objection in Objection} <= texts[language].keys()


def test_the_old_pin_is_asked_of_who_found_the_call_open(exchange: Exchange) -> None:
    call = exchange.follow(
        f"""
                | welcome:de, language.hint:en, language.hint:es, language.hint:fr, login.number:de
        {ANNA}  | login.pin:de
        {OLD}   | login.moment:de / {SERVICE.format("de")}
        42      | {MORE.format("de")} / pin.old:de
        111111# | login.moment:de / pin.wrong:de, pin.old:de
        1#      | try.too_short:de, pin.old_help:de
        111112# | login.moment:de / pin.wrong:de, pin.old:de
        111113# | login.moment:de / pin.wrong:de, person.connecting:de
        """
    )
    (handed,) = found(call, facts.HandedOver)
    assert isinstance(handed, facts.HandedOver)
    assert (handed.failed_at, handed.certainty) == ("pin.old", Certainty.IDENTIFIED)
    second = exchange.call(ANNA, "111114#", "111115#")
    assert second.heard("login.locked"), "each try counted"
    exchange.later(minutes=16)
    assert the_pin(exchange) == OLD


def test_a_right_old_pin_forgives_wrong_ones(exchange: Exchange) -> None:
    for _ in range(3):
        call = exchange.call(*STEPS[:4], "111111#", "111112#", OLD, "9#")
        assert call.rows[-2][1][0].startswith("pin.kept:de, menu.balance:de")
    assert the_pin(exchange) == OLD


def test_back_and_a_person_from_everywhere(exchange: Exchange) -> None:
    for asked in (4, 5):
        call = exchange.call(*STEPS[:asked], "9#")
        assert call.rows[-2] == ("9#", [f"pin.kept:de, {SERVICE.format('de')}"])
    for asked in (4, 5, 6):
        call = exchange.call(*STEPS[:asked], "0#", "0")
        assert call.variables["AGIDONE"] == "field"
    assert the_pin(exchange) == OLD


def test_keys_typed_ahead(exchange: Exchange) -> None:
    exchange.call(f"{ANNA}{OLD}42{OLD}{NEW}{NEW}")
    assert the_pin(exchange) == NEW


def test_a_pin_may_be_as_long_as_the_brand_says(exchange: Exchange) -> None:
    tenants = exchange.book.tenants.values()
    exchange.book = TenantBook.of(
        replace(tenant, pin=replace(tenant.pin, digits=8)) for tenant in tenants
    )
    call = exchange.call(*STEPS[:5], "428193#", "42819306#", "42819306#")
    assert call.rows[5][1][-1] == "pin.new:de 8 many"
    assert call.heard("try.too_short")
    assert pin_is(exchange, "42819306#")


@pytest.mark.parametrize("step", range(1, len(STEPS) + 1))
def test_a_hang_up_at_any_step_leaves_the_old_pin_or_the_new(exchange: Exchange, step: int) -> None:
    call = exchange.call(*STEPS[:step])
    assert call.hung_up
    changed = step == len(STEPS)
    assert bool(found(call, facts.PinChanged)) is changed
    assert the_pin(exchange) == (NEW if changed else OLD)


@pytest.mark.parametrize("fault", Fault)
def test_the_database_may_fail_at_any_transaction(exchange: Exchange, fault: Fault) -> None:
    """Where the answer alone is lost, the new PIN may be in force: then it is, with its fact."""
    storage = exchange.storage
    for number in count():
        storage.opened, storage.faults = 0, {number: fault}
        call = exchange.call(*STEPS)
        storage.faults = {}
        if storage.opened <= number:
            break
        changed = bool(found(call, facts.PinChanged))
        assert the_pin(exchange) == (NEW if changed else OLD)
        assert changed or call.heard("failure.disturbed") or call.heard("pin.unsure")
        if changed:
            exchange.call(ANNA, NEW, "4", "2", NEW, OLD, OLD)
    assert number > len(STEPS)


def test_whether_it_is_changed_may_be_unsure(exchange: Exchange) -> None:
    exchange.storage.faults = {8: Fault.UNHEARD}
    call = exchange.call(*STEPS)
    assert call.rows[-1] == (NEW, ["login.moment:de", "pin.unsure:de, person.connecting:de"])
    (handed,) = found(call, facts.HandedOver)
    assert isinstance(handed, facts.HandedOver)
    assert handed.failed_at == "pin.unsure"
    assert the_pin(exchange) == NEW
