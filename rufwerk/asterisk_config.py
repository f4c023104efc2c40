"""Renders Asterisk's configuration from ``dialplans/`` into the home and makes its folders."""

import hashlib
import ipaddress
import os
import re
import resource
import secrets
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jinja2

import dialplans
from domain.language import Language
from domain.tenant import TenantBook
from rufwerk import demo_data
from rufwerk.asterisk_modules import CDR_WRITER, MODULES
from rufwerk.asterisk_program import Program
from rufwerk.browser_phones import OUR_ADDRESS, BrowserPhones
from rufwerk.settings import Carrier, Pbx, Settings

SOCKET = "asterisk.ctl"
SOCKET_LIMIT = 108
"""Bytes of a Unix socket's path on Linux, the final zero included (unix(7))."""

CONF_LIMIT = 256
"""Bytes of a configuration file's path in Asterisk, the final zero included (main/config.c)."""

AGI_GUARD_S = 8
"""Seconds that the FastAGI server has, from the start of a call, to raise TIMEOUT(absolute)."""

AGI_PATIENCE_S = 3
"""Seconds that a call goes on ringing while the FastAGI server doesn't take it, or no place is free."""

CALLS_PER_TOLD = 4
"""For so many places of the portal one caller at once is told that none is free."""

HEARTBEAT_S = 5
"""Seconds without a heartbeat of the switchboard after which the dialplan rings the phones itself."""

DESK = Language.DE
"""The language in which agents are spoken to on the telephone."""

CALL_BACK_RING_S = 40
"""How long the telephone of a caller who is rung back rings."""

FIELD_ROUNDS = 900
"""How often a caller is put back into the operators' queue; a round takes two seconds at least."""

CUSTOMER_CALLS = 5
"""How many of the demo's customers may call at once."""

CUSTOMER_CALL_S = 600
"""How long each of them may talk."""

CUSTOMER_RING_S = 20
"""How long a customer's page is rung before the demo's carrier answers itself."""

LINES = "lines.conf"
MAX_FILES = 16384

_PHONE = re.compile(r"[0-9]{2,15}")
_NUMBER = re.compile(r"[0-9]{2,20}")
_HOST = re.compile(r"[0-9A-Za-z.:_-]{1,253}")
# No semicolon (a comment), backslash (an escape), space or control character.
_PASSWORD = re.compile(r"[!-:<-\[\]-~]{1,80}")
_TENANT = re.compile(r"[0-9a-z-]{1,64}")


class ConfigError(Exception):
    """Asterisk can't be configured so; the message names the setting and the remedy."""


@dataclass(frozen=True, slots=True)
class Places:
    """Every folder of one instance's Asterisk.

    ``run`` holds the control socket and may lie outside the home, since a socket's path is short.
    """

    etc: Path
    lib: Path
    cache: Path
    data: Path
    spool: Path
    run: Path
    log: Path

    @classmethod
    def of(cls, home: Path) -> "Places":
        base = home / "asterisk"
        return cls(
            etc=base / "etc",
            lib=base / "lib",
            cache=base / "cache",
            data=base / "data",
            spool=base / "spool",
            run=_run_folder(home),
            log=home / "log",
        )

    @property
    def conf(self) -> Path:
        return self.etc / "asterisk.conf"

    @property
    def socket(self) -> Path:
        return self.run / SOCKET

    @property
    def pid_file(self) -> Path:
        return self.run / "asterisk.pid"

    @property
    def call_records(self) -> Path:
        """Asterisk's own, as ``rufwerk.call_records`` reads them."""
        return self.log / "cdr-custom" / "calls.csv"

    @property
    def log_file(self) -> Path:
        return self.log / "asterisk.log"


def render(settings: Settings, program: Program, book: TenantBook, sounds: Path) -> Places:
    """Write the whole configuration and make its folders; what an earlier run left is written over.

    ``sounds`` holds ``<language>/<prompt>.sln16`` (or ``.sln``) and ``music``. Raises ConfigError.
    """
    _check(settings)
    places = Places.of(settings.home)
    try:
        _make_folders(settings.home, places, program, sounds)
        values = _values(settings, program, places)
        for name in _templates():
            if name != LINES:
                _write(places.etc / name, _environment().get_template(name).render(values))
        write_lines(settings, book)
    except OSError as error:
        raise ConfigError(
            f"{settings.home}: {error}. Make it writable or set RUFWERK_HOME."
        ) from error
    return places


def check_lines(settings: Settings, book: TenantBook) -> None:
    """Whether ``write_lines`` would take them. Raises ConfigError."""
    _lines_text(settings, book)


def write_lines(settings: Settings, book: TenantBook) -> bool:
    """Write the numbers we offer; True where they changed and ``dialplan reload`` has to follow.

    Raises ConfigError.
    """
    text = _lines_text(settings, book)
    path = Places.of(settings.home).etc / LINES
    try:
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            return False
        _write(path, text)
    except OSError as error:
        raise ConfigError(f"{path}: {error}. Make it writable or set RUFWERK_HOME.") from error
    return True


def _lines_text(settings: Settings, book: TenantBook) -> str:
    return _environment().get_template(LINES).render(lines=list(_lines(settings, book)))


def ami_secret(home: Path) -> str:
    """The password of AMI's user ``rufwerk``, made at the first call and kept in the home."""
    return _secret(home, "ami")


def browser_phones(settings: Settings) -> BrowserPhones:
    """How browsers' phones reach Asterisk, by a secret made at the first call and kept in the home."""
    return BrowserPhones(
        settings.sip.browser_phones,
        settings.asterisk.http_port,
        _secret(settings.home, "browser-phones"),
    )


def _secret(home: Path, name: str) -> str:
    path = home / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _write(path, secrets.token_urlsafe(32))
    return path.read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class _Line:
    number: str
    language: str
    tenant: str
    most_calls: int
    costs: bool


def _lines(settings: Settings, book: TenantBook) -> Iterator[_Line]:
    seen = set(settings.all_phones)
    for tenant in book.tenants.values():
        for line in tenant.lines:
            for number in line.numbers:
                if not _NUMBER.fullmatch(number) or not _TENANT.fullmatch(tenant.id):
                    raise ConfigError(
                        f"tenant {tenant.id}, line {line.name}: {number!r} is no number to dial. "
                        "Give digits only, without +, and a tenant name of a-z, 0-9 and -."
                    )
                if number in seen:
                    raise ConfigError(
                        f"tenant {tenant.id}, line {line.name}: {number} is taken by a phone or "
                        "another line. Give each number once."
                    )
                seen.add(number)
                for dialled in (number, f"+{number}"):
                    most = tenant.most_calls or settings.agi.max_calls
                    language, costs = line.languages[0].value, line.price_per_call is not None
                    yield _Line(dialled, language, tenant.id, most, costs)


def _check(settings: Settings) -> None:
    _check_phones(settings)
    if not _PASSWORD.fullmatch(settings.sip.phone_password):
        raise ConfigError(
            "sip.phone_password has a character that Asterisk can't read. "
            "Use 1 to 80 letters, digits and signs of ASCII without space, ; and \\."
        )
    try:
        _address(settings)
    except ValueError as error:
        raise ConfigError(f"sip.host: {error}. Give an address of this machine.") from None
    if settings.carrier.host and not _HOST.fullmatch(settings.carrier.host):
        raise ConfigError(f"carrier.host: {settings.carrier.host!r} is no address and no name.")
    if settings.carrier.host == OUR_ADDRESS:
        raise ConfigError(f"carrier.host: {OUR_ADDRESS} is where our web server rings from.")
    for key, path in (("RUFWERK_HOME", settings.home), ("RUFWERK_CACHE", settings.cache)):
        if not path.is_absolute() or re.search(r"[;\\\n\r,&|^${}]|[^ -~]", str(path)):
            raise ConfigError(
                f"{key}: Asterisk can't read the path {str(path)!r}. "
                "Use an absolute path of ASCII characters without any of ;\\,&|^${}"
            )

    longest = max(_templates(), key=len)
    if len(os.fsencode(settings.home / "asterisk/etc" / longest)) >= CONF_LIMIT:
        raise ConfigError(
            f"RUFWERK_HOME: {settings.home} is too long for Asterisk. "
            "Use a path of 200 bytes at most."
        )


def _check_phones(settings: Settings) -> None:
    keys = {
        "sip.phones": settings.sip.phones,
        "sip.browser_phones": settings.sip.browser_phones,
        "pbx.extensions": settings.pbx.extensions,
    }
    seen: set[str] = set()
    for key, phones in keys.items():
        for phone in phones:
            if not _PHONE.fullmatch(phone):
                raise ConfigError(f"{key}: {phone!r} is no phone. Use 2 to 15 digits.")
            if phone in seen:
                raise ConfigError(
                    f"{key}: {phone} stands twice in {', '.join(keys)}. Name each number once."
                )
            seen.add(phone)


def _values(settings: Settings, program: Program, places: Places) -> dict[str, object]:
    address = _address(settings)
    shown = f"[{address}]" if address.version == 6 else str(address)
    return {
        "settings": settings,
        "program": program,
        "places": places,
        "modules": (*_helpers(program), *MODULES),
        "max_files": _max_files(),
        "sip_bind": f"{shown}:{settings.sip.port}",
        "media_address": "" if address.is_unspecified else str(address),
        "carrier_contact": f"sip:{_peer(settings.carrier)}"
        if settings.carrier.host
        else f"sip:{shown}:{settings.sip.port}",
        "pbx": _peer(settings.pbx),
        "ami_secret": ami_secret(settings.home),
        "browser_phones": browser_phones(settings),
        "our_address": OUR_ADDRESS,
        "customers": demo_data.PHONES if settings.has_customers else (),
        "customer_calls": CUSTOMER_CALLS,
        "customer_call_s": CUSTOMER_CALL_S,
        "customer_ring_s": CUSTOMER_RING_S,
        "agi_guard_s": AGI_GUARD_S,
        "agi_patience_s": AGI_PATIENCE_S,
        "told_at_once": max(1, settings.agi.max_calls // CALLS_PER_TOLD),
        "field_rounds": FIELD_ROUNDS,
        "heartbeat_s": HEARTBEAT_S,
        "call_back_ring_s": CALL_BACK_RING_S,
        "desk_language": DESK.value,
    }


def _helpers(program: Program) -> Iterator[str]:
    """What modules need that came as one piece before."""
    if (program.modules / f"{CDR_WRITER}.so").exists():
        yield CDR_WRITER


def _address(settings: Settings) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    host = settings.sip.host
    return ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)


def _peer(trunk: Carrier | Pbx) -> str:
    """Where our calls to it go, as a SIP address has it."""
    host = f"[{trunk.host}]" if ":" in trunk.host else trunk.host
    return f"{host}:{trunk.port}"


def _max_files() -> int:
    """As many open files as 400 calls need, or as many as we may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_FILES if hard == resource.RLIM_INFINITY else min(MAX_FILES, hard)


def _templates() -> list[str]:
    return sorted(path.name for path in Path(dialplans.__path__[0]).glob("*.conf"))


def _environment() -> jinja2.Environment:
    # HTML escapes would spoil Asterisk's configuration; _check and _lines let no bad text in
    return jinja2.Environment(  # noqa: S701
        loader=jinja2.FileSystemLoader(dialplans.__path__[0]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _make_folders(home: Path, places: Places, program: Program, sounds: Path) -> None:
    for folder in (
        home,
        home / "asterisk",  # each by itself, since the mode doesn't hold for parents
        places.log,
        places.data,
        places.etc,
        places.lib,
        places.cache,
        places.data / "agi-bin",
        places.spool,
        places.call_records.parent,
    ):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_private(places.run)
    _link(places.data / "sounds", sounds)
    _link(places.data / "documentation", program.data / "documentation")


def _link(link: Path, target: Path) -> None:
    """Point ``link`` to ``target``, in one step, whatever it was before."""
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target.absolute())
    new.replace(link)


def _run_folder(home: Path) -> Path:
    """The control socket's folder: in the home, or a short one that is this home's alone."""
    folder = home / "asterisk" / "run"
    if len(os.fsencode(folder / SOCKET)) < SOCKET_LIMIT:
        return folder
    # Not XDG_RUNTIME_DIR: every command of this home must find the same folder, cron's too.
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(f"/tmp/rufwerk-{os.getuid()}-{digest}")  # noqa: S108 - _make_private checks it


def _make_private(folder: Path) -> None:
    """Make a folder that only we may enter; ConfigError where somebody else got there first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ConfigError(f"{folder} belongs to somebody else. Set a shorter RUFWERK_HOME.")
    folder.chmod(0o700)


def _write(path: Path, text: str) -> None:
    """Write a file that only we may read, in one step."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
