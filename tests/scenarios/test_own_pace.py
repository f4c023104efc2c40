"""A caller's own pace: his language and a short form that are remembered, and long numbers that come slowly again."""

from itertools import count

import pytest

from domain.language import Language
from domain.portal_facts import LanguageCause, LanguageRemembered, LanguageSet, ShortFormRemembered
from ivr.dialogs.portal import main_menu, more_menu
from tests.scenarios.portal import Call, Exchange
from tests.scenarios.waiting import THIRD

LANGUAGES = {
    Language.DE: ("10000001#", "135790#", "+491713920009"),
    Language.EN: ("10000002#", "246801#", "+491713920002"),
    Language.ES: ("10000003#", "975310#", "+491713920003"),
    Language.FR: ("10000004#", "864209#", "+491713920004"),
}
"""Of each language a participant, his PIN and the number he rings from."""
MENU = "language.option:de, language.option:en, language.option:es, language.option:fr"


def service(language: str, form: str = "") -> str:
    items = ("balance", "redeem", "block_card", "more", "person")
    return ", ".join(f"{form}menu.{item}:{language}" for item in items)


def more(language: str) -> str:
    items = ("movements", "change_pin", "language", "short_form", "back")
    return ", ".join(f"menu.{item}:{language}" for item in items)


def greeting(language: str, form: str = "") -> str:
    hints = ", ".join(f"language.hint:{one}" for one in Language if one != language)
    return f"welcome:{language}, {hints}, {form}login.number:{language}"


def test_no_menu_has_more_than_four_options(exchange: Exchange) -> None:
    for tenant in exchange.book.tenants.values():
        for menu in (main_menu(tenant), more_menu(tenant)):
            assert len(menu.options) <= 4
            assert len({option.key for option in menu.options}) == len(menu.options)


@pytest.mark.parametrize("old", Language)
@pytest.mark.parametrize("new", Language)
def test_a_language_is_remembered(exchange: Exchange, old: Language, new: Language) -> None:
    number, pin, phone = LANGUAGES[old]
    key = list(Language).index(new) + 1
    call = exchange.follow(
        f"""
                 | {greeting(old)}
        {number} | login.pin:{old}
        {pin}    | login.moment:{old} / {service(old)}
        4        | {more(old)}
        3        | {MENU}
        {key}    | language.remembered:{new}, {service(new)}
        4        | {more(new)}
        """,
        number=phone,
    )
    remembered = [body for body in call.facts if isinstance(body, LanguageRemembered)]
    assert [body.language for body in remembered] == ([] if new is old else [new])
    later = exchange.follow(
        f"""
                 | {greeting("de")}
        {number} | login.pin:de
        {pin}    | login.moment:de / {service(new)}
        """
    )
    sets = [body for body in later.facts if isinstance(body, LanguageSet)]
    assert sets[1:] == ([] if new == "de" else [LanguageSet(new, LanguageCause.PARTICIPANT)])


def test_a_language_chosen_before_log_in_is_not_remembered(exchange: Exchange) -> None:
    call = exchange.call("#", "2", "10000001#", "135790#")
    assert call.rows[-2][1][-1] == service("de")
    assert not any(isinstance(body, LanguageRemembered) for body in call.facts)


def test_back_from_the_language_menu(exchange: Exchange) -> None:
    call = exchange.call("10000001#", "135790#", "4", "3", "9")
    assert call.rows[-2] == ("9", [service("de")])
    assert call.kinds == ["CallArrived", "LanguageSet", "LoggedIn", "DialogLeft"]


@pytest.mark.parametrize("language", Language)
def test_the_short_form_is_remembered(exchange: Exchange, language: Language) -> None:
    number, pin, phone = LANGUAGES[language]
    short = service(language, "short.")
    exchange.follow(
        f"""
                 | {greeting(language)}
        {number} | login.pin:{language}
        {pin}    | login.moment:{language} / {service(language)}
        4        | {more(language)}
        4        | form.short:{language}, {short}
        4        | {more(language)}
        """,
        number=phone,
    )
    exchange.later(hours=1)
    known = language is not Language.DE
    form, greeted = ("short." if known else "", language if known else "de")
    call = exchange.call(number, pin, "1", "44", "9", number=phone)
    rows = [sounds for _, sounds in call.rows]
    assert rows[:3] == [
        [greeting(greeted, form)],
        [f"{form}login.pin:{language}"],
        [f"login.moment:{language}", short],
    ]
    assert rows[3][0].startswith(f"short.balance.told:{language} ")
    assert rows[3][0].endswith(short)
    assert rows[4] == [more(language), f"form.full:{language}, {service(language)}"]
    forms = [body.short for body in call.facts if isinstance(body, ShortFormRemembered)]
    assert forms == [False]


def test_a_claim_alone_tells_nothing_of_the_short_form(exchange: Exchange) -> None:
    exchange.call("10000002#", "246801#", "44")
    known = exchange.call("10000002#", "111111#")
    unknown = exchange.call("99999999#", "111111#")
    assert known.table.replace("10000002", "99999999") == unknown.table


def test_a_silent_number_is_greeted_in_full(exchange: Exchange) -> None:
    """A telephone that two share is nobody's."""
    exchange.call("10000001#", "135790#", "44")
    shared = exchange.call(number="+491713920001")
    assert shared.rows[0] == ("", [greeting("de")])


def test_the_waiting_field_knows_the_form(exchange: Exchange) -> None:
    call = exchange.call("10000001#", "135790#", "44", "0", "0")
    visit = exchange.wait(call, "2", **THIRD)
    assert visit.heard("short.balance.told:de")


@pytest.mark.parametrize("keys", [["4", "3", "2"], ["4", "4"]])
def test_what_cannot_be_remembered_leads_to_a_person(exchange: Exchange, keys: list[str]) -> None:
    for left in count():
        exchange.storage.left = left
        call = exchange.call("10000001#", "135790#", *keys)
        exchange.storage.left = None
        remembered = {"LanguageRemembered", "ShortFormRemembered"} & set(call.kinds)
        later = exchange.call("10000001#", "135790#")
        as_before = later.rows[2][1][-1] == service("de")
        assert bool(remembered) is not as_before
        if remembered:
            break
        assert call.heard("failure.disturbed")


def test_a_number_read_back_comes_slowly_when_repeated(exchange: Exchange, waiting: Call) -> None:
    visit = exchange.wait(waiting, "1", "01713920002#", "*", "#", **THIRD)
    read_back = "call_back.read_back:de 0 1 7 1 3 9 2 0 0 0 2, call_back.correct:de"
    slowly = (
        "call_back.read_back:de 0 1 ... 7 1 ... 3 9 ... 2 0 ... 0 0 ... 2, call_back.correct:de"
    )
    assert [sounds for _, sounds in visit.rows[2:5]] == [[read_back], [slowly], [slowly]]


def test_what_is_no_long_number_is_repeated_as_it_was(exchange: Exchange) -> None:
    call = exchange.call("10000001#", "135790#", "1", "*")
    assert call.rows[3][1] == call.rows[4][1]
