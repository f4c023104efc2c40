"""The settings of an instance, section by section, and what follows from them."""

from pathlib import Path
from urllib.parse import quote

import msgspec

from rufwerk.crm_settings import Crm
from rufwerk.host_addresses import is_loopback
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
    """``max_calls`` callers of the portal at once, of all tenants together; a call beyond it rings for three more
    seconds, and is told then to ring again. Who waits for a person or talks with one isn't counted.
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


class RetentionOfHouse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days after which what belongs to no tenant is forgotten (``domain.retention.HouseRetention``), and Asterisk's own
    records of calls; 0: never.
    """

    callers_days: int = 0
    mails_days: int = 0
    person_views_days: int = 0
    call_records_days: int = 0


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
    retention: RetentionOfHouse = RetentionOfHouse()
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
        return self.demo.enabled and (not self.carrier.host or is_loopback(self.carrier.host))

    @property
    def carrier_host(self) -> str:
        """Where the carrier's calls come from; without a trunk from this machine itself."""
        return self.carrier.host or ("::1" if ":" in self.sip.host else "127.0.0.1")
