"""A small Asterisk of a test's own: a dialplan given as text, one trunk for this machine, phones by password."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

MODULES = """
app_dial app_playback app_read app_stack app_verbose bridge_builtin_features bridge_simple chan_pjsip
codec_alaw codec_ulaw format_sln func_callerid func_channel func_logic func_strings pbx_config
res_musiconhold res_pjproject res_pjsip res_pjsip_authenticator_digest res_pjsip_caller_id
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_dtmf_info res_pjsip_nat res_pjsip_pubsub
res_pjsip_registrar res_pjsip_sdp_rtp res_pjsip_session res_rtp_asterisk res_sorcery_astdb
res_sorcery_config res_sorcery_memory res_timing_timerfd
""".split()
"""Explicit, as in the real configuration: what isn't named isn't loaded."""

PHONE = """
[{name}]
type=endpoint
context=phones
disallow=all
allow=alaw,ulaw
direct_media=no
auth={name}
aors={name}
identify_by=username
[{name}]
type=auth
auth_type=userpass
username={name}
password={password}
[{name}]
type=aor
max_contacts=1
remove_existing=yes
"""

PJSIP = """
[transport-udp]
type=transport
protocol=udp
bind=127.0.0.1:{port}
[carrier]
type=endpoint
context=carrier
disallow=all
allow=alaw,ulaw
direct_media=no
[carrier]
type=identify
endpoint=carrier
match=127.0.0.1
[global]
type=global
endpoint_identifier_order=username,ip
"""


@dataclass(frozen=True, slots=True)
class Program:
    """How Asterisk is started (the words of the command) and where its parts lie."""

    command: tuple[str, ...]
    modules: Path
    data: Path


@dataclass(frozen=True, slots=True)
class Ports:
    sip: int
    rtp_first: int
    rtp_last: int


def find_program() -> Program | None:
    """An unpacked Asterisk (RUFWERK_TEST_ASTERISK or the cache), else an installed one, else None."""
    cache = Path(os.environ.get("RUFWERK_CACHE", ".cache")).absolute()
    named = os.environ.get("RUFWERK_TEST_ASTERISK")
    roots = [Path(named)] if named else sorted(cache.glob("asterisk*/**/usr/sbin/asterisk"))
    for found in roots:
        root = found if named else found.parents[2]
        libraries = root / "usr/lib/x86_64-linux-gnu"
        loader = root / "usr/lib64/ld-linux-x86-64.so.2"
        if loader.exists():
            program = str(root / "usr/sbin/asterisk")
            command = (str(loader), "--library-path", str(libraries), program)
            return Program(command, libraries / "asterisk/modules", root / "usr/share/asterisk")
    installed = shutil.which("asterisk")
    if installed is None:
        return None
    modules = next(Path("/usr/lib").glob("**/asterisk/modules"))
    return Program((installed,), modules, Path("/usr/share/asterisk"))


class ScratchAsterisk:
    """``async with ScratchAsterisk(...)``: runs until the block ends; ``folder`` must have a short path.

    Every name in ``phones`` registers with the password ``demo-`` and the name.
    """

    def __init__(
        self, folder: Path, ports: Ports, dialplan: str, phones: tuple[str, ...] = ()
    ) -> None:
        program = find_program()
        assert program is not None, "no Asterisk: set RUFWERK_TEST_ASTERISK to an unpacked one"
        self._program = program
        self._folder = folder
        self._ports = ports
        self._dialplan = dialplan
        self._phones = phones
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "ScratchAsterisk":
        self._write()
        with (self._folder / "console").open("wb") as console:
            self._process = await asyncio.create_subprocess_exec(
                *self._program.command,
                *("-C", str(self._folder / "asterisk.conf"), "-f"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )
        async with asyncio.timeout(30):
            while "Asterisk Ready" not in await self.cli("core waitfullybooted", ""):
                await asyncio.sleep(0.05)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def cli(self, command: str, booted: str = "ready") -> str:
        """What Asterisk's console answers to ``command``."""
        assert self._process is not None
        assert self._process.returncode is None, (self._folder / "console").read_text()
        asking = await asyncio.create_subprocess_exec(
            *self._program.command,
            *("-C", str(self._folder / "asterisk.conf"), "-rx", command),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asking.communicate()
        text = output.decode(errors="replace")
        return "Asterisk Ready" if not booted and "fully booted" in text else text

    def _write(self) -> None:
        folder = self._folder
        for name in ("etc", "run", "log", "spool", "db", "keys", "agi"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "asterisk.conf").write_text(
            "[directories]\n"
            f"astetcdir => {folder}/etc\nastmoddir => {self._program.modules}\n"
            f"astvarlibdir => {folder}/db\nastdbdir => {folder}/db\nastkeydir => {folder}/keys\n"
            f"astdatadir => {self._program.data}\nastagidir => {folder}/agi\n"
            f"astspooldir => {folder}/spool\nastrundir => {folder}/run\nastlogdir => {folder}/log\n"
            "[options]\nhideconnect=yes\n",
        )
        loads = "".join(f"load={name}.so\n" for name in MODULES)
        phones = "".join(PHONE.format(name=name, password=f"demo-{name}") for name in self._phones)
        ports = self._ports
        files = {
            "modules.conf": f"[modules]\nautoload=no\n{loads}",
            "logger.conf": "[general]\n[logfiles]\nmessages => notice,warning,error\n",
            "rtp.conf": f"[general]\nrtpstart={ports.rtp_first}\nrtpend={ports.rtp_last}\n",
            "pjsip.conf": PJSIP.format(port=ports.sip) + phones,
            "musiconhold.conf": f"[default]\nmode=files\ndirectory={folder}/sounds/music\n",
            "extensions.conf": self._dialplan,
            **dict.fromkeys(
                ("pjproject.conf", "features.conf", "indications.conf", "stasis.conf", "cdr.conf"),
                "[general]\n",
            ),
        }
        for name, text in files.items():
            (folder / "etc" / name).write_text(text)
