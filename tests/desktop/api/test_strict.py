"""What isn't as it is declared is refused, and the field named."""

from typing import Any, Never

import pytest

from domain.ports import StorageDown
from storage.unit_of_work import SqlTransactions
from tests.fakes.api_desk import ApiDesk
from tests.fakes.counter_desk import ANNA, CALL
from tests.fakes.desk import EVA

ID = "00000000-0000-4000-8000-000000000001"
NOTE: dict[str, Any] = {"id": ID, "kind": "internal", "responsible": EVA.id, "text": "Rang."}
NOTES = f"/participants/{ANNA.id}/notes"
ERRANDS = f"/participants/{ANNA.id}/errands"
PAUSE = f"/agents/{EVA.id}/pause"
SLOW_POINTS = {"kind": "book_points", "id": ID, "reason": "goodwill"}


REFUSED: tuple[tuple[str, Any, int, str], ...] = (
    (PAUSE, {"reason": "lunch", "why": "x"}, 400, "unknown field `why`"),
    (PAUSE, {}, 400, "required field `reason`"),
    (PAUSE, {"reason": 5}, 400, "`$.reason`"),
    (PAUSE, {"reason": "x" * 41}, 400, "`$.reason`"),
    (PAUSE, {"reason": "With Anna"}, 409, "small letters"),
    (PAUSE, [], 400, "Expected `object`"),
    (PAUSE, b"", 400, "truncated"),
    (PAUSE, b"{", 400, "truncated"),
    (PAUSE, b'{"reason": "\xff"}', 400, "invalid"),
    (ERRANDS, b'{"id":' + b"[" * 19_000, 400, "nested too deep"),
    (PAUSE, b'{"reason": "' + b"x" * 20_000 + b'"}', 413, "20000 bytes"),
    (f"/agents/{EVA.id}/call", {"control": "shout"}, 400, "'shout'"),
    (f"/agents/{EVA.id}/call", {"control": "transfer"}, 409, "agent:..."),
    (f"/agents/{EVA.id}/ready", {"now": True}, 400, "takes no body"),
    (NOTES, NOTE | {"id": "1"}, 400, "`$.id`"),
    (NOTES, NOTE | {"kind": "novel"}, 400, "'novel'"),
    (NOTES, NOTE | {"text": ""}, 400, "`$.text`"),
    (NOTES, NOTE | {"text": "a\0b"}, 409, "can't be kept"),
    (NOTES, NOTE | {"responsible": "p-max"}, 409, "sees to it"),
    (NOTES, NOTE | {"call": "a-no"}, 404, "no such call"),
    (NOTES, NOTE | {"call": "a\0"}, 400, "`$.call`"),
    (ERRANDS, {"id": ID}, 400, "required field `kind`"),
    (ERRANDS, {"id": ID, "kind": "novel"}, 400, "'novel'"),
    (ERRANDS, SLOW_POINTS | {"points": "5"}, 400, "`$.points`"),
    (ERRANDS, SLOW_POINTS | {"points": 10**30}, 400, "`$.points`"),
    (ERRANDS, SLOW_POINTS | {"points": 101}, 409, "You may book 100 points"),
    (ERRANDS, SLOW_POINTS | {"points": 1, "text": "x"}, 400, "unknown field `text`"),
    (f"/calls/{CALL}/records", {"id": ID, "service": "novel"}, 409, "return, advice"),
    (
        f"/calls/{CALL}/records",
        {"id": ID, "service": "advice", "fields": {"novel": "x"}},
        409,
        "no field 'novel'",
    ),
    (
        f"/participants/{ANNA.id}/blocks",
        {"id": ID, "reason": "Shouts.", "until": "9999-12-31T23:59:59-12:00"},
        409,
        "beyond all years",
    ),
    (
        f"/participants/{ANNA.id}/blocks",
        {"id": ID, "reason": "Shouts.", "until": "2026-12-31T12:00:00"},
        400,
        "`$.until`",
    ),
)


async def test_what_isnt_as_declared_is_refused(api: ApiDesk) -> None:
    for path, body, status, says in REFUSED:
        got, said = await api.ask("POST", path, body)
        assert (got, says in said["error"]) == (status, True), (path, body, said)
    assert api.facts() == []


async def test_parameters_are_checked_too(api: ApiDesk) -> None:
    for path, query, says in (
        ("/field", {"x": "1"}, "unknown field `x`"),
        ("/participants", {}, "required field `q`"),
        ("/participants", {"q": "x" * 201}, "`$.q`"),
        ("/events", {"after": "-1"}, "`$.after`"),
        ("/events", {"after": "soon"}, "`$.after`"),
    ):
        status, said = await api.ask("GET", path, **query)
        assert (status, says in said["error"]) == (400, True), said
    headers = api.headers("toolbar")
    async with api.client.get("/api/events?after=1&after=2", headers=headers) as answer:
        assert (answer.status, "twice" in await answer.text()) == (400, True)


async def test_what_isnt_there_and_what_cant_be_done_is_json_too(api: ApiDesk) -> None:
    assert await api.ask("GET", "/nothing") == (
        404,
        {"error": "There is nothing here. See /api/openapi.json."},
    )
    for path in ("", "/", f"/participants/{'x' * 201}", "/calls/a%00b/records"):
        assert (await api.ask("GET", path))[0] == 404
    async with api.client.delete("/api/field", headers=api.headers("toolbar")) as answer:
        assert (answer.status, "GET" in answer.headers["Allow"]) == (405, True)
        assert (await answer.json()).keys() == {"error"}
    asked = api.client.post(
        f"/api{PAUSE}", data={"reason": "lunch"}, headers=api.headers("toolbar")
    )
    async with asked as answer:
        assert (answer.status, "application/json" in await answer.text()) == (415, True)


async def test_a_database_that_is_away_is_said(
    api: ApiDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: SqlTransactions) -> Never:
        raise StorageDown("the database is away")

    monkeypatch.setattr(SqlTransactions, "read", away)
    for path in ("/field", f"/participants/{ANNA.id}"):
        status, said = await api.ask("GET", path)
        assert (status, "Try again" in said["error"]) == (503, True)
