"""Small dialogs, each with a fault, and what is told of it."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from domain.language import Language
from ivr.dialog import Caller, Farewell, KeepWaiting, NoUsableInput, PersonWanted
from ivr.walking.faults import What, faults
from tests.ivr.made_dialogs import menu, to_person, walked

Dialog = Callable[[Caller], object]


def with_person(dialog: Dialog) -> Dialog:
    """Whoever wants a person gets one, and so does who keys nothing that fits."""

    def whole(caller: Caller) -> object:
        try:
            return dialog(caller)
        except (PersonWanted, NoUsableInput):
            return to_person()

    return whole


def found(dialog: Dialog, *, answered: bool = True, most: int = 500) -> list[tuple[What, str]]:
    return [
        (fault.what, fault.step) for fault in faults(walked(dialog, most=most), answered=answered)
    ]


@with_person
def three_deep(caller: Caller) -> object:
    while True:
        if (
            caller.choose(menu("main", "1", "2", "3", "4")) == "1"
            and caller.choose(menu("more", "1")) == "1"
            and caller.choose(menu("most", "1")) == "1"
        ):
            return Farewell()


@with_person
def four_deep(caller: Caller) -> object:
    for step in ("main", "more", "most", "utmost"):
        caller.choose(menu(step, "1"))
    return Farewell()


@with_person
def short_cut(caller: Caller) -> object:
    """The fourth menu can be reached without the second and the third."""
    if caller.choose(menu("main", "1", "2")) == "1":
        caller.choose(menu("more", "1"))
        caller.choose(menu("most", "1"))
    caller.choose(menu("utmost", "1"))
    return Farewell()


@with_person
def another_language(caller: Caller) -> object:
    """The menus in each language, one after the other, are the same menus."""
    for language in Language:
        if caller.choose(menu("main", "1", "2")) == "1":
            break
        if caller.choose(menu("language", "1")) == "1":
            caller.switch_to(language)
    return Farewell()


@with_person
def five_options(caller: Caller) -> object:
    caller.choose(menu("main", *"12345"))
    return Farewell()


def deaf(caller: Caller) -> object:
    """Whatever is keyed, he is asked the same."""
    while True:
        with suppress(PersonWanted, NoUsableInput):
            caller.confirm("sure")


def round_and_round(caller: Caller) -> object:
    while True:
        for step in ("here", "there"):
            with suppress(PersonWanted, NoUsableInput):
                caller.choose(menu(step, "1"))


def no_person(caller: Caller) -> object:
    with suppress(PersonWanted, NoUsableInput):
        caller.confirm("sure")
    return Farewell()


def back_instead(caller: Caller) -> object:
    """0 leads back, silence to a person."""
    while True:
        try:
            caller.choose(menu("main", "1"))
        except PersonWanted:
            continue
        except NoUsableInput:
            return to_person()


def asks_first(caller: Caller) -> object:
    """Who wants a person is asked what for; 0 again goes straight through."""
    try:
        caller.choose(menu("main", "1"))
    except PersonWanted:
        with suppress(PersonWanted, NoUsableInput):
            caller.choose(menu("concern", "1", "2"))
    except NoUsableInput:
        pass
    return to_person()


def goes_on_waiting(caller: Caller) -> object:
    with suppress(PersonWanted, NoUsableInput):
        caller.choose(menu("field", "1"))
    return KeepWaiting()


def breaks(caller: Caller) -> object:
    with suppress(PersonWanted, NoUsableInput):
        caller.choose(menu("main", "1"))
        raise RuntimeError("out of order")
    return to_person()


@pytest.mark.parametrize(
    "dialog", [three_deep, short_cut, another_language, asks_first, goes_on_waiting]
)
def test_nothing_is_wrong(dialog: Dialog) -> None:
    assert found(dialog) == []


@pytest.mark.parametrize(
    ("dialog", "wrong"),
    [
        (four_deep, [(What.TOO_DEEP, "utmost")]),
        (five_options, [(What.TOO_LONG, "main")]),
        (deaf, [(What.DEAD_END, "sure"), (What.NO_PERSON, "sure")]),
        (
            round_and_round,
            [
                (What.DEAD_END, "here"),
                (What.DEAD_END, "there"),
                (What.NO_PERSON, "here"),
                (What.NO_PERSON, "there"),
            ],
        ),
        (no_person, [(What.NO_PERSON, "sure")]),
        (back_instead, [(What.NO_PERSON, "main")]),
        (breaks, [(What.BROKEN, "main")]),
    ],
)
def test_what_is_wrong(dialog: Dialog, wrong: list[tuple[What, str]]) -> None:
    assert found(dialog) == wrong


def test_who_rings_where_nobody_answers_needs_no_more_than_an_end() -> None:
    assert found(no_person, answered=False) == []
    assert found(back_instead, answered=False) == [(What.NO_PERSON, "main")]


def test_an_endless_dialog_is_told_and_nothing_is_read_into_what_is_missing() -> None:
    def wanders(caller: Caller) -> object:
        count = 0
        while True:
            count += 1
            with suppress(PersonWanted, NoUsableInput):
                caller.confirm(f"sure-{count}")

    assert found(wanders, most=50) == [(What.ENDLESS, "")]


def test_a_fault_tells_the_way_and_the_reason() -> None:
    (deep,) = faults(walked(four_deep), answered=True)
    assert deep.path == ("", "1", "1", "1")
    assert deep.why == "menu 4 in a row; after 3 a caller is lost"
    (long,) = faults(walked(five_options), answered=True)
    assert long.why == "a menu of 5 options; 4 can be kept in mind"
    end, _ = faults(walked(deaf), answered=True)
    assert end.why == "no key leads on"
    loop, *_ = faults(walked(round_and_round), answered=True)
    assert loop.why == "a loop that no key leads out of"
