"""Makes the folder of sounds: each clip as ``<language>/<key>.sln`` (8 kHz) and ``.sln16`` (16
kHz), rendered once.

A recording in WAV wins over synthesis. A digest of engine, text or recording and VERSION stands in
``manifest.json``; only a clip whose digest changed is made again, and the files of a clip that is
gone go too.
"""

import fcntl
import hashlib
import json
import math
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context, parent_process
from pathlib import Path

from domain.language import Language
from prompts import music
from prompts.catalogue import Plan
from prompts.engines.base import Engine, EngineError
from prompts.sound import (
    Sound,
    active_level,
    normalised,
    pauses_shortened,
    resampled,
    to_pcm,
    trimmed,
    without_rumble,
)
from prompts.wav import WavError, read_wav

VERSION = 2  # of what is done to the sound; another one means that everything is rendered anew
LEVEL = -20.0  # dBFS, active
MANIFEST = "manifest.json"
_SAVE_EVERY = 100  # clips; what a kill -9 can cost
RATES = {".sln": 8000, ".sln16": 16000}

Progress = Callable[[int, int, str], None]
"""Called with clips done, clips to do, and the name of the last one."""


class BuildError(Exception):
    """A clip can't be made; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Studio:
    """Where and with what prompts are made.

    ``recordings`` holds ``<language>/<key>.wav``; ``workers`` is the number of processes, 0 renders
    in this one.
    """

    sounds: Path
    engine: Engine
    recordings: Path | None = None
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Built:
    """The clips (``<language>/<key>``) rendered and removed, and how many stayed as they were."""

    rendered: tuple[str, ...]
    removed: tuple[str, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class ClipEntry:
    """What the manifest says of a clip; ``text`` is what it speaks."""

    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    entry: ClipEntry
    make: Callable[[], Sound] = field(repr=False)


def build(plan: Plan, studio: Studio, progress: Progress | None = None) -> Built:
    """Bring ``studio.sounds`` up to what ``plan`` asks for.

    Raises BuildError; what was done by then stays. A second builder of the same folder waits for
    the first.
    """
    studio.sounds.mkdir(parents=True, exist_ok=True)
    with _alone(studio.sounds):
        manifest = read_manifest(studio.sounds)
        jobs = list(_jobs(plan, studio))
        wanted = {job.name for job in jobs}
        removed = tuple(sorted(manifest.keys() - wanted))
        stale = [job for job in jobs if not _is_current(job, manifest, studio.sounds)]
        for name in removed:
            _remove(name, studio.sounds)
            del manifest[name]
        try:
            for done, job in enumerate(_rendered(stale, studio), start=1):
                manifest[job.name] = job.entry
                if done % _SAVE_EVERY == 0:
                    _write_manifest(studio.sounds, manifest)
                if progress:
                    progress(done, len(stale), job.name)
        finally:
            _write_manifest(studio.sounds, manifest)
    return Built(tuple(job.name for job in stale), removed, len(jobs) - len(stale))


def read_manifest(sounds: Path) -> dict[str, ClipEntry]:
    """What was built, by ``<language>/<key>``; empty where the folder or the manifest isn't there
    or isn't ours.
    """
    try:
        found = json.loads((sounds / MANIFEST).read_text(encoding="utf-8"))
        return {name: ClipEntry(**entry) for name, entry in found["clips"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _jobs(plan: Plan, studio: Studio) -> Iterator[_Job]:
    identity = studio.engine.identity
    for language, clips in plan.items():
        for key, text in clips.items():
            name = f"{language}/{key}"
            recording = studio.recordings / f"{name}.wav" if studio.recordings else None
            if recording and recording.exists():
                digest = _digest("recording", hashlib.sha256(recording.read_bytes()).hexdigest())
                make: Callable[[], Sound] = partial(_finished_recording, recording)
            else:
                digest = _digest(identity, language, text)
                make = partial(_finished_speech, studio.engine, language, text)
            yield _Job(name, ClipEntry(digest, text), make)
    yield _Job(music.CLIP, ClipEntry(_digest("music", str(music.VERSION)), ""), music.hold_music)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps([VERSION, *parts]).encode()).hexdigest()[:32]


def _is_current(job: _Job, manifest: Mapping[str, ClipEntry], sounds: Path) -> bool:
    files = (sounds / f"{job.name}{suffix}" for suffix in RATES)
    return manifest.get(job.name) == job.entry and all(file.exists() for file in files)


def _rendered(jobs: list[_Job], studio: Studio) -> Iterator[_Job]:
    """Render ``jobs`` and yield each as it is done.

    The engine runs in processes of its own: a crash there ends the build, not us.
    """
    if studio.workers == 0 or not jobs:
        for job in jobs:
            _render(job, studio.sounds)
            yield job
        return
    pool = ProcessPoolExecutor(
        min(studio.workers, len(jobs)), get_context("spawn"), initializer=_start_worker
    )
    try:
        running: dict[Future[None], _Job] = {
            pool.submit(_render, job, studio.sounds): job for job in jobs
        }
        for future in as_completed(running):
            future.result()
            yield running[future]
    except BrokenProcessPool:
        raise BuildError(
            "the speech engine crashed. Run it again: it goes on where it stopped; "
            "or choose another engine."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it even where it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


def _render(job: _Job, sounds: Path) -> None:
    try:
        sound = job.make()
    except (EngineError, WavError) as error:
        raise BuildError(f"{job.name}: {error}") from None
    for suffix, rate in RATES.items():
        version = resampled(sound, rate)
        if job.name != music.CLIP:
            # For each rate: what is heard of an "s" at 16 kHz may be silence at 8.
            version = normalised(trimmed(version), LEVEL)
        _write(sounds / f"{job.name}{suffix}", to_pcm(version))


def _finished_speech(engine: Engine, language: Language, text: str) -> Sound:
    sound = _finished(engine.speak(language, text))
    if math.isinf(active_level(sound)):
        raise EngineError(f"nothing is heard of {text!r}. Change the text, or record it.")
    return sound


def _finished_recording(file: Path) -> Sound:
    sound = _finished(read_wav(file))
    if math.isinf(active_level(sound)):
        raise WavError(f"{file} is silent. Record it again, or delete it.")
    return sound


def _finished(sound: Sound) -> Sound:
    """At the builder's rate, clean, no pause too long."""
    return pauses_shortened(resampled(without_rumble(sound), RATES[".sln16"]))


def _remove(name: str, sounds: Path) -> None:
    for suffix in RATES:
        (sounds / f"{name}{suffix}").unlink(missing_ok=True)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: a call may be playing it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(content)
    part.replace(file)


def _write_manifest(sounds: Path, manifest: Mapping[str, ClipEntry]) -> None:
    clips = {
        name: {"digest": entry.digest, "text": entry.text}
        for name, entry in sorted(manifest.items())
    }
    content = json.dumps({"clips": clips}, ensure_ascii=False, indent=1)
    _write(sounds / MANIFEST, content.encode())


@contextmanager
def _alone(sounds: Path) -> Iterator[None]:
    with (sounds / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
