"""What makes a report: figures are put together, and drawn in a language."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from domain.issued_report import Wanted
from domain.language import Language
from reporting.drawing import Drawn
from reporting.report import Report

Build = Callable[[Wanted], AbstractContextManager[Report]]
"""The sources can be read as long as it is open. Raises StorageDown."""

Draw = Callable[[Report, Language], Drawn]
"""Takes its time. Raises NotDrawn."""

CatchUp = Callable[[int], object]
"""Has the projections come as far as a fact's ``seq``. Raises StorageDown."""


@dataclass(frozen=True, slots=True)
class Makers:
    catch_up: CatchUp
    build: Build
    draw: Draw
    close: Callable[[], None]
    """Whoever draws, or begins to, is told NotDrawn; for a process that ends."""
