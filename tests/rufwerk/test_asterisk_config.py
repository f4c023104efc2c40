"""What is rendered into the home, and what is refused."""

import dataclasses
import os
import re
from pathlib import Path

import msgspec
import pytest

from cti.dialplan import Place
from domain.language import Language
from domain.service_record import read_price
from domain.tenant import TenantBook
from rufwerk import asterisk_config
from rufwerk.asterisk_config import (
    ConfigError,
    Places,
    ami_secret,
    browser_phones,
    check_lines,
    render,
    write_lines,
)
from rufwerk.asterisk_program import Program
from rufwerk.browser_phones import OUR_ADDRESS
from rufwerk.settings import Agi, Carrier, Demo, Monitoring, Pbx, Settings, Sip
from tests.phone.real_asterisk import BOOK, book

PROGRAM = Program(("/bin/false",), Path("/modules"), Path("/share"), "Asterisk 22.0.0")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", cache=tmp_path / "cache")


def rendered(settings: Settings, name: str) -> str:
    places = render(settings, PROGRAM, BOOK, settings.cache / "sounds")
    return (places.etc / name).read_text()


def test_everything_stands_in_the_home(settings: Settings) -> None:
    places = render(settings, PROGRAM, BOOK, settings.cache / "sounds")
    assert all(
        folder.is_relative_to(settings.home)
        for folder in (places.etc, places.lib, places.data, places.spool, places.run, places.log)
    )
    assert (places.data / "sounds").readlink() == settings.cache / "sounds"
    assert (places.data / "documentation").readlink() == Path("/share/documentation")


def test_only_we_may_read_it(settings: Settings) -> None:
    places = render(settings, PROGRAM, BOOK, settings.cache / "sounds")
    secret = settings.home / "secrets" / "ami"
    for private in (*places.etc.glob("*.conf"), secret):
        assert private.stat().st_mode & 0o077 == 0, private
    for folder in (settings.home, places.etc, places.run, places.log, secret.parent):
        assert folder.stat().st_mode & 0o077 == 0, folder


def test_a_second_rendering_keeps_the_secret_and_moves_the_sounds(settings: Settings) -> None:
    first = rendered(settings, "manager.conf")
    places = render(settings, PROGRAM, BOOK, settings.cache / "other")
    assert (places.etc / "manager.conf").read_text() == first
    assert f"secret = {ami_secret(settings.home)}" in first
    assert (places.data / "sounds").readlink() == settings.cache / "other"


def test_nothing_is_left_unfilled(settings: Settings) -> None:
    places = render(settings, PROGRAM, BOOK, settings.cache / "sounds")
    for conf in places.etc.glob("*.conf"):
        assert "{{" not in conf.read_text(), conf
        assert "{%" not in conf.read_text(), conf


def test_one_module_speaks_over_a_websocket(settings: Settings) -> None:
    modules = rendered(settings, "modules.conf").split("[modules]")[1]
    assert "autoload = no" in modules
    lines = [line for line in modules.splitlines() if "websocket" in line or "ari" in line]
    assert lines == ["load = res_http_websocket.so", "load = res_pjsip_transport_websocket.so"]


def test_the_websocket_is_at_a_secret_path_of_this_machine(
    settings: Settings, tmp_path: Path
) -> None:
    http = rendered(settings, "http.conf")
    phones = browser_phones(settings)
    assert "bindaddr = 127.0.0.1\n" in http
    assert f"prefix = {phones.prefix}\n" in http
    assert phones.url == f"ws://127.0.0.1:8088/{phones.prefix}/ws"
    assert len(phones.prefix) == 40
    another = browser_phones(msgspec.structs.replace(settings, home=tmp_path / "another"))
    assert another.prefix != phones.prefix
    assert phones.key not in repr(phones)


def test_a_browsers_phone_has_a_password_that_tells_no_other(settings: Settings) -> None:
    pjsip = rendered(settings, "pjsip.conf")
    phones = browser_phones(settings)
    passwords = {phones.password(phone) for phone in ("211", "212", "213", "214")}
    assert len(passwords | {phones.prefix}) == 5
    assert all(f"password = {password}\n" in pjsip for password in passwords)
    assert "[211](browser-phone)\nauth = 211\naors = 211\n" in pjsip
    assert "password = demo-211" not in pjsip
    assert f"match = {OUR_ADDRESS}" not in pjsip


def test_the_carrier_is_not_where_our_web_server_comes_from(settings: Settings) -> None:
    settings = msgspec.structs.replace(settings, carrier=Carrier(OUR_ADDRESS))
    with pytest.raises(ConfigError, match=r"carrier\.host"):
        rendered(settings, "pjsip.conf")


def test_digits_stay_out_of_the_log(settings: Settings) -> None:
    logger = rendered(settings, "logger.conf").split("[logfiles]")[1]
    assert "dtmf" not in logger
    assert "verbose" not in logger
    manager = rendered(settings, "manager.conf")
    assert "read = call,user,cdr,system\n" in manager
    assert "write = call,originate,user,reporting\n" in manager


def test_the_demos_carrier_is_this_machine(settings: Settings) -> None:
    pjsip = rendered(settings, "pjsip.conf")
    assert "endpoint_identifier_order = auth_username,username,ip" in pjsip
    assert "match = 127.0.0.1\n" in pjsip
    assert "bind = 127.0.0.1:5060\n" in pjsip
    assert "media_address = 127.0.0.1\n" in pjsip
    assert "contact = sip:127.0.0.1:5060\n" in pjsip  # what we ring comes back to us
    assert "from_user = demo-carrier\n" in pjsip
    assert "send_connected_line = no\n" in pjsip  # an agent's extension is told to nobody outside
    assert "[demo-carrier-9]" in rendered(settings, "extensions.conf")


def test_a_real_carrier(settings: Settings) -> None:
    settings = msgspec.structs.replace(
        settings, sip=Sip(host="0.0.0.0"), carrier=Carrier("sip.example.org", 5080)
    )
    pjsip = rendered(settings, "pjsip.conf")
    assert "match = sip.example.org\n" in pjsip
    assert "match = 127.0.0.1" not in pjsip
    assert "trust_id_inbound = yes" in pjsip
    assert "media_address" not in pjsip
    assert "demo-carrier" not in pjsip
    assert "demo-carrier" not in rendered(settings, "extensions.conf")
    assert "aors = carrier\n" in pjsip
    assert "[carrier]\ntype = aor\ncontact = sip:sip.example.org:5080\n" in pjsip


def test_a_carrier_of_ipv6(settings: Settings) -> None:
    pjsip = rendered(
        msgspec.structs.replace(settings, carrier=Carrier("2001:db8::5")), "pjsip.conf"
    )
    assert "contact = sip:[2001:db8::5]:5060\n" in pjsip
    assert "match = 2001:db8::5\n" in pjsip


def test_extensions_of_the_pbx(settings: Settings) -> None:
    settings = msgspec.structs.replace(
        settings, sip=Sip(host="::1"), pbx=Pbx("fd00::3", 5080, ("4711",))
    )
    pjsip = rendered(settings, "pjsip.conf")
    assert "[4711](watched)\ncontact = sip:4711@[fd00::3]:5080\n" in pjsip
    assert "match = fd00::3\n" in pjsip
    assert "auth = 4711" not in pjsip
    assert "member => PJSIP/4711\n" in rendered(settings, "queues.conf")
    dialplan = rendered(settings, "extensions.conf")
    of_phones, of_pbx = dialplan.split("[from-pbx]")
    assert "exten => 4711,1,Dial(PJSIP/4711,30,i)\n" in of_phones
    assert "4711" not in of_pbx


def test_without_a_pbx_there_is_nothing_of_it(settings: Settings) -> None:
    for name in ("pjsip.conf", "extensions.conf"):
        assert "pbx" not in rendered(settings, name)


@pytest.mark.parametrize(
    ("pbx", "said"),
    [
        (Pbx("127.0.0.3", extensions=("47x",)), "'47x' is no phone. Use 2 to 15 digits"),
        (Pbx("127.0.0.3", extensions=("4",)), "'4' is no phone"),
        (Pbx("127.0.0.3", extensions=("4711", "4711")), "4711 stands twice"),
        (Pbx("127.0.0.3", extensions=("211",)), "211 stands twice .* Name each number once"),
        (Pbx("127.0.0.3", extensions=("555100",)), "555100 is taken by a phone"),
    ],
)
def test_extensions_that_cannot_be(settings: Settings, pbx: Pbx, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        rendered(msgspec.structs.replace(settings, pbx=pbx), "pjsip.conf")


def test_no_record_keeps_a_callers_number(settings: Settings) -> None:
    modules = rendered(settings, "modules.conf")
    assert re.findall(r"\S*cdr\S*", modules) == ["cdr_custom.so", "func_cdr.so"]
    kept = re.findall(r"CDR\((\w+)", rendered(settings, "cdr_custom.conf"))
    assert kept == ["uniqueid", "linkedid", "accountcode", "start", "answer", "end", "billsec"]
    assert "enable = no" in rendered(settings, "cel.conf")


def test_a_record_has_no_account_where_our_own_monitoring_called(settings: Settings) -> None:
    assert "Set(ACCOUNT=${TENANT})" in rendered(settings, "extensions.conf")
    watched = msgspec.structs.replace(settings, monitoring=Monitoring(caller="+493023125999"))
    assert '"${CALLERID(num)}" = "+493023125999"]?:${TENANT}' in rendered(
        watched, "extensions.conf"
    )


def test_newer_releases_write_records_with_a_module_of_its_own(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "res_cdrel_custom.so").touch()
    newer = dataclasses.replace(PROGRAM, modules=tmp_path)
    places = render(settings, newer, BOOK, settings.cache / "sounds")
    modules = (places.etc / "modules.conf").read_text()
    assert modules.index("res_cdrel_custom.so") < modules.index(" cdr_custom.so")


def test_ipv6(settings: Settings) -> None:
    pjsip = rendered(msgspec.structs.replace(settings, sip=Sip(host="::1")), "pjsip.conf")
    assert "bind = [::1]:5060\n" in pjsip
    assert "match = ::1\n" in pjsip


@pytest.mark.parametrize(
    ("sip", "key"),
    [
        (Sip(phones=("201", "20x")), "sip.phones"),
        (Sip(phones=("201\n[admin]",)), "sip.phones"),
        (Sip(phones=("201", "201")), "sip.phones"),
        (Sip(browser_phones=("211", "21x")), "sip.browser_phones"),
        (Sip(phones=("201", "211")), "sip.browser_phones"),
        (Sip(phone_password="a;b"), "sip.phone_password"),
        (Sip(phone_password="a\nb"), "sip.phone_password"),
        (Sip(phone_password=""), "sip.phone_password"),
        (Sip(host="127.0.0.1\nbind=0.0.0.0"), "sip.host"),
        (Sip(host="not-an-address"), "sip.host"),
    ],
)
def test_settings_that_asterisk_cannot_read(settings: Settings, sip: Sip, key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        rendered(msgspec.structs.replace(settings, sip=sip), "pjsip.conf")


@pytest.mark.parametrize("name", ["semi;colon", "new\nline", "Müller", "back\\slash"])
def test_homes_that_asterisk_cannot_read(settings: Settings, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="RUFWERK_HOME"):
        rendered(msgspec.structs.replace(settings, home=tmp_path / name), "asterisk.conf")


def test_a_home_that_cannot_be_written(settings: Settings) -> None:
    settings.home.write_text("a file")
    with pytest.raises(ConfigError, match="RUFWERK_HOME"):
        rendered(settings, "asterisk.conf")


def test_each_line_with_and_without_plus(settings: Settings) -> None:
    lines = rendered(settings, "lines.conf")
    for number in ("555100", "+555100", "555200", "+555200"):
        assert f"exten => {number},1," in lines


def test_a_tenant_has_the_houses_places_or_its_own_share(settings: Settings) -> None:
    assert "Set(MOST_CALLS=400)" in rendered(settings, "lines.conf")
    (tenant, *_) = BOOK.tenants.values()
    assert write_lines(settings, TenantBook.of([dataclasses.replace(tenant, most_calls=30)]))
    lines = (Places.of(settings.home).etc / "lines.conf").read_text()
    assert re.findall(r"MOST_CALLS=(\d+)", lines) == ["30", "30"]


def test_who_pays_for_the_answer_is_not_answered_only_to_hear_that_no_place_is_free(
    settings: Settings,
) -> None:
    assert "COSTS" not in rendered(settings, "lines.conf")
    (tenant, *_) = BOOK.tenants.values()
    dear = [
        dataclasses.replace(line, price_per_call=read_price("1.99 EUR")) for line in tenant.lines
    ]
    assert write_lines(settings, TenantBook.of([dataclasses.replace(tenant, lines=tuple(dear))]))
    lines = (Places.of(settings.home).etc / "lines.conf").read_text()
    assert lines.count("Set(COSTS=yes)") == lines.count("exten =>")
    full = rendered(settings, "extensions.conf").partition("[full]")[2]
    assert full.index('"${COSTS}" = "yes"]?busy') < full.index("Answer()")


@pytest.mark.parametrize(("places", "told"), [(400, 100), (2, 1)])
def test_only_some_are_told_at_once_that_no_place_is_free(
    settings: Settings, places: int, told: int
) -> None:
    settings = msgspec.structs.replace(settings, agi=Agi(max_calls=places))
    dialplan = rendered(settings, "extensions.conf")
    assert f"${{GROUP_MATCH_COUNT(.@portal)}} > {places}]" in dialplan
    assert f"GotoIf($[${{GROUP_COUNT(told@full)}} > {told}]?busy)" in dialplan


@pytest.mark.parametrize("context", ["field", "waiting", "offer"])
def test_who_waits_or_talks_has_no_place_of_the_portal(settings: Settings, context: str) -> None:
    _, rest = rendered(settings, "extensions.conf").split(f"\n[{context}]\n")
    assert "Set(GROUP(portal)=)\n" in rest.partition("\n[")[0]


def test_lines_are_written_when_they_change(settings: Settings) -> None:
    render(settings, PROGRAM, BOOK, settings.cache / "sounds")
    assert not write_lines(settings, BOOK)
    assert write_lines(settings, book(n555300=Language.ES))
    assert not write_lines(settings, book(n555300=Language.ES))


def test_lines_are_checked_without_being_written(settings: Settings) -> None:
    check_lines(settings, BOOK)
    with pytest.raises(ConfigError, match="taken"):
        check_lines(settings, book(n201=Language.DE))
    assert not settings.home.exists()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (book(n201=Language.DE), "taken"),
        (book(**{"n555100": Language.DE, "555100": Language.FR}), "taken"),
        (book(**{"n1,1,Hangup()": Language.DE}), "no number"),
        (book(**{"n_X.": Language.DE}), "no number"),
        (book(n٣٣٣=Language.DE), "no number"),
    ],
)
def test_lines_that_cannot_be(settings: Settings, lines: object, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        render(settings, PROGRAM, lines, settings.cache / "sounds")  # type: ignore[arg-type]


def test_a_short_home_keeps_its_socket(settings: Settings) -> None:
    places = Places.of(Path("/srv/rufwerk"))
    assert places.socket == Path("/srv/rufwerk/asterisk/run/asterisk.ctl")


def test_a_long_home_has_its_socket_elsewhere() -> None:
    one, other = (Places.of(Path("/srv") / ("long-" * 20) / name) for name in ("a", "b"))
    assert len(os.fsencode(one.socket)) < 108
    assert one.run != other.run
    assert one.run == Places.of(Path("/srv") / ("long-" * 20) / "a").run


def test_somebody_elses_run_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "theirs")
    with pytest.raises(ConfigError, match="somebody else"):
        asterisk_config._make_private(tmp_path / "run")


def test_wherever_the_switchboard_sends_somebody_there_is_a_place(settings: Settings) -> None:
    """A redirect to nowhere answers Success and hangs the caller up."""
    dialplan = rendered(settings, "extensions.conf")
    contexts = {
        name: set(re.findall(r"n\(([a-z-]+)\)", text)) | {"1"}
        for name, text in re.findall(
            r"^\[([a-z-]+)\]\n(.*?)(?=^\[|\Z)", dialplan, re.MULTILINE | re.DOTALL
        )
    }
    missing = [place for place in Place if place.value[1] not in contexts.get(place.value[0], ())]
    assert not missing


def test_a_customers_phone_shows_its_own_number_and_comes_from_our_web_server(
    settings: Settings,
) -> None:
    pjsip = rendered(settings, "pjsip.conf")
    phones = browser_phones(settings)
    for user, number in (
        ("customer-491713920001", "+491713920001"),
        ("customer-33639980002", "+33639980002"),
    ):
        assert f"[{user}](customer)\nauth = {user}\naors = {user}\ncallerid = <{number}>\n" in pjsip
        assert f"username = {user}\npassword = {phones.password(user)}\n" in pjsip
    assert "callerid = <anonymous>\ncallerid_privacy = prohib\n" in pjsip
    assert pjsip.count("](customer)\n") == 7  # two share a number, and one withholds his
    (customer,) = re.findall(
        r"^\[customer\]\(!,browser-phone\)\n(.*?)\n\n", pjsip, re.MULTILINE | re.DOTALL
    )
    assert customer.splitlines() == [
        "context = demo-customers",
        "deny = 0.0.0.0/0.0.0.0",
        "deny = ::/0",
        f"permit = {OUR_ADDRESS}",
    ]


def test_nobody_is_known_by_the_name_of_the_customers_line(settings: Settings) -> None:
    pjsip = rendered(settings, "pjsip.conf")
    (line,) = re.findall(r"^\[customers-line\]\n(.*?)\n\n", pjsip, re.MULTILINE | re.DOTALL)
    assert "identify_by = ip\n" in line
    assert "endpoint = customers-line" not in pjsip
    assert "from_user" not in line  # who is rung sees the customer's number


def test_a_customer_rings_our_lines_and_nothing_else(settings: Settings) -> None:
    dialplan = rendered(settings, "extensions.conf")
    _, of_customers = dialplan.split("[demo-customers]\n")
    assert re.findall(r"Dial\((.*)\)", of_customers) == [
        "PJSIP/${FILTER(+0-9,${EXTEN})}@customers-line,120,iS(600)"
    ]
    assert "GotoIf($[${GROUP_COUNT(customers)} > 5]?full)" in of_customers
    assert dialplan.count("Gosub(demo-customer,s,1(${FILTER(+0-9,${EXTEN})}))") == 4
    assert "Set(HERE=${LEN(${PJSIP_DIAL_CONTACTS(customer-491713920001)})})" in dialplan
    assert "Dial(${WAITING:1},20,iS(600))" in dialplan


@pytest.mark.parametrize(
    "changed", [{"demo": Demo(enabled=False)}, {"carrier": Carrier("192.0.2.9")}]
)
def test_customers_have_telephones_in_the_demo_alone(
    settings: Settings, changed: dict[str, object]
) -> None:
    settings = msgspec.structs.replace(settings, **changed)
    for name in ("pjsip.conf", "extensions.conf"):
        assert not re.search(r"demo-customer|\[customer", rendered(settings, name))
