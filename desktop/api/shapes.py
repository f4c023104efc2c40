"""The values that several parts of the API ask or tell."""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from desktop.api.operations import KEY, Shape

S = TypeVar("S", bound=Shape)

Id = Annotated[str, Meta(pattern=KEY, description="Opaque.")]
NewId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        description="A new random UUID in small letters. Asked again with the same one, nothing is done twice.",
    ),
]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
Line = Annotated[str, Meta(max_length=200)]
Instant = Annotated[datetime, Meta(tz=True)]


class Window(Shape):
    """When somebody wishes to be rung: from ``start`` on and before ``end``. After it he is rung all the same."""

    start: Instant
    end: Instant


class Done(Shape):
    """It is done."""

    done: bool = True


class Error(Shape):
    """Why not, and what to do."""

    error: str


def shaped(shape: type[S], value: object) -> S:
    """The attributes of ``value``, or its items, that the shape names, and no others; deep."""
    return msgspec.convert(value, shape, from_attributes=True)
