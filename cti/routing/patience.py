"""How long callers would have waited who were answered before they lost patience: an estimate from a day's waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_SPREAD: Final = 0.6180339887498949
"""Multiples of the golden ratio, without their whole part, spread evenly whatever their number."""


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a caller was seen to wait, and whether he left then; else he would have waited longer."""

    waited: timedelta
    left: bool


def survival(stays: Sequence[Stay]) -> Sequence[tuple[timedelta, float]]:
    """After which wait which share of callers is still there, at each wait that ended one's patience.

    It is the product-limit estimate (Kaplan and Meier, 1958), which counts those who were answered for as long as they
    were seen to wait.
    """
    steps = []
    share, there = 1.0, len(stays)
    for stay in sorted(stays, key=lambda one: (one.waited, not one.left)):
        if stay.left:
            share *= 1 - 1 / there
            steps.append((stay.waited, share))
        there -= 1
    return steps


def patience(stays: Mapping[int, Stay]) -> Mapping[int, timedelta]:
    """By the stays' keys, how long each waits who wasn't seen to leave: longer than he was seen to.

    Nobody is in it who would outwait all who left. The shares are spread over the callers evenly and always alike.
    """
    steps = survival(list(stays.values()))
    found = {}
    for count, (key, stay) in enumerate(sorted(stays.items()), start=1):
        if stay.left:
            continue
        before = [share for wait, share in steps if wait <= stay.waited]
        aim = (count * _SPREAD % 1.0) * (before[-1] if before else 1.0)
        later = (wait for wait, share in steps if wait > stay.waited and share <= aim)
        limit = next(later, None)
        if limit is not None:
            found[key] = limit
    return found
