"""Settings read from ``rufwerk.toml`` and the environment, and checked, with the remedy in each error.

A value stands in the file as ``[section] key = value``; ``RUFWERK_SECTION__KEY`` overrides it, and
so does ``RUFWERK_SECTION__KEY_FILE`` by a file that holds it. ``RUFWERK_HOME`` and
``RUFWERK_CACHE`` name the two folders.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from rufwerk.settings import Settings, SettingsError
from rufwerk.settings_checks import check

_TOP_LEVEL = ("home", "cache", "tenants", "node")
_MSGSPEC = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<key>[^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]*)`")

_Path = tuple[str, ...]


class _Variable(NamedTuple):
    """A variable of the environment, and what it says: the text of its file, if it names one."""

    name: str
    value: str


def load(config: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force. ``config`` None reads ``rufwerk.toml`` where there is one.

    Relative folders count from the current directory. Raises SettingsError.
    """
    values = _from_file(config)
    overrides = _from_environment(environ)
    for path, variable in overrides.items():
        _put(values, path, variable)
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise SettingsError(_mistake(str(error), config, overrides)) from None
    settings = msgspec.structs.replace(
        settings,
        home=settings.home.absolute(),
        cache=settings.cache.absolute(),
        tenants=settings.tenants.absolute(),
    )
    check(settings)
    return settings


def _path(wanted: type[Any], value: Any) -> Any:
    if wanted is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(wanted)  # msgspec's way to say that it can't be converted


def _from_file(config: Path | None) -> dict[str, Any]:
    path = config or Path("rufwerk.toml")
    if config is None and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}. Correct the file or name another.") from None


def _from_environment(environ: Mapping[str, str]) -> dict[_Path, _Variable]:
    found: dict[_Path, _Variable] = {}
    for name, value in environ.items():
        if not name.startswith("RUFWERK_"):
            continue
        path = tuple(name.removeprefix("RUFWERK_").lower().split("__"))
        if len(path) == 1 and path[0] not in _TOP_LEVEL:
            continue  # RUFWERK_SOMETHING of another program
        if path[-1].endswith("_file") and len(path) > 1:
            path = (*path[:-1], path[-1].removesuffix("_file"))
            value = _read(name, Path(value))  # noqa: PLW2901
        found[path] = _Variable(name, value)
    return found


def _read(name: str, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name}: {error}. Name a readable file.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name}: {file} isn't UTF-8. Save it as UTF-8.") from None


def _put(values: dict[str, Any], path: _Path, variable: _Variable) -> None:
    section: Any = values
    for depth, key in enumerate(path[:-1], start=1):
        section = section.setdefault(key, {})
        if not isinstance(section, dict):
            raise SettingsError(
                f"{variable.name}: {'.'.join(path[:depth])} is no section. "
                f"Write it as [{key}] in the settings' file, or unset the variable."
            )
    current: Any = Settings
    for key in path:
        current = getattr(current, "__annotations__", {}).get(key, str)
    is_list = current == tuple[str, ...]
    if is_list:
        section[path[-1]] = variable.value.split(",") if variable.value else []
    else:
        section[path[-1]] = variable.value


def _mistake(said: str, config: Path | None, overrides: Mapping[_Path, _Variable]) -> str:
    """msgspec's complaint, with the key first and the one place where it is to be corrected."""
    found = _MSGSPEC.fullmatch(said)
    assert found is not None, "its pattern fits every text"
    keys = [part.partition("[")[0] for part in (found["key"] or "").split(".") if part]
    unknown = _UNKNOWN.fullmatch(found["what"])
    if unknown:
        keys.append(unknown["key"])
    path, what = tuple(keys), "unknown" if unknown else found["what"]
    variables = [one.name for given, one in overrides.items() if given[: len(path)] == path]
    place = variables[0] if variables else str(config or "rufwerk.toml")
    return f"{'.'.join(path)}: {what}. Correct it in {place}."
