"""What Asterisk's events mean for a call in a room: hold, guests, transfers, and whose line has ended."""

import pytest

from domain import field_facts as facts
from domain.fact import Body
from domain.field_facts import OfferResult, Side
from domain.ids import AgentId
from tests.cti.test_translate import EVA, TALKS, WAITS, field, translated

TOM = AgentId("tom")
TOM_IN = ("tom in 202 alpenrad de dunning", "tom ready")
IN_ROOM = ("CALL room", "eva holds")
RINGS_TOM = (*TALKS, *TOM_IN, "eva wants consult agent:tom")
WITH_TOM = (*RINGS_TOM, *IN_ROOM, "tom answers")
RINGS_LINE = (*TALKS, "eva wants consult line:workshop", *IN_ROOM)
WITH_LINE = (*RINGS_LINE, "CALL line-answers")
OUTSIDE = (*TALKS, "eva wants transfer line:workshop", "CALL sent", "eva hangs up")

CALLER = {"Uniqueid": "1.0", "Linkedid": "1.0", "Channel": "PJSIP/carrier-00000001"}
EVAS = {"Uniqueid": "1.1", "Linkedid": "1.0", "Channel": "PJSIP/201-00000002"}
TOMS = {"Uniqueid": "1.0-o2", "Linkedid": "1.0-o2", "Channel": "PJSIP/202-00000003"}
LINES = {"Uniqueid": "1.0-o2", "Linkedid": "1.0-o2", "Channel": "PJSIP/carrier-00000004"}


def says(word: str, line: dict[str, str], **more: str) -> tuple[str, dict[str, str]]:
    return "UserEvent", {"UserEvent": word, **line, **more}


def test_the_first_hold_makes_the_room() -> None:
    hold = says("OnHold", CALLER)
    assert translated(field(*TALKS), hold) == [facts.RoomMade(), facts.Held(EVA)]
    assert translated(field(*TALKS, "CALL room"), hold) == [facts.Held(EVA)]
    back = says("InRoom", CALLER)
    assert translated(field(*TALKS, *IN_ROOM), back) == [facts.Resumed(EVA)]


def test_only_the_caller_says_where_he_is() -> None:
    assert translated(field(*TALKS), says("OnHold", EVAS), says("InRoom", TOMS)) == []
    assert translated(field(*WAITS), says("OnHold", CALLER)) == []


def test_in_a_room_a_phones_own_key_moves_nobody() -> None:
    """He hears music until he is brought back, whatever she presses."""
    keys = [("Hold", EVAS), ("Unhold", EVAS)]
    assert translated(field(*TALKS, *IN_ROOM), *keys) == []
    assert translated(field(*WITH_TOM), ("Hold", TOMS), ("Unhold", TOMS)) == []


def test_a_colleague_is_asked_in() -> None:
    rang = ("DialState", {**TOMS, "DestUniqueid": "1.0-o2", "DialStatus": "RINGING"})
    assert translated(field(*RINGS_TOM), rang, says("AgentOnLine", TOMS)) == [
        facts.PhoneRang(TOM, 2),
        facts.Connected(TOM, 2),
    ]


@pytest.mark.parametrize(
    ("reason", "rings", "result"),
    [
        ("3", True, OfferResult.NO_ANSWER),
        ("0", True, OfferResult.REJECTED),
        ("5", False, OfferResult.REJECTED),
        ("0", False, OfferResult.UNREACHABLE),
    ],
)
def test_a_colleague_who_doesnt_come(reason: str, rings: bool, result: OfferResult) -> None:
    rang = ("DialState", {**TOMS, "DestUniqueid": "1.0-o2", "DialStatus": "RINGING"})
    failed = ("OriginateResponse", {**TOMS, "Response": "Failure", "Reason": reason})
    told = translated(field(*RINGS_TOM), *([rang] if rings else []), failed)
    assert told[-1] == facts.OfferEnded(TOM, 2, result)


def test_a_line_outside_is_asked_in_and_leaves() -> None:
    rings, talks = field(*RINGS_LINE), field(*WITH_LINE)
    assert translated(rings, says("LineAnswered", LINES)) == [facts.LineAnswered(2)]
    assert translated(rings, ("DialState", {**LINES, "DialStatus": "RINGING"})) == []
    failed = ("OriginateResponse", {**LINES, "Response": "Failure", "Reason": "5"})
    assert translated(rings, failed) == [facts.LineEnded(2)]
    assert translated(talks, ("Hangup", {**LINES, "Cause": "16"})) == [facts.LineEnded(2)]


@pytest.mark.parametrize("before", [RINGS_TOM, RINGS_LINE])
def test_another_guests_line_is_none_of_this_ones(before: tuple[str, ...]) -> None:
    late = {**LINES, "Uniqueid": "1.0-o9", "Linkedid": "1.0-o9"}
    failed = ("OriginateResponse", {**late, "Response": "Failure", "Reason": "3"})
    words = [says(word, late) for word in ("AgentOnLine", "LineAnswered")]
    assert translated(field(*before), failed, *words) == []


def test_a_guest_who_comes_late_is_with_nobody() -> None:
    """Her line was rung by us, and he waits again: the room is empty."""
    left = (*RINGS_TOM, *IN_ROOM, "eva hangs up")
    assert translated(field(*left), ("BridgeEnter", TOMS)) == []
    assert translated(field(*left, "tom pauses lunch", "tom rejects"), ("BridgeEnter", TOMS)) == []


@pytest.mark.parametrize(
    ("cause", "asks", "by"),
    [("16", True, Side.AGENT), ("16", False, Side.PORTAL), ("44", False, Side.NETWORK)],
)
def test_whose_line_ends_in_the_room(cause: str, asks: bool, by: Side) -> None:
    for line, agent in ((EVAS, EVA), (TOMS, TOM)):
        asked = [("HangupRequest", {**line, "Cause": cause})] if asks else []
        ended = translated(field(*WITH_TOM), *asked, ("Hangup", {**line, "Cause": cause}))
        assert ended == [facts.LegEnded(agent, by)]


def test_hers_who_sent_him_on_ends_after_that() -> None:
    sent = field(*TALKS, "eva wants transfer skill:dunning", "CALL sent")
    assert translated(sent, ("Hangup", {**EVAS, "Cause": "16"})) == [
        facts.LegEnded(EVA, Side.PORTAL)
    ]
    going = field(*TALKS, "eva wants transfer skill:dunning")
    for cause, told in (
        ("16", [facts.Transferred(), facts.LegEnded(EVA, Side.PORTAL)]),
        ("44", []),  # her line broke: the dialplan tells
    ):
        assert translated(going, ("Hangup", {**EVAS, "Cause": cause})) == told
    handed_on = field(*WITH_TOM, "eva wants hand_on")
    assert translated(handed_on, ("Hangup", {**EVAS, "Cause": "16"})) == [
        facts.LegEnded(EVA, Side.PORTAL)
    ]


@pytest.mark.parametrize(("cause", "by"), [("16", Side.AGENT), ("44", Side.NETWORK)])
def test_her_line_that_ends_while_somebody_is_asked_in(cause: str, by: Side) -> None:
    """The dialplan tells of it under her offer's number, and the guest's is newer."""
    ended = says("OfferEnded", CALLER, Offer="1", Status="ANSWER", Cause=cause)
    assert translated(field(*RINGS_TOM), ended) == [facts.LegEnded(EVA, by)]
    unanswered = says("OfferEnded", CALLER, Offer="1", Status="BUSY", Cause="17")
    assert translated(field(*RINGS_TOM), unanswered) == []
    assert translated(field(*WITH_TOM), ended) == []


def test_a_caller_is_sent_on() -> None:
    sent = says("Transferred", CALLER)
    going = field(*TALKS, "eva wants transfer line:workshop")
    assert translated(going, sent) == [facts.Transferred()]
    assert translated(field(*TALKS), sent) == []
    assert translated(going, says("Transferred", EVAS)) == []


def test_a_line_he_was_sent_to_isnt_reached() -> None:
    failed = says("TransferFailed", CALLER)
    assert translated(field(*OUTSIDE), failed) == [facts.LineEnded(2)]
    assert translated(field(*WAITS), failed) == []
    assert translated(field(*OUTSIDE), ("BridgeEnter", LINES), ("Hold", LINES)) == []


@pytest.mark.parametrize("before", [WITH_TOM, WITH_LINE, OUTSIDE])
def test_his_end_is_the_end(before: tuple[str, ...]) -> None:
    hangup: list[tuple[str, dict[str, str]]] = [("HangupRequest", CALLER), ("Hangup", CALLER)]
    ended: list[Body] = [facts.CallEnded(Side.CALLER)]
    assert translated(field(*before), *hangup) == ended
