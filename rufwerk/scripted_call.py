"""Lets the scripted caller ring the instance of these settings, and tells what was heard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phone.caller import CallReport, Order, PhoneError, load_library, ring, to_json
from phone.script import ScriptError
from rufwerk import wiring
from rufwerk.settings import Settings


FAILURES = (ScriptError, PhoneError)


def make(
    settings: Settings, number: str, keys: str, caller: str | None, record: Path | None
) -> CallReport:
    """Ring, key, listen. Raises ScriptError for keys that make no sense, PhoneError where it failed."""
    library = load_library(wiring.Folders.of(settings).sounds)
    order = Order(settings.sip.host, settings.sip.port, number, keys, caller, record)
    return ring(order, library)


def as_json(report: CallReport) -> dict[str, Any]:
    return to_json(report)


def as_lines(report: CallReport) -> Iterator[str]:
    """A line for each clip heard: when, in what language, its words, and whether a key cut it."""
    for heard in report.heard:
        cut = "  (cut)" if heard.cut else ""
        yield f"{heard.at_s:7.2f} s  {heard.language or '--'}  {heard.text or heard.prompt}{cut}"
    for stretch in report.unknown:
        yield f"{stretch.at_s:7.2f} s  --  (sound that is no prompt)"
    reason = f" ({report.status} {report.reason})" if report.status else ""
    yield f"Ended by: {report.ended}{reason}"
