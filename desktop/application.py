"""The web applications: the desk, and the probes and metrics of the operator's port."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, generate_latest

from desktop import mail, phone, sign_in, try_page
from desktop.agent import card, crm, dunning, duties
from desktop.agent import page as agent_page
from desktop.agent.crm import Records
from desktop.api import application as api
from desktop.floor import Floor
from desktop.lead import lists_page, upload_page
from desktop.lead import page as lead_page
from desktop.live import Live
from desktop.pages import POLICY, Pages
from desktop.phone import Exchange
from desktop.relay import Relay
from desktop.reports import bill_page, people_page, sent_page
from desktop.reports import page as figure_pages
from desktop.sign_in import Entrance
from domain.health import Condition, Health
from reporting.mail_folder import MailFolder

_HERE: Final = Path(__file__).parent
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # none at all would hide a form's origin from us too
    "Cache-Control": "no-store",
}

_LONGEST_FORM: Final = 20_000
"""In bytes; of one, too, that doesn't say how long it is."""

Examine = Callable[[], Health]
"""Examines the instance; it may take a while and is called in a thread."""


def desk(
    examine: Examine,
    sip: str,
    entrance: Entrance,
    exchange: Exchange,
    floor: Floor,
    records: Records,
    mails: MailFolder | None = None,
) -> web.Application:
    """What people open in a browser. ``sip`` is the host and port that phones ring; ``mails`` are those that the
    demo's mail box caught.
    """
    pages = Pages()

    async def status(request: web.Request) -> web.Response:
        health = await asyncio.to_thread(examine)
        return pages.answer(
            request,
            "status.html",
            health=health,
            sip=sip,
            may_try=bool(exchange.customers),
            has_mails=mails is not None,
        )

    application = web.Application(
        client_max_size=_LONGEST_FORM, middlewares=[_with_headers, sign_in.gate(entrance)]
    )
    application.router.add_get("/", status)
    application.router.add_static("/static/", _HERE / "static")
    sign_in.add_routes(application, entrance, pages)
    relay = Relay(exchange.url, exchange.our_address)
    relay.serve(application)
    phone.add_routes(application, entrance, exchange, relay)
    live = Live(application, entrance)
    agent_page.add_routes(application, live, pages, floor)
    card.add_routes(application, pages, floor.work)
    crm.add_routes(application, pages, floor, records)
    duties.add_routes(application, pages, floor, entrance)
    dunning.add_routes(application, pages, floor)
    lead_page.add_routes(application, live, pages, floor)
    upload_page.add_routes(application, pages, floor)
    lists_page.add_routes(application, pages, floor)
    figure_pages.add_routes(application, pages, floor)
    people_page.add_routes(application, pages, floor)
    sent_page.add_routes(application, pages, floor)
    bill_page.add_routes(application, pages, floor)
    try_page.add_routes(application, examine, pages, exchange, relay)
    if mails is not None:
        mail.add_routes(application, pages, mails)
    application.add_subapp("/api", api.application(entrance.programs, floor))
    return application


def ops(examine: Examine, metrics: CollectorRegistry) -> web.Application:
    """What monitoring asks: ``healthz`` (this process lives), ``readyz`` (calls can be served),
    ``metrics``.
    """

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        health = await asyncio.to_thread(examine)
        broken = health.condition is Condition.BROKEN
        body = {
            "condition": health.condition,
            "findings": [asdict(finding) for finding in health.findings],
        }
        return web.json_response(body, status=503 if broken else 200)

    async def show_metrics(_: web.Request) -> web.Response:
        text = await asyncio.to_thread(generate_latest, metrics)
        return web.Response(body=text, content_type="text/plain", charset="utf-8")

    application = web.Application(middlewares=[_with_headers])
    application.router.add_get("/healthz", healthz)
    application.router.add_get("/readyz", readyz)
    application.router.add_get("/metrics", show_metrics)
    return application


@web.middleware
async def _with_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        _add_headers(answer)
        raise
    _add_headers(response)
    return response


def _add_headers(answer: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
