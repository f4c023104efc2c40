"""Programs let an agent ring debtors: by her rights, for their own brand, and without the sum before she speaks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.dial_facts import DialEnded, DialRang, DialReached, DialResult
from domain.dunning import CaseState
from domain.dunning_facts import CaseLeased
from domain.fact import Body, Origin
from domain.field_facts import Connected
from domain.ids import AgentId, CallId, LineId
from domain.tenant import TenantBook
from storage.unit_of_work import SqlTransactions
from tests.fakes.api_desk import ApiDesk, api_desk
from tests.fakes.counter_desk import ALPENRAD, LUNE, brand
from tests.fakes.debtors import DebtDesk, debtor
from tests.fakes.desk import EVA, LENA, TOM
from tests.rufwerk.front_desk import TOM_IN

TOMS = f"/agents/{TOM.id}"
BRAND = {"tenant": ALPENRAD}


@pytest.fixture
async def api(storage: SqlTransactions) -> AsyncIterator[ApiDesk]:
    async with api_desk(storage, *TOM_IN, house=DebtDesk) as made:
        debts(made).put(debtor(1, 7_654_321), debtor(2, 1))
        yield made


def debts(api: ApiDesk) -> DebtDesk:
    assert isinstance(api.counter, DebtDesk)
    return api.counter


async def ask(
    api: ApiDesk, method: str, path: str, body: Any = None, program: str = "toolbar"
) -> tuple[int, Any]:
    return await api.ask(method, f"{TOMS}{path}", body, program=program, agent=None)


async def happens(api: ApiDesk, call: str, *bodies: Body) -> None:
    with api.counter.transactions.write() as uow:
        uow.facts.append(Origin(ALPENRAD, CallId(call), "cti"), api.counter.clock(), *bodies)
        uow.commit()
    await api.door.switchboard.caught_up()


async def taken(api: ApiDesk) -> dict[str, Any]:
    """The case, by what names it."""
    status, found = await ask(api, "POST", "/case", BRAND)
    assert status == 200
    return {name: found["case"][{"case": "id"}.get(name, name)] for name in ("case", "fence")}


async def test_from_next_case_to_its_outcome(api: ApiDesk) -> None:
    assert (await ask(api, "GET", "/case"))[0] == 404
    case = await taken(api)
    status, shown = await ask(api, "GET", "/case")
    assert (status, shown["debtor"]["name"], shown["debt"]) == (200, "Debtor 1", None)
    assert shown["debtor"]["reference"] is None
    assert shown["reason"][0] == "attempt 1 of 3"
    assert [one["asks"] for one in shown["outcomes"]][:3] == ["nothing", "day", "time"]
    assert (await ask(api, "POST", "/case/confirm", case))[0] == 409
    status, dialled = await ask(api, "POST", "/case/dial", case)
    assert status == 200
    agent = AgentId(TOM.id)
    reached = (Connected(agent, 1), DialRang(agent), DialReached(agent, LineId("7.1")))
    await happens(api, dialled["call"], *reached)
    status, confirmed = await ask(api, "POST", "/case/confirm", case)
    assert (status, confirmed["debt"]["amount"]) == (200, 7_654_321)
    assert confirmed["debtor"]["reference"] == "R-0001"
    said = {"outcome": "later", "when": "tomorrow 9:30", "mine": True, "substitute": EVA.id}
    status, after = await ask(api, "POST", "/case/outcome", case | said)
    assert (status, after["state"], after["due"]) == (200, "open", "2026-03-03T08:30:00Z")
    _, board = await ask(api, "GET", "/promises")
    assert [one["case"] for one in board["cases"]] == [case["case"]]
    leased = [(actor, body.case) for actor, body in api.written() if isinstance(body, CaseLeased)]
    assert leased == [("toolbar", case["case"])]


async def test_an_outcome_is_proposed(api: ApiDesk) -> None:
    case = await taken(api)
    _, dialled = await ask(api, "POST", "/case/dial", case)
    agent = AgentId(TOM.id)
    ended = (Connected(agent, 1), DialRang(agent), DialEnded(agent, DialResult.BUSY))
    await happens(api, dialled["call"], *ended)
    assert (await ask(api, "GET", "/case"))[1]["proposed"] == "busy"


async def test_a_case_is_given_back_and_a_batch_taken(api: ApiDesk) -> None:
    status, batch = await ask(api, "POST", "/batch", BRAND | {"count": 30})
    assert (status, batch["taken"], batch["until"]) == (200, 2, "2026-03-02T23:00:00Z")
    case = await taken(api)
    assert (await ask(api, "POST", "/case/give_back", case)) == (200, {"done": True})
    assert debts(api).case(case["case"]).lease is None
    assert (await ask(api, "GET", "/promises"))[1] == {"cases": [], "batch": 1}
    assert (await ask(api, "POST", "/batch", BRAND | {"count": 31}))[0] == 400


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"outcome": "promise"}, 409),
        ({"outcome": "promise", "day": "9999-12-31"}, 409),
        ({"outcome": "promise", "day": "2020-01-01"}, 409),
        ({"outcome": "later", "when": "soon"}, 409),
        ({"outcome": "later", "due": "9999-12-31T23:59:59Z"}, 409),
        ({"outcome": "later", "due": "2026-03-03T08:00:00"}, 400),
        ({"outcome": "paid", "substitute": "nobody"}, 409),
        ({"outcome": "none"}, 409),
        ({"outcome": "paid", "remark": "\0"}, 409),
        ({"outcome": "paid", "sum": 1}, 400),
        ({"outcome": "later", "due": "2026-03-03T08:00:00Z", "remark": "ill"}, 200),
    ],
)
async def test_what_may_be_recorded(api: ApiDesk, said: dict[str, Any], status: int) -> None:
    case = await taken(api)
    _, dialled = await ask(api, "POST", "/case/dial", case)
    agent = AgentId(TOM.id)
    await happens(api, dialled["call"], Connected(agent, 1), DialReached(agent, LineId("7.1")))
    assert (await ask(api, "POST", "/case/outcome", case | said))[0] == status
    assert debts(api).case(case["case"]).attempts == (status == 200)


async def test_another_brands_program_knows_nothing_of_it(api: ApiDesk) -> None:
    debts(api).book = api.desk.book = TenantBook.of(
        [*debts(api).book.tenants.values(), replace(brand(LUNE, "FR"))]
    )
    case = await taken(api)
    before = len(api.facts())
    for method, path, body in (
        ("GET", "/case", None),
        ("POST", "/case", BRAND),
        ("POST", "/case/dial", case),
        ("POST", "/case/confirm", case),
        ("POST", "/case/outcome", case | {"outcome": "paid"}),
        ("POST", "/case/give_back", case),
        ("POST", "/batch", BRAND | {"count": 1}),
        ("GET", "/promises", None),
    ):
        assert (await ask(api, method, path, body, "lunetool"))[0] == 404, path
        assert (await ask(api, method, path, body, "wall"))[0] == 403, path
    assert len(api.facts()) == before
    assert debts(api).case(case["case"]).state is CaseState.OPEN


async def test_who_isnt_trained_rings_no_debtors(api: ApiDesk) -> None:
    for agent, status in (("p-chloe", 404), (LENA.id, 404), ("nobody", 404)):
        asked = await api.ask("POST", f"/agents/{agent}/case", BRAND, agent=None)
        assert asked[0] == status
