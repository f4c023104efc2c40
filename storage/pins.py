"""Keeps PINs: Argon2id over a keyed digest, whose key (the pepper) is never in the database.

Whoever takes the database alone can't try the million PINs there are; the participant's id in the
digest keeps a hash from standing for anybody else. The pepper belongs in the backup: without it, no
stored PIN is ever right again.
"""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from domain.ids import ParticipantId
from storage.slow_hash import SlowHash

_PEPPER_BYTES = 32


class PepperError(Exception):
    """The file with the pepper is damaged or open to others; the message says what to do."""


def pepper(path: Path) -> bytes:
    """The pepper in ``path``, made at first use, mode 0600. Raises PepperError."""
    try:
        with suppress(FileNotFoundError):
            return _read(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _create(path)
        return _read(path)
    except OSError as error:
        raise PepperError(f"{path}: {error.strerror}. Make it readable for us alone.") from None


def _read(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise PepperError(f"{path} is open to others. Run chmod 600 on it.")
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _PEPPER_BYTES:
        raise PepperError(
            f"{path} is damaged. Restore it from the backup; a new one voids all PINs."
        )
    return key


def _create(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_PEPPER_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first, and its pepper counts
            os.link(draft, path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Argon2Pins:
    """Two at once, the others wait."""

    def __init__(self, key: bytes, *, at_once: int = 2) -> None:
        """``key`` is the pepper."""
        self._key = key
        self._slow = SlowHash(at_once)

    def hash(self, participant: ParticipantId, pin: str) -> str:
        return self._slow.hash(self._keyed("pin", participant, pin))

    def matches(self, participant: ParticipantId, pin: str, stored: str | None) -> bool:
        """Whether ``pin`` is the one stored; None takes as long, says no. Raises StorageFault."""
        return self._slow.matches(self._keyed("pin", participant, pin), stored)

    def digest(self, *parts: str) -> str:
        """HMAC-SHA256 of the parts, hex; how they are split counts."""
        return self._keyed("digest", *parts).hex()

    def _keyed(self, use: str, *parts: str) -> bytes:
        framed = b"".join(
            len(text).to_bytes(4, "big") + text
            for text in (part.encode() for part in (use, *parts))
        )
        return hmac.digest(self._key, framed, "sha256")
