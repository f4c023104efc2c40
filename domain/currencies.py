"""Currencies as lists name them: by code, sign or word, in a cell, a heading or a number format."""

import re
from collections.abc import Mapping
from typing import Final

_CODES: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE
SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF
XPF YER ZAR ZMW ZWG
"""
_WITHOUT_MINOR_UNIT: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THOUSANDTHS: Final = "BHD IQD JOD KWD LYD OMR TND"

CODES: Final = frozenset(_CODES.split())
"""ISO 4217, those that people owe money in."""

MINOR_DIGITS: Final[Mapping[str, int]] = {
    **dict.fromkeys(_WITHOUT_MINOR_UNIT.split(), 0),
    **dict.fromkeys(_THOUSANDTHS.split(), 3),
}
"""Decimals of a currency's minor unit where they aren't two (ISO 4217)."""

_WORDS: Final = {
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "pfund": "GBP", "sfr": "CHF", "fr": "CHF", "fr.": "CHF",
    "sfr.": "CHF", "franken": "CHF", "schweizer franken": "CHF", "franc suisse": "CHF", "francs suisses": "CHF",
    "francos suizos": "CHF", "swiss francs": "CHF", "us$": "USD", "us-dollar": "USD", "us dollar": "USD",
    "us dollars": "USD", "zł": "PLN", "kč": "CZK", "ft": "HUF", "₺": "TRY", "₹": "INR", "₽": "RUB", "₩": "KRW",
}  # fmt: skip
_DOLLARS: Final = ("USD", "CAD AUD NZD SGD HKD MXN ARS CLP COP")
_SHARED: Final = {
    "$": _DOLLARS,
    "dollar": _DOLLARS,
    "dollars": _DOLLARS,
    "d\u00f3lares": _DOLLARS,
    "\u00a5": ("JPY", "CNY"),
    "kr": (None, "SEK NOK DKK ISK"),
}
"""A sign that many have: whose it is by default, and whose where the list's own currency is one of these."""

_IN_FORMAT: Final = re.compile(r'\[\$([^\]-]+)[^\]]*\]|"([^"]+)"|(?<!\[)([€£$¥])')
_HEADING_WORD: Final = re.compile(r"[A-Z]{3}\b|US\$|[€£$]|\b(?:Euro|Franken|SFr)\b")


def currency_named(word: str, own: str) -> str | None:
    """ISO 4217 of a code, sign or word in any case; ``own`` is the list's, which ``$`` and ``kr`` mean where they can.
    None where it names none.
    """
    word = word.strip()
    if word.upper() in CODES:
        return word.upper()
    key = word.casefold()
    if key.rstrip(".") in _SHARED:
        usual, others = _SHARED[key.rstrip(".")]
        return own if own in others else usual
    return _WORDS.get(key)


def currency_of_format(number_format: str, own: str) -> str | None:
    """What a number format of Excel shows beside the number: ``#,##0.00 [$€-407]``, ``#,##0.00 "EUR"``."""
    for found in _IN_FORMAT.finditer(number_format):
        word = next(group for group in found.groups() if group)
        if currency := currency_named(word, own):
            return currency
    return None


def currency_of_heading(heading: str, own: str) -> str | None:
    """The one that a heading names: ``Betrag (CHF)``, ``Summe in €``."""
    for word in _HEADING_WORD.findall(heading):
        if currency := currency_named(word, own):
            return currency
    return None
