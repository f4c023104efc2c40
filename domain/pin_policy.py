"""Who may try a PIN, and when: the lock-out rules, as pure functions over past failures.

Every limit counts against what was *claimed*, whether such an account exists or not, so that a lock
tells a stranger nothing about our customers (OWASP ASVS 2.2.1; conventions of the trade: 3 tries a
call, 5 an account, then 15 minutes, doubling).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

SPRAYED_COUNTS: Final = 2
"""How many wrong tries of the calling number a try with a sprayed PIN is."""


@dataclass(frozen=True, slots=True)
class PinPolicy:
    """Limits of one tenant. Counts are wrong tries; ``caller_limit`` is per calling number within
    ``caller_window``. A PIN that a participant chooses has ``digits`` digits. ``block_without_pin``: whether who has no
    PIN may block his cards, under the same limits.
    """

    digits: int = 6
    tries_per_call: int = 3
    tries_per_account: int = 5
    first_lock: timedelta = timedelta(minutes=15)
    longest_lock: timedelta = timedelta(hours=24)
    caller_limit: int = 10
    caller_window: timedelta = timedelta(hours=1)
    spray_accounts: int = 5
    spray_window: timedelta = timedelta(hours=1)
    block_without_pin: bool = False


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong tries since they were last forgotten: how many, how often that led to a lock, until when it holds, and
    when the last one was (None: it isn't known).
    """

    count: int = 0
    locks: int = 0
    locked_until: datetime | None = None
    last: datetime | None = None


def locked(failures: Failures, now: datetime) -> bool:
    """Whether the account refuses every PIN, the right one too."""
    return failures.locked_until is not None and now < failures.locked_until


def after_wrong_pin(failures: Failures, now: datetime, policy: PinPolicy) -> Failures:
    """The failures after one more wrong PIN; each full count locks, twice as long as the time
    before.
    """
    if locked(failures, now):
        return failures
    count = failures.count + 1
    if count < policy.tries_per_account:
        return Failures(count, failures.locks, None, now)
    doublings = min(failures.locks, 16)  # past any longest lock, and nothing overflows
    length = min(policy.first_lock * 2**doublings, policy.longest_lock)
    return Failures(0, failures.locks + 1, now + length, now)


def forgiven(failures: Failures, tries: int) -> Failures:
    """Without so many of them; a lock stays."""
    count = max(failures.count - tries, 0)
    if count == failures.locks == 0:
        return Failures()
    return replace(failures, count=count)


def remembered(failures: Failures, now: datetime, policy: PinPolicy) -> Failures:
    """What still counts of failures that no right PIN sets back: nothing once the longest lock's time has passed since
    the last one and its lock.
    """
    ended = failures.locked_until or failures.last
    if ended is None or now - ended < policy.longest_lock:
        return failures
    return Failures()


def caller_exhausted(recent_failures: int, policy: PinPolicy) -> bool:
    """Whether one calling number has used up its wrong tries; withheld numbers never come here
    (they share none).
    """
    return recent_failures >= policy.caller_limit


class SprayDetector:
    """Notices one PIN tried on many accounts of one tenant. An account is what was claimed, whether it exists or not.
    In memory only; it sees keyed digests, never digits.
    """

    def __init__(self) -> None:
        self._tries: dict[bytes, dict[str, datetime]] = {}
        """The accounts last tried in vain by each PIN, no more than the limit, and when; what is newest comes last."""

    def sprayed(self, digest: bytes, account: str, now: datetime, policy: PinPolicy) -> bool:
        """Whether a try on ``account`` makes the PIN's accounts within the window reach the limit, or they have."""
        since = now - policy.spray_window
        tries = self._tries.get(digest, {})
        others = sum(at >= since for tried, at in tries.items() if tried != account)
        return others + 1 >= policy.spray_accounts

    def wrong(self, digest: bytes, account: str, now: datetime, policy: PinPolicy) -> bool:
        """Note a try that let nobody in; True exactly when it makes the PIN's accounts within the window reach the
        limit.
        """
        since = now - policy.spray_window
        self._forget(since)
        tries = {one: at for one, at in self._tries.pop(digest, {}).items() if at >= since}
        before = len(tries)
        tries.pop(account, None)
        tries[account] = now
        after = len(tries)
        for oldest in list(tries)[: max(after - policy.spray_accounts, 0)]:
            del tries[oldest]
        self._tries[digest] = tries
        return before < policy.spray_accounts <= after

    def _forget(self, since: datetime) -> None:
        """The PINs last tried before."""
        while self._tries:
            oldest = next(iter(self._tries))
            if max(self._tries[oldest].values()) >= since:
                return
            del self._tries[oldest]
