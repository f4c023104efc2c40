"""The file of a backup: a tar, packed with gzip, that begins with what is in it and the digest of each part."""

import io
import os
import re
import tarfile
import zlib
from collections.abc import Mapping
from gzip import BadGzipFile, GzipFile
from hashlib import file_digest, sha256
from pathlib import Path
from typing import IO, Final

import msgspec

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_LARGEST_MANIFEST: Final = 16 << 20
_CHUNK: Final = 1 << 20
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class UnusableBackup(Exception):
    """It can't be written or read, is damaged, or doesn't fit here; the message says what to do."""


class Member(msgspec.Struct, frozen=True):
    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """``migration`` is the database's shape, ``facts`` its newest fact. ``log`` is the digest of the facts, ``field``
    that of the waiting field as they leave it, in a ``shape`` that is its program's. ``pepper`` is the digest of the
    key that PINs hang on, empty where there is none. A file of secrets has its ``kind`` alone.
    """

    kind: str
    version: str
    made: str
    format: int = FORMAT
    database: str = ""
    migration: str = ""
    facts: int = 0
    log: str = ""
    field: str = ""
    shape: str = ""
    pepper: str = ""
    members: tuple[Member, ...] = ()


def write(file: Path, manifest: Manifest, parts: Mapping[str, Path]) -> Manifest:
    """Write ``parts`` by their names, for us alone to read, and read all of it back. It is there whole or not at all.

    Raises UnusableBackup, where there is such a file already too.
    """
    if file.exists():
        raise UnusableBackup(f"{file} is there already. Name another one, or move it away.")
    members = tuple(_member(name, path) for name, path in parts.items())
    manifest = msgspec.structs.replace(manifest, members=members)
    draft = file.with_name(f".{file.name}.part")
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as stream:
            _pack(stream, manifest, parts)
            os.fsync(stream.fileno())
            stream.seek(0)
            _read(stream, None)
        draft.rename(file)
    except OSError as error:
        raise UnusableBackup(f"{file} can't be written: {error.strerror or error}.") from None
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def read(file: Path, kind: str, into: Path) -> Manifest:
    """Unpack it, each part checked. Raises UnusableBackup."""
    try:
        with file.open("rb") as stream:
            manifest = _read(stream, into)
    except OSError as error:
        raise UnusableBackup(f"{file} can't be read: {error.strerror or error}.") from None
    if manifest.kind != kind:
        raise UnusableBackup(f"{file} is a file of {manifest.kind}, not of {kind}.")
    return manifest


def _member(name: str, path: Path) -> Member:
    with path.open("rb") as stream:
        return Member(name, path.stat().st_size, file_digest(stream, "sha256").hexdigest())


def _pack(stream: IO[bytes], manifest: Manifest, parts: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        described = msgspec.json.format(msgspec.json.encode(manifest))
        tar.addfile(_header(_MANIFEST, len(described)), io.BytesIO(described))
        for member in manifest.members:
            with parts[member.name].open("rb") as content:
                tar.addfile(_header(member.name, member.size), content)


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


def _read(stream: IO[bytes], into: Path | None) -> Manifest:
    """``into`` None checks it only."""
    try:
        with GzipFile(fileobj=stream) as packed, tarfile.open(fileobj=packed, mode="r:") as tar:
            manifest = _manifest(tar)
            for member in manifest.members:
                _check(tar, member, into)
            if tar.next() is not None:
                raise UnusableBackup("the backup holds more than it says. Take another one.")
            while packed.read(_CHUNK):  # to its end, where the digest of all of it stands
                pass
    except (tarfile.TarError, BadGzipFile, zlib.error, EOFError) as error:
        raise UnusableBackup(f"the backup is damaged ({error}). Take another one.") from None
    return manifest


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    if first is None or first.name != _MANIFEST or first.size > _LARGEST_MANIFEST:
        raise UnusableBackup("that is no backup of Rufwerk. Name a file that `backup` wrote.")
    content = tar.extractfile(first)
    try:
        manifest = msgspec.json.decode(content.read() if content else b"", type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnusableBackup(f"the backup is damaged ({error}). Take another one.") from None
    if manifest.format > FORMAT:
        raise UnusableBackup("a newer Rufwerk wrote this backup. Install that one to restore it.")
    return manifest


def _check(tar: tarfile.TarFile, member: Member, into: Path | None) -> None:
    """The next part of the file must be this member, and be as it was."""
    header = tar.next()
    right = header is not None and header.isreg() and header.name == member.name
    content = tar.extractfile(header) if right and header is not None else None
    if content is None or not _NAME.fullmatch(member.name) or ".." in member.name:
        raise UnusableBackup(f"the backup is damaged at {member.name}. Take another one.")
    target = Path(os.devnull)
    if into is not None:
        target = into / member.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = sha256()
    with target.open("wb") as out:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    if digest.hexdigest() != member.sha256:
        raise UnusableBackup(f"the backup is damaged at {member.name}. Take another one.")
