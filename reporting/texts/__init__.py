"""The texts of reports, one TOML file a language; English is the source."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from domain.language import Language


@cache
def texts(language: Language) -> Mapping[str, str]:
    """All texts of a language, by key. Raises ValueError where a key stands twice."""
    source = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for section in tomllib.loads(source).values():
        if twice := found.keys() & section.keys():
            raise ValueError(f"These keys stand twice in {language}.toml: {sorted(twice)}")
        found |= section
    return found
