"""What commands of this machine ask of the switchboard through its socket, and how they are told no."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.fact import Body
from domain.field_facts import (
    Control,
    ControlAsked,
    EndedBy,
    Listening,
    ListeningAsked,
    PauseAsked,
    PrioritySet,
    SignedIn,
    SignOutAsked,
    SkillsSet,
    WentReady,
    WrapUpEnded,
)
from domain.ids import Phone
from rufwerk.desk_socket import Refused
from tests.cti.paper import ALPENRAD
from tests.rufwerk.front_desk import (
    EVA,
    EVA_IN,
    HELD,
    LISTENED,
    TALKS,
    TOM_IN,
    WITH_TOM,
    WRAPS_UP,
    OpenDesk,
)

Given = Mapping[str, Any]

PAUSED = {"phone": "201", "state": "paused", "reason": "signed_in", "call": None, "afterwards": ""}
READY = PAUSED | {"state": "ready", "reason": ""}
IN_CALL = PAUSED | {"state": "talking", "reason": "", "call": "A"}


@pytest.mark.parametrize(
    ("rows", "wish", "given", "body", "row"),
    [
        (
            (),
            "signin",
            {"phone": "201"},
            SignedIn(EVA, Phone("201"), ("alpenrad=5", "de=5")),
            PAUSED,
        ),
        (EVA_IN, "signin", {"phone": "202"}, None, PAUSED | {"phone": "202"}),
        (EVA_IN, "ready", {}, WentReady(EVA), READY),
        (
            EVA_IN,
            "pause",
            {"reason": "lunch"},
            PauseAsked(EVA, "lunch"),
            PAUSED | {"reason": "lunch"},
        ),
        (TALKS, "pause", {"reason": "lunch"}, None, IN_CALL | {"afterwards": "lunch"}),
        (WRAPS_UP, "done", {}, WrapUpEnded(EVA, EndedBy.AGENT), READY),
        (EVA_IN, "signout", {}, SignOutAsked(EVA), None),
        (TALKS, "signout", {}, None, IN_CALL | {"afterwards": "sign_out"}),
        (EVA_IN, "skills", {"skills": ["fr=3", "de"]}, SkillsSet(EVA, ("de=5", "fr=3")), PAUSED),
        (EVA_IN, "skills", {"skills": []}, SkillsSet(EVA, ()), PAUSED),
        ((), "skills", {"skills": ["fr"]}, SkillsSet(EVA, ("fr=5",)), None),
    ],
)
async def test_an_agents_day(
    open_desk: OpenDesk,
    rows: tuple[str, ...],
    wish: str,
    given: Given,
    body: Body | None,
    row: Given | None,
) -> None:
    desk = await open_desk(*rows)
    answer = await desk.wish("eva", wish, **given)
    (fact,) = desk.new
    assert fact.origin.actor == "operator"
    assert body is None or fact.body == body
    if row is None:
        assert answer == {}
    else:
        assert answer == answer | row | {"agent": EVA}


async def test_skills_stay_with_her(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    await desk.wish("eva", "skills", skills=["fr=3"])
    await desk.wish("eva", "signin", phone="201")
    assert desk.written[-1] == SignedIn(EVA, Phone("201"), ("fr=3",))


@pytest.mark.parametrize(
    ("rows", "wish", "to", "control", "target"),
    [
        (TALKS, "hold", None, Control.HOLD, ""),
        (HELD, "resume", None, Control.RESUME, ""),
        ((*TALKS, *TOM_IN), "transfer", "agent:tom", Control.TRANSFER, "agent:p-tom"),
        (TALKS, "transfer", "skill:dunning", Control.TRANSFER, "skill:dunning"),
        (TALKS, "transfer", "line:workshop", Control.TRANSFER, "line:workshop"),
        ((*TALKS, *TOM_IN), "consult", "agent:tom", Control.CONSULT, "agent:p-tom"),
        ((*TALKS, *TOM_IN), "consult", "skill:dunning", Control.CONSULT, "skill:dunning"),
        (TALKS, "consult", "line:workshop", Control.CONSULT, "line:workshop"),
        (WITH_TOM, "join", None, Control.JOIN, ""),
        (WITH_TOM, "handon", None, Control.HAND_ON, ""),
    ],
)
async def test_the_call_she_is_in(
    open_desk: OpenDesk,
    rows: tuple[str, ...],
    wish: str,
    to: str | None,
    control: Control,
    target: str,
) -> None:
    desk = await open_desk(*rows)
    answer = await desk.wish("eva", wish, **({} if to is None else {"to": to}))
    fact = desk.new[0]
    assert fact.body == ControlAsked(EVA, control, target)
    assert (fact.origin.tenant, fact.origin.call, fact.origin.actor) == (ALPENRAD, "A", "operator")
    assert (answer["agent"], answer["call"]) == (EVA, "A")


@pytest.mark.parametrize(
    ("given", "how"),
    [
        ({}, Listening.LISTEN),
        ({"how": "listen"}, Listening.LISTEN),
        ({"how": "whisper"}, Listening.WHISPER),
        ({"how": "join"}, Listening.JOIN),
    ],
)
async def test_a_supervisor_takes_part(open_desk: OpenDesk, given: Given, how: Listening) -> None:
    desk = await open_desk(*LISTENED)
    await desk.wish("eva", "listen", phone="204", **given)
    assert desk.written[0] == ListeningAsked(EVA, Phone("204"), how)


@pytest.mark.parametrize("level", [-100, 0, 100])
async def test_a_call_is_put_ahead_or_behind(open_desk: OpenDesk, level: int) -> None:
    desk = await open_desk("A enters alpenrad de")
    assert await desk.ask("POST", "/calls/A/priority", {"priority": level}) == {}
    (fact,) = desk.new
    assert fact.body == PrioritySet(level)
    assert (fact.origin.tenant, fact.origin.call, fact.origin.actor) == (ALPENRAD, "A", "operator")
    (call,) = (await desk.ask("GET", "/field"))["calls"]
    assert (call["call"], call["priority"]) == ("A", level)


async def test_the_field_is_shown(open_desk: OpenDesk) -> None:
    desk = await open_desk(*TALKS, *TOM_IN, "B enters alpenrad fr return")
    seen = await desk.ask("GET", "/field")
    assert [(row["phone"], row["state"]) for row in seen["agents"]] == [
        ("201", "talking"),
        ("202", "ready"),
    ]
    assert [(row["call"], row["language"], row["concern"]) for row in seen["calls"]] == [
        ("A", "de", None),
        ("B", "fr", "return"),
    ]
    assert (seen["linked"], seen["deciding"]) == (True, True)
    assert desk.written == []


NOBODY = "There is no such agent. Write the name as it was entered, such as eva."


@pytest.mark.parametrize(
    ("rows", "name", "wish", "given", "said"),
    [
        ((), "nina", "ready", {}, NOBODY),
        ((), "p-eva", "ready", {}, NOBODY),
        ((), "e%2Fva", "ready", {}, NOBODY),
        ((), "%FF", "ready", {}, NOBODY),
        ((), "eva", "ready", {}, "Not signed in. Sign in at a phone first."),
        ((), "eva", "signin", {"phone": "299"}, "no phone 299. Sign in at one of 201, 202, 204."),
        (TOM_IN, "eva", "signin", {"phone": "202"}, "Take another phone."),
        (EVA_IN, "eva", "pause", {"reason": "Frau Muster"}, "Write a word in small letters"),
        (EVA_IN, "eva", "pause", {"reason": ""}, "Write a word in small letters"),
        (EVA_IN, "eva", "done", {}, "There is no wrap-up to end."),
        (EVA_IN, "eva", "skills", {"skills": ["de=9"]}, "Write each once, as fr or fr=3"),
        (EVA_IN, "eva", "hold", {}, "There is no caller on the line"),
        (TALKS, "eva", "transfer", {"to": "agent:nina"}, NOBODY),
        (TALKS, "eva", "transfer", {"to": "agent:tom"}, "isn't signed in. Take another one"),
        (TALKS, "eva", "transfer", {"to": "agent:"}, "write agent:..., skill:... or line:..."),
        (TALKS, "eva", "consult", {"to": "line:cellar"}, "it names workshop."),
        (TALKS, "eva", "listen", {"phone": "204"}, "Its file may: listening = true"),
    ],
)
async def test_what_doesnt_fit_is_told_with_its_remedy(
    open_desk: OpenDesk, rows: tuple[str, ...], name: str, wish: str, given: Given, said: str
) -> None:
    desk = await open_desk(*rows)
    with pytest.raises(Refused) as told:
        await desk.wish(name, wish, **given)
    assert said in str(told.value)
    assert desk.written == []


async def test_a_call_that_isnt_there_has_no_priority(open_desk: OpenDesk) -> None:
    desk = await open_desk()
    with pytest.raises(Refused, match=r"There is no call a-1/2 in the field\. See rufwerk field\."):
        await desk.ask("POST", "/calls/a-1%2F2/priority", {"priority": 1})


@pytest.mark.parametrize(
    "given", [{}, {"priority": "1"}, {"priority": 101}, {"priority": -101}, {"priority": 1.5}]
)
async def test_a_priority_is_a_number_within_limits(open_desk: OpenDesk, given: Given) -> None:
    desk = await open_desk("A enters alpenrad de")
    with pytest.raises(Refused, match="priority"):
        await desk.ask("POST", "/calls/A/priority", given)
    assert desk.written == []


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("POST", "/agents/eva/ready", {}),
        ("POST", "/calls/A/priority", {"priority": 1}),
    ],
)
async def test_without_its_database_it_says_so(
    open_desk: OpenDesk, method: str, path: str, given: Given
) -> None:
    desk = await open_desk(*TALKS)
    desk.log.down = 1000
    with pytest.raises(Refused) as told:
        await desk.ask(method, path, given)
    assert str(told.value) == (
        "Not now: the database is away. See rufwerk doctor, and rufwerk field before you ask again."
    )
    desk.log.down = 0
    assert desk.written == []
    await desk.ask(method, path, given)
    assert len(desk.written) == 1


@pytest.mark.parametrize(
    ("wish", "given", "said"),
    [
        ("signin", {}, "missing required field `phone`. This takes phone, as JSON."),
        ("signin", {"phone": 201}, "Expected `str`, got `int` - at `$.phone`. This takes phone"),
        ("signin", {"phone": None}, "got `null` - at `$.phone`"),
        ("signin", {"phone": "201", "name": "eva"}, "unknown field `name`. This takes phone"),
        ("signout", {"phone": "201"}, "unknown field `phone`. This takes no fields"),
        ("ready", {"reason": "lunch"}, "unknown field `reason`. This takes no fields"),
        ("pause", {}, "missing required field `reason`. This takes reason"),
        ("pause", {"reason": ["lunch"]}, "Expected `str`, got `array`"),
        ("done", {"call": "A"}, "unknown field `call`"),
        ("skills", {}, "missing required field `skills`. This takes skills"),
        ("skills", {"skills": "fr"}, "Expected `array`, got `str`"),
        ("skills", {"skills": ["fr", 3]}, "at `$.skills[1]`"),
        ("listen", {"how": "join"}, "missing required field `phone`. This takes phone, how"),
        ("listen", {"phone": "204", "how": "shout"}, "Invalid enum value 'shout' - at `$.how`"),
        ("hold", {"to": "agent:tom"}, "unknown field `to`. This takes no fields"),
        ("resume", {"to": ""}, "unknown field `to`"),
        ("join", {"to": "agent:tom"}, "unknown field `to`"),
        ("handon", {"to": "agent:tom"}, "unknown field `to`"),
        ("transfer", {}, "missing required field `to`. This takes to"),
        ("consult", {"to": {"agent": "tom"}}, "Expected `str`, got `object`"),
    ],
)
async def test_each_wish_takes_its_own_fields(
    open_desk: OpenDesk, wish: str, given: Given, said: str
) -> None:
    desk = await open_desk(*LISTENED, *TOM_IN)
    with pytest.raises(Refused) as told:
        await desk.wish("eva", wish, **given)
    assert said in str(told.value)
    assert desk.written == []


async def test_what_takes_no_fields_needs_no_document(open_desk: OpenDesk) -> None:
    desk = await open_desk(*EVA_IN)
    assert (await desk.ask("POST", "/agents/eva/ready"))["state"] == "ready"
    assert (await desk.post("/agents/eva/pause", b""))[0] == 400
