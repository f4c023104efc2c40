"""Settings: file, environment, and errors that name the remedy."""

import socket
from pathlib import Path

import pytest

from rufwerk.asterisk_runtime import taken_ports
from rufwerk.settings import Settings, SettingsError
from rufwerk.settings_reading import load


def test_defaults_are_the_contracts() -> None:
    settings = load(None, {})
    ports = (settings.web.port, settings.ops.port, settings.sip.port, settings.ami.port)
    assert ports == (8080, 8090, 5060, 5038)
    assert (settings.agi.port, settings.asterisk.http_port) == (4573, 8088)
    assert settings.mail.port == 8025
    assert (settings.rtp.first, settings.rtp.last) == (10000, 20000)
    assert settings.home == Path("var").absolute()
    assert settings.database_url.startswith("sqlite:////")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / "rufwerk.toml"
    file.write_text('home = "/srv/a"\n[web]\nport = 81\n[ops]\nport = 91\n')
    settings = load(file, {"RUFWERK_WEB__PORT": "82", "RUFWERK_HOME": "/srv/b"})
    assert (settings.web.port, settings.ops.port, settings.home) == (82, 91, Path("/srv/b"))


def test_a_value_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://rufwerk@db/rufwerk\n")
    settings = load(None, {"RUFWERK_DATABASE__URL_FILE": str(secret)})
    assert settings.database_url == "postgresql://rufwerk@db/rufwerk"
    with pytest.raises(SettingsError, match="Name a readable file"):
        load(None, {"RUFWERK_DATABASE__URL_FILE": str(tmp_path / "none")})


def test_lists_are_separated_by_commas() -> None:
    assert load(None, {"RUFWERK_SIP__PHONES": "301,302"}).sip.phones == ("301", "302")


def test_an_empty_list() -> None:
    assert load(None, {"RUFWERK_SIP__PHONES": ""}).sip.phones == ()


def test_agents_sit_at_our_phones_and_behind_the_pbx() -> None:
    environ = {"RUFWERK_PBX__HOST": "127.0.0.3", "RUFWERK_PBX__EXTENSIONS": "4711,4712"}
    phones = load(None, environ | {"RUFWERK_SIP__BROWSER_PHONES": "211"}).all_phones
    assert phones == ("201", "202", "203", "204", "211", "4711", "4712")


def test_a_home_with_odd_characters_is_still_a_file() -> None:
    assert (
        load(None, {"RUFWERK_HOME": "/srv/a?b"}).database_url == "sqlite:////srv/a%3Fb/rufwerk.db"
    )


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"RUFWERK_WEB__PORT": "eighty"}, "RUFWERK_WEB__PORT"),
        ({"RUFWERK_WEB__PORT": "0"}, "web.port is 0"),
        ({"RUFWERK_WEB__PORT": "8090"}, "Give each a port of its own"),
        ({"RUFWERK_WEB__COLOUR": "red"}, "colour"),
        ({"RUFWERK_NOWHERE__PORT": "1"}, "nowhere"),
        ({"RUFWERK_RTP__FIRST": "30000"}, "rtp.first"),
        ({"RUFWERK_WEB__HOST": "0.0.0.0"}, "Listen on 127.0.0.1"),
        ({"RUFWERK_SIP__HOST": "10.0.0.1"}, "Listen on 127.0.0.1"),
        ({"RUFWERK_DEMO__ENABLED": "false"}, "Set one of your own"),
        (
            {"RUFWERK_DEMO__ENABLED": "false", "RUFWERK_SIP__PHONE_PASSWORD": "elevenchars"},
            "less than 12 characters",
        ),
        ({"RUFWERK_CARRIER__PORT": "65536"}, "carrier.port is 65536"),
        ({"RUFWERK_CARRIER__LONGEST_OUTSIDE_S": "0"}, "longest_outside_s is 0. Give seconds"),
        ({"RUFWERK_AMI__PORT": "-1"}, "ami.port is -1"),
        ({"RUFWERK_RTP__LAST": "70000"}, "rtp.last"),
        ({"RUFWERK_SIP__PORT": "10000"}, "ports for sound, 10000 to 20000"),
        ({"RUFWERK_AGI__MAX_CALLS": "0"}, "agi.max_calls is 0. Give 1 or more"),
        ({"RUFWERK_MONITORING__CALLER": "030 23125100"}, "monitoring.caller .* Write it as"),
        ({"RUFWERK_MONITORING__CALLER": "+0"}, "monitoring.caller .* Write it as"),
        ({"RUFWERK_SIP__HOST": ""}, "sip.host is ''. Give an address"),
        ({"RUFWERK_SIP__HOST": "pbx.example.org"}, "sip.host .* Give an address"),
        ({"RUFWERK_WEB__HOST": ""}, "web.host is empty. Give an address"),
        ({"RUFWERK_NODE": "A 1"}, "node is 'A 1'. Give 1 to 16"),
        ({"RUFWERK_NODE": "a" * 17}, "Give 1 to 16"),
        ({"RUFWERK_PBX__EXTENSIONS": "4711"}, "pbx.host is empty. Give the address"),
        ({"RUFWERK_PBX__HOST": "pbx.example.org"}, "pbx.host .* Give its address"),
        ({"RUFWERK_PBX__HOST": "0.0.0.0"}, "pbx.host .* Give its address"),
        ({"RUFWERK_PBX__HOST": "127.0.0.1"}, "the carrier is known by"),
        ({"RUFWERK_PBX__HOST": "127.0.0.211"}, "browsers' phones are known by"),
        ({"RUFWERK_PBX__HOST": "127.0.0.3", "RUFWERK_PBX__PORT": "0"}, "pbx.port is 0"),
        ({"RUFWERK_PBX__HOST": "192.0.2.20"}, "can't be reached from sip.host 127.0.0.1"),
        ({"RUFWERK_PBX__HOST": "::3"}, "can't be reached"),
        (
            {"RUFWERK_PBX__HOST": "2001:db8:0::5", "RUFWERK_CARRIER__HOST": "2001:db8::5"},
            "the carrier is known by",
        ),
    ],
)
def test_mistakes_are_told_with_their_remedy(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load(None, environ)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (
            {"RUFWERK_WEB__PORT": "eighty", "RUFWERK_OPS__PORT": "8091"},
            "web.port: Expected `int`, got `str`. Correct it in RUFWERK_WEB__PORT.",
        ),
        (
            {"RUFWERK_WEB__COLOUR": "red", "RUFWERK_NODE": "b"},
            "web.colour: unknown. Correct it in RUFWERK_WEB__COLOUR.",
        ),
        ({"RUFWERK_NODE": "b"}, "sip.port: Expected `int`, got `str`. Correct it in {file}."),
    ],
)
def test_only_the_wrong_key_is_named(tmp_path: Path, environ: dict[str, str], said: str) -> None:
    file = tmp_path / "rufwerk.toml"
    file.write_text('[sip]\nport = "many"\n' if "{file}" in said else "")
    with pytest.raises(SettingsError) as caught:
        load(file, environ)
    assert str(caught.value) == said.format(file=file)


def test_a_variable_of_what_the_file_calls_no_section(tmp_path: Path) -> None:
    file = tmp_path / "rufwerk.toml"
    file.write_text("web = 5\n")
    with pytest.raises(SettingsError, match=r"RUFWERK_WEB__PORT: web is no section.*\[web\]"):
        load(file, {"RUFWERK_WEB__PORT": "82"})
    with pytest.raises(SettingsError, match="web: Expected `object`, got `int`"):
        load(file, {})


def test_a_secret_that_is_no_text(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"RUFWERK_SIP__PHONE_PASSWORD_FILE.*UTF-8"):
        load(None, {"RUFWERK_SIP__PHONE_PASSWORD_FILE": str(secret)})


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    file = tmp_path / "rufwerk.toml"
    file.write_text("[web\n")
    with pytest.raises(SettingsError, match="Correct the file"):
        load(file, {})
    with pytest.raises(SettingsError, match="name another"):
        load(tmp_path / "none.toml", {})


def test_beyond_loopback_without_the_demo() -> None:
    environ = {
        "RUFWERK_DEMO__ENABLED": "false",
        "RUFWERK_SIP__PHONE_PASSWORD": "kept-elsewhere-",
        "RUFWERK_SIP__HOST": "10.0.0.1",
    }
    assert isinstance(load(None, environ), Settings)
    assert isinstance(load(None, environ | {"RUFWERK_PBX__HOST": "10.0.0.2"}), Settings)


def test_variables_of_other_programs_are_left_alone() -> None:
    assert load(None, {"RUFWERK_TEST_PICO": "/x", "HOME": "/root"}) == load(None, {})


def test_the_mail_boxs_port_is_looked_at_in_the_demo_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        environ = {"RUFWERK_MAIL__PORT": str(other.getsockname()[1])}
        assert any("RUFWERK_MAIL__PORT" in one for one in taken_ports(load(None, environ)))
        environ |= {
            "RUFWERK_DEMO__ENABLED": "false",
            "RUFWERK_SIP__PHONE_PASSWORD": "of-our-own-and-long-",
        }
        assert not any("MAIL" in one for one in taken_ports(load(None, environ)))
