"""What is found of calls in rooms when Asterisk is in sight again, against what the field thought."""

import pytest

from domain import field_facts as facts
from domain.dial_facts import DialReached
from domain.fact import Body
from domain.field_facts import CallBackResult, OfferResult, Side
from domain.ids import AgentId, LineId
from tests.cti.test_reconcile import EVA, EVAS, TALKS, WAITS, Channel, caller, field, found

TOM = AgentId("tom")
IN_ROOM = ("A room", "eva holds")
HELD = (*TALKS, "eva wants hold", *IN_ROOM)
RINGS_TOM = (
    *(*TALKS, "tom in 202 alpenrad de", "tom ready", "eva wants consult agent:tom"),
    *IN_ROOM,
)
WITH_TOM = (*RINGS_TOM, "tom answers")
THREE = (*WITH_TOM, "eva wants join", "eva resumes")
RINGS_LINE = (*TALKS, "eva wants consult line:workshop", *IN_ROOM)
WITH_LINE = (*RINGS_LINE, "A line-answers")
WITH_LINE_ALONE = (*WITH_LINE, "eva wants hand_on", "eva hangs up")
OUTSIDE = (*TALKS, "eva wants transfer line:workshop", "A sent", "eva hangs up")
EVA_GONE: list[Body] = [facts.LegEnded(EVA, Side.NETWORK)]


def line(channel: str, uniqueid: str, *, up: bool = True, bridge: str = "r") -> Channel:
    return {
        "Channel": channel, "Uniqueid": uniqueid, "Linkedid": "A", "BridgeId": bridge if up else "",
        "ChannelStateDesc": "Up" if up else "Ringing",
    }  # fmt: skip


TOMS, TOM_RINGS = line("PJSIP/202-3", "A-o2"), line("PJSIP/202-3", "A-o2", up=False)
OUTER, OUTER_RINGS = line("PJSIP/carrier-4", "A-o2"), line("PJSIP/carrier-4", "A-o2", up=False)
ON_HOLD, ROOM, FETCHED = caller("hold"), caller("room", "r", "ConfBridge"), caller("waiting")
EVA_IN_ROOM = {**EVAS, "BridgeId": "r", "Context": "desk"}


@pytest.mark.parametrize(
    ("rows", "channels"),
    [
        (HELD, (ON_HOLD, EVA_IN_ROOM)),
        (RINGS_TOM, (ON_HOLD, EVA_IN_ROOM, TOM_RINGS)),
        (WITH_TOM, (ON_HOLD, EVA_IN_ROOM, TOMS)),
        (THREE, (ROOM, EVA_IN_ROOM, TOMS)),
        (RINGS_LINE, (ON_HOLD, EVA_IN_ROOM, OUTER_RINGS)),
        (WITH_LINE, (ON_HOLD, EVA_IN_ROOM, OUTER)),
        (WITH_LINE_ALONE, (ROOM, OUTER)),
        (OUTSIDE, (caller("transfer", "b", "Dial"),)),
    ],
)
async def test_as_it_was(rows: tuple[str, ...], channels: tuple[Channel, ...]) -> None:
    assert await found(field(*rows), *channels) == []


async def test_a_hold_that_began_or_ended_unseen() -> None:
    assert await found(field(*TALKS), ON_HOLD, EVA_IN_ROOM) == [facts.RoomMade(), facts.Held(EVA)]
    assert await found(field(*TALKS), ROOM, EVA_IN_ROOM) == [facts.RoomMade()]
    assert await found(field(*HELD), ROOM, EVA_IN_ROOM) == [facts.Resumed(EVA)]


@pytest.mark.parametrize("rows", [HELD, WITH_TOM, WITH_LINE])
async def test_who_left_him_on_hold_unseen(rows: tuple[str, ...]) -> None:
    guests = {HELD: (), WITH_TOM: (TOMS,), WITH_LINE: (OUTER,)}[rows]
    assert await found(field(*rows), ON_HOLD, *guests) == EVA_GONE


async def test_who_left_the_three_unseen() -> None:
    assert await found(field(*THREE), ROOM, TOMS) == EVA_GONE
    tom_gone = [facts.LegEnded(TOM, Side.NETWORK)]
    assert await found(field(*THREE), ROOM, EVA_IN_ROOM) == tom_gone


async def test_a_guest_who_came_or_went_unseen() -> None:
    assert await found(field(*RINGS_TOM), ON_HOLD, EVA_IN_ROOM, TOMS) == [facts.Connected(TOM, 2)]
    gone = [facts.OfferEnded(TOM, 2, OfferResult.FAILED)]
    assert await found(field(*RINGS_TOM), ON_HOLD, EVA_IN_ROOM) == gone
    assert await found(field(*RINGS_LINE), ON_HOLD, EVA_IN_ROOM, OUTER) == [facts.LineAnswered(2)]
    assert await found(field(*WITH_LINE), ON_HOLD, EVA_IN_ROOM) == [facts.LineEnded(2)]


async def test_a_line_he_was_handed_to_that_left_unseen() -> None:
    """Else he would be alone in the room for good."""
    assert await found(field(*WITH_LINE_ALONE), ROOM) == [facts.LineEnded(2)]


async def test_a_line_he_was_sent_to_that_wasnt_reached_unseen() -> None:
    assert await found(field(*OUTSIDE), FETCHED) == [facts.LineEnded(2)]


@pytest.mark.parametrize("context", ["transfer", "waiting"])
async def test_he_was_sent_on_unseen(context: str) -> None:
    going = field(*TALKS, "eva wants transfer skill:dunning")
    notes = await found(going, caller(context))
    assert notes == [facts.Transferred(), *EVA_GONE]


async def test_who_had_sent_him_on_and_left_unseen() -> None:
    sent = field(*TALKS, "eva wants transfer skill:dunning", "A sent")
    assert await found(sent, FETCHED) == EVA_GONE
    assert await found(sent, FETCHED, EVAS) == []
    handed_on = field(*WITH_TOM, "eva wants hand_on")
    assert await found(handed_on, ROOM, TOMS) == EVA_GONE


@pytest.mark.parametrize("rows", [HELD, WITH_TOM, WITH_LINE, OUTSIDE])
async def test_he_is_gone(rows: tuple[str, ...]) -> None:
    assert await found(field(*rows)) == [facts.CallEnded(Side.NETWORK)]


# Ringing callers back

ASKED = ("eva in 201 alpenrad de", *WAITS, "A call-back", "A hangs up", "eva ready")
LEG = line("PJSIP/201-2", "A-o1", bridge="b")
RUNG = line("PJSIP/carrier-5", "7.1", bridge="b")


async def test_call_backs() -> None:
    rings, talks = field(*ASKED), field(*ASKED, "eva answers")
    assert await found(rings) == [facts.OfferEnded(EVA, 1, OfferResult.FAILED)]
    assert await found(rings, {**LEG, "ChannelStateDesc": "Ringing"}) == []
    assert await found(rings, {**LEG, "BridgeId": ""}) == [facts.Connected(EVA, 1)]
    assert await found(talks) == EVA_GONE
    assert await found(talks, {**LEG, "BridgeId": ""}) == []
    reached = facts.CallBackTried(EVA, 1, CallBackResult.REACHED, LineId("7.1"))
    assert await found(talks, LEG, RUNG) == [reached]
    assert await found(field(*ASKED[:-1])) == []


DIALS = ("eva in 201 alpenrad de", "eva dials A")


async def test_dials() -> None:
    rings, talks = field(*DIALS), field(*DIALS, "eva answers")
    assert await found(rings) == [facts.OfferEnded(EVA, 1, OfferResult.FAILED)]
    assert await found(rings, {**LEG, "ChannelStateDesc": "Ringing"}) == []
    assert await found(talks) == EVA_GONE
    assert await found(talks, {**LEG, "BridgeId": ""}) == []
    assert await found(talks, LEG, RUNG) == [DialReached(EVA, LineId("7.1"))]
    assert await found(field(*DIALS, "eva answers", "eva gets busy")) == EVA_GONE
