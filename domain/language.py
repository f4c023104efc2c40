"""The languages a caller can be served in."""

from enum import StrEnum


class Language(StrEnum):
    """ISO 639-1 codes; English is US English. The order is that of the language menu."""

    DE = "de"
    EN = "en"
    ES = "es"
    FR = "fr"
