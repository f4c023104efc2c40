"""``/lead/lists``: how far each list of debtors is, its cases, and what a team lead does about them."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import structlog
from aiohttp import web

from actions.change_list import ChangeList, ExtendLimit, Reassign, WithdrawCase
from actions.desk import DeskError
from actions.led_lists import NoSuchList
from actions.read_lists import PAGE, FindCases, ListNow, ListsLed, ReadCase, ReadProgress, stage_of
from actions.why_not import WhyNot
from campaigns.dunning.results import ExportResults, NoResults
from desktop.downloads import download
from desktop.floor import Floor
from desktop.forms import Form, read_form
from desktop.lead.list_words import money, outcome_keys, outcome_name, told_unreadable
from desktop.pages import Pages
from desktop.sign_in import PERSON, TOKEN
from desktop.texts import texts
from desktop.told import refusal, told
from domain.dunning import ListState
from domain.dunning_ports import Stage
from domain.ids import AgentId, CaseId, ListId
from domain.person import MAY_LEAD, Actor
from domain.tenant import Tenant
from sheets.package import LARGEST_FILE
from sheets.unreadable import UnreadableFile

log = structlog.get_logger()

_FORM_BYTES: Final = 20_000
_SHOWN: Final = 30
"""Lists that are shown before somebody asks for all."""

_LAST_PAGE: Final = 100_000

Deed = Callable[[Floor, Actor, str, Form], object]
"""``(floor, actor, id, form)``. Raises DeskError, StorageDown."""

Answer = Callable[[web.Request, Actor], Awaitable[web.Response]]
"""Raises DeskError, StorageDown."""


def add_routes(application: web.Application, pages: Pages, floor: Floor) -> None:
    """The pages, their parts that change, a case's dialog, and a POST for each thing done."""
    shown, router = ListPages(pages, floor), application.router
    for path, answer in (
        ("", shown.lists),
        ("/table", shown.table),
        ("/cases/{case}", shown.case),
        ("/{list}", shown.one),
        ("/{list}/now", shown.now),
        ("/{list}/cases", shown.cases),
        ("/{list}/results", shown.results),
    ):
        router.add_get(f"/lead/lists{path}", led(pages, floor, answer))
    for path, (deed, said) in _DEEDS.items():
        router.add_post(f"/lead/lists/{path}", led(pages, floor, _does(floor, deed, said)))


def led(
    pages: Pages, floor: Floor, answer: Answer
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """By who leads; what can't be done is said."""

    async def handle(request: web.Request) -> web.Response:
        if request[PERSON].role not in MAY_LEAD:
            raise web.HTTPForbidden(text="This page is for team leads.\n")
        actor = await floor.work.run(lambda: floor.work.who_acts(request[TOKEN]))
        if actor is None:
            raise web.HTTPUnauthorized(text="Sign in first.\n")
        try:
            return await answer(request, actor)
        except NoSuchList as error:
            words = texts(pages.language(request))
            raise web.HTTPNotFound(text=told(error, words)) from None
        except DeskError as error:
            return refusal(error, pages.language(request))

    return handle


class ListPages:
    """What is shown."""

    def __init__(self, pages: Pages, floor: Floor) -> None:
        self._pages, self._floor, self._on = pages, floor, floor.work.debts

    async def lists(
        self, request: web.Request, actor: Actor, status: int = 200, error: str = ""
    ) -> web.Response:
        """``error`` is why a file isn't taken, in words."""
        every = "all" in request.query
        found = await self._found(actor, every=every)
        brands = [one for one in self._on.desk.book().tenants.values() if one.dunning]
        return self._answer(
            request,
            "lists",
            status,
            error=error,
            lists=found,
            all=every or len(found) < _SHOWN,
            brands=brands,
            largest=LARGEST_FILE,
            over=ListState.STOPPED,
        )

    async def table(self, request: web.Request, actor: Actor) -> web.Response:
        every = "all" in request.query
        found = await self._found(actor, every=every)
        return self._answer(request, "lists/table", lists=found, all=every or len(found) < _SHOWN)

    async def one(self, request: web.Request, actor: Actor) -> web.Response:
        progress = await self._progress(request, actor)
        tenant = self._tenant(progress["one"].list)
        assert tenant is not None, "he leads it"
        return self._answer(
            request,
            "list",
            outcome_keys=outcome_keys(tenant),
            **progress,
            **await self._cases(request, actor),
        )

    async def now(self, request: web.Request, actor: Actor) -> web.Response:
        shown = request.query.get("state", "")
        return self._answer(
            request, "lists/now", shown=shown, **await self._progress(request, actor)
        )

    async def cases(self, request: web.Request, actor: Actor) -> web.Response:
        progress = await self._progress(request, actor)
        return self._answer(request, "lists/cases", **progress, **await self._cases(request, actor))

    async def results(self, request: web.Request, actor: Actor) -> web.Response:
        """The client's own file with what became of each case; who takes it stands in the program's log."""
        of, lists = ListId(request.match_info["list"]), self._floor.lists
        words = texts(self._pages.language(request))
        export = ExportResults(self._on, lists.files)
        make = partial(export, actor, of)
        try:
            made = await asyncio.get_running_loop().run_in_executor(lists.threads, make)
        except NoResults:
            return web.Response(status=409, text=words["no_results"])
        except UnreadableFile as error:
            return web.Response(status=409, text=told_unreadable(error.why, words))
        log.info("results taken", person=actor.person.id, list=of)
        return download(made.name, made.content)

    async def case(self, request: web.Request, actor: Actor) -> web.Response:
        """Who looks at a debtor's case stands in the program's log."""
        case = CaseId(request.match_info["case"])
        read = await self._floor.work.run(lambda: ReadCase(self._on)(actor, case))
        log.info("case read", person=actor.person.id, case=case)
        return self._answer(request, "lists/case", read=read, stage=stage_of(read.case, read.now))

    async def _found(self, actor: Actor, *, every: bool) -> Sequence[ListNow]:
        limit = None if every else _SHOWN
        return await self._floor.work.run(lambda: ListsLed(self._on)(actor, limit))

    async def _progress(self, request: web.Request, actor: Actor) -> Mapping[str, Any]:
        of = ListId(request.match_info["list"])
        found, shares = await self._floor.work.run(lambda: ReadProgress(self._on)(actor, of))
        return {"one": found, "shares": shares}

    async def _cases(self, request: web.Request, actor: Actor) -> Mapping[str, Any]:
        """Those that the query asks for."""
        query, of = request.query, ListId(request.match_info["list"])
        written, outcome = query.get("q", "")[:200], query.get("outcome", "")[:100] or None
        stage = next((one for one in Stage if one.value == query.get("stage")), None)
        page = query.get("page", "")
        number = int(page) if page.isdecimal() and len(page) <= 9 else 1
        first = (number - 1) * PAGE if 0 < number < _LAST_PAGE else 0
        find = FindCases(self._on, self._floor.lists.read_phone)
        found = await self._floor.work.run(lambda: find(actor, of, written, stage, outcome, first))
        asked = {"q": written, "stage": stage or "", "outcome": outcome or ""}
        return {"found": found, "asked": asked, "page_size": PAGE, "stage_of": stage_of}

    def _answer(
        self, request: web.Request, template: str, status: int = 200, **values: Any
    ) -> web.Response:
        language = self._pages.language(request)
        return self._pages.answer(
            request,
            f"lead/{template}.html" if "/" in template else f"{template}.html",
            status,
            brand=self._floor.brand,
            local=self._floor.local,
            money=lambda debt: money(debt.amount, debt.currency, language),
            outcome=lambda of, key: outcome_name(self._tenant(of), key, language),
            stages=Stage,
            **values,
        )

    def _tenant(self, of: Any) -> Tenant | None:
        return self._on.desk.book().tenants.get(of.tenant)


def _does(floor: Floor, deed: Deed, said: str) -> Answer:
    async def handle(request: web.Request, actor: Actor) -> web.Response:
        form, (of,) = await read_form(request, _FORM_BYTES), request.match_info.values()
        await floor.work.run(lambda: deed(floor, actor, of, form))
        # the page says it, and asks for what it shows anew
        return web.Response(status=204, headers={"HX-Trigger": json.dumps({"said": said})})

    return handle


def _changes(state: ListState) -> Deed:
    return lambda floor, actor, of, _: ChangeList(floor.work.debts)(actor, ListId(of), state)


def _withdraw(floor: Floor, actor: Actor, of: str, form: Form) -> object:
    return WithdrawCase(floor.work.debts)(actor, CaseId(of), form.get("reason", ""))


def _extend(floor: Floor, actor: Actor, of: str, form: Form) -> object:
    written = form.get("limit", "").strip()
    if not (written.isascii() and written.isdecimal() and len(written) <= 9):
        raise DeskError(WhyNot.NO_COUNT, written=written[:40])
    reason = form.get("reason", "")
    return ExtendLimit(floor.work.debts)(actor, CaseId(of), int(written), reason)


def _reassign(floor: Floor, actor: Actor, of: str, form: Form) -> object:
    agent = form.get("agent", "")
    return Reassign(floor.work.debts)(actor, CaseId(of), AgentId(agent) if agent else None)


_DEEDS: Final[dict[str, tuple[Deed, str]]] = {
    "{list}/pause": (_changes(ListState.PAUSED), "paused"),
    "{list}/go-on": (_changes(ListState.RUNNING), "running"),
    "{list}/stop": (_changes(ListState.STOPPED), "stopped"),
    "cases/{case}/withdraw": (_withdraw, "withdrawn"),
    "cases/{case}/extend": (_extend, "extended"),
    "cases/{case}/reassign": (_reassign, "reassigned"),
}
"""What is done, and the word that the page says then."""
