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
from actions.why_not import WhyNot
from actions.write_note import Responsible
from desktop.agent.deeds import DEEDS, Counterwork, Do
from desktop.forms import Form, read_form
from desktop.pages import Pages
from desktop.sign_in import TOKEN
from desktop.told import refusal
from domain.customer_note import NoteKind
from domain.errand import PointsReason
from domain.ids import CallId, ParticipantId
from domain.language import Language
from domain.person import Actor
from domain.service_record import ServiceRecord, in_force
from domain.tenant import Tenant

_FORM_BYTES: Final = 20_000


def add_routes(application: web.Application, pages: Pages, work: Counterwork) -> None:
    """``/agent/card``, ``/agent/card/correct``, ``/agent/search``, and a POST for each thing done."""
    counter = _Counter(pages, work)
    router = application.router
    router.add_get("/agent/card", counter.answered(counter.card))
    router.add_get("/agent/card/correct", counter.answered(counter.correction))
    router.add_get("/agent/search", counter.answered(counter.search))
    for name, do in DEEDS.items():
        router.add_post(f"/agent/card/{name}", counter.answered(counter.does(do)))


_Answer = Callable[[web.Request, Actor], Awaitable[web.Response]]
"""Raises DeskError, StorageDown."""


class _Counter:
    """What an agent may look at and do there."""

    def __init__(self, pages: Pages, work: Counterwork) -> None:
        self._pages, self._work = pages, work

    def answered(self, answer: _Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        """By who is signed in; what can't be done is said."""

        async def handle(request: web.Request) -> web.Response:
            actor = await self._work.run(lambda: self._work.who_acts(request[TOKEN]))
            if actor is None:
                raise web.HTTPUnauthorized(text="Sign in first.\n")
            try:
                return await answer(request, actor)
            except DeskError as error:
                return refusal(error, self._pages.language(request))

        return handle

    async def card(self, request: web.Request, actor: Actor) -> web.Response:
        return await self._card(request, actor, request.query)

    async def search(self, request: web.Request, actor: Actor) -> web.Response:
        work, written = self._work, request.query.get("q", "")
        found = await work.run(lambda: work.search(actor, written))
        call = request.query.get("call", "")  # who is found in a call may be whom it is about
        book = work.desk.book()
        return self._pages.answer(request, "agent/found.html", found=found, book=book, call=call)

    async def correction(self, request: web.Request, actor: Actor) -> web.Response:
        """What an earlier record, of the call ``of``, may be corrected to; the rest is the card's that is shown."""
        query = request.query
        of, record = CallId(query.get("of", "")), query.get("record", "")
        old, tenant = await self._work.run(lambda: _to_correct(self._work, actor, of, record))
        return self._pages.answer(
            request,
            "agent/correct.html",
            author=actor.author,
            old=old,
            tenant=tenant,
            services=tenant.services,
            call=query.get("call", ""),
            participant=query.get("participant", ""),
            new_id=_new_id,
        )

    def does(self, do: Do) -> _Answer:
        """Then the card is shown as it is."""

        async def done(request: web.Request, actor: Actor) -> web.Response:
            form = await read_form(request, _FORM_BYTES)
            said = await self._work.run(lambda: do(self._work, actor, form))
            return await self._card(request, actor, form, said)

        return done

    async def _card(
        self, request: web.Request, actor: Actor, of: Form, said: str = ""
    ) -> web.Response:
        """``of`` has the call and the participant."""
        call, participant = of.get("call", ""), of.get("participant", "")
        values = await self._work.run(lambda: _shown(self._work, actor, call, participant))
        found = self._pages.answer(request, "agent/card.html", **values)
        if said:
            found.headers["HX-Trigger"] = json.dumps({"said": said})  # ASCII, as a header is
        return found


def _shown(work: Counterwork, actor: Actor, call: str, participant: str) -> Mapping[str, Any]:
    """What the card's template needs. Raises DeskError, StorageDown."""
    desk = work.desk
    records = RecordsOfCall(desk)(actor, CallId(call)) if call else ()
    card = ReadCard(desk)(actor, ParticipantId(participant)) if participant else None
    tenant = _tenant(work, actor, call, participant)
    return {
        "author": actor.author,
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
        "new_id": _new_id,
    }


def _tenant(work: Counterwork, actor: Actor, call: str, participant: str) -> Tenant | None:
    """Whose services are recorded; the call's comes first. Raises DeskError."""
    if call:
        return TenantOfCall(work.desk)(actor, CallId(call))
    if participant:
        return TenantOfParticipant(work.desk)(actor, ParticipantId(participant))
    return None


def _to_correct(
    work: Counterwork, actor: Actor, call: CallId, record: str
) -> tuple[ServiceRecord, Tenant]:
    """Raises DeskError, where it was corrected already too."""
    records = in_force(RecordsOfCall(work.desk)(actor, call))
    old = next((one for one in records if one.id == record), None)
    if old is None:
        raise DeskError(WhyNot.CORRECTED_ALREADY)
    return old, TenantOfCall(work.desk)(actor, call)


def _new_id() -> str:
    return str(uuid4())
