"""Fetches and unpacks Debian packages into a folder, without root and without installing anything.

apt-get does the fetching and the checking of signatures, with a source list, state and cache of
its own; ``dpkg-deb`` unpacks. A folder is made beside and renamed when it is whole, so that it is
there complete or not at all.
"""

import fcntl
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

MIRROR = "http://deb.debian.org/debian"
KEYRINGS = ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg")
STAMP = ".complete"

Progress = Callable[[str, float], None]
"""Told what is being done and how much of it is done, from 0.0 to 1.0; in any thread."""


class PackagesError(Exception):
    """Packages can't be had; the message says why and what to do.

    A retry helps where the network was at fault.
    """


@dataclass(frozen=True, slots=True)
class Bundle:
    """Packages that are unpacked into one folder.

    ``source`` is suite and components of Debian's archive; ``with_dependencies`` takes everything
    down to libc along, so that it runs beside any system.
    """

    name: str
    packages: tuple[str, ...]
    source: str
    with_dependencies: bool


ASTERISK = Bundle("asterisk", ("asterisk",), "unstable main", with_dependencies=True)
# bookworm's, since this library is loaded into our own Python and must fit Debian 12's libc
PICO = Bundle(
    "pico", ("libttspico0", "libttspico-data"), "bookworm non-free", with_dependencies=False
)


def quiet(_text: str, _fraction: float) -> None:
    """A progress that nobody looks at."""


def unpacked(cache: Path, bundle: Bundle) -> Path | None:
    """The bundle's folder where it is already there and whole."""
    root = cache / bundle.name
    return root if (root / STAMP).is_file() else None


def fetch(cache: Path, bundles: Sequence[Bundle], progress: Progress = quiet) -> Mapping[str, Path]:
    """Each bundle's folder by name, fetched side by side where missing. Raises PackagesError."""
    parts = dict.fromkeys((bundle.name for bundle in bundles), 0.0)

    errands = _Errands()

    def report_of(name: str) -> Progress:
        def report(text: str, fraction: float) -> None:
            errands.check()
            parts[name] = fraction
            progress(text, min(parts.values()))

        return report

    with ThreadPoolExecutor(max_workers=max(1, len(bundles))) as pool:
        roots = pool.map(
            lambda bundle: unpack(cache, bundle, report_of(bundle.name), errands), bundles
        )
        try:
            return dict(zip(parts, roots, strict=True))
        except BaseException:  # Ctrl-C too: the threads must not go on for minutes
            errands.end()
            raise


class _Errands:
    """The programs that run for one ``fetch``; they end with it, whatever ends it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._over = False

    def check(self) -> None:
        """Raises PackagesError once it is over."""
        if self._over:
            raise PackagesError("the fetching was given up. Start it again.")

    @contextmanager
    def running(self, process: subprocess.Popen[str]) -> Iterator[None]:
        with self._lock:
            self._running.add(process)
            if self._over:
                process.terminate()
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(process)

    def end(self) -> None:
        with self._lock:
            self._over = True
            for process in self._running:
                process.terminate()


def unpack(
    cache: Path, bundle: Bundle, progress: Progress = quiet, errands: _Errands | None = None
) -> Path:
    """The bundle's folder in ``cache``, fetched where it isn't there. Raises PackagesError."""
    into = cache / bundle.name
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _alone(cache / f"{bundle.name}.lock"):
            if unpacked(cache, bundle) is None:
                _make(into, bundle, progress, errands or _Errands())
    except OSError as error:
        raise PackagesError(f"{into}: {error}. Free space there or set RUFWERK_CACHE.") from error
    progress(f"{bundle.name} is there", 1.0)
    return into


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process fills the same folder; the lock goes with its holder."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(into: Path, bundle: Bundle, progress: Progress, errands: _Errands) -> None:
    work = into.with_name(f"{into.name}.part")
    shutil.rmtree(
        work, ignore_errors=True
    )  # what a killed run left; the lock says that nobody uses it
    shutil.rmtree(into, ignore_errors=True)
    try:
        apt = _Apt(work / "apt", errands)
        apt.use(bundle.source, _keyring(work / "keyring", errands))
        progress(f"{bundle.name}: reading Debian's package list", 0.02)
        apt.update()
        debs = apt.download(bundle, _part(progress, bundle, 0.10, 0.60))
        root = work / "root"
        root.mkdir()
        _unpack_all(debs, root, _part(progress, bundle, 0.60, 0.99))
        _drop_privileged_modes(root)
        names = sorted(deb.name for deb in debs)
        (root / STAMP).write_text("\n".join(names) + "\n", encoding="utf-8")
        root.rename(into)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _part(progress: Progress, bundle: Bundle, start: float, end: float) -> Progress:
    return lambda text, done: progress(f"{bundle.name}: {text}", start + (end - start) * done)


class _Apt:
    """apt-get on folders of its own; of the machine's it reads only proxy settings and keyring."""

    def __init__(self, folder: Path, errands: _Errands) -> None:
        self._errands = errands
        for program in ("apt-get", "dpkg", "dpkg-deb"):
            if shutil.which(program) is None:
                raise PackagesError(
                    f"{program} is missing, so that nothing can be fetched. Use Debian or Ubuntu, "
                    "or install Asterisk 20 or newer and name it in asterisk.program."
                )
        self._folder = folder
        for name in ("lists/partial", "archives/partial", "sources", "log"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        architecture = subprocess.run(
            ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
        ).stdout.strip()
        conf = _APT_CONF.format(folder=folder, architecture=architecture)
        (folder / "apt.conf").write_text(conf, encoding="utf-8")

    def use(self, source: str, keyring: Path) -> None:
        """Read ``source`` of Debian's archive from now on, and nothing else."""
        (self._folder / "sources.list").write_text(
            f"deb [signed-by={keyring}] {MIRROR} {source}\n", encoding="utf-8"
        )
        with (self._folder / "apt.conf").open("a", encoding="utf-8") as conf:
            conf.write(_OWN_SOURCES.format(folder=self._folder))

    def update(self) -> None:
        self._run(["update"], quiet)

    def download(self, bundle: Bundle, progress: Progress) -> list[Path]:
        """The ``.deb`` files, in no order."""
        command = ["download"]
        if bundle.with_dependencies:
            command = ["install", "--download-only", "--no-install-recommends", "--yes"]
        self._run([*command, *bundle.packages], progress)
        debs = list((self._folder / "archives").glob("*.deb"))
        if not debs:
            raise PackagesError(f"{bundle.name}: apt-get brought nothing. Try again.")
        return debs

    def _run(self, command: list[str], progress: Progress) -> None:
        argv = ["apt-get", "-q", "-c", str(self._folder / "apt.conf"), *command]
        environ = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
        errors = self._folder / "log" / "errors"
        with (
            errors.open("w") as log,
            subprocess.Popen(
                argv,
                cwd=self._folder / "archives",
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                errors="replace",
            ) as process,
            self._errands.running(process),
        ):
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("dlstatus:"):
                    _, _, percent, text = line.split(":", 3)
                    progress(text.strip(), float(percent) / 100)
        if process.returncode:
            reason = _reason(errors.read_text(encoding="utf-8", errors="replace"))
            raise PackagesError(
                f"apt-get {command[0]} failed: {reason}. Check that this machine reaches {MIRROR} "
                "(a proxy is set in /etc/apt/apt.conf.d) and try again."
            )


def _keyring(folder: Path, errands: _Errands) -> Path:
    """Debian's keyring: the machine's, else out of the package that the machine's sources have."""
    for name in KEYRINGS:
        installed = Path("/usr/share/keyrings") / name
        if installed.is_file():
            return installed
    apt = _Apt(folder, errands)
    apt.update()
    bundle = Bundle("keyring", ("debian-archive-keyring",), "", with_dependencies=False)
    root = folder / "root"
    root.mkdir()
    _unpack_all(apt.download(bundle, quiet), root, quiet)
    for name in KEYRINGS:
        if (root / "usr/share/keyrings" / name).is_file():
            return root / "usr/share/keyrings" / name
    raise PackagesError(
        "Debian's keyring is not to be had. Install the package debian-archive-keyring."
    )


def _unpack_all(debs: Sequence[Path], root: Path, progress: Progress) -> None:
    def extract(deb: Path) -> None:
        subprocess.run(
            ["dpkg-deb", "--extract", str(deb), str(root)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C"},
        )

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        try:
            for done, _ in enumerate(pool.map(extract, debs), start=1):
                progress("unpacking", done / len(debs))
        except subprocess.CalledProcessError as error:
            pool.shutdown(cancel_futures=True)
            raise PackagesError(
                f"unpacking failed: {error.stderr.strip()}. Free disk space and try again."
            ) from error


def _drop_privileged_modes(root: Path) -> None:
    """Take away set-uid and set-gid: a root's cache must not offer such programs to others."""
    for folder, _, files in os.walk(root):
        for name in files:
            path = Path(folder, name)
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
                path.chmod(stat.S_IMODE(mode) & 0o777)


def _reason(errors: str) -> str:
    """The first error of apt-get's, without its ``E:``."""
    lines = [line for line in errors.splitlines() if line.startswith(("E:", "Err:"))]
    return (lines or errors.splitlines() or ["no reason given"])[0].removeprefix("E:").strip(" .")


# The machine's hooks (docker-clean, appstream, ...) are made for root and its folders; of its index
# targets none but the packages is read.
# The sandbox user, whom root's apt-get would become, may not enter a private cache.
_APT_CONF = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear APT::Default-Release;
#clear APT::Architectures;
#clear Acquire::IndexTargets;
Acquire::IndexTargets::deb::Packages {{
  MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
  flatMetaKey "Packages";
  ShortDescription "Packages";
  Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Packages";
  flatDescription "$(RELEASE) Packages";
  Optional "0";
}};
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Status-Fd "1";
APT::Sandbox::User "root";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Dir::Etc::preferences "{folder}/sources/none";
Dir::Etc::preferencesparts "{folder}/sources";
Dir::State "{folder}";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::State::extended_states "{folder}/extended_states";
Dir::Cache "{folder}";
Dir::Cache::archives "{folder}/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Log "{folder}/log";
"""

_OWN_SOURCES = """\
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "{folder}/sources";
"""
