"""Which of our languages are spoken where in Switzerland, by ZIP.

``swiss_zip_languages.csv`` is derived from the official directory of localities (Ortschaftenverzeichnis) of the
Federal Office of Topography swisstopo: open government data, free to use, the source to be named.
"""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from domain.language import Language

_BILINGUAL: Final = frozenset({"BE", "FR", "VS"})
"""The cantons where ``multiple`` means German and French; in Grisons it is German and Romansh."""

_OURS: Final = {
    "de": Language.DE,
    "fr": Language.FR,
    "rm": Language.DE,  # all who speak Romansh speak German too
}


@cache
def swiss_languages() -> Mapping[str, tuple[Language, ...]]:
    """The likelier language first; a ZIP where only Italian is spoken has none of ours."""
    source = files(__package__).joinpath("swiss_zip_languages.csv")
    table = source.read_text(encoding="utf-8").splitlines()
    return {
        row["zip"]: _ours(row["languages"].split(), row["cantons"].split())
        for row in csv.DictReader(table)
    }


def _ours(spoken: Sequence[str], cantons: Sequence[str]) -> tuple[Language, ...]:
    if "multiple" in spoken:
        both = (Language.DE, Language.FR)
        return both if _BILINGUAL.intersection(cantons) else both[:1]
    return tuple(dict.fromkeys(_OURS[one] for one in spoken if one in _OURS))
