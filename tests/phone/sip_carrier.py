"""A carrier that isn't Asterisk, at the other end of a SIP trunk: pjsua2 in a process of its own, which answers each
call by the end of its number.

Run as a program: ``HOST PORT FILE``, of which the file gets a line of JSON for each call. The standard input gives the
answers, and its end ends the program; it says one line when it takes calls.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import pjsua2
from typing_extensions import override

from phone.pipe import Events, Orders
from phone.sip import Account, Call, account_config, user_agent
from tests.phone.instance import ROOT

HOST: Final = "127.0.0.4"
"""It is known by it."""

_POLL_MS: Final = 10
_GOODBYE_S: Final = 3.0
_STOPS_IN_S: Final = 20.0
_VOICE: Final = ((440, 400, 200), (0, 0, 300))
_BEEP: Final = ((1000, 800, 0),)
"""Tones: Hz, how long and then how long not, in ms."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``first`` (180, or 183 with sound) is sent at once, ``status`` ``after_s`` later; 0 is nothing. ``reason`` goes
    with a refusal (RFC 3326). Who has answered speaks, or beeps once as a mailbox does, and hangs up ``talks_s`` later.
    """

    status: int
    first: int = 0
    after_s: float = 0.0
    talks_s: float | None = None
    beeps: bool = False
    reason: str = ""


AS_IN_THE_DEMO: Final[Mapping[str, Answer]] = {
    "0": Answer(200),
    "1": Answer(200, first=180, after_s=1.0),
    "2": Answer(486),
    "3": Answer(0, first=180),
    "4": Answer(404),
    "5": Answer(480),
    "6": Answer(603),
    "7": Answer(503),
    "8": Answer(200, talks_s=0.0),
    "9": Answer(200, talks_s=60.0, beeps=True),
}
"""By the last digit, what the demo's carrier does; but 8 hangs up at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that reached the carrier: whose number it was, and the one that was shown to him."""

    number: str
    shown: str


class SipCarrier:
    """The program, as a test sees it."""

    def __init__(self, folder: Path, answers: Mapping[str, Answer]) -> None:
        """``answers`` are by the end of the number; the longest that fits is taken."""
        self._answers = answers
        self._file = folder / "asked.jsonl"
        self._process: subprocess.Popen[str] | None = None
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.bind((HOST, 0))
            self.port = int(one.getsockname()[1])

    @property
    def settings(self) -> Mapping[str, str]:
        """Of an instance whose carrier it is."""
        return {"carrier__host": HOST, "carrier__port": str(self.port)}

    def __enter__(self) -> Self:
        """Come back when it takes calls."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, HOST, str(self.port), str(self._file)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        answers = {ending: asdict(one) for ending, one in self._answers.items()}
        self._process.stdin.write(json.dumps(answers) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline(), "it did not start"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.communicate(timeout=_STOPS_IN_S)
        assert self._process.returncode == 0

    def asked(self) -> list[Asked]:
        """All calls so far."""
        rows = map(json.loads, self._file.read_text(encoding="utf-8").splitlines())
        return [Asked(row["number"], row["shown"]) for row in rows]


class _Line(Call):
    def __init__(
        self, account: Any, call_id: int, answers: Mapping[str, Answer], nobody: Events
    ) -> None:
        super().__init__(account, nobody, call_id=call_id)
        info = self.getInfo()
        self.asked = Asked(_user(info.localUri), _user(info.remoteUri))
        ends = [ending for ending in answers if self.asked.number.endswith(ending)]
        self._answer = answer = answers[max(ends, key=len)]
        self._due = time.monotonic() + answer.after_s
        self._is_final = False
        self._answered_at: float | None = None
        if answer.first:
            self._respond(answer.first)

    @override
    def say(self, generator: Any) -> None:
        generator.play(_tones(_BEEP if self._answer.beeps else _VOICE), not self._answer.beeps)

    def step(self, now: float) -> None:
        """Do what is due."""
        if self.is_answered:
            self._answered_at = self._answered_at or now
            talks_s = self._answer.talks_s
            if talks_s is not None and now >= self._answered_at + talks_s:
                self.end()
        elif not self._is_final and self._answer.status and now >= self._due:
            self._is_final = True
            with suppress(pjsua2.Error):  # he hung up just now
                self._respond(self._answer.status)

    def _respond(self, status: int) -> None:
        parameters = pjsua2.CallOpParam(True)
        parameters.statusCode = status
        if status < 300:
            self.answer(parameters)
            return
        if self._answer.reason:
            header = pjsua2.SipHeader()
            header.hName, header.hValue = "Reason", self._answer.reason
            parameters.txOption.headers.append(header)
        self.hangup(parameters)


class _Trunk:
    """All the lines, each as long as its call lasts."""

    def __init__(self, host: str, answers: Mapping[str, Answer], notes: Events) -> None:
        self._answers = answers
        self._notes = notes
        self._nobody = Events(Path("/dev/null").open("w"))  # noqa: SIM115 - as long as we live
        self._lines: list[_Line] = []
        self.account = Account(self._nobody, self._take)
        self.account.create(account_config(host, f"sip:carrier@{host}"))

    def step(self) -> None:
        now = time.monotonic()
        for line in self._lines:
            if not line.is_over:
                line.step(now)
        for line in [one for one in self._lines if one.is_over]:
            line.close()
            self._lines.remove(line)

    def hang_up(self) -> bool:
        """Whether nothing is left to be hung up."""
        for line in self._lines:
            line.end()
        return not self._lines

    def _take(self, call_id: int) -> None:
        line = _Line(self.account, call_id, self._answers, self._nobody)
        self._notes.tell("asked", **asdict(line.asked))
        self._lines.append(line)


def _user(address: str) -> str:
    return address.partition("sip:")[2].partition("@")[0]


def _tones(each: Sequence[tuple[int, int, int]]) -> Any:
    made = pjsua2.ToneDescVector()
    for hertz, on_ms, off_ms in each:
        tone = pjsua2.ToneDesc()
        tone.freq1, tone.on_msec, tone.off_msec = hertz, on_ms, off_ms
        made.append(tone)
    return made


def _serve(trunk: _Trunk, endpoint: Any, orders: Orders) -> None:
    try:
        while not orders.at_end:
            endpoint.libHandleEvents(_POLL_MS)
            orders.take()
            trunk.step()
        until = time.monotonic() + _GOODBYE_S
        while not trunk.hang_up() and time.monotonic() < until:
            endpoint.libHandleEvents(_POLL_MS)
            trunk.step()
    finally:
        trunk.account.shutdown()


def main() -> None:
    """Nothing else may write to the standard output."""
    host, port, file = sys.argv[1:]
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # pjsua prints before it has read its settings
    orders = Orders(0)
    answers = {ending: Answer(**values) for ending, values in orders.first().items()}
    with Path(file).open("w", encoding="utf-8") as notes, user_agent(host, int(port)) as endpoint:
        trunk = _Trunk(host, answers, Events(notes))
        Events(out).tell("ready")
        _serve(trunk, endpoint, orders)
        del trunk  # nothing of pjsua2's may be left when the endpoint goes


if __name__ == "__main__":
    main()
