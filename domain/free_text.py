"""What people type freely: made fit to be kept, or refused."""

import unicodedata
from typing import Final

LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = 4000
"""Characters; a note is no letter."""

_UNFIT: Final = frozenset({"Cc", "Cs"})
"""Unicode's control characters, which PostgreSQL and terminals choke on, and halves of pairs, which aren't UTF-8."""


def read_text(written: str, longest: int = LONGEST_TEXT) -> str:
    """The text in NFC without space around it; line ends are LF. Raises ValueError, which says what to change."""
    text = unicodedata.normalize("NFC", written.replace("\r\n", "\n")).strip()
    if not text:
        raise ValueError("is empty: write something")
    if len(text) > longest:
        raise ValueError(f"is too long: write {longest} characters at most")
    if any(unicodedata.category(c) in _UNFIT and c not in "\n\t" for c in text):
        raise ValueError("holds characters that can't be kept: type it anew")
    return text


def read_line(written: str, longest: int = LONGEST_LINE) -> str:
    """As ``read_text``, and all in one line."""
    text = read_text(written, longest)
    if "\n" in text or "\t" in text:
        raise ValueError("is more than one line: write it in one")
    return text
