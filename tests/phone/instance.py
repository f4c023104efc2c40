"""A whole instance of its own home and ports, as ``make run`` starts it, for tests that ring it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rufwerk import settings_reading
from rufwerk.bench.scratch import free_ports
from rufwerk.settings import Settings
from rufwerk.supervisor import as_our_child

ROOT = Path(__file__).resolve().parents[2]
READY = "Rufwerk is ready: "


class Instance:
    """Runs ``rufwerk run`` as a process; its prompts and Asterisk come from the cache that all share."""

    def __init__(self, home: Path, **settings: str) -> None:
        """``settings`` are ``section__key=value``."""
        self.home = home
        sections = ("WEB", "OPS", "SIP", "AMI", "AGI", "CRM", "MAIL")
        names = [*(f"{section}__PORT" for section in sections), "ASTERISK__HTTP_PORT"]
        ports = free_ports(len(names))
        chosen = dict(zip(names, ports, strict=True))
        # below those that the system gives out, of which ours above are
        first = 20002 + (os.getpid() + ports[0]) % 100 * 100
        cache = os.environ.get("RUFWERK_CACHE", str(ROOT / ".cache"))
        self.environ: dict[str, str] = {
            "RUFWERK_HOME": str(home),
            "RUFWERK_CACHE": cache,
            "RUFWERK_RTP__FIRST": str(first),
            "RUFWERK_RTP__LAST": str(first + 1998),
            **{f"RUFWERK_{name}": str(port) for name, port in chosen.items()},
            **{f"RUFWERK_{key.upper()}": value for key, value in settings.items()},
        }
        self.process: subprocess.Popen[str] | None = None

    @property
    def settings(self) -> Settings:
        return settings_reading.load(None, self.environ)

    @property
    def env(self) -> Mapping[str, str]:
        kept = {key: text for key, text in os.environ.items() if not key.startswith("RUFWERK_")}
        return kept | self.environ

    def start(self) -> str:
        """Come back when it is ready, with what it printed."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rufwerk", "run"],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=as_our_child,  # noqa: PLW1509 - a killed test run leaves no instance behind
        )
        assert self.process.stdout is not None
        printed = ""
        for line in self.process.stdout:
            printed += line
            if line.startswith(READY):
                return printed
        raise AssertionError(f"it did not start:\n{printed}")

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        self.process = None

    def run(self, *arguments: str, status: int = 0, timeout_s: float = 120.0) -> str:
        """What a command prints on standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "rufwerk", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        return done.stdout

    def json(self, *arguments: str, status: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", status=status))

    def pids(self) -> dict[str, int]:
        found: dict[str, int] = json.loads((self.home / "run" / "processes.json").read_text())
        return found

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """The switchboard does nothing meanwhile, and the supervisor doesn't see to it."""
        assert self.process is not None, "it was started"
        pids = (self.process.pid, self.pids()["cti"])
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


@contextmanager
def running(home: Path, **settings: str) -> Iterator[Instance]:
    """One that is ready, and ends with the context; ``settings`` are ``section__key=value``."""
    instance = Instance(home, **settings)
    instance.start()
    try:
        yield instance
    finally:
        instance.stop()
