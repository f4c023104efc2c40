"""Where somebody lives and what he probably speaks, as far as a list's row tells."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.language import Language
from domain.sheet_row import Value, text_of
from domain.unfit_cell import Unfit, UnfitCell

_ZIPS: Final = {
    **dict.fromkeys(("DE", "FR", "ES", "IT"), r"\d{5}"),
    **dict.fromkeys(("CH", "AT", "LI", "LU", "BE", "DK"), r"[1-9]\d{3}"),
    "US": r"\d{5}(?:-\d{4})?",
    "GB": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
    "NL": r"[1-9]\d{3} ?[A-Z]{2}",
    "PL": r"\d{2}-\d{3}",
}
_ANY_ZIP: Final = r"[A-Z\d](?:[A-Z\d -]{0,8}[A-Z\d])?"
_PREFIXES: Final = {
    "D": "DE", "A": "AT", "F": "FR", "E": "ES", "I": "IT", "L": "LU", "B": "BE", "FL": "LI", "NL": "NL", "DK": "DK",
    "DE": "DE", "AT": "AT", "CH": "CH", "FR": "FR", "ES": "ES", "IT": "IT", "LU": "LU", "BE": "BE", "LI": "LI",
    "PL": "PL", "US": "US",
}  # fmt: skip
"""What people put before a ZIP; none of the others' letters are in use."""

_KEPT: Final = re.compile(r"[0-9A-Z][0-9A-Z -]{1,10}[0-9A-Z]", re.ASCII)
_PREFIXED: Final = re.compile(r"([A-Z]{1,2})[- ]{1,3}(\d[\d -]*)", re.ASCII)
_TOWN_LAST: Final = frozenset({"DE", "AT", "CH", "LI", "ES", "IT"})
"""Where a house number stands behind the street, so that four digits before a word are a ZIP."""

_CALLING_CODES: Final = {
    "+423": "LI", "+352": "LU", "+49": "DE", "+41": "CH", "+43": "AT", "+33": "FR", "+34": "ES", "+39": "IT",
    "+44": "GB", "+32": "BE", "+31": "NL", "+45": "DK", "+48": "PL",
}  # fmt: skip
_LANGUAGES: Final[Mapping[str, tuple[Language, ...]]] = {
    "DE": (Language.DE,), "AT": (Language.DE,), "LI": (Language.DE,), "LU": (Language.FR, Language.DE),
    "FR": (Language.FR,), "BE": (Language.FR,), "ES": (Language.ES,), "US": (Language.EN,), "GB": (Language.EN,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenZip:
    """As it was written: ``country`` is what stood before it, ``padded`` says that Excel may have eaten a nought."""

    text: str
    country: str | None = None
    padded: bool = False


def is_zip(text: str) -> bool:
    """Whether a participant may have it, of whatever country: callers key the digits."""
    return _KEPT.fullmatch(text) is not None


def read_zip(value: Value) -> WrittenZip:
    """From ``76275``, ``CH-8001`` or the number 1067."""
    text = (value if isinstance(value, str) else text_of(value)).upper()
    if prefixed := _PREFIXED.fullmatch(text):
        country = _PREFIXES.get(prefixed[1])
        if country:
            return WrittenZip(prefixed[2], country)
    return WrittenZip(text, padded=isinstance(value, int | float))


def zip_in(address: str, country: str) -> WrittenZip | None:
    """The ZIP in an address of the list's ``country``, rather before a town, and the last where several could be.

    One that looks like another country's is found too where nothing better is: it isn't overlooked but refused.
    """
    own = _ZIPS.get(country, r"\d{4,6}")
    found = [
        (
            bool(re.fullmatch(own, one[0])),
            bool(re.match(r" +[^\W\d]", address[one.end() :])),
            one.start(),
            one[0],
        )
        for one in _in_address(own, foreign=country in _TOWN_LAST).finditer(address)
    ]
    return read_zip(max(found)[3]) if found else None


def _in_address(own: str, *, foreign: bool) -> re.Pattern[str]:
    shapes = [r"[A-Z]{1,2}-\d{4,5}", own, *([r"\d{4,5}(?= +[^\W\d])"] if foreign else [])]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(shapes)})(?![\w-])")


def country_of_phone(e164: str, own: str) -> str | None:
    """By the calling code; ``own`` where it is one that shares North America's. None: not known here."""
    if e164.startswith("+1"):
        return own if own in {"US", "CA"} else "US"
    return _CALLING_CODES.get(e164[:3]) or _CALLING_CODES.get(e164[:4])


def settle(written: WrittenZip, countries: tuple[str, ...]) -> tuple[str, str]:
    """ZIP and country: that which stood before it, else the first of ``countries`` whose ZIPs look like it.

    A nought that Excel has eaten is put back. Raises UnfitCell.
    """
    for country in (written.country,) if written.country else countries:
        shape = _ZIPS.get(country, _ANY_ZIP)
        for text in (written.text, with_nought(written, country)):
            if re.fullmatch(shape, text, re.ASCII):
                return text, country
    raise UnfitCell(Unfit.NO_ZIP)


def with_nought(written: WrittenZip, country: str) -> str:
    """With the nought that Excel may have eaten of a country's ZIP."""
    has_five = _ZIPS.get(country, _ANY_ZIP).startswith(r"\d{5}")
    return (
        written.text.zfill(5)
        if written.padded and has_five and len(written.text) == 4
        else written.text
    )


def languages_of(
    country: str | None, zip_code: str | None, swiss: Mapping[str, tuple[Language, ...]]
) -> tuple[Language, ...]:
    """The likeliest first; empty where nothing tells, or where they speak none of ours. ``swiss`` is by ZIP."""
    if country == "CH":
        return swiss.get(zip_code or "", ())
    return _LANGUAGES.get(country or "", ())
