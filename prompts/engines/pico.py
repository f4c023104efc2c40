"""SVOX Pico by ctypes: the only module that knows its C interface (picoapi.h).

The library keeps all its state in one block of memory that we hand it, so each process opens its
own voices.
"""

import ctypes
import hashlib
import re
import threading
import weakref
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from domain.language import Language
from prompts.engines.base import EngineError
from prompts.sound import Sound, from_pcm, silences, without_rumble

RATE = 16000  # samples a second; Pico knows no other

_LIBRARY = "usr/lib/*/libttspico.so.0"
_RESOURCES = Path("usr/share/pico/lang")
_VOICES = {
    Language.DE: ("de-DE_ta.bin", "de-DE_gl0_sg.bin"),
    Language.EN: ("en-US_ta.bin", "en-US_lh0_sg.bin"),
    Language.ES: ("es-ES_ta.bin", "es-ES_zl0_sg.bin"),
    Language.FR: ("fr-FR_ta.bin", "fr-FR_nk0_sg.bin"),
}
# Pico spells what is written in capitals; people say these as words.
_RESPELLED = {
    Language.DE: {},
    Language.EN: {"PIN": "pin", "ZIP": "zip"},
    Language.ES: {"PIN": "pin"},
    Language.FR: {"PIN": "pine"},
}
# Said after a text that goes on, and cut off again: without it the voice falls as at the end of
# a sentence.
_CARRIER = {
    Language.DE: ", so",
    Language.EN: ", so",
    Language.ES: ", así",
    Language.FR: ", ça",
}
_FINAL = ".!?…"
_CARRIER_SECONDS = (0.10, 0.60)  # how long it is spoken

_MEMORY = 2_500_000  # bytes; what pico2wave gives it
_BUFFER = 4096
_CHUNK = 30_000  # bytes; the length of a text is a signed 16-bit number
_STEP_IDLE, _STEP_BUSY = 200, 201
_FULL_RESET = 0

_Pointer = ctypes.c_void_p
_Int16Ref = ctypes.POINTER(ctypes.c_int16)
_PointerRef = ctypes.POINTER(ctypes.c_void_p)
_SIGNATURES = {
    "pico_initialize": (_Pointer, ctypes.c_uint32, _PointerRef),
    "pico_terminate": (_PointerRef,),
    "pico_getSystemStatusMessage": (_Pointer, ctypes.c_int32, ctypes.c_char_p),
    "pico_loadResource": (_Pointer, ctypes.c_char_p, _PointerRef),
    "pico_unloadResource": (_Pointer, _PointerRef),
    "pico_getResourceName": (_Pointer, _Pointer, ctypes.c_char_p),
    "pico_createVoiceDefinition": (_Pointer, ctypes.c_char_p),
    "pico_releaseVoiceDefinition": (_Pointer, ctypes.c_char_p),
    "pico_addResourceToVoiceDefinition": (_Pointer, ctypes.c_char_p, ctypes.c_char_p),
    "pico_newEngine": (_Pointer, ctypes.c_char_p, _PointerRef),
    "pico_disposeEngine": (_Pointer, _PointerRef),
    "pico_resetEngine": (_Pointer, ctypes.c_int32),
    # pico_getData has none: checking its arguments would cost a third of the whole time
    "pico_putTextUtf8": (_Pointer, ctypes.c_char_p, ctypes.c_int16, _Int16Ref),
}


@dataclass(frozen=True, slots=True)
class Pico:
    """Pico below ``root``, a folder into which libttspico0 and libttspico-data were unpacked (or
    ``/``).
    """

    root: Path

    @property
    def missing(self) -> str | None:
        """The first file that isn't there, None when Pico can speak all languages."""
        if not list(self.root.glob(_LIBRARY)):
            return str(self.root / _LIBRARY)
        needed = (self.root / _RESOURCES / name for names in _VOICES.values() for name in names)
        return next((str(file) for file in needed if not file.exists()), None)

    @property
    def identity(self) -> str:
        return _identity(self.root)

    def speak(self, language: Language, text: str) -> Sound:
        voice = _voice(self.root, language)
        plain = _plain(language, text)
        if plain[-1:] in _FINAL:
            return voice.speak(plain.rstrip("."))  # the end is one anyway, with less silence
        plain = plain.rstrip(" ,;:")
        whole = voice.speak(plain + _CARRIER[language])
        return _without_carrier(whole) or voice.speak(plain)


class _Voice:
    """One language's voice, opened; speaks one text after the other, from any thread."""

    def __init__(self, root: Path, language: Language) -> None:
        self._library = _load(root)
        self._system = ctypes.c_void_p()
        self._lock = threading.Lock()
        with ExitStack() as stack:
            self._open_system(stack)
            self._engine = self._open_engine(root, language, stack)
            # The engine goes before the voice, the voice before its resources, the system last.
            weakref.finalize(self, stack.pop_all().close)

    def speak(self, text: str) -> Sound:
        with self._lock:
            # From the same state each time, so that the same text gives the same samples.
            self._check(self._library.pico_resetEngine(self._engine, _FULL_RESET))
            rest = text.encode() + b"\0"  # the zero tells Pico that no more will come
            spoken = bytearray()
            while rest:
                taken = ctypes.c_int16()
                chunk = rest[:_CHUNK]
                self._check(
                    self._library.pico_putTextUtf8(
                        self._engine, chunk, len(chunk), ctypes.byref(taken)
                    )
                )
                rest = rest[taken.value :]
                self._drain(spoken)
        return without_rumble(from_pcm(bytes(spoken), RATE))  # it comes with an offset

    def _drain(self, spoken: bytearray) -> None:
        """Take what Pico has; it comes in pieces of 64 samples, with nothing in most of the 4000
        calls a second.
        """
        buffer = ctypes.create_string_buffer(_BUFFER)
        size, kind = ctypes.c_int16(), ctypes.c_int16()
        get_data, engine, target = self._library.pico_getData, self._engine, ctypes.byref(buffer)
        limit, size_ref, kind_ref = ctypes.c_int16(_BUFFER), ctypes.byref(size), ctypes.byref(kind)
        status = _STEP_BUSY
        while status == _STEP_BUSY:
            status = get_data(engine, target, limit, size_ref, kind_ref)
            if size.value:
                spoken += ctypes.string_at(buffer, size.value)
        if status != _STEP_IDLE:
            raise EngineError(f"Pico failed while speaking (status {status}). Try another engine.")

    def _open_system(self, stack: ExitStack) -> None:
        memory = ctypes.create_string_buffer(_MEMORY)
        status = self._library.pico_initialize(memory, _MEMORY, ctypes.byref(self._system))
        self._check(status)
        stack.callback(_terminate, self._library, self._system, memory)

    def _open_engine(self, root: Path, language: Language, stack: ExitStack) -> ctypes.c_void_p:
        library, system = self._library, self._system
        name = language.value.encode()
        resources = [
            self._open_resource(root / _RESOURCES / file, stack) for file in _VOICES[language]
        ]
        self._check(library.pico_createVoiceDefinition(system, name))
        stack.callback(library.pico_releaseVoiceDefinition, system, name)
        for resource in resources:
            self._check(library.pico_addResourceToVoiceDefinition(system, name, resource))
        engine = ctypes.c_void_p()
        self._check(library.pico_newEngine(system, name, ctypes.byref(engine)))
        stack.callback(library.pico_disposeEngine, system, ctypes.byref(engine))
        return engine

    def _open_resource(self, file: Path, stack: ExitStack) -> bytes:
        resource = ctypes.c_void_p()
        path = str(file).encode()
        self._check(
            self._library.pico_loadResource(self._system, path, ctypes.byref(resource)), str(file)
        )
        stack.callback(self._library.pico_unloadResource, self._system, ctypes.byref(resource))
        name = ctypes.create_string_buffer(200)
        self._check(self._library.pico_getResourceName(self._system, resource, name))
        return name.value

    def _check(self, status: int, what: str = "") -> None:
        if status:
            message = ctypes.create_string_buffer(200)
            if self._system.value:
                self._library.pico_getSystemStatusMessage(self._system, status, message)
            reason = message.value.decode(errors="replace") or f"status {status}"
            raise EngineError(f"Pico: {what or 'speaking'}: {reason}. Fetch it again.")


def _terminate(
    library: ctypes.CDLL, system: ctypes.c_void_p, _memory: ctypes.Array[ctypes.c_char]
) -> None:
    """End the system; its memory is an argument so that it lives until here."""
    library.pico_terminate(ctypes.byref(system))


@cache
def _load(root: Path) -> ctypes.CDLL:
    found = sorted(root.glob(_LIBRARY))
    if not found:
        raise EngineError(
            f"Pico is not below {root}. Fetch libttspico0 and libttspico-data, "
            "or choose another engine."
        )
    try:
        library = ctypes.CDLL(str(found[0]))
    except OSError as error:
        raise EngineError(f"Pico can't be loaded: {error}. Choose another engine.") from None
    for name, arguments in _SIGNATURES.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, ctypes.c_int32
    library.pico_getData.restype = ctypes.c_int32
    return library


@cache
def _voice(root: Path, language: Language) -> _Voice:
    return _Voice(root, language)


@cache
def _identity(root: Path) -> str:
    digest = hashlib.sha256(repr((_RESPELLED, _CARRIER)).encode())
    files = [*sorted(root.glob(_LIBRARY)), *sorted((root / _RESOURCES).glob("*.bin"))]
    for file in files:
        digest.update(f"{file.name} {file.stat().st_size}".encode())
    return f"pico {digest.hexdigest()[:16]}"


def _plain(language: Language, text: str) -> str:
    """``text`` as Pico should read it: no tags, abbreviations respelled."""
    plain = " ".join(text.replace("<", " ").replace(">", " ").split())
    for written, said in _RESPELLED[language].items():
        plain = re.sub(rf"\b{written}\b", said, plain)
    return plain


def _without_carrier(sound: Sound) -> Sound | None:
    """``sound`` up to the pause before the carrier; None where that pause can't be told."""
    found = silences(sound)
    end = sound.seconds - found.tail
    for start, length in reversed(found.pauses):
        after = end - start - length
        if length >= 0.08 and _CARRIER_SECONDS[0] <= after <= _CARRIER_SECONDS[1]:
            return Sound(sound.samples[: round((start + 0.04) * sound.rate)], sound.rate)
    return None
