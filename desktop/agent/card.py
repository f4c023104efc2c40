"""The customer's card in the agent's page: read with all that its call needs, and read again after each thing done."""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC
from typing import Any, Final
from uuid import uuid4

from aiohttp import web

from actions.desk import DeskError
from actions.read_card import ReadCard, TenantOfCall, TenantOfParticipant
from actions.record_service import RecordsOfCall
from actions.write_note import Responsible
from desktop.agent.deeds import DEEDS, Counterwork, Do
from desktop.forms import read_form
from desktop.pages import Pages
from desktop.sign_in import TOKEN
from desktop.told import refusal
from domain.customer_note import NoteKind
from domain.errand import PointsReason
from domain.ids import CallId, ParticipantId
from domain.language import Language
from domain.person import Actor
from domain.service_record import in_force
from domain.tenant import Tenant

_FORM_BYTES: Final = 20_000


def add_routes(application: web.Application, pages: Pages, work: Counterwork) -> None:
    """``/agent/card``, ``/agent/search``, and a POST for each thing done."""

    def shown(actor: Actor, call: str, participant: str) -> Mapping[str, Any]:
        """What the card's template needs."""
        desk = work.desk
        records = RecordsOfCall(desk)(actor, CallId(call)) if call else ()
        card = ReadCard(desk)(actor, ParticipantId(participant)) if participant else None
        tenant = _tenant(work, actor, call, participant)
        return {
            "card": card,
            "pin_locked_until": card and work.pin_locked_until(actor, card.participant.id),
            "call": call,
            "records": in_force(records),
            "tenant": tenant,
            "zone": UTC if tenant is None else tenant.hours.zone,
            "services": () if tenant is None else tenant.services,
            "responsible": Responsible(desk)(actor, tenant.id) if tenant and card else (),
            "kinds": list(NoteKind),
            "reasons": list(PointsReason),
            "languages": list(Language),
            "new_id": lambda: str(uuid4()),
        }

    async def answer(
        request: web.Request, actor: Actor, call: str, participant: str, said: str = ""
    ) -> web.Response:
        language = pages.language(request)
        values = await work.run(lambda: shown(actor, call, participant))
        found = pages.part("agent/card.html", language, **values)
        headers = {"HX-Trigger": _said(said)} if said else {}
        return web.Response(text=found, content_type="text/html", headers=headers)

    async def or_refusal(request: web.Request, answer: Awaitable[web.Response]) -> web.Response:
        try:
            return await answer
        except DeskError as error:
            return refusal(error, pages.language(request))

    async def card(request: web.Request) -> web.Response:
        actor = await _actor(work, request)
        query = request.query
        return await or_refusal(
            request, answer(request, actor, query.get("call", ""), query.get("participant", ""))
        )

    async def search(request: web.Request) -> web.Response:
        actor = await _actor(work, request)
        found = await work.run(lambda: work.search(actor, request.query.get("q", "")))
        return pages.answer(request, "agent/found.html", found=found, book=work.desk.book())

    def does(do: Do) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            form = await read_form(request, _FORM_BYTES)
            actor = await _actor(work, request)

            async def done() -> web.Response:
                said = await work.run(lambda: do(work, actor, form))
                of = form.get("call", ""), form.get("participant", "")
                return await answer(request, actor, *of, said)

            return await or_refusal(request, done())

        return handle

    application.router.add_get("/agent/card", card)
    application.router.add_get("/agent/search", search)
    for name, do in DEEDS.items():
        application.router.add_post(f"/agent/card/{name}", does(do))


async def _actor(work: Counterwork, request: web.Request) -> Actor:
    actor = await work.run(lambda: work.who_acts(request[TOKEN]))
    if actor is None:
        raise web.HTTPUnauthorized(text="Sign in first.\n")
    return actor


def _tenant(work: Counterwork, actor: Actor, call: str, participant: str) -> Tenant | None:
    """Whose services are recorded; the call's comes first. Raises DeskError."""
    if call:
        return TenantOfCall(work.desk)(actor, CallId(call))
    if participant:
        return TenantOfParticipant(work.desk)(actor, ParticipantId(participant))
    return None


def _said(words: str) -> str:
    """An event for the page, as JSON in ASCII: it is a header."""
    return json.dumps({"said": words})
