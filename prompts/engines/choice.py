"""Which engine speaks, by the setting ``speech.engine``."""

import shutil
from pathlib import Path

from prompts.engines.base import Engine, EngineError
from prompts.engines.espeak import Espeak
from prompts.engines.google import Google
from prompts.engines.pico import Pico

_ESPEAK = "espeak-ng"


def choose(wanted: str, pico_root: Path | None, cache: Path) -> Engine:
    """The engine that ``wanted`` names: ``auto`` (Pico, else espeak-ng), ``pico``, ``espeak-ng`` or
    ``gtts``.

    ``pico_root`` is the folder Pico was unpacked into, None where it can't be had; ``cache`` may
    keep what was fetched. Raises EngineError where the engine isn't there. gTTS sends the texts to
    Google, so ``auto`` never takes it.
    """
    if wanted not in {"auto", "pico", _ESPEAK, "gtts"}:
        raise EngineError(f"speech.engine is {wanted!r}. Set it to auto, pico, {_ESPEAK} or gtts.")
    if wanted == "gtts":
        return Google(cache / "gtts")
    pico = Pico(pico_root) if pico_root else None
    if wanted in {"auto", "pico"} and pico and pico.missing is None:
        return pico
    if wanted == "pico":
        what = pico.missing if pico else "its folder"
        raise EngineError(f"Pico lacks {what}. Fetch it again, or set speech.engine = auto.")
    if shutil.which(_ESPEAK):
        return Espeak()
    raise EngineError(
        "There is no speech engine. "
        f"Fetch Pico (libttspico0, libttspico-data) or install {_ESPEAK}."
    )
