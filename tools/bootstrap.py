"""Sets up ``.venv`` with the locked dependencies, from nothing but Python, without root.

uv comes from PyPI by a pinned address and digest, so neither pip nor ensurepip is needed; a uv
already on PATH is used where PyPI's files can't be reached.
"""

import hashlib
import io
import os
import platform
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("RUFWERK_CACHE", ROOT / ".cache")).absolute()
UV_VERSION = "0.13.9"
FILES = "https://files.pythonhosted.org/packages/"
WHEELS = {
    "x86_64": (
        FILES
        + (
            "3d/aa/26d64642d808de4a652579ef950d7cd2d37f080a8babf9c67c6b75fc4c3f/"
            f"uv-{UV_VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
        ),
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "aarch64": (
        FILES
        + (
            "57/15/94b6cd62ac3ff6550288328e8035288875197cbc183f51554b266a69877b/"
            f"uv-{UV_VERSION}-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl"
        ),
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
}


def fail(text: str) -> None:
    sys.exit(f"set-up: {text}")


def find_uv() -> str:
    """The path of uv: from the cache, from PyPI, or from PATH."""
    kept = CACHE / f"uv-{UV_VERSION}" / "uv"
    if kept.exists():
        return str(kept)
    wheel = WHEELS.get(platform.machine())
    if wheel is not None:
        try:
            print("Fetching uv ...", flush=True)
            with urllib.request.urlopen(wheel[0], timeout=60) as answer:
                data = answer.read()
        except (urllib.error.URLError, TimeoutError) as error:
            print(f"PyPI can't be reached: {error}", file=sys.stderr)
        else:
            if hashlib.sha256(data).hexdigest() != wheel[1]:
                fail(
                    "uv from PyPI is not the file that was pinned. Try again, or install uv yourself."
                )
            unpack(data, kept)
            return str(kept)
    found = shutil.which("uv")
    if found is None:
        fail(
            "uv is missing. Connect to PyPI, or install uv yourself (https://docs.astral.sh/uv) and try again."
        )
    return str(found)


def unpack(wheel: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"uv.{os.getpid()}.part")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        part.write_bytes(archive.read(f"uv-{UV_VERSION}.data/scripts/uv"))
    part.chmod(0o755)
    part.rename(target)


def main() -> None:
    if not (3, 11) <= sys.version_info[:2] < (3, 13):
        fail(
            f"Python 3.11 or 3.12 is needed, this is {platform.python_version()}. Say make PYTHON=python3.12 run."
        )
    groups = [] if "--dev" in sys.argv else ["--no-dev"]
    command = [
        find_uv(),
        "sync",
        "--frozen",
        "--inexact",
        "--compile-bytecode",
        "--python",
        sys.executable,
        *groups,
    ]
    env = {
        **os.environ,
        "UV_PROJECT_ENVIRONMENT": str(ROOT / ".venv"),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    env.setdefault("UV_CACHE_DIR", str(CACHE / "uv-packages"))
    print("Installing the locked dependencies ...", flush=True)
    done = subprocess.run(command, cwd=ROOT, env=env, check=False)
    if done.returncode:
        fail(
            "the dependencies could not be installed (see above). Check the connection to PyPI and try again."
        )


if __name__ == "__main__":
    main()
