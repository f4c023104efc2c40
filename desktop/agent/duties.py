"""What waits for somebody at the desk, on her page: her notes, approvals, the archive, and who sits there."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from aiohttp import web

from actions.check_in import CheckIn, CheckOut
from actions.desk import DeskError
from actions.end_membership import Approve, Decline
from actions.read_duties import Duties, FindNotes, ReadDuties
from actions.sign_in import SignInFailure
from actions.write_note import ArchiveNote, MarkNoteDone
from desktop.agent.deeds import Counterwork
from desktop.floor import Floor
from desktop.forms import read_form
from desktop.pages import Pages
from desktop.sign_in import PERSON, TOKEN, Entrance
from desktop.texts import texts
from desktop.told import told
from domain.ids import ErrandId, NoteId
from domain.person import MAY_SERVE, Actor

log = structlog.get_logger()

Deed = Callable[[Counterwork, Actor, str], object]
"""``(work, actor, id)``. Raises DeskError, StorageDown."""

_FORM_BYTES: Final = 4096


def add_routes(
    application: web.Application, pages: Pages, floor: Floor, entrance: Entrance
) -> None:
    """``/agent/duties``, ``/agent/archive``, a POST for each thing done there, ``/agent/check-in`` and ``-out``."""
    lists, seats = _Lists(pages, floor), _Seats(pages, floor.work, entrance)
    application.router.add_get("/agent/duties", lists.duties)
    application.router.add_get("/agent/archive", lists.archive)
    application.router.add_post("/agent/check-in", seats.check_in)
    application.router.add_post("/agent/check-out", seats.check_out)
    for name, (deed, said) in _DEEDS.items():
        application.router.add_post(f"/agent/duties/{name}", _does(pages, floor.work, deed, said))


class _Lists:
    """The parts of a page that show what waits."""

    def __init__(self, pages: Pages, floor: Floor) -> None:
        self._pages, self._floor, self._work = pages, floor, floor.work

    async def duties(self, request: web.Request) -> web.Response:
        actor = await _actor(self._work, request)
        found = await self._work.run(lambda: ReadDuties(self._work.desk)(actor))
        now = self._work.desk.clock()
        return self._answer(
            request,
            "duties_waiting",
            actor,
            found,
            may_approve=lambda errand: actor.sign(now).is_second_to(errand.signature),
        )

    async def archive(self, request: web.Request) -> web.Response:
        """Nothing is looked for before something is written."""
        actor, written = await _actor(self._work, request), request.query.get("q", "").strip()
        if not written:
            return web.Response(content_type="text/html")
        find = FindNotes(self._work.desk, self._work.search)
        found = await self._work.run(lambda: find(actor, written))
        return self._answer(request, "duties_found", actor, found)

    def _answer(
        self, request: web.Request, template: str, actor: Actor, found: Duties, **values: Any
    ) -> web.Response:
        return self._pages.answer(
            request,
            f"agent/{template}.html",
            actor=actor,
            found=found,
            brand=self._floor.brand,
            local=self._floor.local,
            local_window=self._floor.local_window,
            **values,
        )


class _Seats:
    """Who sits at a desk that several share."""

    def __init__(self, pages: Pages, work: Counterwork, entrance: Entrance) -> None:
        self._pages, self._work, self._entrance = pages, work, entrance
        desk = work.desk
        self._check_in = CheckIn(desk.transactions, desk.clock, entrance.sign_in.prove)
        self._check_out = CheckOut(desk.transactions, desk.clock)

    async def check_in(self, request: web.Request) -> web.Response:
        actor, form = await _actor(self._work, request), await read_form(request, _FORM_BYTES)
        token, address = request[TOKEN], request.remote or ""
        name, password = form.get("name", ""), form.get("password", "")
        try:
            found = await self._entrance.hashing(
                lambda: self._check_in(token, actor, name, password, address)
            )
        except DeskError as error:
            return _refusal(told(error, self._words(request)))
        if isinstance(found, SignInFailure):
            whose = {"pii.name": name, "pii.from": address}
            log.warning("not checked in", why=found.value, **whose)
            return self._refused(request, found)
        log.info("checked in", person=found.checked_in, at=actor.person.id)
        return _said("checked_in")

    async def check_out(self, request: web.Request) -> web.Response:
        actor, token = await _actor(self._work, request), request[TOKEN]
        await self._work.run(lambda: self._check_out(token, actor))
        return _said("checked_out")

    def _refused(self, request: web.Request, failure: SignInFailure) -> web.Response:
        words = self._words(request)
        match failure:
            case SignInFailure.WRONG:
                return _refusal(words["signin_wrong"])
            case SignInFailure.TOO_MANY:
                return _refusal(words["signin_too_many"])

    def _words(self, request: web.Request) -> Mapping[str, str]:
        return texts(self._pages.language(request))


def _does(
    pages: Pages, work: Counterwork, deed: Deed, said: str
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        actor, form = await _actor(work, request), await read_form(request, _FORM_BYTES)
        try:
            await work.run(lambda: deed(work, actor, form.get("id", "")))
        except DeskError as error:
            return _refusal(told(error, texts(pages.language(request))))
        return _said(said)

    return handle


async def _actor(work: Counterwork, request: web.Request) -> Actor:
    if request[PERSON].role not in MAY_SERVE:
        raise web.HTTPForbidden(text="This is for those who serve customers.\n")
    actor = await work.run(lambda: work.who_acts(request[TOKEN]))
    if actor is None:
        raise web.HTTPUnauthorized(text="Sign in first.\n")
    return actor


def _said(word: str) -> web.Response:
    """The page says it, and asks for its lists anew."""
    return web.Response(status=204, headers={"HX-Trigger": json.dumps({"said": word})})


def _refusal(words: str) -> web.Response:
    """Somebody may have been faster, so the page asks for its lists anew here too."""
    return web.Response(status=409, text=words, headers={"HX-Trigger": "duties"})


_DEEDS: Final[dict[str, tuple[Deed, str]]] = {
    "note-done": (lambda work, actor, of: MarkNoteDone(work.desk)(actor, NoteId(of)), "noted"),
    "note-archive": (lambda work, actor, of: ArchiveNote(work.desk)(actor, NoteId(of)), "archived"),
    "approve": (lambda work, actor, of: Approve(work.desk)(actor, ErrandId(of)), "approved"),
    "decline": (lambda work, actor, of: Decline(work.desk)(actor, ErrandId(of)), "declined"),
}
"""What is done with a note or an errand of the given id, and the word that the page says then."""
