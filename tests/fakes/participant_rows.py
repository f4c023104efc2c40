"""Rows of a file of participants, as they were understood."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from domain.ids import TenantId
from domain.language import Language
from domain.participant_row import Entry

ALPENRAD = TenantId("alpenrad")


def entry(number: int, **other: Any) -> Entry:
    """Somebody's row, with what is ``other``."""
    usual: dict[str, Any] = {
        "name": f"Participant {number}",
        "language": Language.DE,
        "zips": ("76275",),
        "born": date(1985, 5, 17),
        "points": number * 10,
    }
    return Entry("", number + 1, str(30_000_000 + number), **(usual | other))


def entries(numbers: Iterable[int]) -> list[Entry]:
    return [entry(number) for number in numbers]
