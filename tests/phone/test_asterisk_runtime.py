"""Starting, stopping and finding Asterisk, on the real one."""

import os
import re
import socket
from pathlib import Path

import msgspec
import pytest

from domain.language import Language
from rufwerk.asterisk_config import ConfigError, ami_secret, render, write_lines
from rufwerk.asterisk_program import NoAsterisk, locate
from rufwerk.asterisk_runtime import Asterisk, taken_ports
from rufwerk.settings import AsteriskSection
from tests.phone.fake_agi import AgiCall, FakeAgi
from tests.phone.real_asterisk import BOOK, book, program, running, settings_in, tones
from tests.phone.sip_client import SipClient, wait

pytestmark = pytest.mark.phone

CALLER = "+491713920001"


HARMLESS = ("no local system nameservers", "Session already DISCONNECTED")
"""A machine without name servers; and on a slow one, a caller who has hung up before Asterisk could tell him with whom
he was connected.
"""


def complaints(text: str) -> list[str]:
    """Warnings and errors."""
    found = [line for line in text.splitlines() if re.search(r"WARNING|ERROR", line)]
    return [line for line in found if not any(harmless in line for harmless in HARMLESS)]


def farewell(call: AgiCall) -> None:
    call.read_variables()
    call.say("ANSWER")
    call.say('STREAM FILE field/wait ""')
    call.say("SET VARIABLE AGIDONE farewell")


def to_the_field(call: AgiCall) -> None:
    call.read_variables()
    call.say("ANSWER")
    call.say("SET VARIABLE AGIDONE field")


def test_no_complaint_from_start_to_stop(tmp_path: Path) -> None:
    """Neither from loading dialplans/ nor from good calls, reloads and the end."""
    with running(settings_in(tmp_path)) as pbx:
        with (
            SipClient(pbx.settings.sip.port, CALLER) as caller,
            SipClient(pbx.settings.sip.port, "201", password="demo-201") as operator,
        ):
            assert operator.register() == 200
            with FakeAgi(pbx.settings.agi.port, farewell):
                assert caller.ring("555100") == 200
                wait(lambda: caller.ended, caller, operator)
            caller.responses.clear()
            operator.answers = True
            with FakeAgi(pbx.settings.agi.port, to_the_field):
                assert caller.ring("555200", operator) == 200
                wait(lambda: bool(operator.calls_up), caller, operator)
                caller.hang_up(operator)
                wait(lambda: operator.ended, caller, operator)
        pbx.asterisk.cli("core reload")
    assert complaints(pbx.console()) == []


def test_stop_leaves_nothing(tmp_path: Path) -> None:
    with running(settings_in(tmp_path)) as pbx:
        assert pbx.asterisk.answers()
    assert pbx.process.returncode == 0
    assert not pbx.asterisk.answers()
    assert processes_of(pbx.asterisk) == []


def test_start_after_kill_9(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with running(settings) as pbx:
        pbx.process.kill()
        pbx.process.wait()
        assert pbx.asterisk.places.socket.exists()
    with running(settings) as again:
        assert again.asterisk.answers()
    assert complaints(again.console()) == []


def test_what_a_killed_supervisor_left_is_ended(tmp_path: Path) -> None:
    with running(settings_in(tmp_path)) as pbx:
        assert pbx.asterisk.end_leftover()
        assert pbx.process.wait(10) == 0
        assert not pbx.asterisk.end_leftover()


def test_a_pid_given_anew_is_left_alone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    asterisk = Asterisk(program(), render(settings, program(), BOOK, tones(tmp_path / "prompts")))
    asterisk.places.pid_file.write_text(f"{os.getpid()}\n")
    assert not asterisk.end_leftover()


def test_a_long_home(tmp_path: Path) -> None:
    """A socket's path is at most 107 bytes long; the folder that stands in is ours alone."""
    home = tmp_path / ("long-" * 20)
    home.mkdir(parents=True)
    with running(settings_in(home)) as pbx:
        run = pbx.asterisk.places.run
        assert len(os.fsencode(pbx.asterisk.places.socket)) < 108
        assert run.stat().st_mode & 0o777 == 0o700
        assert pbx.asterisk.answers()
    run.rmdir()


def test_a_home_longer_than_asterisk_can_read(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(settings_in(tmp_path), home=tmp_path / ("long-" * 40))
    with pytest.raises(ConfigError, match="RUFWERK_HOME"):
        render(settings, program(), BOOK, tmp_path)


def test_two_side_by_side(tmp_path: Path) -> None:
    homes = [tmp_path / "one home", tmp_path / "another home"]
    for home in homes:
        home.mkdir()
    with running(settings_in(homes[0])) as one, running(settings_in(homes[1])) as other:
        assert one.asterisk.answers()
        assert other.asterisk.answers()


def test_listens_on_loopback_only(tmp_path: Path) -> None:
    """In the middle of a call, so that the RTP ports count too."""
    with (
        running(settings_in(tmp_path)) as pbx,
        SipClient(pbx.settings.sip.port, CALLER) as caller,
        SipClient(pbx.settings.sip.port, "201", password="demo-201") as operator,
        FakeAgi(pbx.settings.agi.port, to_the_field),
    ):
        assert operator.register() == 200
        assert caller.ring("555100", operator) == 200
        wait(lambda: bool(operator.rings), caller, operator)
        found = bound(pbx.process.pid)
    ports = {port for _, port in found}
    mine = pbx.settings
    assert {mine.sip.port, mine.ami.port, mine.asterisk.http_port} <= ports
    assert any(mine.rtp.first <= port <= mine.rtp.last for port in ports)
    # pjproject's DNS client sends from a socket of its own for each family; it serves nobody, and
    # no setting closes it. All else is on 127.0.0.1 (0100007F, as /proc has it).
    elsewhere = [(address, port) for address, port in found if address != "0100007F"]
    assert sorted(address for address, _ in elsewhere) in ([], ["0" * 8], ["0" * 8, "0" * 32])
    ours = {mine.sip.port, mine.ami.port, mine.asterisk.http_port}
    rtp = range(mine.rtp.first, mine.rtp.last + 1)
    assert not [port for _, port in elsewhere if port in ours or port in rtp]


def test_new_lines_without_dropping_a_call(tmp_path: Path) -> None:
    with (
        running(settings_in(tmp_path)) as pbx,
        SipClient(pbx.settings.sip.port, CALLER) as caller,
        SipClient(pbx.settings.sip.port, "+491713920002") as other,
        FakeAgi(pbx.settings.agi.port, to_the_field),
    ):
        assert caller.ring("555100") == 200
        assert not write_lines(pbx.settings, BOOK)
        assert write_lines(pbx.settings, book(n555300=Language.ES))
        pbx.asterisk.reload_dialplan()
        assert other.ring("555100") == 404
        other.responses.clear()
        assert other.ring("555300") == 200
        assert not caller.ended
        assert "2 active calls" in pbx.asterisk.cli("core show channels count")


def test_ami_user(tmp_path: Path) -> None:
    """Our secret opens AMI; it opens neither the command line nor the database."""
    with running(settings_in(tmp_path)) as pbx:
        secret = ami_secret(pbx.settings.home)
        assert "Response: Success" in ami(pbx.settings.ami.port, secret, "Action: Ping")
        assert "denied" in ami(pbx.settings.ami.port, secret, "Action: Command\r\nCommand: core")
        assert "denied" in ami(pbx.settings.ami.port, secret, "Action: DBPut\r\nFamily: a")
        assert "Authentication failed" in ami(pbx.settings.ami.port, "rufwerk", "Action: Ping")


def ami(port: int, secret: str, action: str) -> str:
    """All that AMI says to a log-in, an action and a log-off, but for the log-in's answer."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        login = f"Action: Login\r\nUsername: rufwerk\r\nSecret: {secret}\r\nEvents: off\r\n\r\n"
        connection.sendall(f"{login}{action}\r\n\r\nAction: Logoff\r\n\r\n".encode())
        said = connection.makefile("rb").read().decode()
    return said.replace("Response: Success\r\nMessage: Authentication accepted", "")


def test_ports_in_use(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert taken_ports(settings) == []
    with running(settings):
        sip, ami, http = taken_ports(settings)
    assert f"sip.port {settings.sip.port}" in sip
    assert "RUFWERK_SIP__PORT" in sip
    assert "RUFWERK_AMI__PORT" in ami
    assert "RUFWERK_ASTERISK__HTTP_PORT" in http


def test_a_program_that_is_none(tmp_path: Path) -> None:
    settings = msgspec.structs.replace(
        settings_in(tmp_path), asterisk=AsteriskSection(program="/bin/true")
    )
    with pytest.raises(NoAsterisk, match=r"asterisk\.program"):
        locate(settings)


def processes_of(asterisk: Asterisk) -> list[int]:
    """Processes that were started on this configuration."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if os.fsencode(asterisk.places.conf) in arguments:
            found.append(int(folder.name))
    return found


def bound(pid: int) -> set[tuple[str, int]]:
    """Address (hexadecimal) and port of each UDP and each listening TCP socket of a process."""
    links = (str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir())
    inodes = {link.removeprefix("socket:[").rstrip("]") for link in links if "socket:" in link}
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes and (table.startswith("udp") or fields[3] == "0A"):
                address, _, port = fields[1].partition(":")
                found.add((address, int(port, 16)))
    return found
