"""Another maker's PBX: a small Asterisk at an address of its own, with a real telephone and odd extensions."""

import subprocess
from pathlib import Path
from typing import Final

from phone.registered import RegisteredPhone
from tests.phone import scratch_asterisk
from tests.phone.real_asterisk import program
from tests.phone.scratch_asterisk import end, free_port, write_config

HOST: Final = "127.0.0.3"
"""It is known by it: 127.0.0.1 is the demo's carrier."""

PHONE, BUSY, SILENT, EARLY, FORWARDED, UNKNOWN = "4711", "4712", "4713", "4714", "4715", "4716"
FORWARDED_OUT = "4717"
EXTENSIONS: Final = (PHONE, BUSY, SILENT, EARLY, FORWARDED, UNKNOWN, FORWARDED_OUT)

SOUND: Final = range(24800, 25000)
"""Ports of its sound, where it doesn't go to and fro directly."""

_MODULES: Final = f"{scratch_asterisk.MODULES} app_transfer bridge_native_rtp"

_PJSIP: Final = """
[global]
type=global
endpoint_identifier_order=username,ip
[trunk]
type=transport
protocol=udp
bind={host}:{port}
[inside]
type=transport
protocol=udp
bind=127.0.0.1:{inside}
[rufwerk]
type=endpoint
transport=trunk
context=from-trunk
disallow=all
allow=alaw
direct_media=yes
media_address={host}
bind_rtp_to_media_address=yes
aors=rufwerk
[rufwerk]
type=aor
contact=sip:127.0.0.1:{ours}
[rufwerk]
type=identify
endpoint=rufwerk
match=127.0.0.1
[{phone}]
type=endpoint
transport=inside
disallow=all
allow=alaw
direct_media=yes
media_address=127.0.0.1
bind_rtp_to_media_address=yes
auth={phone}
aors={phone}
[{phone}]
type=auth
auth_type=userpass
username={phone}
password=secret-{phone}
[{phone}]
type=aor
max_contacts=1
remove_existing=yes
"""

_DIALPLAN: Final = """
[from-trunk]
; its sound goes to and fro directly: a re-INVITE as soon as it is answered
exten => {phone},1,Dial(PJSIP/{phone},60)
 same => n,Hangup(${{HANGUPCAUSE}})
exten => {busy},1,Hangup(17)
exten => {silent},1,Ringing()
 same => n,Wait(60)
; 183, no 180 and no sound
exten => {early},1,Progress()
 same => n,Wait(1)
 same => n,Answer()
 same => n,Wait(60)
; 302 to one of our own lines
exten => {forwarded},1,Transfer(555100)
; 302 to what Asterisk would take for a telephone of our carrier's
exten => {forwarded_out},1,Transfer(PJSIP%2f+491713920000%40carrier)
"""


class OtherPbx:
    """Known to us and knowing us by address; it can die and come back."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is empty."""
        self.port = free_port()
        self._inside = free_port()
        self._folder = folder
        self._program = program()
        self._process: subprocess.Popen[bytes] | None = None

    def knows(self, our_port: int) -> None:
        """Write what it is to be, before its first start."""
        names = {
            "phone": PHONE,
            "busy": BUSY,
            "silent": SILENT,
            "early": EARLY,
            "forwarded": FORWARDED,
            "forwarded_out": FORWARDED_OUT,
        }
        ports = {"port": self.port, "inside": self._inside, "ours": our_port}
        files = {
            "rtp.conf": f"[general]\nrtpstart={SOUND[0]}\nrtpend={SOUND[-1]}\n",
            "pjsip.conf": _PJSIP.format(host=HOST, **ports, **names),
            "extensions.conf": _DIALPLAN.format(**names),
        }
        write_config(self._folder, self._program, _MODULES, files)

    def start(self) -> None:
        """Come back when it takes calls."""
        self._process, _ = scratch_asterisk.start(self._program, self._folder)

    def die(self) -> None:
        """Nobody is told."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        if self._process is not None:
            end(self._process)

    def phone(self, answer_after_s: float | None = 0.3) -> RegisteredPhone:
        """The telephone that is its extension 4711."""
        return RegisteredPhone(
            "127.0.0.1",
            self._inside,
            PHONE,
            f"secret-{PHONE}",
            answer_after_s=answer_after_s,
            timeout_s=30,
        )
