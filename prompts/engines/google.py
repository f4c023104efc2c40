"""Google's speech by gTTS, only where it is asked for: each text goes to Google, so texts of the
catalogue only.

Its interface is undocumented, it has no time-out of its own, and it answers in MP3, which ffmpeg or
sox turns into samples. What came once stays in a cache.
"""

import hashlib
import io
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gtts import gTTS
from gtts.tts import gTTSError

from domain.language import Language
from prompts.engines.base import EngineError
from prompts.sound import Sound, from_pcm

_DOMAINS = {Language.DE: "de", Language.EN: "com", Language.ES: "es", Language.FR: "fr"}
_RATE = 24000
_DEADLINE = 60  # s, for decoding


@dataclass(frozen=True, slots=True)
class Google:
    """``cache`` keeps the MP3 files; ``timeout`` in seconds holds for each request."""

    cache: Path
    timeout: float = 10.0

    @property
    def identity(self) -> str:
        return "gtts 1"

    def speak(self, language: Language, text: str) -> Sound:
        decoder = _decoder()  # before anything is sent
        file = self.cached(language, text)
        if not file.exists():
            _store(file, self._ask(language, text))
        return _decode(decoder, file)

    def cached(self, language: Language, text: str) -> Path:
        """Where the answer for ``text`` is kept."""
        digest = hashlib.sha256(f"{language}\n{text}".encode()).hexdigest()
        return self.cache / f"{digest}.mp3"

    def _ask(self, language: Language, text: str) -> bytes:
        answer = io.BytesIO()
        try:
            gTTS(
                text, lang=language.value, tld=_DOMAINS[language], timeout=self.timeout
            ).write_to_fp(answer)
        except (gTTSError, OSError) as error:
            raise EngineError(
                f"Google's speech can't be had: {error}. Try later, or choose another engine."
            ) from None
        return answer.getvalue()


def _decoder() -> list[str]:
    if shutil.which("ffmpeg"):
        return [
            "ffmpeg",
            "-v",
            "error",
            "-i",
            "{}",
            "-f",
            "s16le",
            "-ac",
            "1",
            "-ar",
            str(_RATE),
            "-",
        ]
    if shutil.which("sox"):
        raw = ["-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", str(_RATE), "-"]
        return ["sox", "-t", "mp3", "{}", *raw]
    raise EngineError("gTTS answers in MP3. Install ffmpeg (or sox and libsox-fmt-mp3).")


def _decode(decoder: list[str], file: Path) -> Sound:
    command = [str(file) if word == "{}" else word for word in decoder]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_DEADLINE, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError(
            f"{file.name} can't be decoded: {error}. Delete it, or install ffmpeg."
        ) from None
    return from_pcm(done.stdout, _RATE)


def _store(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(file)
