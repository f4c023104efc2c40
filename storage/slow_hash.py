"""Argon2id, a few at once and behind everything else."""

import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from threading import get_native_id

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from storage.errors import StorageFault

_NICENESS = 10


class SlowHash:
    """Argon2id with 19 MiB, t=2, p=1 (OWASP); its threads stand back, so that calls keep their sound and no key is
    lost meanwhile.
    """

    def __init__(self, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(
            at_once, thread_name_prefix="hashing", initializer=_stand_back
        )
        self._argon2 = PasswordHasher(
            time_cost=2,
            memory_cost=19 * 1024,
            parallelism=1,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        self._nobodys = self._argon2.hash(secrets.token_bytes(32))

    def hash(self, secret: bytes) -> str:
        return self._threads.submit(self._argon2.hash, secret).result()

    def matches(self, secret: bytes, stored: str | None) -> bool:
        """Whether ``secret`` is the one stored; None takes as long, says no. Raises StorageFault."""
        try:
            compared = self._nobodys if stored is None else stored
            self._threads.submit(self._argon2.verify, compared, secret).result()
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):
            raise StorageFault("a stored hash can't be read; set a new PIN or password") from None
        return stored is not None


def _stand_back() -> None:
    """On Linux a thread has a niceness of its own (setpriority(2))."""
    os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICENESS)
