"""Keeps passwords of the desk's people: Argon2id, without a pepper, since they are more than six digits."""

from storage.slow_hash import SlowHash


class Argon2Passwords:
    def __init__(self) -> None:
        self._slow = SlowHash(at_once=1)  # a sign-in may wait; the switchboard beside it may not

    def hash(self, password: str) -> str:
        return self._slow.hash(password.encode())

    def matches(self, password: str, stored: str | None) -> bool:
        """Raises StorageFault where ``stored`` is damaged."""
        return self._slow.matches(password.encode(), stored)
