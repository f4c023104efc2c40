"""Blocks come out of the bytes whole, however these come; what would be two lines isn't written."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.ami_wire import (
    LONGEST_BLOCK,
    LONGEST_LINE,
    MOST_LINES,
    BadValue,
    Blocks,
    Fields,
    OutOfStep,
    checked,
    fields_of,
)

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
STREAM = GREETING + "Event: A\r\nName: Jürgen 漢 🚲\r\n\r\n\r\nEvent: B\r\nLast: \r\n\r\n".encode()
BLOCKS = ["Asterisk Call Manager/11.0.0", "Event: A\r\nName: Jürgen 漢 🚲", "Event: B\r\nLast: "]


def fed(*pieces: bytes) -> list[str]:
    blocks = Blocks()
    return [block for piece in pieces for block in blocks.feed(piece)]


@given(st.lists(st.integers(0, len(STREAM))))
def test_characters_and_ends_split_over_pieces_survive(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[first:last] for first, last in itertools.pairwise(edges)]
    assert [block for block in fed(*pieces) if block] == BLOCKS


def test_a_byte_at_a_time() -> None:
    assert [block for block in fed(*(bytes([byte]) for byte in STREAM)) if block] == BLOCKS


def test_invalid_utf8_is_replaced_and_costs_no_line() -> None:
    """A character that breaks off before the end of its line takes nothing of the line's end."""
    _, block = fed(GREETING, b"Event: A\r\nName: \xff\xe6\xbc\r\nExten: 1\xc3\r\n\r\n")
    assert fields_of(block) == {"Event": "A", "Name": "\ufffd\ufffd", "Exten": "1\ufffd"}


@given(st.lists(st.binary(max_size=60)))
def test_any_bytes_are_blocks_or_out_of_step(pieces: list[bytes]) -> None:
    try:
        for block in fed(GREETING, *pieces):
            fields_of(block)
    except OutOfStep:
        pytest.fail("nothing here is too long")


@pytest.mark.parametrize("piece", [b"x" * 1000, b"Field: x\r\n" * 100])
def test_a_block_without_an_end_is_given_up(piece: bytes) -> None:
    with pytest.raises(OutOfStep):
        fed(GREETING, *[piece] * (LONGEST_BLOCK // 1000 + 1))


def test_a_long_block_is_given_up_though_it_ends() -> None:
    assert len(fed(GREETING, b"x" * LONGEST_BLOCK + b"\r\n\r\n")) == 2
    with pytest.raises(OutOfStep):
        fed(GREETING, b"x" * (LONGEST_BLOCK + 1) + b"\r\n\r\n")


def test_many_blocks_in_one_piece_are_not_too_long() -> None:
    many = LONGEST_BLOCK // 10
    assert len(fed(GREETING, b"Event: A\r\nB: 1\r\n\r\n" * many)) == many + 1


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n", b"x", b"\r\n", b"\xff\xff"])
def test_what_greets_otherwise_is_no_manager(greeting: bytes) -> None:
    with pytest.raises(OutOfStep):
        fed(greeting)


def test_the_first_of_two_fields_counts() -> None:
    """A caller's text in a UserEvent can't take the place of Asterisk's own field."""
    lines = "Uniqueid: 1.1\r\nno field\r\nUniqueid: 2.2\r\nEmpty: \r\nA: b: c"
    assert fields_of(lines) == {"Uniqueid": "1.1", "Empty": "", "A": "b: c"}


LONG = "x" * (LONGEST_LINE - len("Value: "))

ODD: list[tuple[str, Fields]] = [
    *(("Setvar", {"Value": f"a{character}b"}) for character in "\r\n\0\x1b\x7f"),
    ("Setvar", {"Value": "1\r\nAction: Command\r\nCommand: core stop now"}),
    ("Setvar", {"Value": ["good", "b\rad"]}),
    ("Setvar", {"Value": LONG + "x"}),
    ("Setvar", {"Value": "ü" * (LONGEST_LINE // 2)}),
    ("Setvar", {"Value": "x" * 10_000_000}),
    ("Setvar", {"Value": "\ud800"}),
    ("Setvar", {"Value": [""] * (MOST_LINES - 1)}),
    ("Setvar", {"Val\r\nue": "1"}),
    ("Setvar", {"Value: 1\r\nX": "1"}),
    ("Setvar", {"": "1"}),
    ("Setvar", {"Value": "1", "value": "2"}),
    ("Setvar", {"ActionID": "another's"}),
    ("Setvar", {"ACTION": "Command"}),
    ("Set\r\nvar", {}),
    ("", {}),
]


@pytest.mark.parametrize(("action", "fields"), ODD)
def test_what_would_be_read_otherwise_is_refused(action: str, fields: Fields) -> None:
    with pytest.raises(BadValue) as error:
        checked(action, fields)
    assert len(str(error.value)) < 100
    assert "core stop" not in str(error.value)


def test_odd_but_harmless_values_pass() -> None:
    odd: Fields = {
        "A": "${SHELL(id)}",
        "B": "Grüße 漢",
        "C": "",
        "D": LONG[2:] + "12",
        "E": ["1", "1"],
    }
    assert checked("Setvar", odd) == {**odd, "E": ["1", "1"]}
    assert checked("Setvar", {"Value": [""] * (MOST_LINES - 2)})
