"""The interface texts, one TOML file a language; English is the source."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from domain.language import Language


@cache
def texts(language: Language) -> Mapping[str, str]:
    """All texts of a language, by key."""
    source = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return {str(key): str(text) for key, text in tomllib.loads(source).items()}


def preferred(accept_language: str) -> Language:
    """The first language we have among those a browser accepts, by its ``Accept-Language``; else
    English.
    """
    wanted: list[tuple[float, str]] = []
    for entry in accept_language.split(",")[:20]:
        tag, _, quality = entry.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), tag[:2].lower()))
        except ValueError:
            continue
    known = {language.value: language for language in Language}
    for _, tag in sorted(wanted, key=lambda pair: pair[0]):
        if tag in known:
            return known[tag]
    return Language.EN
