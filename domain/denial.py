"""Why something isn't done that somebody wanted: a key for those who say it in his language, and English words."""

from enum import StrEnum


class Denied(Exception):
    """``why`` is an English sentence with holes that ``values`` fill; the message is the sentence filled."""

    def __init__(self, why: StrEnum, /, **values: object) -> None:
        super().__init__(why.value.format_map(values))
        self.why = why
        self.values = values
