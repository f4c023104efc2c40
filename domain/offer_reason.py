"""Why a call is offered next, and to this agent: written into the log in words, and read from there again."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class OfferReason(StrEnum):
    """The words, with holes."""

    PRIORITY = "priority {priority}"
    BELOW_LEVEL = "{tenant} is {points} points below its service level"
    WAITED = "waited {seconds} s"
    RELAXED = "relaxed to stage {stage}"
    NOBODY_ELSE = "nobody else is free"
    SPOKE_LAST = "spoke with her last"
    SKILLS = "skills {skills}, of {ready} ready"
    IDLE = "idle {seconds} s"


def read_reason(words: str) -> tuple[OfferReason, Mapping[str, str]] | None:
    """What the words say, and what fills their holes; None where none of these reasons is written so."""
    for reason, pattern in _PATTERNS.items():
        found = pattern.fullmatch(words)
        if found is not None:
            return reason, found.groupdict()
    return None


_PATTERNS: Final[Mapping[OfferReason, re.Pattern[str]]] = {
    reason: re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(reason.value)))
    for reason in OfferReason
}
