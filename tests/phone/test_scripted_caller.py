"""The scripted caller on pjsua2, against a real Asterisk."""

import json
import subprocess
import sys
import wave
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from phone.caller import CallReport, Order, PhoneError, ring, to_json
from phone.script import ScriptError
from phone.sip_jobs import COMMAND, FOLDER
from tests.phone.scratch_asterisk import Portal, portal

pytestmark = pytest.mark.phone

HOST = "127.0.0.1"


@pytest.fixture(scope="module")
def asterisk() -> Iterator[Portal]:
    with portal() as running:
        yield running


@pytest.fixture(scope="module")
def reports(asterisk: Portal, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, CallReport]:
    """The calls of this module, four at a time: each takes seconds of listening."""
    record = tmp_path_factory.mktemp("record") / "call.wav"
    port = asterisk.port
    orders = {
        "dialogue": Order(HOST, port, "200", "90817263#,55#", record=record),
        "cut": Order(HOST, port, "210", "!ww42#"),
        "passed": Order(HOST, port, "200", ",135#"),
        "music": Order(HOST, port, "600", at_most_s=6.0),
        "portal ends": Order(HOST, port, "100"),
        "withheld": Order(HOST, port, "300"),
        "shown": Order(HOST, port, "300", caller="+493012345"),
        "unknown": Order(HOST, port, "404"),
        "busy": Order(HOST, port, "486"),
        "unanswered": Order(HOST, port, "180", at_most_s=2.0),
        "silent": Order(HOST, port, "900", "1", at_most_s=3.0),
        "nobody there": Order(HOST, 9, "100", at_most_s=2.0),
    }
    with ThreadPoolExecutor(4) as pool:
        made = dict(
            zip(
                orders,
                pool.map(lambda order: ring(order, asterisk.library), orders.values()),
                strict=True,
            )
        )
    with wave.open(str(record)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.getnframes() > 8000 * made["dialogue"].heard[-1].at_s
    return made


def prompts(report: CallReport) -> list[str]:
    return [heard.prompt for heard in report.heard]


def test_a_dialogue_from_welcome_to_answer(reports: Mapping[str, CallReport]) -> None:
    report = reports["dialogue"]
    assert prompts(report) == ["welcome", "number", "pin", "balance", *"90817263"]
    assert not any(heard.cut for heard in report.heard)
    assert {heard.language for heard in report.heard} == {"de"}
    times = [heard.at_s for heard in report.heard]
    assert times == sorted(times)
    assert 0 <= times[0] < 0.5
    assert (report.ended, report.untyped, report.unknown) == ("caller", 0, ())
    assert report.left_because == "the script is done"


def test_he_hangs_up_three_seconds_after_the_last_answer(reports: Mapping[str, CallReport]) -> None:
    last = reports["dialogue"].silences[-1]
    assert 2.9 < last.until_s - last.at_s < 4.5


def test_a_key_cuts_a_prompt(reports: Mapping[str, CallReport]) -> None:
    report = reports["cut"]
    assert prompts(report) == ["number", "balance", "4", "2"]
    assert [heard.cut for heard in report.heard] == [True, False, False, False]
    assert report.heard[0].until_s < 2.0


def test_a_question_that_he_lets_pass(reports: Mapping[str, CallReport]) -> None:
    """The first question is left unanswered for its 8 s; the keys go to the second."""
    assert prompts(reports["passed"]) == ["welcome", "number", "pin", "balance"]


def test_music_is_named_and_left(reports: Mapping[str, CallReport]) -> None:
    report = reports["music"]
    assert prompts(report) == ["welcome", "music/hold"]
    assert (report.ended, report.left_because) == ("caller", "the time is up")


def test_the_portal_ends_a_call(reports: Mapping[str, CallReport]) -> None:
    report = reports["portal ends"]
    assert report.ended == "portal"
    assert [(heard.prompt, heard.language) for heard in report.heard] == [
        ("welcome", "de"),
        ("balance", "fr"),
    ]


def test_a_number_withheld_and_one_shown(reports: Mapping[str, CallReport]) -> None:
    assert prompts(reports["withheld"]) == ["welcome"]
    assert prompts(reports["shown"]) == ["welcome", *"493012345"]


@pytest.mark.parametrize(("call", "status"), [("unknown", 404), ("busy", 486), ("unanswered", 487)])
def test_a_call_that_comes_to_nothing(
    reports: Mapping[str, CallReport], call: str, status: int
) -> None:
    report = reports[call]
    assert (report.ended, report.status, report.heard) == ("error", status, ())


def test_nobody_at_the_address(reports: Mapping[str, CallReport]) -> None:
    assert reports["nobody there"].ended == "error"


def test_a_portal_that_says_nothing_is_left_untyped(reports: Mapping[str, CallReport]) -> None:
    report = reports["silent"]
    assert (report.ended, report.untyped, report.heard) == ("caller", 1, ())


def test_json_has_the_keys_of_the_contract_and_no_others(reports: Mapping[str, CallReport]) -> None:
    document = to_json(reports["cut"])
    assert json.loads(json.dumps(document)) == document
    assert document.keys() == {"heard", "ended"}
    assert document["ended"] == "caller"
    first = document["heard"][0]
    assert first.keys() == {"prompt", "text", "language", "at_s", "cut"}
    assert (first["prompt"], first["text"], first["language"], first["cut"]) == (
        "number",
        "nimalumewasiroleno",
        "de",
        True,
    )


def test_no_call_is_left_behind(reports: Mapping[str, CallReport], asterisk: Portal) -> None:
    assert reports
    assert asterisk.console.calls() == 0


def test_keys_are_read_before_anything_rings(asterisk: Portal) -> None:
    with pytest.raises(ScriptError):
        ring(Order(HOST, asterisk.port, "100", "12x"), asterisk.library)
    assert asterisk.console.calls() == 0


def test_a_phone_that_fails_is_told(asterisk: Portal, tmp_path: Path) -> None:
    with pytest.raises(PhoneError):
        ring(Order("not a host at all", asterisk.port, "100", at_most_s=2.0), asterisk.library)


def test_a_phone_ends_cleanly_when_its_owner_is_gone(asterisk: Portal, tmp_path: Path) -> None:
    """Its input ends in mid-call: it hangs up, and pjsua2 is torn down without an abort."""
    job = {
        "job": "call", "host": HOST, "port": asterisk.port, "number": "900", "keys": "", "caller": None,
        "record": str(tmp_path / "x.wav"), "at_most_s": 30.0,
    }  # fmt: skip
    process = subprocess.Popen(
        COMMAND,
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(job) + "\n")
    process.stdin.flush()
    assert "answered" in "".join(process.stdout.readline() for _ in range(2))
    rest, _ = process.communicate(timeout=20)
    assert [json.loads(line)["event"] for line in rest.splitlines()] == ["over"]
    assert process.returncode == 0
    assert asterisk.console.calls() == 0


def test_only_the_phones_process_knows_pjsua2() -> None:
    code = (
        "import phone.caller, phone.registered, phone.wire, sys; sys.exit('pjsua2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=FOLDER, check=False).returncode == 0
