"""The scripted caller: rings a number over real SIP, types a script, and says what it heard."""

import json
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from phone import script
from phone.hearing import Clip, Heard, Hearing, Library, Stretch, hear
from phone.sip_jobs import COMMAND, FOLDER, CallJob, job_line
from prompts.builder import read_manifest

_PATIENCE_S: Final = 15.0
"""What the phone's process may take beyond its call: its start, its good-bye and its teardown."""

MUSIC: Final = "music"
"""The folder of the music on hold, beside those of the languages; its clips have no language."""

EndedBy = Literal["caller", "portal", "error"]


class PhoneError(Exception):
    """The phone itself failed, before or beside the call; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class Order:
    """A call to make: ``number`` at ``host:port``, with ``keys`` as ``phone.script`` reads them.

    ``caller`` None withholds the number; ``record`` keeps what was heard as a WAV file (8 kHz, 16 bit).
    """

    host: str
    port: int
    number: str
    keys: str = ""
    caller: str | None = None
    record: Path | None = None
    at_most_s: float = 300.0


@dataclass(frozen=True, slots=True)
class CallReport:
    """What became of a call. Times count in seconds from the answer.

    ``ended`` says who ended it; for an error ``status`` and ``reason`` are SIP's. ``left_because`` is the caller's own
    reason, ``untyped`` how many groups of keys he never came to type. ``unknown`` is sound that no clip explains.
    """

    heard: tuple[Heard, ...]
    ended: EndedBy
    status: int = 0
    reason: str = ""
    left_because: str = ""
    untyped: int = 0
    unknown: tuple[Stretch, ...] = ()
    silences: tuple[Stretch, ...] = ()


def load_library(*folders: Path) -> Library:
    """The clips that the builder of the prompts has put into each folder, the music on hold among them.

    Nothing is heard of a clip that isn't rendered.
    """
    clips = []
    for sounds in folders:
        for name, entry in read_manifest(sounds).items():
            language, _, key = name.partition("/")
            path = sounds / f"{name}.sln"
            prompt, spoken = (name, "") if language == MUSIC else (key, language)
            if path.exists():
                clips.append(Clip(prompt, spoken, entry.text, read_raw(path)))
    return Library(clips)


def read_raw(path: Path) -> NDArray[np.int16]:
    """Samples of a headerless file (8 kHz, 16 bit, little-endian)."""
    return np.fromfile(path, "<i2").astype(np.int16)


def read_wav(path: Path) -> NDArray[np.int16]:
    """Samples of the phone's recording."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def ring(order: Order, library: Library) -> CallReport:
    """Make a call and report on it. Raises ScriptError before anything rings, PhoneError where the phone failed."""
    groups = script.parse(order.keys)
    with tempfile.TemporaryDirectory(prefix="rufwerk-call-") as folder:
        record = Path(folder) / "heard.wav"
        events = _run_phone(order, record, Path(folder) / "events")
        if order.record is not None and record.exists():
            shutil.copyfile(record, order.record)
        hearing, begins_s = _listen(record, events, library)
    return _report(hearing, begins_s, events, len(groups))


def to_json(report: CallReport) -> dict[str, Any]:
    """What ``rufwerk call --json`` prints."""
    return {
        "heard": [
            {
                "prompt": heard.prompt,
                "text": heard.text,
                "language": heard.language,
                "at_s": heard.at_s,
                "cut": heard.cut,
            }
            for heard in report.heard
        ],
        "ended": report.ended,
    }


def _run_phone(order: Order, record: Path, log: Path) -> dict[str, dict[str, Any]]:
    """The last event of each name that the phone told of."""
    job = CallJob(
        host=order.host,
        port=order.port,
        number=order.number,
        keys=order.keys,
        caller=order.caller,
        record=str(record),
        at_most_s=order.at_most_s,
    )
    with (
        log.open("wb") as out,
        subprocess.Popen(
            COMMAND, cwd=FOLDER, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.DEVNULL
        ) as process,
    ):
        assert process.stdin is not None
        try:
            process.stdin.write(job_line(job).encode())
            process.stdin.flush()  # and stays open: its end would end the call
            process.wait(order.at_most_s + _PATIENCE_S)
        except (subprocess.TimeoutExpired, BrokenPipeError):
            process.kill()
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    found = {event["event"]: event for event in events}
    if "over" not in found:
        raise PhoneError(
            "the SIP phone ended without a word. Try `python -m phone.sip < /dev/null`."
        )
    return found


def _listen(
    record: Path, events: Mapping[str, Mapping[str, Any]], library: Library
) -> tuple[Hearing, float]:
    """What was heard, and how many seconds after the answer the recording began."""
    if "answered" not in events or "recording" not in events:
        return Hearing((), (), ()), 0.0
    begins_s = float(events["recording"]["at"]) - float(events["answered"]["at"])
    return hear(read_wav(record), library), begins_s


def _report(
    hearing: Hearing, begins_s: float, events: Mapping[str, Mapping[str, Any]], groups: int
) -> CallReport:
    over = events["over"]
    is_error = over["by"] == "error"
    last = events.get("leaving") or events.get("typed") or {"left": groups}
    return CallReport(
        heard=tuple(_heard_later(heard, begins_s) for heard in hearing.heard),
        ended=over["by"],
        status=over["status"] if is_error else 0,
        reason=over["reason"] if is_error else "",
        left_because=str(last.get("why", "")),
        untyped=int(last["left"]),
        unknown=tuple(_later(stretch, begins_s) for stretch in hearing.unknown),
        silences=tuple(_later(stretch, begins_s) for stretch in hearing.silences),
    )


def _heard_later(heard: Heard, seconds: float) -> Heard:
    return replace(
        heard, at_s=round(heard.at_s + seconds, 3), until_s=round(heard.until_s + seconds, 3)
    )


def _later(stretch: Stretch, seconds: float) -> Stretch:
    return Stretch(round(stretch.at_s + seconds, 3), round(stretch.until_s + seconds, 3))
