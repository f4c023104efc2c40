"""Lets nobody ask a CRM that failed several times in a row, but one now and then who tries whether it is back."""

from collections.abc import Callable
from typing import Final

_IN_A_ROW: Final = 3
_FIRST_REST_S: Final = 5.0
_LONGEST_REST_S: Final = 300.0


class Breaker:
    """Not for several threads at once.

    closed --(3 failures in a row, or one that is sure to come again)--> open
    open --(its rest is over: one try)--> closed if that works, else open for twice as long, 5 minutes at most
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """``monotonic`` tells seconds."""
        self._now = monotonic
        self._failures = 0
        self._rest_s = _FIRST_REST_S
        self._next_try: float | None = None

    def admits(self) -> bool:
        """Whether to ask now. Where it rests, whoever is admitted is the one who tries."""
        if self._next_try is None:
            return True
        if self._now() < self._next_try:
            return False
        self._next_try = self._now() + self._rest_s  # if we never hear how that ended
        return True

    def worked(self) -> None:
        self._failures = 0
        self._rest_s = _FIRST_REST_S
        self._next_try = None

    def failed(self, *, surely_again: bool = False) -> None:
        """``surely_again``: no use in trying soon, or harmful, as a wrong password is, which locks accounts."""
        self._failures += 1
        if self._failures < _IN_A_ROW and not surely_again:
            return
        if surely_again:
            self._rest_s = _LONGEST_REST_S
        self._next_try = self._now() + self._rest_s
        self._rest_s = min(self._rest_s * 2, _LONGEST_REST_S)
