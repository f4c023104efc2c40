"""Sums as people write them."""

from decimal import Decimal
from typing import Final

from domain.currencies import MINOR_DIGITS
from domain.language import Language

_SEPARATORS: Final = {
    Language.DE: (".", ","),
    Language.EN: (",", "."),
    Language.ES: (".", ","),
    Language.FR: ("\N{NARROW NO-BREAK SPACE}", ","),
}
"""Between thousands, and before decimals."""


def told_sum(amount: int, currency: str, language: Language) -> str:
    """``amount`` in minor units of ``currency`` (ISO 4217)."""
    digits = MINOR_DIGITS.get(currency, 2)
    thousands, decimal = _SEPARATORS[language]
    whole, _, rest = f"{Decimal(amount).scaleb(-digits):,.{digits}f}".partition(".")
    figure = whole.replace(",", thousands) + (decimal + rest if rest else "")
    return f"{figure}\N{NO-BREAK SPACE}{currency}"
