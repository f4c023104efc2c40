"""The channel prints nothing, tells no digits, sets no signal handler, and works in any thread."""

import signal

import pytest

from ivr.agi_channel import AgiChannel, AgiError, Heard
from tests.fakes.agi_peer import PATIENCE_S, environment, meanwhile
from tests.ivr.agi_call import SECRET, Call, answering, get_data, read


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
