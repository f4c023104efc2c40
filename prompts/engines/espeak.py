"""espeak-ng as a program: understood less well than Pico, but in every distribution."""

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.language import Language
from prompts.engines.base import EngineError
from prompts.sound import Sound
from prompts.wav import WavError, read_wav

_VOICES = {Language.DE: "de", Language.EN: "en-us", Language.ES: "es", Language.FR: "fr-fr"}
_WORDS_A_MINUTE = "150"
_DEADLINE = 60  # s


@dataclass(frozen=True, slots=True)
class Espeak:
    """``program`` is its name or path."""

    program: str = "espeak-ng"

    @property
    def identity(self) -> str:
        return f"espeak-ng {_version(self.program)} {_WORDS_A_MINUTE}"

    def speak(self, language: Language, text: str) -> Sound:
        with tempfile.TemporaryDirectory(prefix="rufwerk-espeak-") as folder:
            file = Path(folder) / "spoken.wav"
            voice = ["-v", _VOICES[language], "-s", _WORDS_A_MINUTE]
            _run([self.program, *voice, "-w", str(file), "--stdin"], text)
            try:
                return read_wav(file)
            except WavError as error:
                raise EngineError(f"espeak-ng: {error}") from None


@cache
def _version(program: str) -> str:
    # It answers: eSpeak NG text-to-speech: 1.51  Data at: /usr/lib/...
    return _run([program, "--version"]).split("Data at:")[0].split(":")[-1].strip()


def _run(command: list[str], text: str = "") -> str:
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            encoding="utf-8",
            timeout=_DEADLINE,
            check=True,
        )
    except FileNotFoundError:
        raise EngineError(
            f"{command[0]} is not installed. Install espeak-ng, or choose another engine."
        ) from None
    except subprocess.CalledProcessError as error:
        reason = str(error.stderr).strip() or f"exit status {error.returncode}"
        raise EngineError(f"espeak-ng failed: {reason}. Choose another engine.") from None
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError(f"espeak-ng failed: {error}. Choose another engine.") from None
    return done.stdout
