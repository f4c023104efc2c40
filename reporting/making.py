"""What a report's makers give: figures put together, and drawn in a language."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.issued_report import ReportFile, Wanted
from domain.language import Language
from reporting.report import Report

Build = Callable[[Wanted], Report]
"""Raises StorageDown."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """``files`` are the mail's text, HTML and images, the workbook, and the report's sources as CSV."""

    title: str
    files: tuple[ReportFile, ...]


Draw = Callable[[Report, Language], Drawn]
"""Takes its time."""

CatchUp = Callable[[int], None]
"""Has the projections come as far as a fact's ``seq``. Raises StorageDown."""
