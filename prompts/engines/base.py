"""What the builder needs of a speech engine."""

from typing import Protocol

from domain.language import Language
from prompts.sound import Sound


class EngineError(Exception):
    """An engine is missing or failed; the message says what to do."""


class Engine(Protocol):
    """Turns text into sound.

    A value that can be pickled: each worker process opens what it needs by itself.

    A text that ends without ``. ! ? …`` goes on after it (a number, the rest of the sentence), so
    the voice should stay up.
    """

    @property
    def identity(self) -> str:
        """Name and version of engine and voices; another identity means that everything is rendered
        anew.
        """
        ...

    def speak(self, language: Language, text: str) -> Sound:
        """``text`` at the engine's own rate, untrimmed. Raises EngineError."""
        ...
