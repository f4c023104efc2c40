"""Who shall be taken out of clients' files, as messages for the outbox and back; one lane for each list."""

import json
from dataclasses import dataclass, field
from typing import Final

from domain.ids import ListId
from domain.outbox import Message

CHANNEL: Final = "lists"


@dataclass(frozen=True, slots=True)
class RowsErased:
    """A customer was erased: his rows in a list's file shall be empty. His number waits here as long as it must be
    looked for.
    """

    list: ListId
    customer_number: str = field(repr=False)


def as_message(erased: RowsErased) -> Message:
    values = {"list": erased.list, "customer_number": erased.customer_number}
    return Message(CHANNEL, erased.list, json.dumps(values, ensure_ascii=False))


def from_body(body: str) -> RowsErased:
    """What ``as_message`` wrote. Raises ValueError where it is something else, as of a newer program."""
    try:
        values = json.loads(body)
        return RowsErased(ListId(values["list"]), str(values["customer_number"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"nobody to be taken out of a list: {type(error).__name__}") from None
