"""What is asked over the API is done as on the pages, once, with the program in the log as the actor."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from actions.call_back import AskCallBack
from domain import desk_facts as done
from domain import field_facts as facts
from domain.dialling import CallBackState, Window
from domain.fact import Body, Origin
from domain.field_facts import CallBackSeenTo
from domain.ids import (
    AgentId,
    CallerId,
    CallId,
    ParticipantId,
    Phone,
    Receipt,
    RedemptionId,
    VoucherCode,
)
from domain.reward import Redemption, RewardKind
from domain.service_record import Price
from tests.desktop.api.conftest import OpenApi
from tests.fakes.api_desk import ApiDesk
from tests.fakes.counter_desk import ALPENRAD, ANNA, CALL, CARD, LUNE
from tests.fakes.desk import EVA, TOM
from tests.rufwerk.front_desk import TALKS

EVAS = AgentId(EVA.id)


@pytest.mark.parametrize(
    ("program", "method", "path", "body", "written"),
    [
        ("toolbar", "POST", "signin", {"phone": "201"}, None),
        ("toolbar", "POST", "signout", None, facts.SignOutAsked(EVAS)),
        ("toolbar", "POST", "ready", None, facts.WentReady(EVAS)),
        ("toolbar", "POST", "pause", {"reason": "lunch"}, facts.PauseAsked(EVAS, "lunch")),
        (
            "toolbar",
            "POST",
            "call",
            {"control": "transfer", "to": "line:workshop"},
            facts.ControlAsked(EVAS, facts.Control.TRANSFER, "line:workshop"),
        ),
        (
            "toolbar",
            "POST",
            "call",
            {"control": "hold"},
            facts.ControlAsked(EVAS, facts.Control.HOLD, ""),
        ),
        ("wall", "POST", "pause", {"reason": "training"}, facts.PauseAsked(EVAS, "training")),
        ("wall", "POST", "signout", None, facts.SignOutAsked(EVAS)),
        ("wall", "PUT", "skills", {"skills": ["fr=3"]}, facts.SkillsSet(EVAS, ("fr=3",))),
    ],
)
async def test_an_agents_wish_is_written_with_the_program_as_actor(
    api: ApiDesk, program: str, method: str, path: str, body: Any, written: Body | None
) -> None:
    status, said = await api.ask(
        method, f"/agents/{EVA.id}/{path}", body, program=program, agent=None
    )
    if written is None:
        assert (status, "in a call" in said["error"]) == (409, True)
        assert api.written() == []
    else:
        assert (status, said["agent"]) == (200, EVA.id)
        assert api.written()[0] == (program, written)


async def test_she_signs_in_and_takes_calls(open_api: OpenApi) -> None:
    async with open_api() as api:
        status, eva = await api.ask("POST", f"/agents/{EVA.id}/signin", {"phone": "201"})
        assert (status, eva["state"], eva["phone"], eva["name"]) == (200, "paused", "201", "eva")
        _, eva = await api.ask("POST", f"/agents/{EVA.id}/ready")
        assert eva["state"] == "ready"
        assert api.written() == [
            ("toolbar", facts.SignedIn(EVAS, Phone("201"), ("alpenrad=5",), in_page=True)),
            ("toolbar", facts.WentReady(EVAS)),
        ]
        status, said = await api.ask("POST", f"/agents/{TOM.id}/signin", {"phone": "201"})
        assert (status, "Take another phone." in said["error"]) == (409, True)


async def test_the_field_and_the_call_before_her(api: ApiDesk) -> None:
    _, field = await api.ask("GET", "/field", agent=None)
    (row,) = field["calls"]
    assert (row["call"], row["agent"], row["place"]) == ("A", EVA.id, "talking_to")
    _, eva = await api.ask("GET", f"/agents/{EVA.id}", agent=None)
    assert (eva["state"], eva["call"], "hold" in eva["may"]) == ("talking", "A", True)
    status, pop = await api.ask("GET", f"/agents/{EVA.id}/pop", agent=None)
    assert (status, pop["call"], pop["tenant"], pop["people"]) == (200, "A", "alpenrad", [])
    assert pop["reason"]
    assert (await api.ask("GET", f"/agents/{TOM.id}/pop"))[0] == 404


async def test_a_call_without_a_record_is_not_finished(open_api: OpenApi) -> None:
    async with open_api(*TALKS, "p-eva hangs up") as api:
        for path in ("done", "ready"):
            status, said = await api.ask("POST", f"/agents/{EVA.id}/{path}")
            assert (status, "no concern" in said["error"]) == (409, True)
        record = {"id": api.counter.new(str)}
        assert (await api.ask("POST", "/calls/A/records", record))[0] == 200
        status, eva = await api.ask("POST", f"/agents/{EVA.id}/done")
        assert (status, eva["state"]) == (200, "ready")
        assert [(actor, type(body)) for actor, body in api.written()] == [
            ("toolbar", done.NoConcern),
            ("toolbar", facts.WrapUpEnded),
        ]


async def test_a_priority_counts_at_once(open_api: OpenApi) -> None:
    async with open_api("B enters alpenrad fr return") as api:
        asked = await api.ask("PUT", "/calls/B/priority", {"priority": 7}, program="alpenwall")
        assert asked == (200, {"done": True})
        assert api.written() == [("alpenwall", facts.PrioritySet(7))]


async def test_a_customer_is_found_and_read(api: ApiDesk) -> None:
    _, found = await api.ask("GET", "/participants", q="keller")
    assert [one["name"] for one in found["participants"]] == ["Anna Keller", "Peter Keller"]
    _, card = await api.ask("GET", f"/participants/{ANNA.id}")
    assert card["points"] == 500
    assert card["participant"]["born"] == "1985-05-17"
    assert card["cards"] == [
        {
            "id": CARD.id,
            "state": "active",
            "tail": "",
            "blocked_at": None,
            "receipt": None,
            "without_pin": False,
            "loss": None,
            "replacement": None,
        }
    ]
    assert "pin" not in str(card).lower().replace("without_pin", "")


async def test_what_was_done_is_recorded_once_and_corrected(api: ApiDesk) -> None:
    fields = {"reason": "Broken."}
    given: dict[str, Any] = {"id": api.counter.new(str), "participant": ANNA.id}
    given |= {"service": "return", "fields": fields}
    first = await api.ask("POST", f"/calls/{CALL}/records", given)
    again = await api.ask("POST", f"/calls/{CALL}/records", given)
    assert first == again
    status, record = first
    assert (status, record["price"]) == (200, {"amount": "2.40", "currency": "EUR"})
    assert record["signature"]["by"] == EVA.id
    better = {"id": api.counter.new(str), "participant": ANNA.id, "service": "advice"}
    path = f"/records/{record['id']}/corrections"
    assert (await api.ask("POST", path, better))[0] == 200
    _, told = await api.ask("GET", f"/calls/{CALL}/records")
    assert [one["corrects"] for one in told["records"]] == [None, record["id"]]
    assert [(actor, type(body)) for actor, body in api.written()] == [
        ("toolbar", done.ServiceRecorded),
        ("toolbar", done.ServiceCorrected),
    ]


async def test_a_note_is_written_seen_to_and_done(api: ApiDesk) -> None:
    _, people = await api.ask("GET", "/tenants/alpenrad/responsible")
    assert {one["name"] for one in people["people"]} == {"eva", "tom", "lena"}
    given = {"id": api.counter.new(str), "kind": "internal", "responsible": EVA.id}
    given |= {"text": "Rang twice.", "call": CALL}
    status, note = await api.ask("POST", f"/participants/{ANNA.id}/notes", given)
    assert (status, note["text"]) == (200, "Rang twice.")
    _, told = await api.ask("GET", "/notes")
    assert [one["id"] for one in told["notes"]] == [note["id"]]
    path = f"/notes/{note['id']}/done"
    assert (await api.ask("POST", path, agent=TOM.id))[0] == 409
    assert await api.ask("POST", path) == (200, {"done": True})
    _, told = await api.ask("GET", "/notes")
    assert told["notes"] == []
    assert [actor for actor, _ in api.written()] == ["toolbar", "toolbar"]


async def test_a_block_is_set_and_lifted(api: ApiDesk) -> None:
    given = {"id": api.counter.new(str), "reason": "Shouts.", "until": "2026-03-09T12:00:00+01:00"}
    status, block = await api.ask("POST", f"/participants/{ANNA.id}/blocks", given)
    assert (status, block["until"]) == (200, "2026-03-09T11:00:00Z")
    path = f"/blocks/{block['id']}/lift"
    status, lifted = await api.ask("POST", path, {"reason": "Sorry."})
    assert (status, lifted["lifted_why"], lifted["lifted"]["by"]) == (200, "Sorry.", EVA.id)
    assert [type(body) for _, body in api.written()] == [
        done.ParticipantBlocked,
        done.ParticipantUnblocked,
    ]


async def test_a_voucher_is_told_without_its_code(api: ApiDesk) -> None:
    code, at = VoucherCode("K7QP-2MXA-9RTC"), api.counter.clock()
    value = Price(Decimal("3.00"), "EUR")
    kind, receipt, id_ = RewardKind.VOUCHER, Receipt("12345678"), RedemptionId("r-1")
    had = Redemption(id_, ANNA.tenant, ANNA.id, "three", kind, 300, value, receipt, at, None, code)
    with api.counter.transactions.write() as uow:
        uow.redemptions.add(had)
        uow.commit()
    status, card = await api.ask("GET", f"/participants/{ANNA.id}")
    assert status == 200
    (told,) = card["redemptions"]
    assert (told["reward"], told["points"], told["receipt"]) == ("three", 300, "12345678")
    assert code not in str(card)


async def test_errands_have_receipts(api: ApiDesk) -> None:
    path = f"/participants/{ANNA.id}/errands"
    rest: dict[str, dict[str, Any]] = {
        "change_data": {"address": "Hauptstr. 1", "email": "anna@keller.example"},
        "book_points": {"points": -5, "reason": "correction"},
        "pay_out": {"points": 50},
        "return": {"text": "A bell."},
        "complaint": {"text": "Too loud."},
    }
    for kind, of_kind in rest.items():
        given = {"id": api.counter.new(str), "kind": kind} | of_kind
        first, again = await api.ask("POST", path, given), await api.ask("POST", path, given)
        assert first == again
        status, errand = first
        assert (status, errand["kind"], errand["state"]) == (200, kind, "done")
        assert errand["receipt"]
    assert {actor for actor, _ in api.written()} == {"toolbar"}
    assert api.counter.balance() == 500 - 5 - 50


@pytest.mark.parametrize("kind", ["leave", "delete"])
async def test_what_takes_two_people_stays_at_the_desk(api: ApiDesk, kind: str) -> None:
    given = {"id": api.counter.new(str), "kind": kind, "text": "Moves away."}
    status, said = await api.ask("POST", f"/participants/{ANNA.id}/errands", given)
    assert (status, kind in said["error"]) == (400, True)
    assert api.written() == []


@pytest.mark.parametrize(
    ("kind", "why"), [("unblock_card", "isn't blocked"), ("replace_card", "needs no replacement")]
)
async def test_only_a_blocked_card_is_unblocked_or_replaced(
    api: ApiDesk, kind: str, why: str
) -> None:
    given = {"id": api.counter.new(str), "kind": kind, "card": CARD.id}
    path = f"/participants/{ANNA.id}/errands"
    status, said = await api.ask("POST", path, given)
    assert (status, why in said["error"]) == (409, True)


def give_up(api: ApiDesk, call: str, tenant: Any) -> None:
    """Somebody asked to be rung back in a call, and nobody reached him."""
    origin, clock = Origin(tenant, CallId(call), "caller"), api.counter.clock
    wished = Window(clock() + timedelta(hours=1), clock() + timedelta(hours=3))
    AskCallBack(api.counter.transactions, clock, lambda _, at: at)(
        origin, CallerId("n1"), wished=wished
    )
    with api.counter.transactions.write() as uow:
        states = CallBackState.OPEN, CallBackState.GIVEN_UP
        assert uow.call_backs.end(CallId(call), *states, clock())
        uow.commit()


async def test_who_wasnt_reached_is_seen_to(open_api: OpenApi) -> None:
    async with open_api() as api:
        give_up(api, "a-1.1", ALPENRAD)
        give_up(api, "a-1.2", LUNE)
        _, told = await api.ask("GET", "/call-backs", program="toolbar")
        assert [one["number"] for one in told["call_backs"]] == [ANNA.phone, ANNA.phone]
        window, asked = told["call_backs"][0]["window"], told["call_backs"][0]["asked_at"]
        assert asked < window["start"] < window["end"]
        _, told = await api.ask("GET", "/call-backs", program="alpenwall")
        assert [(one["call"], one["number"]) for one in told["call_backs"]] == [("a-1.1", None)]
        for call, status in (("a-1.2", 409), ("a-1.1", 200), ("a-1.1", 409)):
            path = f"/call-backs/{call}/done"
            assert (await api.ask("POST", path, program="alpenwall"))[0] == status
        assert api.written()[-1] == ("alpenwall", CallBackSeenTo())


async def test_the_story_names_the_program(api: ApiDesk) -> None:
    given = {"id": api.counter.new(str), "participant": ParticipantId(ANNA.id), "service": "advice"}
    await api.ask("POST", f"/calls/{CALL}/records", given)
    async with api.desk.browser("lena") as lena, lena.get(f"/lead/story?call={CALL}") as answer:
        assert "<td>toolbar</td>" in await answer.text()
