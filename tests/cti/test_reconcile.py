"""What is found when Asterisk is in sight again, against what the field thought."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from cti.ami import ActionUncertain, Ami, Answer, LinkDown
from cti.lines import Lines
from cti.reconcile import Reconcile
from cti.routing.state import Field
from domain import field_facts as facts
from domain.agent import Agent
from domain.fact import Body
from domain.field_facts import OfferResult, Side
from domain.ids import AgentId, CallId, Phone
from domain.portal_facts import HandedOver
from tests.cti.paper import Paper, happen
from tests.fakes.manager_link import WrittenLink, listed

EVA = AgentId("eva")
Channel = Mapping[str, str]


def field(*rows: str) -> Field:
    """The field after what happened; calls are named by letters, and so are their channels."""
    paper = Paper()
    for row in rows:
        happen(paper, row)
    return paper.field


WAITS = ("A enters alpenrad de",)
RINGS = ("eva in 201 alpenrad de", "eva ready", *WAITS)
TALKS = (*RINGS, "eva answers")


def caller(context: str, bridge: str = "", application: str = "MusicOnHold") -> Channel:
    return {
        "Channel": "PJSIP/carrier-00000001", "Uniqueid": "A", "Linkedid": "A", "Context": context,
        "BridgeId": bridge, "Application": application, "Language": "de",
    }  # fmt: skip


EVAS: Channel = {
    "Channel": "PJSIP/201-00000002", "Uniqueid": "B", "Linkedid": "A", "Context": "phones", "BridgeId": "b"
}  # fmt: skip


def linked(*channels: Channel, devices: tuple[Channel, ...] = ()) -> WrittenLink:
    return WrittenLink(
        {
            "CoreShowChannels": listed("CoreShowChannel", *channels),
            "DeviceStateList": listed("DeviceStateChange", *devices),
            "Getvar": Answer({"Value": "alpenrad"}),
        }
    )


async def found(
    before: Field,
    *channels: Channel,
    devices: tuple[Channel, ...] = (),
    link: WrittenLink | None = None,
) -> list[Body]:
    """What is noted, but for the fact that sight was regained; call A's channel is A."""
    link = link or linked(*channels, devices=devices)
    reconcile = Reconcile(cast("Ami", link), Lines(""), frozenset({Phone("201")}))
    ids = {name: CallId(f"-{name}") for name in before.calls}
    renamed = Field(
        calls={ids[name]: replace(call, id=ids[name]) for name, call in before.calls.items()},
        agents={name: _renamed(agent, ids) for name, agent in before.agents.items()},
        lost_phones=before.lost_phones,
        seen=before.seen,
    )
    regained, *notes = await reconcile(renamed) or ()
    assert regained.body == facts.SightRegained(before.seen)
    return [note.body for note in notes]


def _renamed(agent: Agent, ids: Mapping[CallId, CallId]) -> Agent:
    state: Any = agent.state
    call = CallId(getattr(state, "call", ""))
    return agent if call not in ids else replace(agent, state=replace(state, call=ids[call]))


async def test_as_it_was() -> None:
    assert await found(field(*WAITS), caller("waiting")) == []
    assert await found(field(*RINGS), caller("offer")) == []
    assert await found(field(*TALKS), caller("offer", "b"), EVAS) == []


async def test_who_is_gone_has_ended() -> None:
    assert await found(field(*WAITS)) == [facts.CallEnded(Side.NETWORK)]


async def test_an_offer_that_was_answered_unseen() -> None:
    assert await found(field(*RINGS), caller("offer", "b"), EVAS) == [facts.Connected(EVA, 1)]


async def test_an_offer_that_ended_unseen() -> None:
    assert await found(field(*RINGS), caller("waiting")) == [
        facts.OfferEnded(EVA, 1, OfferResult.FAILED)
    ]


async def test_a_conversation_that_ended_unseen() -> None:
    assert await found(field(*TALKS), caller("waiting")) == [facts.LegEnded(EVA, Side.NETWORK)]


async def test_who_was_to_leave_talks_again() -> None:
    """He wasn't let go in time, and the phones rang by themselves."""
    rows = ("eva wants hold", "eva holds", "eva wants resume", "eva resumes", "eva hangs up")
    left = field(*TALKS, *rows)
    assert await found(left, caller("degraded", "b"), EVAS) == [facts.FoundTalking(EVA)]


async def test_a_conversation_that_began_unseen() -> None:
    signed_in = field("eva in 201 alpenrad de", *WAITS)
    assert await found(signed_in, caller("degraded", "b"), EVAS) == [facts.FoundTalking(EVA)]


@pytest.mark.parametrize(("row", "expected"), [("A asks", []), ("A aside", [facts.CameBack()])])
async def test_who_waits_in_the_degraded_queue_is_taken_back(
    row: str, expected: list[Body]
) -> None:
    """The phones that ring in turn stop, so that none of them rings for two."""
    link = linked(caller("degraded"))
    assert await found(field(*WAITS, row), link=link) == expected
    where = {"Channel": "A", "Context": "waiting", "Exten": "s", "Priority": "music"}
    assert [asked for asked in link.asked if asked[0] == "Redirect"] == [("Redirect", where)]


@pytest.mark.parametrize(
    ("application", "expected"), [("MusicOnHold", [facts.CameBack()]), ("AGI", [])]
)
async def test_who_was_aside_is_back_with_the_music(application: str, expected: list[Body]) -> None:
    aside = field(*WAITS, "A aside")
    assert await found(aside, caller("waiting", application=application)) == expected


async def test_a_caller_nobody_knew_of() -> None:
    (body,) = await found(Field(), caller("waiting"))
    assert isinstance(body, HandedOver)


async def test_a_caller_nobody_knew_of_in_degraded_mode() -> None:
    (handed,) = await found(Field(), caller("degraded"))
    assert isinstance(handed, HandedOver)
    talks = await found(field("eva in 201 alpenrad de"), caller("degraded", "b"), EVAS)
    assert talks[1:] == [facts.FoundTalking(EVA)]


async def test_what_has_ended_is_said_first() -> None:
    """Eva spoke with C; unseen, C hung up and A reached her."""
    before = field(*WAITS, "A aside", "C enters alpenrad de", *RINGS[:2], "eva answers")
    notes = await found(before, caller("degraded", "b"), EVAS)
    assert [type(body).__name__ for body in notes] == ["CallEnded", "FoundTalking"]


async def test_who_is_still_in_the_portal_is_left_alone() -> None:
    assert await found(Field(), caller("portal")) == []


async def test_phones() -> None:
    device = {"Device": "PJSIP/201", "State": "UNAVAILABLE"}
    other = {"Device": "PJSIP/carrier", "State": "UNAVAILABLE"}
    assert await found(Field(), devices=(device, other)) == [facts.PhoneLost(Phone("201"))]


async def test_a_link_that_is_gone_again_says_nothing() -> None:
    link = WrittenLink({"CoreShowChannels": LinkDown("gone")})
    assert await Reconcile(cast("Ami", link), Lines("a"), frozenset())(Field()) is None


@pytest.mark.parametrize("broken", [LinkDown("gone"), ActionUncertain("no answer")])
async def test_a_link_that_goes_while_callers_are_taken_back(broken: Exception) -> None:
    link = linked(caller("degraded"))
    link.answers["Redirect"] = broken
    assert await Reconcile(cast("Ami", link), Lines(""), frozenset())(Field()) is None
