"""The catalogue: each text the portal speaks, by language and key, and how it falls apart into
clips.

A key is dotted, ``login.number``; its clip is the file ``<language>/login/number.sln``. A text may
have holes, ``Sie haben {points}.``, that the portal fills with clips for numbers: what stands
before and after them becomes clips of its own, ``balance/told-1``, ``balance/told-2``. A tenant's
own texts become clips under ``tenant/<tenant id>/``.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from typing_extensions import override

from domain.language import Language
from domain.tenant import Tenant

FOLDER = Path(__file__).with_name("catalogue")

Plan = Mapping[Language, Mapping[str, str]]
"""What is to be there as audio: text by language and clip key."""

_SHORT = "short."
"""Below it stand the short forms, under the keys of what they stand for."""
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]*")
_HOLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_ENDS = ".?!…"
_BREAKS = ",;:"
_CLOSING = "\"'”“»)"
_SENTENCE_PAUSE_MS = 300
_CLAUSE_PAUSE_MS = 120


class CatalogueError(Exception):
    """A text can't be used; each line of the message names the file or tenant, the key and the
    remedy.
    """


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of audio: ``key`` is its path below the language's folder, ``pause_ms`` the silence
    to follow it.
    """

    key: str
    text: str
    pause_ms: int

    @property
    def is_tenants(self) -> bool:
        """Whether it speaks a tenant's own text, which lies where other homes don't look."""
        return self.key.startswith("tenant/")


@dataclass(frozen=True, slots=True)
class Hole:
    """Where something is put in while speaking, and the silence in milliseconds to follow it."""

    name: str
    pause_ms: int


Sentence = tuple[Clip | Hole, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a prompt.

    ``key`` is dotted where a text is meant, a clip key where a file is meant.
    """

    language: Language
    key: str
    what: str
    remedy: str

    @override
    def __str__(self) -> str:
        return f"{self.language}: {self.key}: {self.what}. {self.remedy}"


def pause_after(text: str) -> int:
    """The silence in milliseconds that belongs after ``text``, by how it ends."""
    end = text.rstrip().rstrip(_CLOSING)[-1:]
    if end and end in _ENDS:
        return _SENTENCE_PAUSE_MS
    return _CLAUSE_PAUSE_MS if end and end in _BREAKS else 0


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts, by language and dotted key. It may have gaps: ``problems`` tells them."""

    texts: Mapping[Language, Mapping[str, str]]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Catalogue":
        """The catalogue in ``folder``, one ``<language>.toml`` each. Raises CatalogueError."""
        return cls({language: _read(folder / f"{language}.toml") for language in Language})

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all languages, each once, in the order of the files."""
        return tuple(dict.fromkeys(key for texts in self.texts.values() for key in texts))

    def has(self, language: Language, key: str) -> bool:
        """Whether there is a text of ours; a reward's name is a tenant's own alone."""
        return key in self.texts[language]

    def text(self, language: Language, key: str, tenant: Tenant | None = None) -> str:
        """The text as written, holes and all; the tenant's own where there is one.

        Raises CatalogueError.
        """
        return self._find(language, key, tenant)[0]

    def sentence(self, language: Language, key: str, tenant: Tenant | None = None) -> Sentence:
        """The clips and holes of a prompt, in the order they are spoken.

        Raises CatalogueError for an unknown key.
        """
        return _split(*self._find(language, key, tenant))

    def short(self, language: Language, key: str) -> str:
        """The key of a prompt's short form; the prompt's own where it has none."""
        return _SHORT + key if _SHORT + key in self.texts[language] else key

    def clips(self, language: Language, tenants: Iterable[Tenant] = ()) -> dict[str, str]:
        """Text by clip key, the tenants' own texts included.

        Raises CatalogueError for an override that doesn't fit.
        """
        sentences = [_split(text, _path(key)) for key, text in self.texts[language].items()]
        for tenant in tenants:
            self.check_tenant(tenant)
            sentences += [
                _split(text, _path(key, tenant))
                for key, text in tenant.prompts.get(language, {}).items()
            ]
        return {part.key: part.text for s in sentences for part in s if isinstance(part, Clip)}

    def plan(self, others: Plan, tenants: Iterable[Tenant] = ()) -> dict[Language, dict[str, str]]:
        """All clips: the catalogue's, the tenants' own and ``others`` (the clips of numbers, by
        language).

        Raises CatalogueError where an override doesn't fit or two texts claim one clip key.
        """
        tenants = tuple(tenants)
        plan = {language: self.clips(language, tenants) for language in Language}
        for language, clips in others.items():
            for key in sorted(plan[language].keys() & clips.keys()):
                raise CatalogueError(
                    f"{language}: the clip {key} stands in the catalogue and among the numbers. "
                    "Give the prompt another key."
                )
            plan[language].update(clips)
        return plan

    def problems(self) -> list[Problem]:
        """Keys that a language lacks, holes that differ from those of the first language that has the key, and short
        forms that don't fit what they stand for.
        """
        found = []
        for key in self.keys:
            holders = [language for language in Language if key in self.texts[language]]
            model = _holes(self.texts[holders[0]][key])
            for language in Language:
                if language not in holders:
                    remedy = f"Add it to {language}.toml; {holders[0]}.toml has it."
                    found.append(Problem(language, key, "no text", remedy))
                elif _holes(self.texts[language][key]) != model:
                    what = f"its holes differ from those of {holders[0]}.toml"
                    found.append(Problem(language, key, what, _use_holes(model)))
        return found + [problem for language in Language for problem in self._short_forms(language)]

    def _short_forms(self, language: Language) -> Iterator[Problem]:
        texts = self.texts[language]
        for key in texts:
            full = key.removeprefix(_SHORT)
            if full == key:
                continue
            if full not in texts:
                remedy = f"Write it below the key of a prompt, as {_SHORT}menu.balance."
                yield Problem(language, key, "there is nothing that it is short for", remedy)
            elif _holes(texts[full]) != _holes(texts[key]):
                what = f"its holes differ from those of {full}"
                yield Problem(language, key, what, _use_holes(_holes(texts[full])))

    def check_tenant(self, tenant: Tenant) -> None:
        """Raise CatalogueError, a line for each text of the tenant's own that can't take the place
        of ours.
        """
        lines = [
            f'tenant {tenant.id}: prompts.{language}."{key}": {complaint}'
            for language, prompts in tenant.prompts.items()
            for key in prompts
            for complaint in self._complaints(tenant, language, key)
        ]
        if not _TENANT.fullmatch(tenant.id):
            lines.append(
                f"tenant {tenant.id}: the name can't be a folder. Use a-z, 0-9, _ and - only."
            )
        if lines:
            raise CatalogueError("\n".join(lines))

    def _complaints(self, tenant: Tenant, language: Language, key: str) -> Iterator[str]:
        text = tenant.prompts[language][key]
        is_reward = any(key == reward.prompt for reward in tenant.rewards)
        ours = "" if is_reward else self.texts[language].get(key)
        if ours is None:
            near = difflib.get_close_matches(key, self.texts[language], n=1)
            hint = f"Did you mean {near[0]}?" if near else "Take a key of the catalogue."
            yield f"no such prompt. {hint}"
            return
        complaint = _complaint(text)
        if complaint:
            yield complaint
        elif _holes(text) != _holes(ours):
            yield f"its holes differ from those of the catalogue. {_use_holes(_holes(ours))}"

    def _find(self, language: Language, key: str, tenant: Tenant | None) -> tuple[str, str]:
        if tenant is not None:
            own = tenant.prompts.get(language, {}).get(key)
            if own is not None:
                return own, _path(key, tenant)
        try:
            return self.texts[language][key], _path(key)
        except KeyError:
            raise CatalogueError(
                f"{language}: {key}: no text. Add it to {language}.toml."
            ) from None


@lru_cache(maxsize=4096)
def _split(text: str, path: str) -> Sentence:
    """``text`` as clips below ``path`` and holes; punctuation that follows a hole becomes the
    hole's pause.
    """
    if not _HOLE.search(text):
        spoken = " ".join(text.split())
        return (Clip(path, spoken, pause_after(spoken)),)
    parts: list[Clip | Hole] = []
    number = 0
    for at, piece in enumerate(_HOLE.split(text)):
        if at % 2:
            parts.append(Hole(piece, 0))
            continue
        spoken = " ".join(piece.split())
        if parts:
            spoken, mark = _without_leading_marks(spoken)
            hole = parts[-1]
            assert isinstance(hole, Hole)
            parts[-1] = Hole(hole.name, pause_after(mark))
        if any(letter.isalnum() for letter in spoken):
            number += 1
            parts.append(Clip(f"{path}-{number}", spoken, pause_after(spoken)))
    return tuple(parts)


def _without_leading_marks(piece: str) -> tuple[str, str]:
    rest = piece.lstrip(_ENDS + _BREAKS + _CLOSING)
    return rest.strip(), piece[: len(piece) - len(rest)]


def _path(key: str, tenant: Tenant | None = None) -> str:
    path = key.replace(".", "/")
    return path if tenant is None else f"tenant/{tenant.id}/{path}"


def _holes(text: str) -> tuple[str, ...]:
    return tuple(sorted(_HOLE.findall(text)))


def _use_holes(names: tuple[str, ...]) -> str:
    if not names:
        return "Write it without any."
    return "Use each once: " + ", ".join(f"{{{name}}}" for name in names) + "."


def _read(file: Path) -> dict[str, str]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file.name}: {error}. Put the file there, in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(
            f'{file.name}: {error}. Write each text as key = "text", on one line.'
        ) from None
    texts: dict[str, str] = {}
    lines = []
    for key, value in _flat(tables):
        complaint = _key_complaint(key) or _complaint(value)
        if complaint:
            lines.append(f"{file.name}: {key}: {complaint}")
        else:
            texts[key] = value
    if lines:
        raise CatalogueError("\n".join(lines))
    return texts


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _key_complaint(key: str) -> str | None:
    words = key.split(".")
    if not all(_WORD.fullmatch(word) for word in words):
        return "not a key. Use a-z, 0-9 and _ only, as the other languages do."
    if words[0] == "tenant":
        return "tenants' own texts stand below that name. Take another."
    return None


def _complaint(text: object) -> str | None:
    """Why ``text`` can't be spoken, and what to do; None when it can."""
    if not isinstance(text, str):
        return 'not a text. Put it in quotes: "...".'
    if not any(letter.isalnum() for letter in text):
        return "nothing to say. Write the text."
    rest = _HOLE.sub("", text)
    if "{" in rest or "}" in rest:
        return "a brace that is no hole. Write holes as the other languages do: {name}."
    if "<" in rest or ">" in rest or any(not c.isprintable() and not c.isspace() for c in rest):
        return "a character that can't be spoken. Leave < and > and control characters out."
    return None
