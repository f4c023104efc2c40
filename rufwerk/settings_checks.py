"""What may be wrong with settings, with the remedy."""

import ipaddress
import re

from rufwerk import crm_settings, report_settings
from rufwerk.browser_phones import OUR_ADDRESS
from rufwerk.host_addresses import is_address, is_loopback
from rufwerk.settings import Settings, SettingsError

_SHORTEST_PASSWORD = 12
_LONGEST_KEPT = 36_500
_RECORDS_KEPT = 62
"""Days: last month's bills are matched with Asterisk's records, and may be made as late as this month's end."""

_DAY_S = 24 * 60 * 60
_NODE = re.compile(r"[a-z0-9-]{1,16}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MAIL_FROM = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,255}")


def check(settings: Settings) -> None:
    """Raises SettingsError."""
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
    for key, least in (
        ("callers_days", 1),
        ("mails_days", 1),
        ("person_views_days", 1),
        ("call_records_days", _RECORDS_KEPT),
    ):
        if getattr(settings.retention, key) not in {0, *range(least, _LONGEST_KEPT + 1)}:
            raise SettingsError(
                f"retention.{key} must be days, from {least} to {_LONGEST_KEPT}, or 0: never."
            )
    mistake = crm_settings.mistake(settings.crm) or report_settings.mistake(settings.reports)
    if mistake:
        raise SettingsError(mistake)
    for key, host in (("web.host", settings.web.host), ("ops.host", settings.ops.host)):
        if not host:
            raise SettingsError(f"{key} is empty. Give an address of this machine.")
    if settings.sip.host != "localhost" and not is_address(settings.sip.host):
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
        if not is_loopback(host):
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
    if not is_address(host) or ipaddress.ip_address(host).is_unspecified:
        raise SettingsError(f"pbx.host is {host!r}. Give its address, such as 192.0.2.20.")
    taken = (("the carrier is", settings.carrier_host), ("browsers' phones are", OUR_ADDRESS))
    for whose, known in taken:
        if is_address(known) and ipaddress.ip_address(known) == ipaddress.ip_address(host):
            raise SettingsError(
                f"pbx.host is {host}, which {whose} known by: a call from there can't be told whose it is. "
                "Give the PBX an address of its own."
            )
    if (":" in host) != (":" in ours) or (is_loopback(ours) and not is_loopback(host)):
        raise SettingsError(
            f"pbx.host {host} can't be reached from sip.host {ours}. "
            "Give sip.host an address of this machine in the network of the PBX."
        )
