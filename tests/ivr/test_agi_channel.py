"""Each trap of AGI and of pyst2, over a real socket against a fake Asterisk."""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ivr.agi_channel import AgiChannel, AgiError, AgiRequest, AgiTimeout, Heard
from ivr.agi_wire import LONGEST_LINE
from ivr.dialog import CallerHungUp
from tests.fakes.agi_peer import (
    BEFORE_CALLER,
    PATIENCE_S,
    AgiPeer,
    connection,
    environment,
    meanwhile,
    play_transcript,
)

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts" / "agi"
SHORT_S = 0.02
SECRET = "864209"


@dataclass
class Call:
    """A channel and who is at its other end."""

    peer: AgiPeer
    sock: socket.socket
    channel: AgiChannel

    def hangs_up(self) -> bool:
        """Whether the next command finds the caller gone."""
        try:
            self.channel.answer()
        except CallerHungUp:
            return True
        return False


@pytest.fixture
def call() -> Iterator[Call]:
    peer, sock = connection()
    yield Call(peer, sock, AgiChannel(sock, PATIENCE_S))
    peer.close()
    sock.close()


@pytest.fixture
def hasty() -> Iterator[Call]:
    """A call whose commands are given up after 20 ms."""
    peer, sock = connection()
    yield Call(peer, sock, AgiChannel(sock, SHORT_S))
    peer.close()
    sock.close()


def answering(call: Call, *replies: bytes, then: Callable[[], None] | None = None) -> Any:
    """The peer answers one command after the other, in a thread, then does one thing more."""

    def play() -> None:
        for reply in replies:
            assert call.peer.hear()
            call.peer.send(reply)
        if then is not None:
            then()

    return meanwhile(play)


def get_data(call: Call) -> Heard:
    return call.channel.get_data("/sounds/pin", 0.0, 8, 0.0)


# Dialogues captured from Asterisk 22


def test_captured_entry(call: Call) -> None:
    channel = call.channel
    with meanwhile(lambda: play_transcript(call.peer, TRANSCRIPTS / "entry.txt")):
        request = channel.read_environment(PATIENCE_S)
        assert request == AgiRequest("inbound", "1795296348.13", None, "55501", "en")
        channel.raise_guard(30)
        channel.answer()
        assert channel.get_data("/sounds/tone", 2.0, 8, 2.0) == Heard("12345", timed_out=False)
        assert channel.get_data("", 0.5, 8, 0.0) == Heard("", timed_out=True)
        assert channel.stream("/sounds/tone", 2.0, "5") == "5"
        assert channel.stream("/sounds/tone", 2.0) == ""
        channel.set_variable("WILD", 'a "b" \\ ${EXTEN} ü')
        assert channel.get_variable("WILD") == 'a "b" \\ ${EXTEN} ü'
        assert channel.get_variable("NONE") is None
        channel.set_variable("CHANNEL(language)", "de")
        assert channel.get_variable("CHANNEL(language)") == "de"
        channel.set_variable("AGIDONE", "1")
        call.sock.shutdown(socket.SHUT_WR)


def test_captured_lone_pound_and_hang_up_in_get_data(call: Call) -> None:
    channel = call.channel
    with meanwhile(lambda: play_transcript(call.peer, TRANSCRIPTS / "hang_up_in_get_data.txt")):
        channel.read_environment(PATIENCE_S)
        channel.raise_guard(30)
        channel.answer()
        assert channel.get_data("/sounds/tone", 2.0, 8, 2.0) == Heard("", timed_out=False)
        with pytest.raises(CallerHungUp):
            channel.get_data("/sounds/tone", 2.0, 8, 2.0)
    assert call.hangs_up()


def test_captured_hang_up_between_commands(call: Call) -> None:
    transcript = TRANSCRIPTS / "hang_up_between_commands.txt"
    with meanwhile(lambda: play_transcript(call.peer, transcript)):
        call.channel.read_environment(PATIENCE_S)
        call.channel.raise_guard(30)
        call.channel.answer()
    assert call.hangs_up()


def test_captured_refusals_are_no_hang_ups_and_the_call_goes_on(call: Call) -> None:
    channel = call.channel
    refused: tuple[Callable[[], object], ...] = (
        lambda: channel.get_data("/no/such", 1.0, 8, 0.0),
        lambda: channel.stream("/no/such", 0.0),
        lambda: channel.execute("GET DATA"),
        lambda: channel.execute("NONSENSE"),
        lambda: channel.execute("HANGUP", "nobody"),
    )
    with meanwhile(lambda: play_transcript(call.peer, TRANSCRIPTS / "refusals.txt")):
        channel.read_environment(PATIENCE_S)
        channel.raise_guard(30)
        channel.answer()
        for command in refused:
            with pytest.raises(AgiError):
                command()
        channel.set_variable("AGIDONE", "1")
        call.sock.shutdown(socket.SHUT_WR)


def test_captured_hang_up_by_us(call: Call) -> None:
    with meanwhile(lambda: play_transcript(call.peer, TRANSCRIPTS / "hang_up_by_us.txt")):
        call.channel.read_environment(PATIENCE_S)
        call.channel.raise_guard(30)
        call.channel.answer()
        call.channel.hangup()
    assert call.hangs_up()
    call.channel.hangup()  # a second time is no error


# One CallerHungUp for every way to be gone


@pytest.mark.parametrize(
    "reply",
    [
        b"HANGUP\n",
        b"HANGUP\r\n",
        b"200 result=-1\nHANGUP\nHANGUP\n",
        b"200 result=-1 endpos=0\nHANGUP\n",
        b"511 Command Not Permitted on a dead channel or intercept routine\n",
    ],
)
def test_hang_up_in_a_command(call: Call, reply: bytes) -> None:
    with answering(call, reply), pytest.raises(CallerHungUp):
        get_data(call)
    assert call.hangs_up()


def test_hang_up_after_result_minus_one_that_comes_late(call: Call) -> None:
    with answering(call, b"200 result=-1\n", b"HANGUP\n"), pytest.raises(CallerHungUp):
        get_data(call)


def test_dead_channel_after_result_minus_one(call: Call) -> None:
    with answering(call, b"200 result=-1\n", b"511 dead\n"), pytest.raises(CallerHungUp):
        get_data(call)


def test_nonsense_after_result_minus_one(call: Call) -> None:
    with (
        answering(call, b"200 result=-1\n", b"what?\n"),
        pytest.raises(AgiError, match="no reply"),
    ):
        get_data(call)


def test_end_of_file_in_a_command(call: Call) -> None:
    with answering(call, b"", then=call.peer.close), pytest.raises(CallerHungUp):
        get_data(call)
    assert call.hangs_up()


def test_reset_in_a_command(call: Call) -> None:
    with answering(call, b"", then=call.peer.reset), pytest.raises(CallerHungUp):
        get_data(call)
    assert call.hangs_up()


@pytest.mark.parametrize("leave", [AgiPeer.close, AgiPeer.reset])
def test_gone_between_commands(call: Call, leave: Callable[[AgiPeer], None]) -> None:
    leave(call.peer)
    assert call.hangs_up()


def test_gone_while_a_command_is_written() -> None:
    peer, sock = connection()
    channel = AgiChannel(sock, PATIENCE_S)
    sock.shutdown(socket.SHUT_WR)
    with pytest.raises(CallerHungUp):
        channel.answer()
    peer.close()
    sock.close()


def test_closed_under_our_feet() -> None:
    peer, sock = connection()
    channel = AgiChannel(sock, PATIENCE_S)
    sock.close()
    with pytest.raises(CallerHungUp):
        channel.answer()
    peer.close()


def test_hang_up_between_commands(call: Call) -> None:
    with answering(call, b"200 result=0\nHANGUP\n"):
        call.channel.answer()
    assert call.hangs_up()


def test_digits_keyed_before_the_hang_up_count(call: Call) -> None:
    with answering(call, b"200 result=12\nHANGUP\n"):
        assert get_data(call).digits == "12"
    assert call.hangs_up()


def test_reply_cut_by_the_end(call: Call) -> None:
    with answering(call, b"200 resu", then=call.peer.close), pytest.raises(CallerHungUp):
        get_data(call)


# Refusals, and replies that are none


def test_usage_block_is_read_whole(call: Call) -> None:
    usage = b"520-Invalid command syntax.\nUsage: GET DATA\nHANGUP\n200 result=1\n520 End.\n"
    with answering(call, usage, b"200 result=0\n"):
        with pytest.raises(AgiError, match="GET DATA has wrong arguments"):
            get_data(call)
        call.channel.answer()


def test_usage_of_one_line(call: Call) -> None:
    with answering(call, b"520 Invalid command syntax.\n", b"200 result=0\n"):
        with pytest.raises(AgiError, match="wrong arguments"):
            get_data(call)
        call.channel.answer()


def test_usage_block_without_end(call: Call) -> None:
    with (
        answering(call, b"520-Invalid\n" + b"usage\n" * 20_000),
        pytest.raises(AgiError, match="too much"),
    ):
        get_data(call)


def test_unknown_command(call: Call) -> None:
    with answering(call, b"510 Invalid or unknown command\n", b"200 result=0\n"):
        with pytest.raises(AgiError, match="doesn't know GET DATA"):
            get_data(call)
        call.channel.answer()


@pytest.mark.parametrize(
    "reply",
    [
        b"200 result=abc\n",
        b"200 result=123456789\n",
        b"200 result=1 (what)\n",
        b"200 result=1 2\n",
        b"200\n",
        b"\n",
        b"404 gone\n",
        b"99999999999999999999 result=1\n",
        b"agi_calleridname: 1\n",
        b"\xff\xfe\x00\n",
    ],
)
def test_reply_that_is_none_ends_the_dialogue(call: Call, reply: bytes) -> None:
    with answering(call, reply), pytest.raises(AgiError) as raised:
        get_data(call)
    assert "GET DATA" in str(raised.value)
    with pytest.raises(AgiError, match="out of step"):
        call.channel.answer()


def test_digit_nobody_asked_for_in_a_stream(call: Call) -> None:
    with answering(call, b"200 result=53 endpos=1\n"), pytest.raises(AgiError):
        call.channel.stream("/sounds/tone", 0.0, "12")


def test_doubled_reply_is_dropped(call: Call) -> None:
    twice = f"200 result={SECRET}\n".encode() * 2
    with capture_logs() as logs, answering(call, twice, b"200 result=7\n"):
        assert get_data(call).digits == SECRET
        assert get_data(call).digits == "7"
    assert [entry["lines"] for entry in logs] == [1]
    assert SECRET not in str(logs)


def test_flood_between_commands() -> None:
    flood = b"200 result=0\n" * (LONGEST_LINE // 10)
    with answering_at_once(flood, [], closes=False) as channel:
        channel.answer()
        with pytest.raises(AgiError, match="flood"):
            channel.answer()
        assert held(channel) == 0


def test_reply_of_ten_megabytes(call: Call) -> None:
    def flood() -> None:
        with contextlib.suppress(OSError):
            for _ in range(160):
                call.peer.send(b"1" * 65536)

    with answering(call, b"200 result=", then=flood):
        with pytest.raises(AgiError, match="without end"):
            get_data(call)
        assert held(call.channel) <= 2 * LONGEST_LINE
        call.sock.close()


def held(channel: AgiChannel) -> int:
    return len(channel._wire._buffer)


def test_line_just_too_long(call: Call) -> None:
    with (
        answering(call, b"200 result=1 (" + b"x" * LONGEST_LINE + b")\n"),
        pytest.raises(AgiError),
    ):
        call.channel.get_variable("X")


# Values


@pytest.mark.parametrize(
    ("reply", "value"),
    [
        (b"200 result=0\n", None),
        (b"200 result=1 ()\n", ""),
        (b"200 result=1 (hangup)\n", "hangup"),
        (b'200 result=1 (say "no" (or yes) result=-1)\n', 'say "no" (or yes) result=-1'),
        (b"200 result=1 (result=-1 endpos=3)\n", "result=-1 endpos=3"),
        (b"200 result=1 (one\nHANGUP\n200 result=-1\nfour)\n", "one\nHANGUP\n200 result=-1\nfour"),
        (b"200 result=1 (caf\xe9)\n", "caf\ufffd"),
        ("200 result=1 (Lucía Gómez)\n".encode(), "Lucía Gómez"),
    ],
)
def test_value_of_a_variable(call: Call, reply: bytes, value: str | None) -> None:
    with answering(call, reply, b"200 result=0\n"):
        assert call.channel.get_variable("NAME") == value
        call.channel.answer()


def test_value_without_end(call: Call) -> None:
    with (
        answering(call, b"200 result=1 (\n" + b"x\n" * 40_000),
        pytest.raises(AgiError, match="too much"),
    ):
        call.channel.get_variable("NAME")


def test_utf8_split_over_packets(call: Call) -> None:
    def later() -> None:
        assert call.peer.hear()
        for byte in "200 result=1 (é)\n".encode():
            call.peer.send(bytes([byte]))

    with meanwhile(later):
        assert call.channel.get_variable("NAME") == "é"


# Injection


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


# Deadlines


def test_deadline_of_a_command_that_is_not_answered(hasty: Call) -> None:
    with pytest.raises(AgiTimeout, match="GET DATA took too long"):
        hasty.channel.get_data(f"/sounds/{SECRET}", 0.0, 8, 0.0)
    with pytest.raises(AgiError, match="out of step"):  # its reply may still come
        hasty.channel.answer()


def test_deadline_of_a_reply_that_is_cut(hasty: Call) -> None:
    with answering(hasty, b"200 resu"), pytest.raises(AgiTimeout):
        get_data(hasty)


def test_deadline_where_nothing_can_be_written(hasty: Call) -> None:
    hasty.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    with contextlib.suppress(BlockingIOError):
        while True:
            hasty.sock.send(b"x" * 65536)
    with pytest.raises(AgiTimeout):
        hasty.channel.answer()


def test_time_for_sound_and_waits_is_given(hasty: Call) -> None:
    asked = threading.Event()

    def late() -> None:
        assert hasty.peer.hear()
        asked.wait(5 * SHORT_S)  # well past the margin
        hasty.peer.say("200 result=1")

    with meanwhile(late):
        assert hasty.channel.get_data("/sounds/menu", 1.0, 2, 10.0).digits == "1"
    with meanwhile(late), pytest.raises(AgiTimeout):
        hasty.channel.answer()


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


# The environment


def read(call: Call, block: bytes) -> AgiRequest:
    with meanwhile(lambda: call.peer.send(block)):
        return call.channel.read_environment(PATIENCE_S)


def test_environment(call: Call) -> None:
    block = environment(network_script="/inbound", arg_1="one", arg_2="two: three")
    assert read(call, block) == AgiRequest(
        "inbound", "1795295419.1", "+491713920001", "555100", "en", ("one", "two: three")
    )


@pytest.mark.parametrize(
    "number", ["unknown", "anonymous", "", "Anonymous", "restricted", "eva", "12 34", "1;DROP"]
)
def test_withheld_number(call: Call, number: str) -> None:
    assert read(call, environment(callerid=number)).caller_number is None


@pytest.mark.parametrize(
    ("presentation", "shown"), [("0", True), ("3", True), ("32", False), ("35", False)]
)
def test_restricted_number_is_withheld(call: Call, presentation: str, shown: bool) -> None:
    request = read(call, environment(callingpres=presentation))
    assert (request.caller_number is not None) is shown


def test_extension_that_is_no_number(call: Call) -> None:
    assert read(call, environment(extension="s", dnid="+493023125100")).dialled == "+493023125100"


def test_extension_that_is_all_there_is(call: Call) -> None:
    assert read(call, environment(extension="s", dnid="unknown")).dialled == "s"


@pytest.mark.parametrize(
    "name",
    [
        'Bobby "; DROP" Tables',
        "${SHELL(reboot)} ${EXTEN}",
        "Anna\nBeatrix: HANGUP\nHANGUP",
        "Anna\r\nagi_unheard_of: 1",
        '\\" \\n: :::',
        "J\xf6rg \xff",
        "x" * 5000,
    ],
)
def test_callers_name_changes_nothing(call: Call, name: str) -> None:
    request = read(call, environment(calleridname=name))
    assert request == AgiRequest("inbound", "1795295419.1", "+491713920001", "555100", "en")
    assert "calleridname" not in str(call.channel.env)


@pytest.mark.parametrize(
    "line",
    [
        "agi_extension: 900",
        "agi_dnid: 900",
        "agi_uniqueid: 1.1",
        "agi_network_script: admin",
        "agi_network: no",
        "agi_arg_1: admin",
        "agi_threadid: 1\nagi_arg_1: admin",
        "agi_callerid: 110",
    ],
)
@pytest.mark.parametrize("where", ["callerid", "calleridname"])
def test_line_break_in_number_or_name_adds_nothing(call: Call, line: str, where: str) -> None:
    with pytest.raises(AgiError, match="environment says a thing twice or out of order"):
        read(call, environment(**{where: f"1\n{line}"}))


def test_network_script_cannot_be_added_where_there_is_none(call: Call) -> None:
    with pytest.raises(AgiError):
        read(call, environment(network_script="-", callerid="1\nagi_network_script: admin"))


def test_environment_that_a_caller_ends_himself(call: Call) -> None:
    """The rest of Asterisk's own block follows, and gives it away at the first command."""
    forged = "1\nagi_extension: 900\nagi_threadid: 1\n\n200 result=1"
    assert read(call, environment(callerid=forged)).dialled == "900"
    with pytest.raises(AgiError, match="in the middle of the environment"):
        call.channel.answer()


def test_environment_that_a_caller_cuts_short(call: Call) -> None:
    with pytest.raises(AgiError, match="lacks"):
        read(call, environment(callerid="1\n\nHANGUP"))


@pytest.mark.parametrize("uniqueid", ["-", "", "1 2", "x" * 200, "a\tb", "a/b"])
def test_environment_without_a_usable_id(call: Call, uniqueid: str) -> None:
    with pytest.raises(AgiError, match="lacks"):
        read(call, environment(uniqueid=uniqueid))


def test_environment_that_never_ends_by_bytes(call: Call) -> None:
    with pytest.raises(AgiError):
        read(call, b"agi_network: yes\nagi_request: " + b"x" * (2 * LONGEST_LINE))
    assert held(call.channel) <= 2 * LONGEST_LINE


def test_environment_that_never_ends_by_bytes_in_lines(call: Call) -> None:
    lines = [b"agi_arg_%d: %b\n" % (n, b"x" * 1000) for n in range(100)]
    with pytest.raises(AgiError, match=r"too much|without end"):
        read(call, b"agi_threadid: 1\n" + b"".join(lines))


def test_environment_that_never_ends_by_lines(call: Call) -> None:
    with pytest.raises(AgiError, match="too many lines"):
        read(call, b"x: y\n" * 300)


def test_environment_that_never_ends_by_time(call: Call) -> None:
    call.peer.send(b"agi_network: yes\n")
    with pytest.raises(AgiTimeout, match="environment took too long"):
        call.channel.read_environment(SHORT_S)


def test_environment_that_trickles_is_ended_by_time(call: Call) -> None:
    stop = threading.Event()

    def trickle() -> None:
        with contextlib.suppress(OSError):
            while not stop.wait(SHORT_S / 10):
                call.peer.send(b"a")

    with meanwhile(trickle):
        with pytest.raises(AgiTimeout):
            call.channel.read_environment(SHORT_S)
        stop.set()


def test_environment_cut_by_the_end(call: Call) -> None:
    call.peer.send(b"agi_network: yes\nagi_req")
    call.peer.close()
    with pytest.raises(CallerHungUp):
        call.channel.read_environment(PATIENCE_S)


def test_order_of_the_fake_is_that_of_asterisk() -> None:
    lines = (TRANSCRIPTS / "entry.txt").read_text(encoding="utf-8").splitlines()
    captured = [line[2:].partition(":")[0] for line in lines if line.startswith("< agi_")]
    faked = [line.partition(":")[0] for line in environment().decode().splitlines() if line]
    assert faked == captured
    assert [f"agi_{name}" for name in BEFORE_CALLER] == captured[: len(BEFORE_CALLER)]


# What else pyst2 does


def test_nothing_is_printed_and_no_signal_handler_set(
    call: Call, capfd: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGHUP)
    read(call, environment())
    with answering(call, f"200 result={SECRET}\n".encode(), b"200 result=1\n"):
        assert get_data(call).digits == SECRET
        call.channel.set_variable("NAME", SECRET)
    out, err = capfd.readouterr()
    assert out + err == ""
    assert signal.getsignal(signal.SIGHUP) is before


def test_works_in_any_thread(call: Call) -> None:
    heard: list[Heard] = []

    def talk() -> None:
        channel = AgiChannel(call.sock, PATIENCE_S)
        channel.read_environment(PATIENCE_S)
        heard.append(channel.get_data("/sounds/pin", 1.0, 8, 0.0))

    call.peer.send(environment())
    with answering(call, b"200 result=12\n"), meanwhile(talk):
        pass
    assert heard == [Heard("12", timed_out=False)]


def test_digits_and_numbers_stay_out_of_representations(call: Call) -> None:
    request = read(call, environment(callerid=SECRET))
    assert SECRET not in repr((request, Heard(SECRET, timed_out=False)))


@pytest.mark.parametrize(
    "reply",
    [
        f"200 result={SECRET} what\n",
        f"200 result=({SECRET}\n",
        f"{SECRET}\n",
        f"520 {SECRET}\n",
        "-",
    ],
)
def test_digits_stay_out_of_errors(hasty: Call, reply: str) -> None:
    with answering(hasty, reply.encode()), pytest.raises(AgiError) as raised:
        hasty.channel.get_data(f"/sounds/{SECRET}", 0.0, 8, 0.0)
    error: BaseException | None = raised.value
    while error is not None:
        assert SECRET not in f"{error!r}"
        error = error.__cause__ or error.__context__


# Anything at all


class Reflex(socket.socket):
    """A socket whose other end answers the first command at once with what it was given."""

    reply: bytes
    other: socket.socket
    heard: list[bytes]
    closes: bool

    def send(self, data: Any, flags: int = 0) -> int:  # type: ignore[explicit-override]
        self.heard.append(bytes(data))
        sent = super().send(data, flags)
        if self.reply:
            self.other.send(self.reply)
            self.reply = b""
        if self.closes:
            self.other.close()
        return sent


@contextlib.contextmanager
def answering_at_once(
    reply: bytes, heard: list[bytes], *, closes: bool = True, margin_s: float = PATIENCE_S
) -> Iterator[AgiChannel]:
    ours, other = socket.socketpair()
    with other, Reflex(fileno=ours.detach()) as sock:
        sock.reply, sock.other, sock.heard, sock.closes = reply, other, heard, closes
        yield AgiChannel(sock, margin_s)


PIECES = st.sampled_from(
    b"200 result=|1|-1| (|)| endpos=|\n|\r|HANGUP\n|511 x\n|510 x\n|520-x\n|520 End\n|agi_x: 1\n|"
    b"(timeout)|\x00|\xff| ".split(b"|")
)
ANYTHING = st.binary(max_size=200) | st.lists(PIECES, max_size=12).map(b"".join)
COMMANDS: tuple[Callable[[AgiChannel], object], ...] = (
    lambda channel: channel.get_data("/sounds/pin", 0.0, 8, 0.0),
    lambda channel: channel.stream("/sounds/pin", 0.0, "12"),
    lambda channel: channel.get_variable("NAME"),
    lambda channel: channel.set_variable("NAME", "1"),
    AgiChannel.answer,
    AgiChannel.hangup,
)


@given(reply=ANYTHING, command=st.sampled_from(COMMANDS), closes=st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_reply_ends_in_a_result_or_an_error_of_ours(
    reply: bytes, command: Callable[[AgiChannel], object], closes: bool
) -> None:
    margin_s = PATIENCE_S if closes else 0.002
    with answering_at_once(reply, [], closes=closes, margin_s=margin_s) as channel:
        for _ in range(3):
            with contextlib.suppress(CallerHungUp, AgiError):
                command(channel)
            assert held(channel) <= 2 * LONGEST_LINE


@given(block=ANYTHING | st.lists(PIECES | st.just(environment()), max_size=5).map(b"".join))
@settings(max_examples=200, deadline=None)
def test_any_environment_ends_in_a_request_or_an_error_of_ours(block: bytes) -> None:
    ours, other = socket.socketpair()
    with ours, other:
        other.sendall(block)
        other.shutdown(socket.SHUT_WR)
        with contextlib.suppress(CallerHungUp, AgiError):
            AgiChannel(ours, PATIENCE_S).read_environment(PATIENCE_S)
