"""``/lead/lists/uploads``: a client's file is sent, looked at, and imported or thrown away."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from aiohttp import BodyPartReader, web

from actions.desk import DeskError
from actions.import_list import KnownOfLists
from actions.led_lists import FindList, NoSuchList
from actions.why_not import WhyNot
from campaigns.dunning.importing import plain_name
from desktop.downloads import download
from desktop.floor import Floor
from desktop.forms import Form, read_form
from desktop.lead.list_words import as_csv, place_name, rejected, told_unreadable
from desktop.lead.lists_page import ListPages, led
from desktop.lead.uploads import (
    Done,
    Ready,
    State,
    TooLong,
    Unclear,
    Upload,
    Uploads,
    is_busy,
)
from desktop.pages import Pages
from desktop.sign_in import PERSON
from desktop.texts import texts
from desktop.told import told
from domain.case_columns import ColumnMap, Place
from domain.case_headings import COMPOSED, REQUIRED, Column
from domain.denial import Denied
from domain.dunning import CaseList
from domain.ids import ListId, TenantId
from domain.person import Actor
from domain.sheet_row import letter, text_of
from domain.tenant import Tenant
from sheets.package import LARGEST_FILE
from sheets.unreadable import Why

_FORM_BYTES: Final = 20_000
_SHOWN: Final = 100
"""Rejected rows that are shown; the others are in the file of all of them."""

_SAMPLE: Final = 4
"""Rows shown to choose columns by."""

_PARTS: Final = 3
"""How many columns of a list can be chosen to make up a name or an address together."""


def add_routes(application: web.Application, pages: Pages, floor: Floor) -> None:
    """To be added before the lists' own pages, whose paths have room for these."""
    uploads = Uploads(floor.lists, floor.work.debts, application)
    shown, router = _UploadPages(pages, floor, uploads), application.router
    at = "/lead/lists/uploads"
    router.add_post(at, led(pages, floor, shown.receive))
    for path, show in (
        ("", shown.page("upload.html")),
        ("/state", shown.page("lead/lists/upload.html")),
        ("/rejected.csv", shown.rejected),
    ):
        router.add_get(f"{at}/{{upload}}{path}", led(pages, floor, show))
    for path, do in (
        ("columns", shown.choose),
        ("import", shown.bring_in),
        ("discard", shown.discard),
    ):
        router.add_post(f"{at}/{{upload}}/{path}", led(pages, floor, do))


class _UploadPages:
    def __init__(self, pages: Pages, floor: Floor, uploads: Uploads) -> None:
        self._pages, self._floor, self._uploads = pages, floor, uploads
        self._lists, self._on = ListPages(pages, floor), floor.work.debts

    async def receive(self, request: web.Request, actor: Actor) -> web.Response:
        """A form of two fields: ``as`` (``tenant:ID`` or ``list:ID``), and then ``file``."""
        words = texts(self._pages.language(request))
        if (request.content_length or 0) > LARGEST_FILE + _FORM_BYTES:
            return await self._refused(request, actor, told_unreadable(Why.TOO_LARGE, words), 413)
        try:
            upload = await self._received(request, actor)
        except TooLong:
            return await self._refused(request, actor, told_unreadable(Why.TOO_LARGE, words), 413)
        except DeskError as error:
            status = 404 if isinstance(error, NoSuchList) else 409
            return await self._refused(request, actor, told(error, words), status)
        if upload is None:
            return await self._refused(request, actor, words["choose_a_file"], 400)
        self._uploads.begin(actor, upload)
        raise web.HTTPSeeOther(f"/lead/lists/uploads/{upload.key}")

    async def _received(self, request: web.Request, actor: Actor) -> Upload | None:
        """Raises TooLong, DeskError, HTTPBadRequest."""
        if request.content_type != "multipart/form-data":
            raise web.HTTPUnsupportedMediaType
        wanted = ""
        try:
            async for part in await request.multipart():
                if not isinstance(part, BodyPartReader):
                    continue
                if part.name == "as":
                    wanted = (await part.read_chunk(500)).decode()
                elif part.name == "file" and part.filename:
                    tenant, of = await self._whose(actor, wanted)
                    path = await self._uploads.receive(part)
                    return Upload(actor.person.id, tenant, of, plain_name(part.filename), path)
        except ValueError:  # what no browser sends
            raise web.HTTPBadRequest(text="This form can't be read.\n") from None
        return None

    async def _whose(self, actor: Actor, wanted: str) -> tuple[Tenant, CaseList | None]:
        """Raises DeskError."""
        kind, _, name = wanted.partition(":")
        run, find, known = self._floor.work.run, FindList(self._on), KnownOfLists(self._on)
        of = await run(lambda: find(actor, ListId(name))) if kind == "list" else None
        tenant = TenantId(name) if of is None else of.tenant
        await run(lambda: known(actor, tenant))
        return self._on.desk.book().tenants[tenant], of

    async def _refused(
        self, request: web.Request, actor: Actor, words: str, status: int
    ) -> web.Response:
        return await self._lists.lists(request, actor, status, words)

    def page(self, template: str) -> Callable[[web.Request, Actor], Awaitable[web.Response]]:
        async def show(request: web.Request, _: Actor) -> web.Response:
            upload = self._upload(request)
            if isinstance(upload.state, Done):
                place = f"/lead/lists/{upload.state.list}"
                if "HX-Request" in request.headers:
                    return web.Response(headers={"HX-Redirect": place})
                raise web.HTTPSeeOther(place)
            return self._pages.answer(request, template, **self._values(request, upload))

        return show

    async def rejected(self, request: web.Request, _: Actor) -> web.Response:
        upload, language = self._upload(request), self._pages.language(request)
        if not isinstance(upload.state, Ready):
            raise web.HTTPNotFound(text="It isn't there any more. Send the file again.\n")
        ready = upload.state
        content = await self._floor.work.run(
            lambda: as_csv(rejected(ready, texts(language)), language)
        )
        stem = upload.file.rpartition(".")[0] or upload.file
        return download(f"{stem} {texts(language)['rejected_rows']}.csv", content)

    async def choose(self, request: web.Request, actor: Actor) -> web.Response:
        upload, form = self._upload(request), await read_form(request, _FORM_BYTES)
        if not is_busy(upload.state):
            upload.columns = _chosen(form, _offered(upload.state))
            self._uploads.begin(actor, upload)
        raise web.HTTPSeeOther(f"/lead/lists/uploads/{upload.key}")

    async def bring_in(self, request: web.Request, actor: Actor) -> web.Response:
        upload, form = self._upload(request), await read_form(request, _FORM_BYTES)
        attempts = form.get("attempts", "")
        if attempts:
            plain = attempts.isascii() and attempts.isdecimal() and len(attempts) <= 9
            if not (plain and 1 <= int(attempts) <= 100):
                raise DeskError(WhyNot.NO_COUNT, written=attempts[:40])
            upload.attempts = int(attempts)
        self._uploads.bring_in(actor, upload)
        raise web.HTTPSeeOther(f"/lead/lists/uploads/{upload.key}")

    async def discard(self, request: web.Request, _: Actor) -> web.Response:
        upload = self._upload(request)
        if not is_busy(upload.state):
            self._uploads.discard(upload)
        raise web.HTTPSeeOther("/lead/lists")

    def _upload(self, request: web.Request) -> Upload:
        """Nobody else's. Raises HTTPNotFound."""
        found = self._uploads.get(request[PERSON].id, request.match_info["upload"])
        if found is None:
            raise web.HTTPNotFound(text="It isn't there any more. Send the file again.\n")
        return found

    def _values(self, request: web.Request, upload: Upload) -> dict[str, Any]:
        state, words = upload.state, texts(self._pages.language(request))
        assert upload.tenant.dunning is not None, "it has lists"
        rows = rejected(state, words) if isinstance(state, Ready) else iter(())
        return {
            "upload": upload,
            "state": state,
            "is_busy": is_busy(state),
            "kind": type(state).__name__.lower(),
            "brand": upload.tenant.name,
            "attempts": upload.tenant.dunning.attempts,
            "rejected": list(islice(rows, _SHOWN)),
            "refusal": lambda error: _words(error, words),
            "unreadable": lambda why: told_unreadable(why, words),
            "columns": Column,
            "required": REQUIRED,
            "parts": lambda column: _PARTS if column in COMPOSED else 1,
            "offered": _offered(state),
            "taken": _taken(state),
            "place_name": place_name,
            "letter": letter,
            "sample": _sample(state),
        }


def _words(error: Denied | None, words: Mapping[str, str]) -> str:
    return words["signin_down"] if error is None else told(error, words)


def _offered(state: State) -> Sequence[Place]:
    match state:
        case Unclear(found):
            return found.recognised.offered
        case Ready(sheets=sheets):
            return sheets[0].offered
        case _:
            return ()


def _taken(state: State) -> Mapping[Column, tuple[Place, ...]]:
    """What is understood so far."""
    match state:
        case Unclear(found):
            return found.recognised.columns.places
        case Ready(sheets=sheets):
            return sheets[0].columns.places
        case _:
            return {}


def _sample(state: State) -> Sequence[Sequence[str]]:
    """The first rows below the headings."""
    if not isinstance(state, Unclear):
        return ()
    recognised = state.found.recognised
    below = (row for row in state.found.sample if row.number > recognised.headings_end)
    return [
        [text_of(row.cells.get(place.position))[:60] for place in recognised.offered]
        for row in islice(below, _SAMPLE)
    ]


def _chosen(form: Form, offered: Sequence[Place]) -> ColumnMap:
    """What the form names; a place that isn't offered is none."""
    by_position = {str(place.position): place for place in offered}
    chosen = {
        column: tuple(
            dict.fromkeys(
                by_position[written]
                for written in form.getall(column.value, ())
                if written in by_position
            )
        )
        for column in Column
    }
    return ColumnMap({column: places for column, places in chosen.items() if places})
