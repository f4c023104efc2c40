import pytest

from ivr.voice import LONG_BREATH_MS
from phone.script import (
    ANSWER_WITHIN_S,
    ASKS_AFTER_S,
    LISTENS_AFTER_S,
    SOUND_AT_MOST_S,
    Ear,
    Group,
    Leave,
    Run,
    ScriptError,
    parse,
    times,
)


@pytest.mark.parametrize(
    ("keys", "groups"),
    [
        ("", ()),
        ("  ", ()),
        ("1", (Group("1"),)),
        ("10000001#,135790#,1", (Group("10000001#"), Group("135790#"), Group("1"))),
        (" 1 , *0# ", (Group("1"), Group("*0#"))),
        (",1", (Group(""), Group("1"))),
        ("1,", (Group("1"), Group(""))),
        ("!12,3", (Group("12", at_once=True), Group("3"))),
    ],
)
def test_reads_keys(keys: str, groups: tuple[Group, ...]) -> None:
    assert parse(keys) == groups


def test_keys_follow_each_other_and_pauses_come_between() -> None:
    assert times("12") == ((0.0, "1"), (0.15, "2"))
    assert times("ww1w#") == ((1.0, "1"), (1.65, "#"))
    assert times("") == ()


@pytest.mark.parametrize("keys", ["1a", "1;2", "1!2", "12 3", "A", "\u0663"])
def test_refuses_what_no_phone_has_and_names_the_remedy(keys: str) -> None:
    with pytest.raises(ScriptError, match=r"group 1 can't be typed\. Use 0 to 9"):
        parse(keys)


def test_names_the_group_but_never_the_digits() -> None:
    with pytest.raises(ScriptError, match="group 2") as caught:
        parse("135790#,24680x")
    assert "135790" not in str(caught.value)
    assert "24680" not in str(caught.value)


@pytest.mark.parametrize("nothing", ["!", "ww", "!w"])
def test_refuses_a_group_without_keys(nothing: str) -> None:
    with pytest.raises(ScriptError, match="group 2 has no keys"):
        parse(f"1,{nothing}")


def test_a_breath_within_a_number_said_slowly_is_no_question() -> None:
    """Nor are the silences at the ends of the clips on both its sides."""
    ear = Ear()
    ear.sound(2.0, 1.0)
    assert not ear.asks(2.0 + LONG_BREATH_MS / 1000 + 0.3)


def test_the_portal_asks_when_it_has_spoken_and_is_silent() -> None:
    ear = Ear()
    assert not ear.asks(100.0), "nothing was said yet"
    speak(ear, 1.0, 2.0)
    assert not ear.asks(2.0 + ASKS_AFTER_S - 0.1)
    assert ear.asks(2.0 + ASKS_AFTER_S + 0.1)


def test_the_tail_of_a_prompt_that_was_cut_is_no_question() -> None:
    ear = Ear()
    speak(ear, 1.0, 1.1)
    assert not ear.asks(5.0)


def test_after_typing_only_what_comes_then_counts() -> None:
    ear = Ear()
    speak(ear, 1.0, 2.0)
    ear.start_again()
    assert not ear.asks(10.0)
    assert ear.quiet_s(10.0) == 0.0


def test_a_script_from_the_first_question_to_the_last_answer() -> None:
    run = Run(parse("12#,3"), answered_at=0.0)
    talk(run, 0.0, 3.0)
    assert run.next(3.1) is None
    assert run.next(3.0 + ASKS_AFTER_S) == "12#"
    run.typed(4.2)
    assert run.next(6.0) is None, "it waits for the answer"
    talk(run, 6.0, 8.0)
    assert run.next(9.0) == "3"
    run.typed(9.0)
    assert run.untyped == 0
    talk(run, 9.1, 12.0)
    assert run.next(12.0 + LISTENS_AFTER_S - 0.1) is None
    assert run.next(12.0 + LISTENS_AFTER_S + 0.1) is Leave.DONE


def test_a_group_at_once_is_typed_into_the_prompt() -> None:
    run = Run(parse("!1,2"), answered_at=0.0)
    assert run.next(0.0) == "1"
    run.typed(0.1)
    assert run.next(0.2) is None


def test_an_empty_group_lets_a_question_pass() -> None:
    run = Run(parse(",5"), answered_at=0.0)
    talk(run, 0.0, 2.0)
    assert run.next(3.0) is None
    assert run.next(3.1) is None, "the question that passed isn't heard again"
    talk(run, 5.0, 7.0)
    assert run.next(8.0) == "5"


def test_no_script_is_listening_until_it_is_quiet() -> None:
    run = Run(parse(""), answered_at=0.0)
    talk(run, 0.0, 2.0)
    assert run.next(4.0) is None
    assert run.next(5.1) is Leave.DONE


def test_leaves_where_nothing_is_heard() -> None:
    run = Run(parse("1"), answered_at=0.0)
    assert run.next(ANSWER_WITHIN_S - 0.1) is None
    assert run.next(ANSWER_WITHIN_S) is Leave.NOTHING_HEARD
    assert run.untyped == 1


def test_leaves_music_that_never_ends() -> None:
    run = Run(parse(""), answered_at=0.0)
    talk(run, 0.0, SOUND_AT_MOST_S)
    assert run.next(SOUND_AT_MOST_S) is Leave.NO_PAUSE


def speak(ear: Ear, begins: float, ends: float) -> None:
    for frame in range(round((ends - begins) / 0.02)):
        ear.sound(begins + 0.02 * (frame + 1), 0.02)


def talk(run: Run, begins: float, ends: float) -> None:
    for frame in range(round((ends - begins) / 0.02)):
        run.sound(begins + 0.02 * (frame + 1), 0.02)
