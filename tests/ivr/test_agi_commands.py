"""Commands are as Asterisk wants them, and no value in them becomes another command."""

import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.agi_channel import AgiError
from tests.fakes.agi_peer import meanwhile
from tests.ivr.agi_call import Call, answering, answering_at_once


def as_asterisk_reads(line: str) -> list[str]:
    """The arguments of a command, by the rules of res_agi.c's parse_args."""
    arguments: list[str] = []
    quoted = escaped = False
    blank = True
    for char in line:
        if char == '"' and not escaped:
            quoted = not quoted
            if quoted and blank:
                arguments.append("")
                blank = False
        elif char in " \t" and not quoted and not escaped:
            blank = True
        elif char == "\\" and not escaped:
            escaped = True
        else:
            if blank:
                arguments.append("")
                blank = False
            arguments[-1] += char
            escaped = False
    return arguments


HARMLESS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)
NASTY = st.text("\"\\ '${}()\t,;&|`a", max_size=40).map(lambda text: text.replace("\t", " "))


def test_commands_are_as_asterisk_wants_them(call: Call) -> None:
    heard: list[str] = []

    def play() -> None:
        for _ in range(3):
            heard.append(call.peer.hear())
            call.peer.say("200 result=1")

    with meanwhile(play):
        call.channel.get_data("", 0.0, 0, 0.0)
        call.channel.get_data("/sounds/a b", 2.5, 5000, 0.0)
        call.channel.raise_guard(90)
    assert heard == [
        'GET DATA "" 1 1',
        'GET DATA "/sounds/a b" 2500 1023',
        'SET VARIABLE "TIMEOUT(absolute)" "90"',
    ]


@given(value=HARMLESS | NASTY)
@settings(max_examples=200, deadline=None)
def test_value_reaches_asterisk_letter_by_letter(value: str) -> None:
    heard: list[bytes] = []
    with answering_at_once(b"200 result=1\n", heard) as channel:
        channel.set_variable("NAME", value)
    line = b"".join(heard).decode()
    assert line.endswith("\n")
    assert "\n" not in line[:-1]
    assert as_asterisk_reads(line[:-1]) == ["SET", "VARIABLE", "NAME", value]


@pytest.mark.parametrize(
    "value",
    ["a\nHANGUP", "a\r\nEXEC System reboot", "a\x00b", "\n", "a\x7f", '"\nSET VARIABLE "A" "B'],
)
def test_line_breaks_are_refused_before_anything_is_sent(call: Call, value: str) -> None:
    with pytest.raises(AgiError, match="SET VARIABLE can't carry") as raised:
        call.channel.set_variable("NAME", value)
    assert raised.value.__context__ is None
    for inherited in (call.channel.set_callerid, call.channel.say_digits, call.channel.verbose):
        with pytest.raises(AgiError, match="can't carry"):
            inherited(value)
    call.sock.shutdown(socket.SHUT_WR)
    assert call.peer.hear() == ""


def test_command_that_asterisk_would_read_in_two_is_refused(call: Call) -> None:
    with pytest.raises(AgiError, match="longer"):
        call.channel.set_variable("NAME", "x" * 8190)
    with pytest.raises(AgiError, match="longer"):
        call.channel.set_variable("NAME", '"' * 4100)


def test_lone_surrogate_is_replaced(call: Call) -> None:
    with answering(call, b"200 result=1\n"):
        call.channel.set_variable("NAME", "\ud800")


@pytest.mark.parametrize("name", ["", "A B", 'A"', "A\n", "SHELL(rm -rf)", "A(${B})", "1A", "A)"])
def test_names_of_variables_are_checked(call: Call, name: str) -> None:
    with pytest.raises(AgiError):
        call.channel.set_variable(name, "1")
    with pytest.raises(AgiError):
        call.channel.get_variable(name)
