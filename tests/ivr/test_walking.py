"""A walk tries every key at every place, does no work twice, and says where a dialog breaks off."""

from dataclasses import replace

import pytest

from domain.ids import ParticipantId
from domain.language import Language
from ivr.dialog import (
    Caller,
    CallerHungUp,
    Farewell,
    KeepWaiting,
    Menu,
    NoUsableInput,
    Option,
    PersonWanted,
    Question,
    Way,
)
from ivr.keypad import EntryRule
from ivr.walking.places import MISFIT, SILENCE
from ivr.walking.search import Beginning, walk
from tests.ivr.made_dialogs import PIN, Tally, menu, steps, to_person, walked, ways, world


def small(caller: Caller) -> object:
    """A menu, a PIN behind it, and a person whenever one is wanted."""
    caller.say("welcome")
    try:
        while caller.choose(menu("main", "1", "2")) != "1":
            caller.say("told")
        caller.enter(PIN)
    except PersonWanted:
        caller.say("connecting")
        return to_person()
    except NoUsableInput:
        return to_person()
    return Farewell()


def test_every_key_is_tried() -> None:
    found = walked(small, "12345678", "111")
    assert ways(found, None) == {"": ["welcome main"]}
    assert ways(found, "main") == {
        "1": ["pin"],
        "2": ["told main"],
        "9": ["told main"],
        "0": ["connecting person"],
        SILENCE: ["person"],
        MISFIT: ["person"],
    }
    assert ways(found, "pin") == {  # eight digits are cut, three are too few
        "123456#": ["farewell"],
        "9": ["farewell"],
        "0": ["connecting person"],
        SILENCE: ["person"],
        MISFIT: ["person"],
    }
    assert (found.paths, found.whole, found.failures) == ({Language.EN: 10}, True, ())
    assert list(found.spots.values()) == [("",), ("", "1")]


def test_an_entry_may_be_empty_or_a_star_and_must_fit() -> None:
    def asks(caller: Caller) -> object:
        rule = EntryRule(1, 4, empty=True)
        question = Question("n", "n.help", rule, fits=lambda digits: digits != "5", other=True)
        answer = caller.enter(question)
        caller.say(f"{type(answer).__name__}.{answer}")
        return Farewell()

    told = ways(walked(asks, "12345", "5"), "n")
    assert {keys: ended for keys, (ended,) in told.items() if "failed" not in ended} == {
        "1234#": "str.1234 farewell",
        "#": "str. farewell",
        "*": "Way.Way.OTHER farewell",
        "9": "Way.Way.BACK farewell",
    }


def test_a_caller_who_sticks_to_it_meets_the_third_wrong_try() -> None:
    def three_tries(caller: Caller) -> object:
        for _ in range(3):
            caller.enter(PIN)
            caller.sorry("wrong")
            caller.enter(Question("again", "again", PIN.rule))
        return KeepWaiting()

    assert "waiting" in ways(walked(three_tries, "0000"), "again")["0000#"]


def test_what_one_path_has_changed_is_undone_for_the_next_and_met_again_on_the_same() -> None:
    tally = Tally()

    def block(caller: Caller) -> object:
        while caller.confirm("block"):
            blocked = caller.during("moment", tally.one_more)
            caller.say("done" if blocked == 1 else "already")
        return Farewell()

    assert ways(walked(block, tally=tally), "block") == {
        "1": ["moment done block", "moment already block"],
        "2": ["farewell"],
        "9": ["farewell"],
        "0": ["failed"],
        SILENCE: ["failed"],
        MISFIT: ["failed"],
    }


def test_no_work_is_done_twice_on_the_way() -> None:
    done = []

    def works(caller: Caller) -> object:
        caller.during(None, lambda: done.append("before"))
        with pytest.raises(ValueError, match="out of order"):
            caller.during(None, fails)
        caller.choose(menu("main", "1"))
        caller.finish()
        return Farewell()

    def fails() -> None:
        done.append("fails")
        raise ValueError("out of order")

    assert not [failure for failure in walked(works).failures if "DID NOT RAISE" in failure.why]
    assert done == ["before", "fails"]


def test_each_language_has_places_and_paths_of_its_own() -> None:
    languages = [Option(str(key), "in", one, one) for key, one in enumerate(Language, 1)]

    def speaks(caller: Caller) -> object:
        while isinstance(chosen := caller.choose(Menu("language", languages, "which", "or")), Way):
            caller.say_in(Language.FR, "hint")
        caller.switch_to(chosen)
        caller.choose(menu("main", "1"))
        return Farewell()

    spoken: set[tuple[Language, str]] = set()
    heard = replace(world(), speak=lambda language, prompt, _: spoken.add((language, prompt)))
    found = walk([Beginning("", Language.EN, speaks)], heard)
    assert {spot.who.language for spot in found.spots} == set(Language)
    assert {prompt for language, prompt in spoken if language is Language.FR} == {
        "in",
        "hint",
        "main.1",
    }
    assert found.paths[Language.DE] == found.paths[Language.ES] == 5


def test_who_may_be_taken_for_another_goes_no_way_of_his_own() -> None:
    def names(caller: Caller) -> object:
        name = caller.choose(menu("name", "1", "2"))
        caller.who = replace(caller.who, participant=ParticipantId(str(name)))
        caller.confirm("sure")
        return Farewell()

    beginning = Beginning("", Language.EN, names)
    alike = replace(world(), alike=lambda who: replace(who, participant=None))
    assert steps(walk([beginning], world())) == ["name", "sure", "sure", "sure"]
    assert steps(walk([beginning], alike)) == ["name", "sure"]


def raises(caller: Caller) -> object:
    caller.choose(menu("main", "1"))
    raise KeyError("points")


def lets_person_wanted_out(caller: Caller) -> object:
    caller.confirm("sure")
    return Farewell()


def ends_in_nothing(caller: Caller) -> object:
    caller.confirm("sure")
    return None


def talks_for_ever(caller: Caller) -> object:
    while True:
        caller.say("and")


def works_for_ever(caller: Caller) -> object:
    while True:
        caller.during(None, list)


def asks_who_is_gone(caller: Caller) -> object:
    while True:
        try:
            caller.confirm("sure")
        except Exception:  # noqa: BLE001 - that is what is wrong with it
            caller.say("sorry")


def outlives_the_call(caller: Caller) -> object:
    try:
        caller.confirm("sure")
    except CallerHungUp:
        caller.during(None, list)
    return Farewell()


def hangs_up_on_him(caller: Caller) -> object:
    caller.confirm("sure")
    raise CallerHungUp


@pytest.mark.parametrize(
    ("dialog", "why"),
    [
        (raises, "KeyError: 'points'"),
        (lets_person_wanted_out, "PersonWanted: "),
        (lets_person_wanted_out, "NoUsableInput: sure"),
        (ends_in_nothing, "it ends in None"),
        (talks_for_ever, "it talks and works on without asking or ending"),
        (works_for_ever, "it talks and works on without asking or ending"),
        (asks_who_is_gone, "it goes on asking after the caller has hung up"),
        (outlives_the_call, "it doesn't end when the caller hangs up"),
        (hangs_up_on_him, "it ends as if the caller had hung up"),
    ],
)
def test_a_dialog_that_breaks_off(dialog: object, why: str) -> None:
    assert callable(dialog)
    assert why in [failure.why for failure in walked(dialog).failures]


def test_a_failure_says_where_and_how_he_came_there() -> None:
    (failure, *_) = walked(raises).failures
    assert (failure.path, failure.step) == (("", "1"), "main")


def test_a_dialog_that_never_asks_the_same_is_given_up() -> None:
    def wanders(caller: Caller) -> object:
        count = 0
        while True:
            count += 1
            caller.choose(menu(f"menu-{count}", "1"))

    assert not walked(wanders, most=50).whole


def test_a_dialog_that_the_keys_alone_dont_lead_cant_be_walked() -> None:
    runs = []

    def wavers(caller: Caller) -> object:
        runs.append(1)
        return Farewell() if caller.choose(menu("main", str(len(runs) % 4))) else None

    whys = {failure.why for failure in walked(wavers).failures}
    assert "the same keys lead elsewhere another time: it can't be walked" in whys


def test_a_caller_walks_like_a_caller_who_rings() -> None:
    """The path that a handover tells is the telephone's: what he comes back to at once is noted once."""
    paths = []

    def notes(caller: Caller) -> object:
        caller.choose(menu("main", "1"))
        caller.choose(menu("main", "1"))
        paths.append(tuple(caller.path))
        return Farewell()

    found = walked(notes)
    assert steps(found) == ["main"]
    assert ("main", "main.1", "main", "main.1") in paths
    assert ("main",) in paths
