"""Looks at catalogue and sounds as a listener would, and says what to do about each fault."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from domain.language import Language
from prompts.builder import RATES, read_manifest
from prompts.catalogue import Catalogue, Plan, Problem
from prompts.sound import Sound, active_level, from_pcm, silences

LOUDEST = -17.0  # dBFS, active; the builder aims at -20
QUIETEST = -23.0
LONGEST_SILENCE = 0.5  # s
FULL_SCALE = 32766 / 32767
CLIPPED_RUN = 3  # samples in a row at full scale

_AGAIN = "Run `rufwerk prompts build`"


def check(catalogue: Catalogue, plan: Plan, sounds: Path) -> list[Problem]:
    """All that is wrong with the texts of ``catalogue`` and with the files in ``sounds`` that
    ``plan`` asks for.
    """
    return [*catalogue.problems(), *check_sounds(plan, sounds)]


def check_sounds(plan: Plan, sounds: Path) -> list[Problem]:
    """Files missing, out of date, empty, clipped, too quiet, too loud, or silent above 0.5 s inside
    or at an end.
    """
    built = read_manifest(sounds)
    found = []
    for language, clips in plan.items():
        for key, text in clips.items():
            entry = built.get(f"{language}/{key}")
            if entry is not None and entry.text != text:
                found.append(Problem(language, key, "it speaks an older text", f"{_AGAIN}."))
            for suffix, rate in RATES.items():
                file = sounds / language / f"{key}{suffix}"
                found += _problems_of_file(language, key, file, rate)
    return found


def _problems_of_file(language: Language, key: str, file: Path, rate: int) -> Iterator[Problem]:
    try:
        sound = from_pcm(file.read_bytes(), rate)
    except FileNotFoundError:
        yield Problem(language, key, f"{file.name} is missing", f"{_AGAIN}.")
        return
    except OSError as error:
        yield Problem(language, key, f"{file.name}: {error.strerror}", f"{_AGAIN}.")
        return
    for what in faults(sound):
        remedy = f"{_AGAIN} after deleting the file; where it was recorded, record it again."
        yield Problem(language, key, f"{file.name} {what}", remedy)


def faults(sound: Sound) -> list[str]:
    """What a listener would object to in one clip; empty when it is in order."""
    level = active_level(sound)
    if math.isinf(level):
        return ["has nothing to hear"]
    found = []
    if _is_clipped(sound):
        found.append("is clipped")
    if level > LOUDEST:
        found.append(f"is too loud ({level:.1f} dBFS, at most {LOUDEST:.0f})")
    if level < QUIETEST:
        found.append(f"is too quiet ({level:.1f} dBFS, at least {QUIETEST:.0f})")
    silent = silences(sound)
    for where, seconds in (
        ("at its start", silent.head),
        ("at its end", silent.tail),
        ("inside", silent.longest),
    ):
        if seconds > LONGEST_SILENCE:
            found.append(f"is silent for {seconds:.2f} s {where}")
    return found


def _is_clipped(sound: Sound) -> bool:
    full = np.abs(sound.samples) >= FULL_SCALE
    runs = np.convolve(full, np.ones(CLIPPED_RUN), mode="valid")
    return bool(runs.max(initial=0.0) >= CLIPPED_RUN)
