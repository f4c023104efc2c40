"""A small Asterisk with a portal of a test's own: no Rufwerk behind it, spoken by the voice of ``tests.phone_unit``."""

import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from phone.caller import load_library
from phone.hearing import Library
from rufwerk.asterisk_program import Program
from tests.phone.real_asterisk import program
from tests.phone_unit.voice import clips

MODULES = (
    "app_dial app_playback app_read app_stack app_verbose bridge_simple chan_pjsip codec_alaw codec_ulaw "
    "format_sln func_callerid func_channel func_logic func_strings pbx_config res_musiconhold "
    "res_pjproject res_pjsip res_pjsip_authenticator_digest res_pjsip_caller_id "
    "res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_nat res_pjsip_pubsub "
    "res_pjsip_registrar res_pjsip_sdp_rtp res_pjsip_session res_rtp_asterisk res_sorcery_astdb "
    "res_sorcery_config res_sorcery_memory res_timing_timerfd"
)

PJSIP = """
[global]
type=global
endpoint_identifier_order=username,ip
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{port}
[carrier]
type=endpoint
context=carrier
disallow=all
allow={codecs}
direct_media=no
[carrier]
type=identify
endpoint=carrier
match=127.0.0.1
[201]
type=endpoint
context=carrier
disallow=all
allow=alaw
direct_media=no
auth=201
aors=201
[201]
type=auth
auth_type=userpass
username=201
password=demo-201
[201]
type=aor
max_contacts=1
remove_existing=yes
"""

DIALPLAN = """
[say]
exten => digits,1,Set(I=0)
 same => n(next),GotoIf($[${{I}} >= ${{LEN(${{K}})}}]?done)
 same => n,Set(F=${{F}}&{de}/${{K:${{I}}:1}})
 same => n,Set(I=$[${{I}} + 1])
 same => n,Goto(next)
 same => n(done),Return()

[carrier]
; says two things and hangs up
exten => 100,1,Answer()
 same => n,Playback({de}/welcome&{fr}/balance)
 same => n,Hangup()

; asks for a number, then for a PIN, repeats the number
exten => 200,1,Answer()
 same => n,Playback({de}/welcome)
 same => n,Read(K,{de}/number,12,,1,8)
 same => n,Read(PIN,{de}/pin,8,,1,8)
 same => n,Set(F={de}/balance)
 same => n,Gosub(say,digits,1)
 same => n,Playback(${{F}})
 same => n,Wait(15)
 same => n,Hangup()

; asks at once, repeats the number
exten => 210,1,Answer()
 same => n,Read(K,{de}/number,12,,1,8)
 same => n,Set(F={de}/balance)
 same => n,Gosub(say,digits,1)
 same => n,Playback(${{F}})
 same => n,Wait(15)
 same => n,Hangup()

; says the caller's number
exten => 300,1,Answer()
 same => n,Set(K=${{FILTER(0-9,${{CALLERID(num)}})}})
 same => n,Set(F={de}/welcome)
 same => n,Gosub(say,digits,1)
 same => n,Playback(${{F}})
 same => n,Hangup()

exten => 486,1,Hangup(17)

; rings and is never answered
exten => 180,1,Ringing()
 same => n,Wait(60)

; music without an end
exten => 600,1,Answer()
 same => n,Playback({de}/welcome)
 same => n,MusicOnHold()

; rings the phone 201, with music
exten => 700,1,Answer()
 same => n,Dial(PJSIP/201,20,m)
 same => n,Playback({de}/bye)
 same => n,Hangup()

; says nothing at all
exten => 900,1,Answer()
 same => n,Wait(60)
"""


@dataclass(frozen=True, slots=True)
class Portal:
    """Where it listens, and what can be heard of it."""

    port: int
    library: Library
    console: "Console"


@dataclass(frozen=True, slots=True)
class Console:
    """Asks Asterisk something."""

    command: tuple[str, ...]

    def ask(self, question: str) -> str:
        done = subprocess.run(
            [*self.command, "-rx", question],
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
        return done.stdout

    def calls(self) -> int:
        """Channels that live now."""
        return int(self.ask("core show channels count").split()[0])


@contextmanager
def portal(codecs: str = "alaw,ulaw") -> Iterator[Portal]:
    """Start it, ready for calls; it is gone at the end."""
    found = program()
    with tempfile.TemporaryDirectory(prefix="phone-") as name:
        folder = Path(name)
        port = free_port()
        _write_sounds(folder / "sounds")
        sounds = folder / "sounds"
        files = {
            "rtp.conf": "[general]\nrtpstart=24000\nrtpend=24799\n",
            "pjsip.conf": PJSIP.format(port=port, codecs=codecs),
            "musiconhold.conf": f"[default]\nmode=files\ndirectory={sounds}/music\n",
            "extensions.conf": DIALPLAN.format(de=sounds / "de", fr=sounds / "fr"),
        }
        write_config(folder, found, MODULES, files)
        asterisk, console = start(found, folder)
        try:
            yield Portal(port, load_library(sounds), console)
        finally:
            end(asterisk)


def start(found: Program, folder: Path) -> tuple[subprocess.Popen[bytes], Console]:
    """Start what ``write_config`` wrote, and come back when it takes calls."""
    console = Console((*found.argv, "-C", str(folder / "asterisk.conf")))
    with (folder / "console").open("ab") as out:
        asterisk = subprocess.Popen(
            [*console.command, "-f"], stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        _wait_until_booted(asterisk, console)
    except BaseException:
        end(asterisk)
        raise
    return asterisk, console


def end(asterisk: subprocess.Popen[bytes]) -> None:
    """By force where it doesn't want to."""
    asterisk.terminate()
    try:
        asterisk.wait(10)
    except subprocess.TimeoutExpired:
        asterisk.kill()
        asterisk.wait()


def _wait_until_booted(asterisk: subprocess.Popen[bytes], console: Console) -> None:
    until = time.monotonic() + 30
    while "fully booted" not in console.ask("core waitfullybooted"):
        assert asterisk.poll() is None, "Asterisk ended"
        assert time.monotonic() < until, "Asterisk doesn't come up"
        time.sleep(0.05)


def _write_sounds(folder: Path) -> None:
    """As the prompts' builder leaves them."""
    known = [*clips("de"), *clips("fr", pitch=131.0)]
    files = {f"{clip.language}/{clip.key}": (clip.samples, clip.text) for clip in known}
    at = np.arange(20 * 8000) / 8000
    music = 3000 * np.sin(2 * np.pi * 300 * at * (1 + 0.02 * at))
    files["music/hold"] = (music.astype(np.int16), "")
    for name, (samples, _) in files.items():
        path = folder / f"{name}.sln"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(samples.astype("<i2").tobytes())
    entries = {name: {"digest": "", "text": text} for name, (_, text) in files.items()}
    (folder / "manifest.json").write_text(json.dumps({"clips": entries}))


def write_config(folder: Path, found: Program, modules: str, files: Mapping[str, str]) -> None:
    """Write ``files`` and what every Asterisk needs beside them; ``modules`` are all that are loaded."""
    etc = folder / "etc"
    for name in ("etc", "run", "log", "spool", "db", "keys", "agi"):
        (folder / name).mkdir()
    (folder / "asterisk.conf").write_text(
        "[directories]\n"
        f"astetcdir => {etc}\nastmoddir => {found.modules}\nastdatadir => {found.data}\n"
        f"astvarlibdir => {folder}/db\nastdbdir => {folder}/db\nastkeydir => {folder}/keys\n"
        f"astagidir => {folder}/agi\nastspooldir => {folder}/spool\nastrundir => {folder}/run\n"
        f"astlogdir => {folder}/log\n"
    )
    loads = "".join(f"load={module}.so\n" for module in modules.split())
    always = {
        "modules.conf": f"[modules]\nautoload=no\n{loads}",
        "logger.conf": "[general]\n[logfiles]\nmessages => notice,warning,error\n",
    }
    for name, text in (always | dict(files)).items():
        (etc / name).write_text(text)


def free_port() -> int:
    """A UDP port that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
