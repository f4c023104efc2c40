"""Dialogues captured from Asterisk 22 go the same way again."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.agi_channel import AgiError, AgiRequest, Heard
from ivr.dialog import CallerHungUp
from tests.fakes.agi_peer import BEFORE_CALLER, PATIENCE_S, environment, meanwhile, play_transcript
from tests.ivr.agi_call import Call

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts" / "agi"


def test_captured_entry(call: Call) -> None:
    channel = call.channel
    with meanwhile(lambda: play_transcript(call.peer, TRANSCRIPTS / "entry.txt")):
        request = channel.read_environment(PATIENCE_S)
        assert request == AgiRequest("inbound", "1795296348.13", None, "55501", "en")
        channel.raise_guard(30)
        channel.answer()
        assert channel.get_data("/sounds/tone", 2.0, 8, 2.0) == Heard("12345", timed_out=False)
        assert channel.get_data("", 0.5, 8, 0.0) == Heard("", timed_out=True)
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


def test_captured_keys_in_a_sound_that_they_do_not_cut(call: Call) -> None:
    channel = call.channel
    with meanwhile(lambda: play_transcript(call.peer, TRANSCRIPTS / "keys_in_a_sound.txt")):
        channel.read_environment(PATIENCE_S)
        channel.raise_guard(30)
        channel.answer()
        assert channel.stream("music/music", 5.0, takes_keys=True) == "5#"


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
        lambda: channel.stream("/no/such", 0.0, takes_keys=True),
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


def test_order_of_the_fake_is_that_of_asterisk() -> None:
    lines = (TRANSCRIPTS / "entry.txt").read_text(encoding="utf-8").splitlines()
    captured = [line[2:].partition(":")[0] for line in lines if line.startswith("< agi_")]
    faked = [line.partition(":")[0] for line in environment().decode().splitlines() if line]
    assert faked == captured
    assert [f"agi_{name}" for name in BEFORE_CALLER] == captured[: len(BEFORE_CALLER)]
