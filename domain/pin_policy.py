"""Who may try a PIN, and when: the lock-out rules, as pure functions over past failures.

Every limit counts against what was *claimed*, whether such an account exists or not, so that a lock
tells a stranger nothing about our customers (OWASP ASVS 2.2.1; conventions of the trade: 3 tries a
call, 5 an account, then 15 minutes, doubling).
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta


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
    """Wrong tries since the last right PIN or unlock: how many, how often that led to a lock, until
    when it holds.
    """

    count: int = 0
    locks: int = 0
    locked_until: datetime | None = None


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
        return Failures(count, failures.locks, None)
    doublings = min(failures.locks, 16)  # past any longest lock, and nothing overflows
    length = min(policy.first_lock * 2**doublings, policy.longest_lock)
    return Failures(0, failures.locks + 1, now + length)


def caller_exhausted(recent_failures: int, policy: PinPolicy) -> bool:
    """Whether one calling number has used up its wrong tries; withheld numbers never come here
    (they share none).
    """
    return recent_failures >= policy.caller_limit


class SprayDetector:
    """Notices one PIN tried on many accounts of one tenant. In memory only; it sees keyed digests, never
    digits.
    """

    def __init__(self) -> None:
        self._tries: dict[bytes, deque[tuple[datetime, str]]] = defaultdict(deque)

    def wrong(self, digest: bytes, account: str, now: datetime, policy: PinPolicy) -> bool:
        """Note a wrong try; True exactly when it makes the PIN's accounts within the window reach
        the limit.
        """
        horizon = now - policy.spray_window
        for known in [d for d, tries in self._tries.items() if tries[-1][0] < horizon]:
            del self._tries[known]
        tries = self._tries[digest]
        while tries and tries[0][0] < horizon:
            tries.popleft()
        before = {tried for _, tried in tries}
        tries.append((now, account))
        return account not in before and len(before) + 1 == policy.spray_accounts
