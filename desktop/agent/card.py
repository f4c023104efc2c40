"""The customer's card in the agent's page, and all that she records, notes and does there."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from aiohttp import web
from multidict import MultiMapping

from actions.block_participant import BlockParticipant, NewBlock, UnblockParticipant
from actions.book_points import AskPayOut, BookPoints
from actions.change_data import ChangeData, NewData
from actions.check_in import WhoActs
from actions.desk import Desk, DeskError
from actions.end_membership import AskToEnd
from actions.errand import Counter, Wish
from actions.file_request import FileComplaint, FileReturn
from actions.read_card import ReadCard, Search
from actions.record_service import MayFinish, RecordService, RecordsOfCall, WasDone
from actions.unblock_card import UnblockCard
from actions.write_note import MarkNoteDone, NewNote, Responsible, WriteNote
from desktop.pages import Pages
from desktop.sign_in import TOKEN
from domain.customer_note import NoteKind
from domain.errand import Errand, ErrandKind, PointsReason
from domain.ids import (
    BlockId,
    CallId,
    CardId,
    ErrandId,
    NoteId,
    ParticipantId,
    PersonId,
    RecordId,
    TenantId,
)
from domain.language import Language
from domain.person import Actor
from domain.service_record import in_force

T = TypeVar("T")
Form = MultiMapping[Any]
Do = Callable[["Counterwork", Actor, Form], str]
"""Does what a form asks; what to say about it. Raises DeskError, StorageDown."""

_FORM_BYTES: Final = 20_000
_END_OF_DAY: Final = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Counterwork:
    """The actions behind the card."""

    desk: Desk
    counter: Counter
    who_acts: WhoActs
    search: Search
    change_data: ChangeData
    threads: Executor

    async def run(self, work: Callable[[], T]) -> T:
        """In a thread. Raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    def may_finish(self, call: CallId) -> bool:
        """Whether something was recorded. Raises StorageDown."""
        return MayFinish(self.desk.transactions)(call)


def add_routes(application: web.Application, pages: Pages, work: Counterwork) -> None:
    """``/agent/card``, ``/agent/search``, and a POST for each thing done."""

    def shown(actor: Actor, call: str, participant: str) -> Mapping[str, Any]:
        """What the card's template needs."""
        desk = work.desk
        records = RecordsOfCall(desk)(actor, CallId(call)) if call else ()
        card = ReadCard(desk)(actor, ParticipantId(participant)) if participant else None
        tenants = {record.tenant for record in records}
        if card is not None:
            tenants.add(card.participant.tenant)
        tenant = work.desk.book().tenants.get(
            _tenant(work, actor, call) or next(iter(tenants), TenantId(""))
        )
        return {
            "card": card,
            "call": call,
            "records": in_force(records),
            "tenant": tenant,
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

    async def card(request: web.Request) -> web.Response:
        actor = await _actor(work, request)
        query = request.query
        return await _or_refusal(
            answer(request, actor, query.get("call", ""), query.get("participant", ""))
        )

    async def search(request: web.Request) -> web.Response:
        actor = await _actor(work, request)
        found = await work.run(lambda: work.search(actor, request.query.get("q", "")))
        return pages.answer(request, "agent/found.html", found=found, book=work.desk.book())

    def does(do: Do) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            if (request.content_length or 0) > _FORM_BYTES:
                raise web.HTTPRequestEntityTooLarge(_FORM_BYTES, request.content_length or 0)
            actor, form = await _actor(work, request), await request.post()

            async def done() -> web.Response:
                said = await work.run(lambda: do(work, actor, form))
                of = str(form.get("call", "")), str(form.get("participant", ""))
                return await answer(request, actor, *of, said)

            return await _or_refusal(done())

        return handle

    application.router.add_get("/agent/card", card)
    application.router.add_get("/agent/search", search)
    for name, do in _DEEDS.items():
        application.router.add_post(f"/agent/card/{name}", does(do))


async def _actor(work: Counterwork, request: web.Request) -> Actor:
    actor = await work.run(lambda: work.who_acts(request[TOKEN]))
    if actor is None:
        raise web.HTTPUnauthorized(text="Sign in first.\n")
    return actor


async def _or_refusal(answer: Awaitable[web.Response]) -> web.Response:
    try:
        return await answer
    except DeskError as error:
        return web.Response(status=409, text=str(error))


def _tenant(work: Counterwork, actor: Actor, call: str) -> TenantId | None:
    """Whose call it is, if he may serve it. Raises DeskError."""
    if not call:
        return None
    with work.desk.transactions.read() as uow:
        for fact in uow.facts.read(limit=1, call=call):
            return work.desk.tenant(uow, actor.person, fact.origin.tenant).id
    return None


def _said(words: str) -> str:
    """An event for the page, as JSON in ASCII: it is a header."""
    return json.dumps({"said": words})


# What is done


def _text(form: Form, name: str) -> str:
    return str(form.get(name, ""))


def _number(form: Form, name: str) -> int:
    written = _text(form, name).strip().replace("\N{MINUS SIGN}", "-")
    try:
        return int(written)
    except ValueError:
        raise DeskError(f"{written!r} is no number. Write whole points, such as 100.") from None


def _choice(kind: type[T], form: Form, name: str) -> T:
    try:
        return kind(_text(form, name))  # type: ignore[call-arg]
    except ValueError:
        raise DeskError("That isn't one of the choices. Load the page anew.") from None


def _wish(form: Form) -> Wish:
    call = _text(form, "call")
    of = ParticipantId(_text(form, "participant"))
    return Wish(ErrandId(_text(form, "id")), of, CallId(call) if call else None)


def _receipt(errand: Errand) -> str:
    return f"{errand.kind.value} {errand.receipt}"


def _record(work: Counterwork, actor: Actor, form: Form) -> str:
    participant = _text(form, "participant")
    done = WasDone(
        RecordId(_text(form, "id")),
        ParticipantId(participant) if participant else None,
        _text(form, "service") or None,
        {
            name.removeprefix("field."): str(value)
            for name, value in form.items()
            if name.startswith("field.")
        },
    )
    RecordService(work.desk)(actor, CallId(_text(form, "call")), done)
    return "recorded"


def _note(work: Counterwork, actor: Actor, form: Form) -> str:
    call = _text(form, "call")
    note = NewNote(
        NoteId(_text(form, "id")),
        ParticipantId(_text(form, "participant")),
        _choice(NoteKind, form, "kind"),
        PersonId(_text(form, "responsible")),
        _text(form, "text"),
        call=CallId(call) if call else None,
    )
    WriteNote(work.desk)(actor, note)
    return "noted"


def _note_done(work: Counterwork, actor: Actor, form: Form) -> str:
    MarkNoteDone(work.desk)(actor, NoteId(_text(form, "note")))
    return "noted"


def _unblock_card(work: Counterwork, actor: Actor, form: Form) -> str:
    card = CardId(_text(form, "card"))
    return _receipt(UnblockCard(work.counter)(actor, _wish(form), card))


def _points(work: Counterwork, actor: Actor, form: Form) -> str:
    reason = _choice(PointsReason, form, "reason")
    return _receipt(BookPoints(work.counter)(actor, _wish(form), _number(form, "points"), reason))


def _pay_out(work: Counterwork, actor: Actor, form: Form) -> str:
    return _receipt(AskPayOut(work.counter)(actor, _wish(form), _number(form, "points")))


def _return(work: Counterwork, actor: Actor, form: Form) -> str:
    return _receipt(FileReturn(work.counter)(actor, _wish(form), _text(form, "text")))


def _complaint(work: Counterwork, actor: Actor, form: Form) -> str:
    return _receipt(FileComplaint(work.counter)(actor, _wish(form), _text(form, "text")))


def _data(work: Counterwork, actor: Actor, form: Form) -> str:
    new = NewData(
        name=_text(form, "name"),
        address=_text(form, "address"),
        zip_code=_text(form, "zip_code"),
        phone=_text(form, "phone"),
        language=_choice(Language, form, "language"),
    )
    return _receipt(work.change_data(actor, _wish(form), new))


def _end(kind: ErrandKind) -> Do:
    def do(work: Counterwork, actor: Actor, form: Form) -> str:
        assert kind is ErrandKind.LEAVE or kind is ErrandKind.DELETE
        return _receipt(AskToEnd(work.counter)(actor, _wish(form), kind, _text(form, "text")))

    return do


def _block(work: Counterwork, actor: Actor, form: Form) -> str:
    """Until the end of a day in the brand's time zone, or until somebody lifts it."""
    call, until = _text(form, "call"), _text(form, "until")
    participant = ParticipantId(_text(form, "participant"))
    tenant = ReadCard(work.desk)(actor, participant).participant.tenant
    zone = work.desk.book().tenants[tenant].hours.zone
    new = NewBlock(
        BlockId(_text(form, "id")),
        participant,
        _text(form, "text"),
        _end_of(until, zone) if until else None,
        CallId(call) if call else None,
    )
    BlockParticipant(work.desk)(actor, new)
    return "blocked"


def _end_of(day: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(day).date(), _END_OF_DAY, zone)
    except ValueError:
        raise DeskError(f"{day!r} is no day. Write it as 2026-12-31.") from None


def _unblock(work: Counterwork, actor: Actor, form: Form) -> str:
    call = _text(form, "call")
    UnblockParticipant(work.desk)(
        actor, BlockId(_text(form, "block")), _text(form, "text"), CallId(call) if call else None
    )
    return "unblocked"


_DEEDS: Final[dict[str, Do]] = {
    "record": _record,
    "note": _note,
    "note-done": _note_done,
    "unblock": _unblock_card,
    "points": _points,
    "pay_out": _pay_out,
    "return": _return,
    "complaint": _complaint,
    "data": _data,
    "leave": _end(ErrandKind.LEAVE),
    "delete": _end(ErrandKind.DELETE),
    "block": _block,
    "lift": _unblock,
}
