"""The texts: what they fall apart into, whose wins, and what a translator is told."""

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.ids import TenantId
from domain.language import Language
from domain.opening_hours import OpeningHours
from domain.pin_policy import PinPolicy
from domain.tenant import Tenant
from prompts.catalogue import Catalogue, CatalogueError, Clip, Hole, pause_after

WITH_HOLES = {
    "price": {"price"},
    "balance.told": {"points"},
    "balance.negative": {"points"},
    "block.done": {"receipt"},
    "block.already": {"receipt"},
    "block.done_all": {"receipt"},
    "block.already_all": {"receipt"},
    "block.card": {"tail", "key"},
    "block.all": {"key"},
    "block.ending": {"tail"},
    "field.ahead": {"people"},
    "person.next": {"day", "time"},
    "person.hours": {"hours"},
    "person.hours_but_holidays": {"hours"},
    "person.hours_that_day": {"times"},
    "call_back.read_back": {"number"},
    "call_back.next_day": {"day"},
    "call_back.day_help": {"days"},
    "call_back.time": {"day", "times"},
    "call_back.time_help": {"day", "times"},
    "call_back.when_open": {"number"},
    "call_back.standing": {"day", "times"},
    "call_back.within": {"day", "times", "number"},
    "redeem.option": {"reward", "points", "key"},
    "redeem.least": {"points"},
    "redeem.cost": {"reward", "points", "left"},
    "redeem.done": {"receipt"},
    "movements.earned": {"day", "points"},
    "movements.spent": {"day", "points"},
    "short.balance.told": {"points"},
    "short.balance.negative": {"points"},
    "pin.new": {"digits"},
    "pin.new_help": {"digits"},
}


def catalogue(**texts: str) -> Catalogue:
    """A catalogue with the same texts in each language."""
    keyed = {key.replace("__", "."): text for key, text in texts.items()}
    return Catalogue(dict.fromkeys(Language, keyed))


def tenant(prompts: Mapping[Language, Mapping[str, str]], name: str = "alpenrad") -> Tenant:
    return Tenant(
        id=TenantId(name),
        name=name.title(),
        country="DE",
        subdivision=None,
        lines=(),
        hours=OpeningHours(ZoneInfo("Europe/Berlin"), {}),
        menu=(),
        pin=PinPolicy(),
        version="1",
        prompts=prompts,
    )


def test_the_shipped_catalogue_is_whole() -> None:
    shipped = Catalogue.load()
    assert shipped.problems() == []
    for language in Language:
        for key in shipped.keys:
            parts = shipped.sentence(language, key)
            holes = {part.name for part in parts if isinstance(part, Hole)}
            assert holes == WITH_HOLES.get(key, set()), (language, key)


@pytest.mark.parametrize("language", Language)
def test_the_portal_asks_for_keys_as_the_contract_names_them(language: Language) -> None:
    digit = {"de": "Eins", "en": "two", "es": "tres", "fr": "quatre"}[language]
    assert digit in Catalogue.load().text(language, "language.option")


def test_a_text_without_holes_is_one_clip() -> None:
    assert catalogue(login__number="Ihre   Nummer,\nbitte.").sentence(
        Language.DE, "login.number"
    ) == (Clip("login/number", "Ihre Nummer, bitte.", 300),)


def test_a_text_falls_apart_at_its_holes_and_keeps_its_pauses() -> None:
    texts = catalogue(done="Gesperrt, Nummer {receipt}. Nochmals {receipt}, {name}! Ende")
    assert texts.sentence(Language.DE, "done") == (
        Clip("done-1", "Gesperrt, Nummer", 0),
        Hole("receipt", 300),
        Clip("done-2", "Nochmals", 0),
        Hole("receipt", 120),
        Hole("name", 300),
        Clip("done-3", "Ende", 0),
    )


def test_a_hole_at_the_end_leaves_no_empty_clip() -> None:
    assert catalogue(told="¿Tiene {points}?").sentence(Language.ES, "told") == (
        Clip("told-1", "¿Tiene", 0),
        Hole("points", 300),
    )
    assert catalogue(told="¿{points}?").sentence(Language.ES, "told") == (Hole("points", 300),)


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        *[(text, 300) for text in ("Ja.", "Ja?", "Ja!", '"Ja."', "Ja. ", "Punkte…")],
        *[(text, 120) for text in ("Ja,", "Ja:", "Ja;")],
        *[(text, 0) for text in ("ja", "", "  ")],
    ],
)
def test_the_pause_follows_from_the_end_of_the_text(text: str, pause: int) -> None:
    assert pause_after(text) == pause


def test_a_tenants_own_text_wins_in_its_language_only() -> None:
    texts = catalogue(welcome="Willkommen.", balance__told="Sie haben {points}.")
    alpenrad = tenant({Language.DE: {"welcome": "Willkommen bei Alpenrad."}})
    own = Clip("tenant/alpenrad/welcome", "Willkommen bei Alpenrad.", 300)
    assert texts.sentence(Language.DE, "welcome", alpenrad) == (own,)
    assert texts.sentence(Language.FR, "welcome", alpenrad) == texts.sentence(
        Language.FR, "welcome"
    )
    assert texts.clips(Language.DE, [alpenrad]) == {
        "welcome": "Willkommen.",
        "balance/told-1": "Sie haben",
        "tenant/alpenrad/welcome": "Willkommen bei Alpenrad.",
    }
    assert "tenant/alpenrad/welcome" not in texts.clips(Language.FR, [alpenrad])


def test_a_tenants_own_text_with_holes_falls_apart_too() -> None:
    texts = catalogue(balance__told="Sie haben {points}.")
    alpenrad = tenant({Language.DE: {"balance.told": "Ihr Radlerkonto: {points}. Gute Fahrt!"}})
    assert texts.sentence(Language.DE, "balance.told", alpenrad) == (
        Clip("tenant/alpenrad/balance/told-1", "Ihr Radlerkonto:", 120),
        Hole("points", 300),
        Clip("tenant/alpenrad/balance/told-2", "Gute Fahrt!", 300),
    )


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("welcom", "Hallo.", "Did you mean welcome?"),
        ("xyzzy", "Hallo.", "Take a key of the catalogue."),
        ("balance.told", "Sie haben Punkte.", "Use each once: {points}."),
        ("welcome", "Hallo {name}.", "Write it without any."),
        ("welcome", "...", "Write the text."),
        ("welcome", "Hallo <b>Welt</b>.", "Leave < and >"),
    ],
)
def test_a_tenants_mistake_is_told_with_the_remedy(key: str, text: str, told: str) -> None:
    texts = catalogue(welcome="Willkommen.", balance__told="Sie haben {points}.")
    with pytest.raises(CatalogueError) as error:
        texts.plan({}, [tenant({Language.DE: {key: text}})])
    assert str(error.value).startswith(f'tenant alpenrad: prompts.de."{key}": ')
    assert told in str(error.value)


def test_a_tenants_name_must_do_as_a_folder() -> None:
    with pytest.raises(CatalogueError, match="can't be a folder"):
        catalogue(welcome="Ja.").check_tenant(tenant({}, "../etc"))


def test_numbers_join_the_plan_but_never_hide_a_prompt() -> None:
    texts = catalogue(welcome="Willkommen.")
    plan = texts.plan({Language.DE: {"number/1": "eins"}})
    assert plan[Language.DE] == {"welcome": "Willkommen.", "number/1": "eins"}
    assert plan[Language.FR] == {"welcome": "Willkommen."}
    with pytest.raises(CatalogueError, match="clip welcome stands in"):
        texts.plan({Language.DE: {"welcome": "eins"}})


def test_a_missing_key_and_other_holes_are_problems() -> None:
    texts = {language: {"told": "Hat {points}."} for language in Language}
    texts[Language.FR] = {}
    texts[Language.ES] = {"told": "Tiene {puntos}."}
    found = Catalogue(texts).problems()
    assert [str(problem) for problem in found] == [
        "es: told: its holes differ from those of de.toml. Use each once: {points}.",
        "fr: told: no text. Add it to fr.toml; de.toml has it.",
    ]


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(CatalogueError, match=r"de: hello: no text\. Add it to de\.toml"):
        catalogue().sentence(Language.DE, "hello")


def test_a_short_form_stands_for_a_prompt_with_the_same_holes() -> None:
    texts = catalogue(told="Sie haben {points}.", short__told="Stand: {points}.", hello="Hallo.")
    assert texts.problems() == []
    assert texts.short(Language.DE, "told") == "short.told"
    assert texts.short(Language.DE, "hello") == "hello"
    wrong = catalogue(told="Sie haben {points}.", short__told="Stand.", short__hello="Hallo.")
    found = [problem for problem in wrong.problems() if problem.language is Language.DE]
    assert [(problem.key, problem.what) for problem in found] == [
        ("short.told", "its holes differ from those of told"),
        ("short.hello", "there is nothing that it is short for"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'welcome = "Hallo', "de.toml: "),
        (b"welcome = 3", "de.toml: welcome: not a text."),
        (b'[menu]\nintro = "Hallo {Points}."', "de.toml: menu.intro: a brace that is no hole."),
        (b'welcome = "Hallo {name."', "a brace that is no hole."),
        (b'Welcome = "Hallo."', "de.toml: Welcome: not a key."),
        (b'[tenant]\nx = "Hallo."', "tenants' own texts stand below that name."),
        (b'welcome = ""', "de.toml: welcome: nothing to say."),
        (b'welcome = "Gr\xfc\xdfe"', "in UTF-8."),
        (None, "Put the file there"),
    ],
)
def test_a_translators_mistake_is_told_with_the_remedy(
    tmp_path: Path, content: bytes | None, told: str
) -> None:
    for language in Language:
        if content is None and language is Language.DE:
            continue
        text = content if content and language is Language.DE else b'welcome = "Hallo."'
        (tmp_path / f"{language}.toml").write_bytes(text)
    with pytest.raises(CatalogueError) as error:
        Catalogue.load(tmp_path)
    assert told in str(error.value)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    for language in Language:
        (tmp_path / f"{language}.toml").write_text('a = 1\nb = ""\nc = "gut"\n', encoding="utf-8")
    with pytest.raises(CatalogueError) as error:
        Catalogue.load(tmp_path)
    assert len(str(error.value).splitlines()) == 2
