"""The dialplan on a real Asterisk: whatever the FastAGI server does, the caller gets a person."""

import contextlib
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from domain.language import Language
from tests.phone.fake_agi import AgiCall, FakeAgi
from tests.phone.real_asterisk import APOLOGY, MUSIC, Running, running, settings_in
from tests.phone.sip_client import SipClient, wait

pytestmark = pytest.mark.phone

CALLER = "+491713920001"


@pytest.fixture(scope="module")
def pbx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(settings_in(tmp_path_factory.mktemp("pbx"))) as pbx:
        yield pbx


@pytest.fixture
def operator(pbx: Running) -> Iterator[SipClient]:
    """Phone 201, registered."""
    with SipClient(pbx.settings.sip.port, "201", password="demo-201") as phone:
        assert phone.register() == 200
        yield phone


@pytest.fixture
def caller(pbx: Running) -> Iterator[SipClient]:
    """A caller from the carrier; afterwards no channel is left."""
    with SipClient(pbx.settings.sip.port, CALLER) as caller:
        yield caller
    no_channels(pbx)


def no_channels(pbx: Running, *clients: SipClient) -> None:
    wait(lambda: "0 active channels" in pbx.asterisk.cli("core show channels count"), *clients)


def apologised_and_ringing(caller: SipClient, operator: SipClient, language: Language) -> None:
    """The caller hears the apology in his language, then music; the operator's phone rings."""
    wait(lambda: bool(operator.rings), caller, operator)
    wait(lambda: MUSIC in caller.heard(), caller, operator)
    assert caller.heard() == [APOLOGY[language], MUSIC]
    caller.hang_up()
    wait(lambda: operator.ended, caller, operator)


def test_every_application_and_function_is_there(pbx: Running) -> None:
    """Asterisk hangs a caller up who comes to one that it hasn't loaded."""
    shown = pbx.asterisk.cli("dialplan show")
    applications = set(re.findall(r"\d\. (\w+)\(", shown))
    functions = set(re.findall(r"\$\{([A-Z_]{3,})\(", shown))
    assert len(applications) > 10
    assert len(functions) > 5
    for name in applications:
        assert "Info about" in pbx.asterisk.cli(f"core show application {name}"), name
    for name in functions:
        assert "Info about" in pbx.asterisk.cli(f"core show function {name}"), name


@contextlib.contextmanager
def refusing(port: int) -> Iterator[None]:
    """Nobody listens."""
    yield


@contextlib.contextmanager
def swallowing(port: int) -> Iterator[None]:
    """A listener whose queue is full: the kernel drops every further SYN."""
    with contextlib.ExitStack() as held:
        listener = held.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(0)
        for _ in range(4):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        yield


def closing(port: int) -> FakeAgi:
    return FakeAgi(port, lambda call: None)


def resetting(port: int) -> FakeAgi:
    def behave(call: AgiCall) -> None:
        call.read_variables()
        call.reset()

    return FakeAgi(port, behave)


def answering_then_gone(port: int) -> FakeAgi:
    """Ends in good order, but without having said that the dialog is over."""

    def behave(call: AgiCall) -> None:
        call.read_variables()
        call.say("ANSWER")

    return FakeAgi(port, behave)


@pytest.mark.parametrize(
    "server",
    [refusing, swallowing, closing, resetting, answering_then_gone],
    ids=lambda f: f.__name__,
)
def test_server_fails(
    pbx: Running,
    caller: SipClient,
    operator: SipClient,
    server: Callable[[int], AbstractContextManager[object]],
) -> None:
    with server(pbx.settings.agi.port):
        assert caller.ring("555200", operator) == 200
        apologised_and_ringing(caller, operator, Language.FR)


KILLED = """
import signal, socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
connection, _ = listener.accept()
file = connection.makefile("rb")
while file.readline().strip():
    pass
for command in (b"ANSWER", b"SET VARIABLE TIMEOUT(absolute) 60"):
    connection.sendall(command + b"\\n")
    file.readline()
connection.sendall(sys.argv[2].encode() + b"\\n")
signal.pause()
"""


@pytest.mark.parametrize(
    "command",
    ['STREAM FILE music/music "0123456789*#"', "GET DATA music/music 30000 6"],
)
def test_server_killed_in_mid_call(
    pbx: Running, caller: SipClient, operator: SipClient, command: str
) -> None:
    """Asterisk notices at once, in the middle of a prompt; the guard is far away."""
    port = str(pbx.settings.agi.port)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, port, command], stdout=subprocess.PIPE
    ) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            assert caller.ring("555100") == 200
            wait(lambda: caller.heard() == [MUSIC], caller)
        finally:
            server.kill()
    wait(lambda: bool(operator.rings), caller, operator)
    wait(lambda: len(caller.heard()) == 3, caller, operator)
    assert caller.heard() == [MUSIC, APOLOGY[Language.DE], MUSIC]
    caller.hang_up()
    wait(lambda: operator.ended, caller, operator)


def test_server_says_nothing(pbx: Running, caller: SipClient, operator: SipClient) -> None:
    """The guard of the dialplan fires."""
    over = threading.Event()

    def behave(_call: AgiCall) -> None:
        over.wait(60)

    with FakeAgi(pbx.settings.agi.port, behave):
        assert caller.ring("555100", operator) == 200
        apologised_and_ringing(caller, operator, Language.DE)
        over.set()


def test_server_falls_silent(pbx: Running, caller: SipClient, operator: SipClient) -> None:
    """The server sets the guard itself; the language it chose stays."""
    over = threading.Event()

    def behave(call: AgiCall) -> None:
        call.read_variables()
        call.say("ANSWER")
        call.say("SET VARIABLE CHANNEL(language) es")
        call.say("SET VARIABLE TIMEOUT(absolute) 1")
        over.wait(60)

    with FakeAgi(pbx.settings.agi.port, behave):
        assert caller.ring("555100", operator) == 200
        apologised_and_ringing(caller, operator, Language.ES)
        over.set()


def test_caller_hangs_up_on_a_server_that_says_nothing(pbx: Running, caller: SipClient) -> None:
    over = threading.Event()

    def behave(call: AgiCall) -> None:
        call.read_variables()
        call.say("ANSWER")
        over.wait(60)

    with FakeAgi(pbx.settings.agi.port, behave):
        assert caller.ring("555100") == 200
        caller.hang_up()
        no_channels(pbx, caller)
        over.set()


def ending(result: str) -> Callable[[AgiCall], None]:
    def behave(call: AgiCall) -> None:
        call.read_variables()
        if result != "unassigned":
            call.say("ANSWER")
        call.say(f"SET VARIABLE AGIDONE {result}")

    return behave


def test_to_the_field(pbx: Running, caller: SipClient, operator: SipClient) -> None:
    with FakeAgi(pbx.settings.agi.port, ending("field")):
        assert caller.ring("555100") == 200
        wait(lambda: bool(operator.rings) and bool(caller.heard()), caller, operator)
        assert caller.heard() == [MUSIC]
        caller.hang_up()
        wait(lambda: operator.ended, caller, operator)


def test_operator_answers_and_hangs_up(
    pbx: Running, caller: SipClient, operator: SipClient
) -> None:
    """The end of a conversation is the end of the call, not a way back into the field."""
    operator.answers = True
    with FakeAgi(pbx.settings.agi.port, ending("field")):
        assert caller.ring("555100") == 200
        wait(lambda: bool(operator.calls_up), caller, operator)
        operator.hang_up()
        wait(lambda: caller.ended, caller, operator)


def test_farewell(pbx: Running, caller: SipClient) -> None:
    with FakeAgi(pbx.settings.agi.port, ending("farewell")):
        assert caller.ring("555100") == 200
        wait(lambda: caller.ended, caller)


def test_unassigned(pbx: Running, caller: SipClient) -> None:
    with FakeAgi(pbx.settings.agi.port, ending("unassigned")):
        assert caller.ring("555100") == 404


def test_queue_gives_the_caller_back(pbx: Running, caller: SipClient, operator: SipClient) -> None:
    """Without its queue the field keeps the caller, with music, until there is one again."""
    queues = pbx.asterisk.places.etc / "queues.conf"
    kept = queues.read_text()
    queues.write_text("[general]\n")
    pbx.asterisk.cli("queue reload all")
    try:
        with FakeAgi(pbx.settings.agi.port, ending("field")):
            assert caller.ring("555100") == 200
            wait(lambda: caller.heard() == [MUSIC], caller, operator)
    finally:
        queues.write_text(kept)
        pbx.asterisk.cli("queue reload all")
    wait(lambda: bool(operator.rings), caller, operator)
    assert caller.heard() == [MUSIC]
    caller.hang_up()
    wait(lambda: operator.ended, caller, operator)


def test_a_phone_comes_while_the_caller_waits(pbx: Running, caller: SipClient) -> None:
    with (
        FakeAgi(pbx.settings.agi.port, ending("field")),
        SipClient(pbx.settings.sip.port, "203", password="demo-203") as late,
    ):
        assert caller.ring("555100") == 200
        wait(lambda: caller.heard() == [MUSIC], caller)
        assert late.register() == 200
        wait(lambda: bool(late.rings), caller, late)
        caller.hang_up()
        wait(lambda: late.ended, caller, late)


def test_what_the_server_is_told(pbx: Running, caller: SipClient) -> None:
    with FakeAgi(pbx.settings.agi.port, ending("farewell")) as server:
        assert caller.ring("+555200") == 200
        wait(lambda: caller.ended, caller)
    told = server.calls[0].variables
    assert told["agi_network_script"] == "inbound"
    assert told["agi_callerid"] == CALLER
    assert told["agi_calleridname"] == "unknown"
    assert told["agi_extension"] == told["agi_dnid"] == "+555200"
    assert told["agi_language"] == "fr"


@pytest.mark.parametrize(
    ("user", "display"),
    [
        ("anonymous", '"Anonymous" '),
        ("anna", '"Anna ${CALLERID(num)} $[1+1] \\"x\\" \\\\, Set(AGIDONE=farewell)" '),
        ("49171%0aagi_extension:%20999", ""),
        ("%0a%0a200%20result=1", ""),
        (")%3a0%3a1%0aagi_x%3a%20y", ""),
        ("4917%22%22),(:1", ""),
        ("$%7bSHELL(id)%7d", ""),
    ],
)
def test_caller_text_goes_nowhere(pbx: Running, user: str, display: str) -> None:
    """What is no number is no number withheld; no name, quote or newline reaches the server."""
    with (
        SipClient(pbx.settings.sip.port, user, display) as caller,
        FakeAgi(pbx.settings.agi.port, ending("farewell")) as server,
    ):
        assert caller.ring("555100") == 200
        wait(lambda: caller.ended, caller)
        no_channels(pbx, caller)
    told = server.calls[0].variables
    assert told["agi_callerid"] in {"unknown", "1", "0"}
    assert told["agi_calleridname"] == "unknown"
    assert told["agi_extension"] == "555100"
    assert set(told) <= AGI_VARIABLES


AGI_VARIABLES = {
    "agi_network", "agi_network_script", "agi_request", "agi_channel", "agi_language", "agi_type",
    "agi_uniqueid", "agi_version", "agi_callerid", "agi_calleridname", "agi_callingpres",
    "agi_callingani2", "agi_callington", "agi_callingtns", "agi_dnid", "agi_rdnis", "agi_context",
    "agi_extension", "agi_priority", "agi_enhanced", "agi_accountcode", "agi_threadid",
}  # fmt: skip


@pytest.mark.parametrize("number", ["555999", "202", "+202", "s", "operators", "555100%0a"])
def test_unknown_number(pbx: Running, caller: SipClient, number: str) -> None:
    assert caller.ring(number) == 404


def test_phone_without_password_is_not_the_carrier(pbx: Running) -> None:
    with SipClient(pbx.settings.sip.port, "201") as caller:
        assert caller.ring("555100") == 401
        no_channels(pbx, caller)


def test_wrong_password(pbx: Running) -> None:
    with SipClient(pbx.settings.sip.port, "202", password="demo-203") as phone:
        assert phone.register() == 401
        assert phone.ring("555100") == 401


def test_unknown_phone(pbx: Running) -> None:
    """It is taken for the carrier by its address, and the carrier has nothing to register."""
    with SipClient(pbx.settings.sip.port, "299", password="demo-299") as phone:
        assert phone.register() in {403, 404}


def test_phone_rings_the_portal_and_another_phone(pbx: Running, operator: SipClient) -> None:
    with SipClient(pbx.settings.sip.port, "202", password="demo-202") as phone:
        with FakeAgi(pbx.settings.agi.port, ending("farewell")) as server:
            assert phone.ring("555200") == 200
            wait(lambda: phone.ended, phone)
        assert server.calls[0].variables["agi_callerid"] == "202"
        phone.responses.clear()
        operator.answers = True
        assert phone.ring("201", operator) == 200
        phone.hang_up(operator)
        wait(lambda: operator.ended, phone, operator)
        no_channels(pbx, phone, operator)
