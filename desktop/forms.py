"""Reads what a page's form holds, never more than a form may."""

from typing import Final, cast

from aiohttp import web
from multidict import MultiMapping

Form = MultiMapping[str]

_TYPE: Final = "application/x-www-form-urlencoded"


async def read_form(request: web.Request, at_most: int) -> Form:
    """``at_most`` in bytes, whether their number is told before or not; no body is a form without fields.

    Raises HTTPRequestEntityTooLarge, HTTPUnsupportedMediaType, HTTPBadRequest.
    """
    if (request.content_length or 0) > at_most:
        raise web.HTTPRequestEntityTooLarge(at_most, request.content_length or 0)
    if request.body_exists and request.content_type != _TYPE:
        raise web.HTTPUnsupportedMediaType
    try:
        read = await request.clone(client_max_size=at_most).post()
    except (LookupError, ValueError):  # a charset that there isn't, bytes that aren't in it
        raise web.HTTPBadRequest(text="This form can't be read. Send it in UTF-8.\n") from None
    return cast("Form", read)  # this type holds no files
