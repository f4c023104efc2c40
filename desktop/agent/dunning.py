"""Dunning calls on the agent's page: one case, what to say, how her dial goes, and what came of it."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from aiohttp import web

from actions.desk import DeskError
from actions.lease_case import GiveBack, NextCase, NothingDue
from actions.read_debts import Board, DebtBrands, MyCase, OnHand, Promises, Substitutes
from actions.take_batch import BATCH, TakeBatch
from actions.take_up import TakeUp
from actions.why_not import WhyNot
from actions.work_case import ConfirmDebtor, RecordAttempt, Said
from cti.front_door import NotNow
from desktop.floor import Floor
from desktop.forms import Form, read_form
from desktop.money import told_sum
from desktop.pages import Pages
from desktop.sign_in import TOKEN
from desktop.texts import texts
from desktop.told import refusal, told_reasons
from domain.dunning_profile import Dunning
from domain.ids import AgentId, CallId, CaseId, TenantId
from domain.language import Language
from domain.outcome import UNRECORDED, Asks
from domain.person import Actor
from domain.ports import KnownAgent
from domain.tenant import Tenant

_FORM_BYTES: Final = 20_000
"""A remark has 4000 characters, which are up to 12 bytes each in a form."""

_MINE: Final = "mine"
"""In the form, that she rings him again herself; an agent's id says who stands in for her, too."""

_COUNTED_DOWN: Final = timedelta(days=1)
"""How long before a promised case is due its minutes are counted."""

Answer = Callable[[web.Request, Actor], Awaitable[web.Response]]
Step = Callable[[Actor, Form], Awaitable[str]]
"""One step with a case; the word that the page says then, "" for none. Raises DeskError, NotNow, StorageDown."""


def add_routes(application: web.Application, pages: Pages, floor: Floor) -> None:
    """``/agent/dunning``, its board, and a POST for each step."""
    desk = _Debts(pages, floor)
    application.router.add_get("/agent/dunning", desk.answered(desk.look))
    application.router.add_get("/agent/dunning/board", desk.answered(desk.board))
    application.router.add_post("/agent/dunning/next", desk.answered(desk.next))
    for name, step in (
        ("batch", desk.batch),
        ("take-up", desk.take_up),
        ("dial", desk.dial),
        ("confirm", desk.confirm),
        ("outcome", desk.record),
        ("give-back", desk.give_back),
    ):
        application.router.add_post(
            f"/agent/dunning/{name}", desk.answered(partial(desk.step, step))
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the page shows: the brands whose debtors she rings, and her case."""

    brands: Sequence[Tenant]
    hand: OnHand | None
    tenant: Tenant | None
    substitutes: Sequence[KnownAgent]


class _Debts:
    def __init__(self, pages: Pages, floor: Floor) -> None:
        self._pages, self._floor, self._work = pages, floor, floor.work
        self._on = floor.work.debts

    def answered(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        """By who is signed in; what can't be done is said."""

        async def handle(request: web.Request) -> web.Response:
            actor = await self._work.run(lambda: self._work.who_acts(request[TOKEN]))
            if actor is None:
                raise web.HTTPUnauthorized(text="Sign in first.\n")
            try:
                return await answer(request, actor)
            except (DeskError, NotNow) as error:
                refused = refusal(error, self._pages.language(request))
                if error.why is WhyNot.CASE_LOST:  # what the page shows isn't hers any more
                    refused.headers["HX-Trigger"] = "dunning"
                return refused

        return handle

    async def look(self, request: web.Request, actor: Actor) -> web.Response:
        return await self._section(request, actor)

    async def board(self, request: web.Request, actor: Actor) -> web.Response:
        found: Promises = await self._work.run(lambda: Board(self._on)(actor))
        return self._pages.answer(
            request,
            "agent/dunning_board.html",
            actor=actor,
            found=found,
            names=await self._floor.names(),
            brand=self._floor.brand,
            local=self._floor.local,
            now=self._on.desk.clock(),
            day=_COUNTED_DOWN,
        )

    async def next(self, request: web.Request, actor: Actor) -> web.Response:
        form = await read_form(request, _FORM_BYTES)
        tenant = TenantId(form.get("tenant", ""))
        found = await self._work.run(lambda: NextCase(self._on)(actor, tenant))
        nothing = found if isinstance(found, NothingDue) else None
        return await self._section(request, actor, tenant, nothing)

    async def step(self, step: Step, request: web.Request, actor: Actor) -> web.Response:
        form = await read_form(request, _FORM_BYTES)
        said = await step(actor, form)
        answer = await self._section(request, actor, TenantId(form.get("tenant", "")))
        if said:
            answer.headers["HX-Trigger"] = json.dumps({"said": said})
        return answer

    async def batch(self, actor: Actor, form: Form) -> str:
        tenant = TenantId(form.get("tenant", ""))
        taken = await self._work.run(lambda: TakeBatch(self._on)(actor, tenant, BATCH))
        return f"batch {taken.taken}"

    async def take_up(self, actor: Actor, form: Form) -> str:
        await self._work.run(lambda: TakeUp(self._on)(actor, CallId(form.get("call", ""))))
        return ""

    async def dial(self, actor: Actor, form: Form) -> str:
        await self._floor.dial_debtor(actor, *_case(form))
        return ""

    async def confirm(self, actor: Actor, form: Form) -> str:
        await self._work.run(lambda: ConfirmDebtor(self._on)(actor, *_case(form)))
        return ""

    async def record(self, actor: Actor, form: Form) -> str:
        said = _said(form)
        await self._work.run(lambda: RecordAttempt(self._on)(actor, *_case(form), said))
        return "recorded"

    async def give_back(self, actor: Actor, form: Form) -> str:
        await self._work.run(lambda: GiveBack(self._on)(actor, *_case(form)))
        return "given_back"

    async def _section(
        self,
        request: web.Request,
        actor: Actor,
        tenant: TenantId | None = None,
        nothing: NothingDue | None = None,
    ) -> web.Response:
        """``tenant`` is the brand that was chosen, ``nothing`` that no case of it is due."""
        seen = await self._work.run(lambda: self._seen(actor))
        language = self._pages.language(request)
        values = {} if seen.tenant is None else await self._of_case(seen, seen.tenant, language)
        return self._pages.answer(
            request,
            "agent/dunning.html",
            actor=actor,
            brands=seen.brands,
            chosen=tenant,
            nothing=nothing,
            hand=seen.hand,
            **values,
        )

    def _seen(self, actor: Actor) -> _Seen:
        brands, hand = DebtBrands(self._on)(actor), MyCase(self._on)(actor)
        if hand is None:
            return _Seen(brands, None, None, ())
        tenant = next(one for one in brands if one.id == hand.case.tenant)
        return _Seen(brands, hand, tenant, Substitutes(self._on)(actor, tenant.id))

    async def _of_case(self, seen: _Seen, tenant: Tenant, language: Language) -> Mapping[str, Any]:
        hand, dunning = seen.hand, tenant.dunning
        assert hand is not None, "the tenant is that of her case"
        assert dunning is not None, "it rings debtors"
        case, debt = hand.case, hand.case.debt
        return {
            "case": case,
            "tenant": tenant,
            "owes": debt and told_sum(debt.amount, debt.currency, language),
            "why": told_reasons(case.reason, texts(language)),
            "scripts": {one: _script(tenant, one, case.debtor.name) for one in case.languages},
            "mailbox": _mailbox(tenant, case.languages[0], case.debtor.name),
            "outcomes": dunning.outcomes,
            "outcome_names": _names(dunning, language),
            "asks": Asks,
            "mine": _MINE,
            "substitutes": seen.substitutes,
            "names": await self._floor.names(),
            "local": self._floor.local,
            "today": self._on.desk.clock().astimezone(tenant.hours.zone).date(),
        }


def _names(dunning: Dunning, language: Language) -> Mapping[str, str]:
    """Of outcomes, by their keys; that of an attempt whose agent went away too."""
    return {one.key: one.names[language] for one in (UNRECORDED, *dunning.outcomes)}


def _script(tenant: Tenant, language: Language, name: str) -> str:
    assert tenant.dunning is not None, "it rings debtors"
    text = tenant.dunning.script.get(language) or texts(language)["dunning_script"]
    return text.format(name=name, brand=tenant.name)


def _mailbox(tenant: Tenant, language: Language, name: str) -> str:
    """What may be said to a machine: nothing of the debt, whatever a tenant's file has."""
    shown = None if tenant.dunning is None else tenant.dunning.show
    number = shown or tenant.dialling.show or ""
    return texts(language)["dunning_mailbox"].format(name=name, brand=tenant.name, number=number)


def _case(form: Form) -> tuple[CaseId, int]:
    """Which case, and of which lease. Raises DeskError."""
    fence = form.get("fence", "")
    if not (fence.isascii() and fence.isdecimal() and len(fence) < 10):
        raise DeskError(WhyNot.CASE_LOST)
    return CaseId(form.get("case", "")), int(fence)


def _said(form: Form) -> Said:
    """Raises DeskError."""
    keep, day = form.get("keep", ""), form.get("day", "")
    return Said(
        form.get("outcome", ""),
        day=_day(day) if day else None,
        when=form.get("word", "") or form.get("when", ""),
        mine=bool(keep),
        substitute=AgentId(keep) if keep not in ("", _MINE) else None,
        remark=form.get("remark", ""),
    )


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise DeskError(WhyNot.NO_DAY, written=written) from None
