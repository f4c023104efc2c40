"""What keys mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.keypad import EntryRule, Typed, entry, menu_key

PIN = EntryRule(4, 8)
NUMBER = EntryRule(4, 12, empty=True)
OR_YES = EntryRule(4, 12, also=("1",))


@pytest.mark.parametrize(
    ("key", "meaning"),
    [
        (None, Typed.NO_INPUT),
        ("0", Typed.PERSON),
        ("9", Typed.BACK),
        ("*", Typed.REPEAT),
        ("1", "1"),
        ("2", Typed.NO_MATCH),
        ("#", Typed.REPEAT),
    ],
)
def test_menu(key: str | None, meaning: str | Typed) -> None:
    assert menu_key(key, {"1": "one"}) == meaning


@pytest.mark.parametrize(
    ("keys", "rule", "meaning"),
    [
        ("", PIN, Typed.NO_INPUT),
        ("1234#", PIN, "1234"),
        ("1234", PIN, "1234"),
        ("123#", PIN, Typed.NO_MATCH),
        ("123456789#", PIN, Typed.NO_MATCH),
        ("1#", OR_YES, "1"),
        ("1", OR_YES, "1"),
        ("2#", OR_YES, Typed.NO_MATCH),
        ("1234#", OR_YES, "1234"),
        ("*", PIN, Typed.STAR),
        ("99*1234#", PIN, "1234"),
        ("12*34*5678#", PIN, "5678"),
        ("1234*#", PIN, Typed.REPEAT),
        ("1234*", PIN, Typed.NO_INPUT),
        ("12**", PIN, Typed.STAR),
        ("12**", NUMBER, Typed.STAR),
        ("12*#", NUMBER, ""),
        ("*1234#", PIN, "1234"),
        ("**1234#", PIN, "1234"),
        ("0#", PIN, Typed.PERSON),
        ("12*0#", PIN, Typed.PERSON),
        ("9#", PIN, Typed.BACK),
        ("#", PIN, Typed.REPEAT),
        ("#", NUMBER, ""),
        ("*#", NUMBER, Typed.STAR),
        ("12A4#", PIN, Typed.NO_MATCH),
        ("\u0661\u0662\u0663\u0664#", PIN, Typed.NO_MATCH),
    ],
)
def test_entry(keys: str, rule: EntryRule, meaning: str | Typed) -> None:
    assert entry(keys, rule) == meaning


@given(st.text("0123456789*#ABCD", max_size=40))
def test_an_entry_is_digits_of_the_right_length_or_has_a_name(keys: str) -> None:
    meant = entry(keys, PIN)
    if isinstance(meant, str):
        assert meant.isdigit()
        assert PIN.shortest <= len(meant) <= PIN.longest
