"""Settings from ``rufwerk.toml`` and the environment, checked, with the remedy in each error.

A value stands in the file as ``[section] key = value``; ``RUFWERK_SECTION__KEY`` overrides it, and
so does ``RUFWERK_SECTION__KEY_FILE`` by a file that holds it. ``RUFWERK_HOME`` and
``RUFWERK_CACHE`` name the two folders.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from rufwerk import crm_settings, report_settings
from rufwerk.browser_phones import OUR_ADDRESS
from rufwerk.crm_settings import Crm
from rufwerk.report_settings import Reports


class SettingsError(Exception):
    """A setting is wrong; the message names the file or variable, the key and the remedy."""


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: int = 8080


class Ops(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: int = 8090


class Sip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``phone_password`` is followed by the phone's number to make its SIP password; a browser phone's is made here.
    ``host`` is an address of this machine.
    """

    host: str = "127.0.0.1"
    port: int = 5060
    phones: tuple[str, ...] = ("201", "202", "203", "204")
    browser_phones: tuple[str, ...] = ("211", "212", "213", "214")
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
    """The SIP trunk, and the port it takes calls at; an empty host is the demo, where a call from
    this machine is a call from the carrier. A line outside that a caller was sent to, or that was asked in, is hung up
    ``longest_outside_s`` after it answered: none of our people may be left in the call to do it.
    """

    host: str = ""
    port: int = 5060
    longest_outside_s: int = 7200


class Pbx(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another maker's PBX, reached over a trunk without registration: its address, the port it takes our calls at, and
    those of its ``extensions`` that are telephones of our agents. An empty host is none.
    """

    host: str = ""
    port: int = 5060
    extensions: tuple[str, ...] = ()


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mail server that takes our mails, and the address they come from; without ``host`` it is the demo's mail box,
    and in earnest nothing is sent.
    """

    host: str = ""
    port: int = 8025
    sender: str = msgspec.field(default="rufwerk@rufwerk.example", name="from")


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
    pbx: Pbx = Pbx()
    crm: Crm = Crm()
    mail: Mail = Mail()
    reports: Reports = Reports()
    database: Database = Database()
    speech: Speech = Speech()
    monitoring: Monitoring = Monitoring()
    demo: Demo = Demo()

    @property
    def database_url(self) -> str:
        return self.database.url or f"sqlite:///{quote(str(self.home / 'rufwerk.db'))}"

    @property
    def all_phones(self) -> tuple[str, ...]:
        """Where agents may sign in."""
        return self.sip.phones + self.sip.browser_phones + self.pbx.extensions

    @property
    def has_demo_crm(self) -> bool:
        """Whether our own CRM stands for a company's."""
        return self.demo.enabled and not self.crm.url

    @property
    def has_mail_box(self) -> bool:
        """Whether mails are caught on this machine, to be looked at."""
        return self.demo.enabled and not self.mail.host

    @property
    def has_customers(self) -> bool:
        """Whether the demo's customers have telephones: they are its carrier's."""
        return self.demo.enabled and not self.carrier.host

    @property
    def rings_nobody(self) -> bool:
        """Whether no call leaves this machine for people in earnest: the demo's own carrier, or one put up here."""
        return self.demo.enabled and (not self.carrier.host or _is_loopback(self.carrier.host))

    @property
    def carrier_host(self) -> str:
        """Where the carrier's calls come from; without a trunk from this machine itself."""
        return self.carrier.host or ("::1" if ":" in self.sip.host else "127.0.0.1")


_TOP_LEVEL = ("home", "cache", "tenants", "node")
_SHORTEST_PASSWORD = 12
_DAY_S = 24 * 60 * 60
_NODE = re.compile(r"[a-z0-9-]{1,16}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MAIL_FROM = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,255}")
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


def _check(settings: Settings) -> None:
    _check_ports(settings)
    _check_values(settings)
    _check_openness(settings)
    _check_pbx(settings)


def _check_ports(settings: Settings) -> None:
    listening = {
        "web.port": settings.web.port,
        "ops.port": settings.ops.port,
        "ami.port": settings.ami.port,
        "agi.port": settings.agi.port,
        "asterisk.http_port": settings.asterisk.http_port,
        "crm.port": settings.crm.port,
    }
    others = {
        "sip.port": settings.sip.port,
        "carrier.port": settings.carrier.port,
        "pbx.port": settings.pbx.port,
    }
    (others if settings.mail.host else listening)["mail.port"] = settings.mail.port
    for key, port in (listening | others).items():
        if not 1 <= port <= 65535:
            raise SettingsError(f"{key} is {port}. Give a port from 1 to 65535.")
    if len(set(listening.values())) < len(listening):
        raise SettingsError(
            f"two of {', '.join(listening)} are the same. Give each a port of its own."
        )
    first, last = settings.rtp.first, settings.rtp.last
    if not 1024 <= first < last <= 65535:
        raise SettingsError("rtp.first must be 1024 or more and below rtp.last (65535 at most).")
    if first <= settings.sip.port <= last:
        raise SettingsError(
            f"sip.port {settings.sip.port} is one of the ports for sound, {first} to {last}. "
            "Give it another, or move rtp.first and rtp.last."
        )


def _check_values(settings: Settings) -> None:
    if not _NODE.fullmatch(settings.node):
        raise SettingsError(
            f"node is {settings.node!r}. Give 1 to 16 small letters, digits and hyphens."
        )
    if settings.agi.max_calls < 1:
        raise SettingsError(f"agi.max_calls is {settings.agi.max_calls}. Give 1 or more.")
    if not 1 <= settings.carrier.longest_outside_s <= _DAY_S:
        raise SettingsError(
            f"carrier.longest_outside_s is {settings.carrier.longest_outside_s}. "
            f"Give seconds, from 1 to {_DAY_S}."
        )
    if not _MAIL_FROM.fullmatch(settings.mail.sender):
        raise SettingsError(
            f"mail.from is {settings.mail.sender!r}. Write it as rufwerk@company.example."
        )
    caller = settings.monitoring.caller
    if caller and not _E164.fullmatch(caller):
        raise SettingsError(
            f"monitoring.caller is {caller!r}. Write it as +493023125100, or leave it empty."
        )
    mistake = crm_settings.mistake(settings.crm) or report_settings.mistake(settings.reports)
    if mistake:
        raise SettingsError(mistake)
    for key, host in (("web.host", settings.web.host), ("ops.host", settings.ops.host)):
        if not host:
            raise SettingsError(f"{key} is empty. Give an address of this machine.")
    if settings.sip.host != "localhost" and not _is_address(settings.sip.host):
        raise SettingsError(
            f"sip.host is {settings.sip.host!r}. Give an address of this machine, such as 192.0.2.10."
        )


def _check_openness(settings: Settings) -> None:
    """What is open to read, the demo's data and passwords, stays on this machine."""
    if not settings.demo.enabled:
        if len(settings.sip.phone_password) < _SHORTEST_PASSWORD:
            raise SettingsError(
                f"sip.phone_password has less than {_SHORTEST_PASSWORD} characters, which is for "
                "the demo only. Set one of your own."
            )
        return
    for key, host in (
        ("web.host", settings.web.host),
        ("ops.host", settings.ops.host),
        ("sip.host", settings.sip.host),
    ):
        if not _is_loopback(host):
            raise SettingsError(
                f"{key} is {host}, but the demo's data and passwords are open to read. "
                "Listen on 127.0.0.1, or set demo.enabled = false and passwords of your own."
            )


def _check_pbx(settings: Settings) -> None:
    """It is known by its address, which has to be nobody else's and within reach."""
    host, ours = settings.pbx.host, settings.sip.host
    if not host:
        if settings.pbx.extensions:
            raise SettingsError(
                "pbx.extensions are set, but pbx.host is empty. Give the address of the PBX."
            )
        return
    if not _is_address(host) or ipaddress.ip_address(host).is_unspecified:
        raise SettingsError(f"pbx.host is {host!r}. Give its address, such as 192.0.2.20.")
    taken = (("the carrier is", settings.carrier_host), ("browsers' phones are", OUR_ADDRESS))
    for whose, known in taken:
        if _is_address(known) and ipaddress.ip_address(known) == ipaddress.ip_address(host):
            raise SettingsError(
                f"pbx.host is {host}, which {whose} known by: a call from there can't be told whose it is. "
                "Give the PBX an address of its own."
            )
    if (":" in host) != (":" in ours) or (_is_loopback(ours) and not _is_loopback(host)):
        raise SettingsError(
            f"pbx.host {host} can't be reached from sip.host {ours}. "
            "Give sip.host an address of this machine in the network of the PBX."
        )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
