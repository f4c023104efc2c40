"""The OpenAPI document says what is served; schemathesis finds nothing else, and no 500."""

import asyncio
import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from copy import deepcopy
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from desktop.api.application import OPERATIONS
from desktop.api.openapi import document
from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions
from tests.fakes.api_desk import ApiDesk, api_desk
from tests.fakes.counter_desk import ANNA, CALL
from tests.fakes.debtors import DebtDesk, debtor
from tests.fakes.desk import EVA
from tests.rufwerk.front_desk import TALKS

DOCUMENT: dict[str, Any] = json.loads(msgspec.json.encode(document(OPERATIONS)))
THERE = {
    "agent": [EVA.id],
    "Rufwerk-Agent": [EVA.id],
    "call": [CALL, "A"],
    "participant": [ANNA.id],
    "tenant": ["alpenrad"],
    "list": ["list-1"],
    "case": ["case-1"],
}
"""What random ids never hit."""

IN_BODIES = {"tenant": ["alpenrad"], "case": [debtor(1).id, debtor(2).id], "fence": [1, 2]}

CONFIG = {
    "phases": {"coverage": {"enabled": False}, "stateful": {"enabled": False}},
    "generation": {"mode": "all"},
    "checks": {
        # 410: ahead of the log; 426: a socket that isn't asked for as one
        "positive_data_acceptance": {"expected-statuses": ["2xx", 401, 403, 404, 409, 410, 426]},
        # wrong tokens are limited; what comes without a token stands in test_rights
        "ignored_auth": {"enabled": False},
    },
}
PROGRAM = {
    program: {"Authorization": f"Bearer secret-of-{program}"} for program in ("toolbar", "wall")
}
QUICK = settings(
    max_examples=5, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)


def aimed() -> dict[str, Any]:
    """The same document for those who are there."""
    found = deepcopy(DOCUMENT)
    for methods in found["paths"].values():
        for one in methods.values():
            for parameter in one["parameters"]:
                if parameter["name"] in THERE:
                    parameter["schema"] = {"type": "string", "enum": THERE[parameter["name"]]}
    for name, chosen in IN_BODIES.items():
        for shape in found["components"]["schemas"].values():
            if name in shape.get("properties", ()) and name in shape.get("required", ()):
                shape["properties"][name] = {"enum": chosen}
    return found


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API, served by another thread for all tests of this module."""
    url = f"sqlite:///{tmp_path_factory.mktemp('api') / 'rufwerk.db'}"
    upgrade(url)
    started, loop, stop = Future[ApiDesk](), asyncio.new_event_loop(), asyncio.Event()

    async def serve(transactions: SqlTransactions) -> None:
        async with api_desk(transactions, *TALKS, house=DebtDesk) as made:
            assert isinstance(made.counter, DebtDesk)
            made.counter.put(debtor(1), debtor(2))
            started.set_result(made)
            await stop.wait()

    with closing(SqlTransactions(url, "a")) as transactions, closing(loop):
        thread = threading.Thread(target=lambda: loop.run_until_complete(serve(transactions)))
        thread.start()
        yield f"{started.result(20).desk.base}/api"
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)


def schema(of: dict[str, Any]) -> schemathesis.BaseSchema:
    found = schemathesis.openapi.from_dict(of, config=schemathesis.Config.from_dict(CONFIG))

    @found.hook
    def filter_body(_: Any, body: Any) -> bool:
        """JSON Schema takes 5.0 for an integer; we don't."""
        return not isinstance(body, dict) or not any(
            isinstance(body.get(name), float)
            for name in ("points", "priority", "count", "fence", "limit")
        )

    return found


@schema(DOCUMENT).parametrize()
@QUICK
def test_nothing_comes_back_that_isnt_declared(case: schemathesis.Case[Any], base: str) -> None:
    case.call_and_validate(base_url=base, headers=PROGRAM["toolbar"])


@schema(aimed()).parametrize()
@QUICK
def test_nor_where_somebody_is_there(case: schemathesis.Case[Any], base: str) -> None:
    roles = case.operation.definition.raw["description"]
    program = "toolbar" if "agent-desk" in roles else "wall"
    case.call_and_validate(base_url=base, headers=PROGRAM[program])


async def test_the_document_is_open_to_read(api: ApiDesk) -> None:
    async with api.client.get("/api/openapi.json") as answer:
        assert (answer.status, await answer.json()) == (200, DOCUMENT)


def test_each_operation_is_described() -> None:
    names = [one.name for one in OPERATIONS]
    assert len(names) == len(set(names))
    for one in OPERATIONS:
        described = DOCUMENT["paths"][one.path][one.method.lower()]
        assert described["summary"]
        assert {"401", "403", "503"} <= described["responses"].keys()
    shapes = DOCUMENT["components"]["schemas"]
    assert shapes["Pause"]["additionalProperties"] is False
    assert "additionalProperties" not in shapes["AgentNow"]
    assert "digest" not in json.dumps(DOCUMENT)
