"""Lets the scripted caller ring the instance of these settings, and tells what was heard."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.language import Language
from ivr import speech
from ivr.speech import ClipKey
from phone.caller import CallReport, Order, PhoneError, load_library, ring, to_json
from phone.script import ScriptError
from rufwerk import wiring
from rufwerk.settings import Settings

FAILURES = (ScriptError, PhoneError)


def make(
    settings: Settings, number: str, keys: str, caller: str | None, record: Path | None
) -> CallReport:
    """Ring, key, listen. Raises ScriptError for keys that make no sense, PhoneError where it failed."""
    folders = wiring.Folders.of(settings)
    library = load_library(folders.sounds, folders.own_sounds)
    order = Order(settings.sip.host, settings.sip.port, number, keys, caller, record)
    return _told_apart(ring(order, library))


def _told_apart(report: CallReport) -> CallReport:
    """Name clips that sound the same by what follows them."""
    heard = list(report.heard)
    for language in Language:
        places = [at for at, one in enumerate(heard) if one.language == language]
        texts = speech.clips(language)
        keys = [ClipKey(heard[at].prompt) for at in places]
        for at, key in zip(places, speech.told_apart(language, keys), strict=True):
            if key != heard[at].prompt:
                heard[at] = replace(heard[at], prompt=key, text=texts[key])
    return replace(report, heard=tuple(heard))


def shortfall(report: CallReport) -> str:
    """Why the call wasn't the one that was asked for; empty where it was."""
    if report.ended == "error":
        return f"The call failed: {report.status} {report.reason}".rstrip()
    why = [f"{report.left_because}"] if report.left_because else []
    if report.untyped:
        groups = "group" if report.untyped == 1 else "groups"
        why.insert(0, f"{report.untyped} {groups} of keys not typed")
    elif report.heard:
        return ""
    else:
        why.insert(0, "no prompt was heard")
    return f"The call fell short: {', '.join(why)} (ended by: {report.ended})."


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
