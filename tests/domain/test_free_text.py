"""Free text is kept as it was typed, or refused with a word on what to change."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.free_text import LONGEST_LINE, LONGEST_TEXT, read_line, read_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Grüße \n", "Grüße"),
        ("Gru\u0308ße", "Grüße"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("<script>", "<script>"),
        ("x" * LONGEST_TEXT, "x" * LONGEST_TEXT),
    ],
)
def test_text_is_kept(written: str, kept: str) -> None:
    assert read_text(written) == kept


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "is empty"),
        (" \r\n\t", "is empty"),
        ("x" * (LONGEST_TEXT + 1), "is too long: write 4000 characters at most"),
        ("a\0b", "can't be kept"),
        ("a\x1bb", "can't be kept"),
        ("a\rb", "can't be kept"),
        ("a\ud800b", "can't be kept"),
    ],
)
def test_text_is_refused(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_text(written)


@given(st.text(alphabet=st.characters(), max_size=20))
def test_what_is_kept_can_be_written_down(written: str) -> None:
    try:
        kept = read_text(written)
    except ValueError:
        return
    assert kept.encode().decode() == kept
    assert "\0" not in kept
    assert kept == unicodedata.normalize("NFC", kept).strip()
    assert read_text(kept) == kept


@pytest.mark.parametrize("written", ["one\ntwo", "one\ttwo", "x" * (LONGEST_LINE + 1)])
def test_a_line_is_one_line(written: str) -> None:
    with pytest.raises(ValueError, match=r"line|too long"):
        read_line(written)
    assert read_line(" one two ") == "one two"
