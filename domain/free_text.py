"""What people type freely: made fit to be kept, or refused."""

import unicodedata
from enum import StrEnum
from typing import Final

LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = 4000
"""Characters; a note is no letter."""

_UNFIT: Final = frozenset({"Cc", "Cs"})
"""Unicode's control characters, which PostgreSQL and terminals choke on, and halves of pairs, which aren't UTF-8."""


class TextFault(StrEnum):
    """What is wrong, and what to change."""

    EMPTY = "is empty: write something"
    TOO_LONG = "is too long: write {longest} characters at most"
    UNFIT = "holds characters that can't be kept: type it anew"
    LINES = "is more than one line: write it in one"


class UnfitText(ValueError):
    """``longest`` is how many characters it may have."""

    def __init__(self, fault: TextFault, longest: int) -> None:
        super().__init__(fault.value.format(longest=longest))
        self.fault = fault
        self.longest = longest


def read_text(written: str, longest: int = LONGEST_TEXT) -> str:
    """The text in NFC without space around it; line ends are LF. Raises UnfitText."""
    text = unicodedata.normalize("NFC", written.replace("\r\n", "\n")).strip()
    if not text:
        raise UnfitText(TextFault.EMPTY, longest)
    if len(text) > longest:
        raise UnfitText(TextFault.TOO_LONG, longest)
    if any(unicodedata.category(c) in _UNFIT and c not in "\n\t" for c in text):
        raise UnfitText(TextFault.UNFIT, longest)
    return text


def read_line(written: str, longest: int = LONGEST_LINE) -> str:
    """As ``read_text``, and all in one line."""
    text = read_text(written, longest)
    if "\n" in text or "\t" in text:
        raise UnfitText(TextFault.LINES, longest)
    return text
