"""The demo CRM's web: the SOAP endpoint, and pages that show what it has."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import jinja2
from aiohttp import web

from crm_bridge import entities, mapping
from crm_bridge.demo_crm import ENDPOINT, wire
from crm_bridge.demo_crm.records import Records
from crm_bridge.entities import Query, Record, Reference, ServiceFault, Value

_LONGEST_REQUEST: Final = 1 << 20
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_HERE: Final = Path(__file__).parent
_TITLES: Final = {mapping.CONTACT: "Contacts", mapping.PHONE_CALL: "Phone calls"}


def application(records: Records, now: Callable[[], datetime]) -> web.Application:
    """``now`` dates its faults."""
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,  # an attribute that a record doesn't have is shown as nothing
    )
    pages.filters["show"] = _show

    async def soap(request: web.Request) -> web.Response:
        if request.content_type != "text/xml":  # nor could a page of another site send that
            raise web.HTTPUnsupportedMediaType(text="SOAP 1.1 comes as text/xml.\n")
        status, body = await asyncio.to_thread(_answered, records, await request.read(), now)
        return web.Response(body=body, status=status, content_type="text/xml", charset="utf-8")

    async def overview(_: web.Request) -> web.Response:
        listed = {title: records.all(entity)[::-1] for entity, title in _TITLES.items()}
        return _page(pages, "overview.html", listed=listed)

    async def record(request: web.Request) -> web.Response:
        found = _asked_for(records, request)
        calls = [one for one in records.all(mapping.PHONE_CALL) if _is_with(one, found.id)]
        return _page(pages, "record.html", record=found, calls=calls[::-1])

    async def style(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(_HERE / "style.css", headers=_HEADERS)

    made = web.Application(client_max_size=_LONGEST_REQUEST)
    made.router.add_post(ENDPOINT, soap)
    made.router.add_get("/", overview)
    made.router.add_get("/main.aspx", record)
    made.router.add_get("/style.css", style)
    return made


def _answered(records: Records, body: bytes, now: Callable[[], datetime]) -> tuple[int, bytes]:
    """Status and body; SOAP 1.1 sends a fault with status 500."""
    try:
        match wire.read(body):
            case Query() as query:
                return 200, wire.retrieved(query.entity, records.retrieve(query))
            case ("Create", record):
                return 200, wire.created(records.create(record))
            case (_, record):
                records.update(record)
                return 200, wire.updated()
    except wire.NotUnderstood as error:
        return 500, wire.fault(ServiceFault(entities.UNEXPECTED, str(error)), now())
    except ServiceFault as fault:
        return 500, wire.fault(fault, now())


def _asked_for(records: Records, request: web.Request) -> Record:
    try:
        key = UUID(request.query.get("id", ""))
    except ValueError:
        raise web.HTTPNotFound(text="There is no such record.\n") from None
    found = records.get(request.query.get("etn", ""), key)
    if found is None:
        raise web.HTTPNotFound(text="There is no such record.\n")
    return found


def _is_with(call: Record, contact: UUID | None) -> bool:
    regarding = call.attributes.get("regardingobjectid")
    return isinstance(regarding, Reference) and regarding.id == contact


def _page(pages: jinja2.Environment, template: str, **values: object) -> web.Response:
    text = pages.get_template(template).render(**values)
    return web.Response(text=text, content_type="text/html", headers=_HEADERS)


def _show(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        case entities.Option():
            return str(value.value)
        case Reference():
            return f"{value.entity} {value.id}"
        case tuple():
            return ", ".join(_show(one.attributes.get("partyid")) for one in value)
        case _:
            return str(value)
