"""Reasons that the log holds in words: read from there again, so that they can be told in any language."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

R = TypeVar("R", bound=StrEnum)


def read_worded(kind: type[R], words: str) -> tuple[R, Mapping[str, str]] | None:
    """Which of ``kind``, whose values are words with holes, is written so, and what fills its holes; None where none
    is.
    """
    for reason, pattern in _patterns(kind).items():
        found = pattern.fullmatch(words)
        if found is not None:
            return reason, found.groupdict()
    return None


@cache
def _patterns(kind: type[R]) -> Mapping[R, re.Pattern[str]]:
    return {
        reason: re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(reason.value)))
        for reason in kind
    }
