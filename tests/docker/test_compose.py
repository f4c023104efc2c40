"""The container files, as far as they can be held to account without an engine."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from rufwerk import settings_reading

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docker"
DOCKERFILES = sorted(FOLDER.glob("*.Dockerfile"))
WHY_NOT = "x-no-health-check"


@pytest.fixture(scope="module")
def compose() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return loaded


@pytest.fixture(scope="module")
def services(compose: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = compose["services"]
    return found


def test_every_service_is_watched_or_says_why_not(
    services: Mapping[str, Mapping[str, Any]],
) -> None:
    for name, service in services.items():
        assert ("healthcheck" in service) != (WHY_NOT in service), name


def test_nothing_listens_beyond_this_machine(services: Mapping[str, Mapping[str, Any]]) -> None:
    for name, service in services.items():
        assert service.get("network_mode") != "host", name
        for port in service.get("ports", ()):
            assert str(port).startswith("127.0.0.1:"), (name, port)


def test_agi_and_ami_cross_no_network(services: Mapping[str, Mapping[str, Any]]) -> None:
    spaces = {services[name]["network_mode"] for name in ("asterisk", "ivr", "cti")}
    assert spaces == {"service:namespace"}


def test_every_image_has_a_tag(services: Mapping[str, Mapping[str, Any]]) -> None:
    images = {service["image"] for service in services.values()}
    bases = {words[1] for file in DOCKERFILES for words in _instructions(file, "FROM")}
    for image in images | bases:
        tag = image.rpartition("/")[2].partition(":")[2]
        assert tag not in {"", "latest"}, image


def test_our_images_carry_our_version(services: Mapping[str, Mapping[str, Any]]) -> None:
    built = {service["image"] for service in services.values() if "build" in service}
    assert {image.partition(":")[2] for image in built} == {version("rufwerk")}


def test_nobody_is_root(services: Mapping[str, Mapping[str, Any]]) -> None:
    users = {
        words[1]
        for file in DOCKERFILES
        for words in [list(_instructions(file, "USER"))[-1]]  # the last one counts
    }
    assert users == {"10001:10001"}
    for name, service in services.items():
        assert "build" in service or service["user"] not in {"root", "0", "0:0"}, name
        assert service["cap_drop"] == ["ALL"], name


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda file: file.name)
def test_what_is_copied_is_there_and_let_in(dockerfile: Path) -> None:
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    for words in _instructions(dockerfile, "COPY"):
        if not words[1].startswith("--from="):
            for source in words[1:-1]:
                assert (ROOT / source).exists(), source
                assert source in let_in, source


def test_the_image_holds_every_package() -> None:
    """A package of the wheel that nobody copies would be missed at the first start only."""
    text = (FOLDER / "rufwerk.Dockerfile").read_text()
    project = (ROOT / "pyproject.toml").read_text()
    packages = re.findall(
        r'"([a-z_]+)\*"', project.partition("packages.find]")[2].partition("]")[0]
    )
    assert packages
    for package in packages:
        assert f"COPY {package} {package}\n" in text


def test_builds_and_mounts_name_what_is_there(services: Mapping[str, Mapping[str, Any]]) -> None:
    for service in services.values():
        if "build" in service:
            assert (FOLDER / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (FOLDER / source).is_dir(), source


def test_secrets_come_from_files(compose: Mapping[str, Any]) -> None:
    made = (FOLDER / "make_secrets.sh").read_text()
    for name, secret in compose["secrets"].items():
        assert secret["file"] == f"./secrets/{name}"
        assert f"keep {name} " in made
    for service in compose["services"].values():
        for key, value in service.get("environment", {}).items():
            if any(word in key for word in ("PASSWORD", "SECRET", "URL")):
                assert key.endswith("_FILE"), key
                assert str(value).startswith("/run/secrets/"), key


def test_secrets_are_made_once(tmp_path: Path) -> None:
    script = shutil.copy(FOLDER / "make_secrets.sh", tmp_path)
    subprocess.run([script], check=True, capture_output=True)
    folder = tmp_path / "secrets"
    made = {file.name: file.read_text() for file in folder.iterdir()}
    assert made["database_password"] in made["database_url"]
    assert folder.stat().st_mode & 0o077 == 0
    subprocess.run([script], check=True, capture_output=True)
    assert {file.name: file.read_text() for file in folder.iterdir()} == made


def test_the_settings_are_ours_and_agree(
    services: Mapping[str, Mapping[str, Any]], tmp_path: Path
) -> None:
    """The environment of the containers passes the product's own check."""
    environ = {
        key: re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", str(value))
        for key, value in services["ivr"]["environment"].items()
    }
    for key, text in (
        ("RUFWERK_DATABASE__URL_FILE", "postgresql://rufwerk:x@postgres/rufwerk"),
        ("RUFWERK_SIP__PHONE_PASSWORD_FILE", "kept-in-a-file-"),
    ):
        secret = tmp_path / key
        secret.write_text(text)
        environ[key] = str(secret)
    nothing_else = tmp_path / "empty.toml"
    nothing_else.touch()
    loaded = settings_reading.load(nothing_else, environ)
    assert not loaded.demo.enabled
    assert loaded.sip.phone_password == "kept-in-a-file-"
    assert loaded.database_url.startswith("postgresql://")
    assert loaded.carrier.host


def _instructions(dockerfile: Path, name: str) -> Iterator[list[str]]:
    for line in dockerfile.read_text().splitlines():
        if line.startswith(f"{name} "):
            yield shlex.split(line)
