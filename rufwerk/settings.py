"""Settings from ``rufwerk.toml`` and the environment, checked, with the remedy in each error.

A value stands in the file as ``[section] key = value``; ``RUFWERK_SECTION__KEY`` overrides it, and
so does ``RUFWERK_SECTION__KEY_FILE`` by a file that holds it. ``RUFWERK_HOME`` and
``RUFWERK_CACHE`` name the two folders.
"""

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec


class SettingsError(Exception):
    """A setting is wrong; the message names the file or variable, the key and the remedy."""


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: int = 8080


class Ops(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: int = 8090


class Sip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``phone_password`` is followed by the phone's number to make its SIP password."""

    host: str = "127.0.0.1"
    port: int = 5060
    phones: tuple[str, ...] = ("201", "202", "203", "204")
    phone_password: str = "demo-"  # noqa: S105 - the demo's, open to read


class Ami(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    port: int = 5038


class Agi(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``max_calls`` at once; a call beyond it rings for three more seconds, then the operators'
    phones ring.
    """

    port: int = 4573
    max_calls: int = 400


class AsteriskSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``program`` names an installed Asterisk; empty looks for one and fetches it where there is
    none.
    """

    http_port: int = 8088
    program: str = ""


class Rtp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first: int = 10000
    last: int = 20000


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The SIP trunk; an empty host is the demo, where a call from this machine is a call from the
    carrier.
    """

    host: str = ""
    port: int = 5060


class Database(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``url`` empty is SQLite in the home; else ``postgresql+psycopg://...``."""

    url: str = ""


class Speech(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``engine`` is ``auto`` (Pico, else espeak-ng), ``pico``, ``espeak-ng`` or ``gtts``."""

    engine: str = "auto"
    recordings: str = ""


class Monitoring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls from ``caller`` (E.164) are our own and stay out of bills and figures."""

    caller: str = ""


class Demo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the demo's participants and passwords are in use; refused where anything listens
    beyond loopback.
    """

    enabled: bool = True


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings of one instance. ``home`` holds its state and secrets, ``cache`` what can be
    made again.
    """

    home: Path = Path("var")
    cache: Path = Path(".cache")
    tenants: Path = Path("tenants")
    node: str = "a"
    web: Web = Web()
    ops: Ops = Ops()
    sip: Sip = Sip()
    ami: Ami = Ami()
    agi: Agi = Agi()
    asterisk: AsteriskSection = AsteriskSection()
    rtp: Rtp = Rtp()
    carrier: Carrier = Carrier()
    database: Database = Database()
    speech: Speech = Speech()
    monitoring: Monitoring = Monitoring()
    demo: Demo = Demo()

    @property
    def database_url(self) -> str:
        return self.database.url or f"sqlite:///{quote(str(self.home / 'rufwerk.db'))}"


_TOP_LEVEL = ("home", "cache", "tenants", "node")


def load(config: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force. ``config`` None reads ``rufwerk.toml`` where there is one.

    Relative folders count from the current directory. Raises SettingsError.
    """
    values = _from_file(config)
    overrides = _from_environment(environ)
    for path, value in overrides.items():
        _put(values, path, value)
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings: {error}. Correct {_names(config, overrides)}.") from None
    settings = msgspec.structs.replace(
        settings,
        home=settings.home.absolute(),
        cache=settings.cache.absolute(),
        tenants=settings.tenants.absolute(),
    )
    _check(settings)
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


def _from_environment(environ: Mapping[str, str]) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for name, value in environ.items():
        if not name.startswith("RUFWERK_"):
            continue
        path = tuple(name.removeprefix("RUFWERK_").lower().split("__"))
        if len(path) == 1 and path[0] not in _TOP_LEVEL:
            continue  # RUFWERK_SOMETHING of another program
        if path[-1].endswith("_file") and len(path) > 1:
            path = (*path[:-1], path[-1].removesuffix("_file"))
            try:
                value = Path(value).read_text(encoding="utf-8").strip()  # noqa: PLW2901
            except OSError as error:
                raise SettingsError(f"{name}: {error}. Name a readable file.") from None
        found[path] = value
    return found


def _put(values: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    section = values
    for key in path[:-1]:
        section = section.setdefault(key, {})
    current: Any = Settings
    for key in path:
        current = getattr(current, "__annotations__", {}).get(key, str)
    is_list = current == tuple[str, ...]
    section[path[-1]] = value.split(",") if is_list else value


def _names(config: Path | None, overrides: Mapping[tuple[str, ...], str]) -> str:
    variables = ", ".join("RUFWERK_" + "__".join(path).upper() for path in sorted(overrides))
    file = str(config or "rufwerk.toml")
    return f"{file} or {variables}" if variables else file


def _check(settings: Settings) -> None:
    ports = {
        "web.port": settings.web.port,
        "ops.port": settings.ops.port,
        "sip.port": settings.sip.port,
        "ami.port": settings.ami.port,
        "agi.port": settings.agi.port,
        "asterisk.http_port": settings.asterisk.http_port,
    }
    for key, port in ports.items():
        if not 1 <= port <= 65535:
            raise SettingsError(f"{key} is {port}. Give a port from 1 to 65535.")
    taken = {port: key for key, port in ports.items() if key != "sip.port"}
    if len(taken) < len(ports) - 1:
        raise SettingsError(f"two of {', '.join(ports)} are the same. Give each a port of its own.")
    if not 1024 <= settings.rtp.first < settings.rtp.last <= 65535:
        raise SettingsError("rtp.first must be 1024 or more and below rtp.last (65535 at most).")
    for key, host in (
        ("web.host", settings.web.host),
        ("ops.host", settings.ops.host),
        ("sip.host", settings.sip.host),
    ):
        if settings.demo.enabled and not _is_loopback(host):
            raise SettingsError(
                f"{key} is {host}, but the demo's data and passwords are open to read. "
                "Listen on 127.0.0.1, or set demo.enabled = false and passwords of your own."
            )
    if not settings.demo.enabled and settings.sip.phone_password == Sip().phone_password:
        raise SettingsError("sip.phone_password is the demo's. Set one of your own.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
