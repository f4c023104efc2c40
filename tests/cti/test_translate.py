"""What Asterisk's events mean, and what they don't."""

from dataclasses import replace

import pytest

from cti.ami import Event
from cti.dial_results import offer_result
from cti.lines import Lines
from cti.routing.state import Field, put_call
from cti.translate import PORTAL_FAILED, Translator
from domain import field_facts as facts
from domain.dial_facts import DialEnded, DialRang, DialReached, DialResult
from domain.fact import Body, Origin
from domain.field_facts import CallBackResult, OfferResult, Side
from domain.ids import AgentId, CallId, LineId, Phone, TenantId
from domain.language import Language
from domain.portal_facts import CallRefused, HandedOver, WhoseLimit
from tests.cti.paper import Paper, happen

EVA, THE_CALL = AgentId("eva"), CallId("A-1.0")


def translated(field: Field, *events: tuple[str, dict[str, str]]) -> list[Body]:
    translator = Translator(Lines("A"), frozenset({Phone("201")}))
    return [
        note.body
        for name, fields in events
        for note in translator.facts(Event(name, fields), field)
    ]


def field(*rows: str) -> Field:
    """The field after what happened."""
    paper = Paper()
    for row in rows:
        happen(paper, row.replace("CALL", THE_CALL))
    return paper.field


WAITS = ("CALL enters alpenrad de",)
RINGS = ("eva in 201 alpenrad de", "eva ready", *WAITS)
TALKS = (*RINGS, "eva answers")


def test_who_comes_from_a_dialog_is_known() -> None:
    entered = ("UserEvent", {"UserEvent": "FieldEntered", "Uniqueid": "1.0", "Tenant": "alpenrad"})
    assert translated(field(*WAITS), entered) == []


@pytest.mark.parametrize(("sent", "language"), [("fr", Language.FR), ("xx", Language.DE)])
def test_whom_the_portal_failed_is_handed_over(sent: str, language: Language) -> None:
    entered = {
        "UserEvent": "FieldEntered",
        "Uniqueid": "1.0",
        "Tenant": "alpenrad",
        "Language": sent,
    }
    (body,) = translated(Field(), ("UserEvent", entered))
    assert isinstance(body, HandedOver)
    assert (body.language, body.failed_at) == (language, PORTAL_FAILED)


@pytest.mark.parametrize(("account", "synthetic"), [("alpenrad", False), ("", True)])
@pytest.mark.parametrize("limit", WhoseLimit)
def test_for_whom_no_place_was_free_is_told(
    account: str, synthetic: bool, limit: WhoseLimit
) -> None:
    """Our own monitoring's calls have no account, and count nowhere."""
    fields = {
        "UserEvent": "CallRefused", "Uniqueid": "1.0", "Tenant": "alpenrad", "Account": account,
        "Dialled": "+555100", "Limit": limit.value,
    }  # fmt: skip
    translator = Translator(Lines("A"), frozenset())
    (note,) = translator.facts(Event("UserEvent", fields), Field())
    assert note.body == CallRefused("+555100", limit)
    assert note.origin == Origin(TenantId("alpenrad"), THE_CALL, "cti", synthetic)


def test_in_degraded_mode_nobody_is_offered_him() -> None:
    degraded = ("UserEvent", {"UserEvent": "Degraded", "Uniqueid": "1.0", "Tenant": "alpenrad"})
    assert translated(field(*WAITS), degraded) == [facts.SteppedAside()]


def test_he_comes_back_from_degraded_mode() -> None:
    entered = ("UserEvent", {"UserEvent": "FieldEntered", "Uniqueid": "1.0", "Tenant": "alpenrad"})
    assert translated(field(*WAITS, "CALL aside"), entered) == [facts.CameBack()]


def test_the_way_of_an_offer() -> None:
    rang = ("DialState", {"Uniqueid": "1.0", "DialStatus": "RINGING"})
    progress = ("DialState", {"Uniqueid": "1.0", "DialStatus": "PROGRESS"})
    caller = ("BridgeEnter", {"Uniqueid": "1.0", "Linkedid": "1.0"})
    agent = ("BridgeEnter", {"Uniqueid": "1.7", "Linkedid": "1.0"})
    assert translated(field(*RINGS), rang, progress, caller, agent) == [
        facts.PhoneRang(EVA, 1),
        facts.Connected(EVA, 1),
    ]
    assert translated(field(*WAITS), rang, agent) == []


def test_a_phone_that_rang_by_itself_talks_to_him() -> None:
    """In degraded mode nobody offered him."""
    agent = ("BridgeEnter", {"Uniqueid": "1.7", "Linkedid": "1.0", "Channel": "PJSIP/201-00000007"})
    stranger = ("BridgeEnter", {"Uniqueid": "1.8", "Linkedid": "1.0", "Channel": "PJSIP/299-1"})
    signed_in = field("eva in 201 alpenrad de", *WAITS, "CALL aside")
    assert translated(signed_in, agent, stranger) == [facts.FoundTalking(EVA)]
    still_talks = field(
        "eva in 201 alpenrad de",
        "eva ready",
        "B enters alpenrad de",
        "eva answers",
        *WAITS,
        "CALL aside",
    )
    assert translated(still_talks, agent) == [], "the end of the other call comes first, by a look"


def test_a_phone_that_failed_in_a_call_is_found_again() -> None:
    there = ("DeviceStateChange", {"Device": "PJSIP/201", "State": "NOT_INUSE"})
    failed = field(*RINGS, "eva unreachable")
    assert translated(failed, there) == [facts.PhoneFound(Phone("201"))]


def test_only_the_agents_own_hold_counts() -> None:
    evas = {"Uniqueid": "1.7", "Linkedid": "1.0", "Channel": "PJSIP/201-00000007"}
    hold, unhold = ("Hold", evas), ("Unhold", evas)
    by_caller = ("Hold", {"Uniqueid": "1.0", "Linkedid": "1.0", "Channel": "PJSIP/carrier-1"})
    assert translated(field(*TALKS), hold, unhold, by_caller) == [
        facts.Held(EVA),
        facts.Resumed(EVA),
    ]


@pytest.mark.parametrize(
    ("cause", "side"), [("16", Side.AGENT), ("44", Side.NETWORK), ("", Side.NETWORK)]
)
def test_how_a_conversation_ended(cause: str, side: Side) -> None:
    ended = {
        "UserEvent": "OfferEnded", "Uniqueid": "1.0", "Offer": "1", "Status": "ANSWER", "Cause": cause
    }  # fmt: skip
    assert translated(field(*TALKS), ("UserEvent", ended)) == [facts.LegEnded(EVA, side)]


def test_the_end_of_an_earlier_offer_is_none_of_this_one() -> None:
    ended = {
        "UserEvent": "OfferEnded", "Uniqueid": "1.0", "Offer": "7", "Status": "BUSY", "Cause": "17"
    }  # fmt: skip
    assert translated(field(*RINGS), ("UserEvent", ended)) == []
    assert translated(field(*TALKS), ("UserEvent", ended)) == []
    assert translated(field(*WAITS), ("UserEvent", ended)) == []


def test_an_offer_that_was_let_pass() -> None:
    ended = {
        "UserEvent": "OfferEnded", "Uniqueid": "1.0", "Offer": "1", "Status": "NOANSWER", "Cause": "0"
    }  # fmt: skip
    assert translated(field(*RINGS), ("UserEvent", ended)) == [
        facts.OfferEnded(EVA, 1, OfferResult.NO_ANSWER)
    ]


def test_who_hung_up() -> None:
    request = ("HangupRequest", {"Uniqueid": "1.0"})
    hangup = ("Hangup", {"Uniqueid": "1.0"})
    assert translated(field(*WAITS), request, hangup) == [facts.CallEnded(Side.CALLER)]
    assert translated(field(*WAITS), hangup) == [facts.CallEnded(Side.PORTAL)]


def test_phones_come_and_go_once() -> None:
    gone = ("DeviceStateChange", {"Device": "PJSIP/201", "State": "UNAVAILABLE"})
    there = ("DeviceStateChange", {"Device": "PJSIP/201", "State": "NOT_INUSE"})
    other = ("DeviceStateChange", {"Device": "PJSIP/carrier", "State": "UNAVAILABLE"})
    assert translated(Field(), gone, there, other) == [facts.PhoneLost(Phone("201"))]
    assert translated(field("phone 201 lost"), gone, there) == [facts.PhoneFound(Phone("201"))]


def test_he_asks_where_he_stands_and_other_words_mean_nothing() -> None:
    asks = ("UserEvent", {"UserEvent": "WaitAsked", "Uniqueid": "1.0"})
    other = ("UserEvent", {"UserEvent": "Somebody${EXTEN}", "Uniqueid": "1.0"})
    stranger = ("UserEvent", {"UserEvent": "WaitAsked", "Uniqueid": "9.9"})
    assert translated(field(*WAITS), asks, other, stranger) == [facts.WaitAsked()]


@pytest.mark.parametrize(
    ("status", "cause", "result"),
    [
        ("NOANSWER", "0", OfferResult.NO_ANSWER),
        ("BUSY", "17", OfferResult.REJECTED),
        ("ANSWER", "16", OfferResult.REJECTED),
        ("CHANUNAVAIL", "21", OfferResult.REJECTED),
        ("CHANUNAVAIL", "3", OfferResult.UNREACHABLE),
        ("CONGESTION", "34", OfferResult.UNREACHABLE),
        ("CANCEL", "0", OfferResult.CALLER_LEFT),
        ("", "", OfferResult.FAILED),
        ("INVALIDARGS", "0", OfferResult.FAILED),
    ],
)
def test_dial_statuses(status: str, cause: str, result: OfferResult) -> None:
    assert offer_result(status, cause) is result


# Ringing callers back

ASKED = ("eva in 201 alpenrad de", *WAITS, "CALL call-back", "CALL hangs up", "eva ready")
LEG = {"Uniqueid": "1.0-o1", "Linkedid": "1.0-o1", "Channel": "PJSIP/201-00000001"}
RUNG = {"Uniqueid": "7.1", "Linkedid": "1.0-o1"}


def test_she_answers_and_the_caller_is_reached() -> None:
    rang = (
        "DialState",
        {"DestUniqueid": "1.0-o1", "DestLinkedid": "1.0-o1", "DialStatus": "RINGING"},
    )
    on_line = ("UserEvent", {"UserEvent": "AgentOnLine", **LEG})
    answered = ("OriginateResponse", {"Response": "Success", "Uniqueid": "1.0-o1", "Reason": "4"})
    assert translated(field(*ASKED), rang, on_line, answered) == [
        facts.PhoneRang(EVA, 1),
        facts.Connected(EVA, 1),
    ]
    talks = field(*ASKED, "eva answers")
    bridged = [("BridgeEnter", RUNG), ("BridgeEnter", LEG)]
    reached = ("UserEvent", {"UserEvent": "CallerReached", **RUNG})
    assert translated(talks, reached, *bridged) == [
        facts.CallBackTried(EVA, 1, CallBackResult.REACHED, LineId("7.1"))
    ]


def test_another_offers_line_is_none_of_this_ones() -> None:
    late = {"Uniqueid": "1.0-o7", "Linkedid": "1.0-o7"}
    on_line = ("UserEvent", {"UserEvent": "AgentOnLine", **late})
    failed = ("OriginateResponse", {"Response": "Failure", "Reason": "3", **late})
    assert translated(field(*ASKED), on_line, failed) == []


@pytest.mark.parametrize(
    ("reason", "rings", "result"),
    [
        ("3", False, OfferResult.NO_ANSWER),
        ("0", True, OfferResult.REJECTED),
        ("5", False, OfferResult.REJECTED),
        ("0", False, OfferResult.UNREACHABLE),
        ("8", False, OfferResult.UNREACHABLE),
    ],
)
def test_she_doesnt_answer(reason: str, rings: bool, result: OfferResult) -> None:
    failed = ("OriginateResponse", {"Response": "Failure", "Uniqueid": "1.0-o1", "Reason": reason})
    rang = {"DestUniqueid": "1.0-o1", "DestLinkedid": "1.0-o1", "DialStatus": "RINGING"}
    before = [("DialState", rang)] if rings else []
    for ended in ([], [("Hangup", {**LEG, "Cause": "21"})]):  # told in either order
        bodies = translated(field(*ASKED), *before, *ended, failed)
        assert bodies[-1] == facts.OfferEnded(EVA, 1, result)


@pytest.mark.parametrize(
    ("status", "cause", "result"),
    [
        ("BUSY", "17", CallBackResult.BUSY),
        ("CHANUNAVAIL", "21", CallBackResult.BUSY),
        ("NOANSWER", "0", CallBackResult.NO_ANSWER),
        ("NOANSWER", "19", CallBackResult.NO_ANSWER),
        ("CHANUNAVAIL", "1", CallBackResult.REFUSED),
        ("CHANUNAVAIL", "28", CallBackResult.REFUSED),
        ("CONGESTION", "34", CallBackResult.FAILED),
        ("ANSWER", "16", CallBackResult.FAILED),
    ],
)
def test_what_comes_of_ringing_him(status: str, cause: str, result: CallBackResult) -> None:
    ended = {"UserEvent": "CallBackEnded", "Status": status, "Cause": cause, **LEG}
    talks = field(*ASKED, "eva answers")
    assert translated(talks, ("UserEvent", ended)) == [facts.CallBackTried(EVA, 1, result, None)]
    assert translated(field(*ASKED), ("UserEvent", ended)) == []


def test_both_lines_end() -> None:
    paper_field = field(*ASKED, "eva answers", "eva reaches")
    call = replace(paper_field.calls[THE_CALL], line=LineId("7.1"))
    talks = replace(paper_field, calls={THE_CALL: call})
    caller = [("HangupRequest", RUNG), ("Hangup", RUNG)]
    assert translated(talks, *caller) == [facts.CallEnded(Side.CALLER)]
    for asks, cause, by in (
        ("16", "16", Side.AGENT),
        ("", "0", Side.AGENT),  # out of an unanswered dial
        ("44", "44", Side.NETWORK),
        (None, "16", Side.PORTAL),
        (None, "44", Side.NETWORK),
    ):
        asked = [] if asks is None else [("HangupRequest", {**LEG, "Cause": asks})]
        ended = translated(talks, *asked, ("Hangup", {**LEG, "Cause": cause}))
        assert ended == [facts.LegEnded(EVA, by)]


def test_a_dial_that_failed_leaves_its_cause_on_her_line() -> None:
    """She hangs up while she is told of it."""
    failed = {"UserEvent": "CallBackEnded", "Status": "CONGESTION", "Cause": "38", **LEG}
    hangs_up = [("HangupRequest", {**LEG, "Cause": "38"}), ("Hangup", {**LEG, "Cause": "38"})]
    talks = field(*ASKED, "eva answers")
    assert translated(talks, ("UserEvent", failed), *hangs_up)[1:] == [
        facts.LegEnded(EVA, Side.AGENT)
    ]
    assert translated(talks, *hangs_up) == [facts.LegEnded(EVA, Side.NETWORK)]


def test_she_wraps_up_whom_she_didnt_reach() -> None:
    busy = field(*ASKED, "eva answers", "eva busy")
    assert translated(busy, ("Hangup", {**LEG, "Cause": "16"})) == [
        facts.LegEnded(EVA, Side.PORTAL)
    ]


def test_whoever_was_gone_before_he_was_handed_over_has_ended() -> None:
    translator = Translator(Lines("A"), frozenset())
    assert not list(translator.facts(Event("Hangup", {"Uniqueid": "1.0"}), Field()))
    (note,) = translator.late_ends(field(*WAITS))
    assert note.body == facts.CallEnded(Side.PORTAL)
    assert not list(translator.late_ends(field(*WAITS)))


# Dialling

DIALS = ("eva in 201 alpenrad de", "eva dials CALL")
DIALLED = (*DIALS, "eva answers")
HIS_RINGS = ("DialState", {"Uniqueid": "1.0-o1", "DestUniqueid": "7.1", "DestLinkedid": "1.0-o1"})


def his_end(cause: str) -> tuple[str, dict[str, str]]:
    return "Hangup", {**RUNG, "Channel": "PJSIP/carrier-00000002", "Cause": cause}


def test_a_dial_that_is_answered() -> None:
    rang = {"DestUniqueid": "1.0-o1", "DestLinkedid": "1.0-o1", "DialStatus": "RINGING"}
    on_line = ("UserEvent", {"UserEvent": "AgentOnLine", **LEG})
    assert translated(field(*DIALS), ("DialState", rang), on_line) == [
        facts.PhoneRang(EVA, 1),
        facts.Connected(EVA, 1),
    ]
    his = {**HIS_RINGS[1], "DialStatus": "RINGING"}
    assert translated(field(*DIALLED), ("DialState", his)) == [DialRang(EVA)]
    assert translated(field(*DIALLED, "eva rings-there"), ("DialState", his)) == []
    reached = ("UserEvent", {"UserEvent": "CallerReached", **RUNG})
    assert translated(field(*DIALLED), reached) == [DialReached(EVA, LineId("7.1"))]
    paper_field = field(*DIALLED, "eva gets through")
    call = replace(paper_field.calls[THE_CALL], line=LineId("7.1"))
    assert translated(put_call(paper_field, call), his_end("16")) == [facts.CallEnded(Side.PORTAL)]


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        ("17", DialResult.BUSY),
        ("0", DialResult.NO_ANSWER),
        ("1", DialResult.WRONG_NUMBER),
        ("28", DialResult.WRONG_NUMBER),
        ("19", DialResult.SWITCHED_OFF),
        ("21", DialResult.DECLINED),
        ("34", DialResult.NETWORK_ERROR),
        ("38", DialResult.NETWORK_ERROR),
        ("127", DialResult.NETWORK_ERROR),
    ],
)
def test_whom_she_dials_isnt_reached(cause: str, result: DialResult) -> None:
    over = ("UserEvent", {"UserEvent": "CallBackEnded", "Status": "X", "Cause": cause, **LEG})
    for told in (his_end(cause), over):  # he may have had no line
        assert translated(field(*DIALLED), told) == [DialEnded(EVA, result)]
    ended = field(*DIALLED, f"eva gets {result}")
    assert translated(ended, his_end(cause), over) == []
    assert translated(ended, ("Hangup", {**LEG, "Cause": "16"})) == [
        facts.LegEnded(EVA, Side.PORTAL)
    ]


@pytest.mark.parametrize(
    ("cause", "result"), [("19", DialResult.NO_ANSWER), ("17", DialResult.BUSY)]
)
def test_who_has_rung_isnt_switched_off(cause: str, result: DialResult) -> None:
    rings = field(*DIALLED, "eva rings-there")
    over = ("UserEvent", {"UserEvent": "CallBackEnded", "Status": "X", "Cause": cause, **LEG})
    for told in (his_end(cause), over):
        assert translated(rings, told) == [DialEnded(EVA, result)]


def test_who_hangs_up_at_once_was_reached() -> None:
    """He is joined to her and gone before the dialplan says that he answered."""
    joined = ("BridgeEnter", {**RUNG, "Channel": "PJSIP/carrier-00000002"})
    hers = ("BridgeEnter", {**LEG, "Channel": "PJSIP/201-00000001"})
    reached = DialReached(EVA, LineId("7.1"))
    assert translated(field(*DIALLED), joined) == [reached]
    assert translated(field(*DIALLED), hers) == []
    assert translated(field(*DIALLED, "eva gets through"), joined) == []


def test_hanging_up_is_cancelling() -> None:
    asks = ("HangupRequest", {**LEG, "Cause": "16"})
    assert translated(field(*DIALLED), asks, his_end("0")) == [DialEnded(EVA, DialResult.CANCELLED)]
    hers = ("Hangup", {**LEG, "Cause": "16"})
    assert translated(field(*DIALLED), asks, hers) == [facts.LegEnded(EVA, Side.AGENT)]
