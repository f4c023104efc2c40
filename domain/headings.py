"""Headings as people write them: what they are compared by, and lists of all their spellings."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from domain.currencies import currency_named

_IN_BRACKETS: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_TOKENS: Final = re.compile(r"[^\W_]+|[#€$£]")
_NUMBER_SIGNS: Final = re.compile(r"\bn[°º]\s*|\bn\.\s?[°º]\s*|#", re.IGNORECASE)
_LAST: Final = frozenset({"in", "en", "1", "2", "3"})


def key_of(heading: str) -> str:
    """What headings are compared by: no case, accents, signs, brackets, trailing currency or trailing digit."""
    text = _NUMBER_SIGNS.sub(" no ", _IN_BRACKETS.sub(" ", heading).casefold())
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )
    tokens = _TOKENS.findall(plain)
    while len(tokens) > 1 and (tokens[-1] in _LAST or currency_named(tokens[-1], "EUR")):
        tokens.pop()
    return "".join(tokens)


def spelled(text: str) -> Iterator[tuple[str, int, str]]:
    """Column, rank and key of each spelling, from lines of ``column rank: one, another``; a line that is indented goes
    on with the one above. Umlauts may be written out.
    """
    for line in text.strip().replace("\n    ", " ").splitlines():
        kind, _, words = line.partition(": ")
        column, rank = kind.split()
        for word in words.split(","):
            for spelling in (word, _without_umlauts(word)):
                yield column, int(rank), key_of(spelling)


def _without_umlauts(word: str) -> str:
    return word.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
