"""The environment that opens a dialogue says who calls whom, and a caller adds nothing to it."""

import contextlib
import threading

import pytest

from ivr.agi_channel import AgiError, AgiRequest, AgiTimeout
from ivr.agi_wire import LONGEST_LINE
from ivr.dialog import CallerHungUp
from tests.fakes.agi_peer import PATIENCE_S, environment, meanwhile
from tests.ivr.agi_call import SHORT_S, Call, held, read


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
