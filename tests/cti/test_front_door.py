"""What a desk may ask about the call an agent is in, and how it is told no."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions.shift import HandleCall
from cti.front_door import FrontDoor, Hindrance, NotNow, TenantRow
from cti.routing.state import Field
from cti.switchboard import Switchboard
from domain.dial_facts import DialCancelled
from domain.fact import Body
from domain.field_facts import Control, ControlAsked, Listening, ListeningAsked
from domain.ids import AgentId, CallId, Phone, TenantId
from tests.cti.paper import ALPENRAD, NOON, Paper, happen
from tests.fakes.memory_log import MemoryLog

EVA, TOM = AgentId("eva"), AgentId("tom")
MAISON_LUNE = TenantId("maison-lune")
TALKS = ("eva in 201 alpenrad de", "eva ready", "A enters alpenrad de", "eva answers")
TOM_IN = ("tom in 202 alpenrad de dunning", "tom ready")
HELD = (*TALKS, "A room", "eva holds")
RINGS_TOM = (*HELD, *TOM_IN, "eva wants consult agent:tom")
WITH_TOM = (*RINGS_TOM, "tom answers")
LISTENED = ("rules alpenrad listening=True", *TALKS)


def field(*rows: str) -> Field:
    paper = Paper()
    for row in rows:
        happen(paper, row)
    return paper.field


class Door:
    """A front door before a field that stands still, and what was written through it."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.log = MemoryLog()
        self.threads = threads

    def to(self, *rows: str) -> FrontDoor:
        board = SimpleNamespace(field=field(*rows), caught_up=_at_once, is_well=lambda: True)
        others: dict[str, Any] = dict.fromkeys(
            (
                "find",
                "everybody",
                "sign_in_at",
                "sign_out_from",
                "go_ready",
                "go_to_pause",
                "end_wrap_up",
            )
        )
        return FrontDoor(
            switchboard=cast("Switchboard", board),
            phones=frozenset({Phone("201"), Phone("202"), Phone("204")}),
            clock=lambda: NOON,
            threads=self.threads,
            **others,
            set_skills_of=cast("Any", None),
            set_priority_of=cast("Any", None),
            handle=HandleCall(cast("Any", self.log), lambda: NOON),
            lines_outside=lambda tenant: ("workshop",) if tenant == ALPENRAD else (),
            is_linked=lambda: True,
        )

    @property
    def written(self) -> list[Body]:
        return [fact.body for fact in self.log.entries]


async def _at_once() -> None:
    pass


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    with ThreadPoolExecutor(1) as threads:
        yield Door(threads)


@pytest.mark.parametrize(
    ("rows", "control", "to"),
    [
        (TALKS, Control.HOLD, ""),
        (HELD, Control.RESUME, ""),
        ((*TALKS, *TOM_IN), Control.TRANSFER, "agent:tom"),
        ((*TALKS, *TOM_IN, "tom pauses lunch"), Control.TRANSFER, "agent:tom"),
        (TALKS, Control.TRANSFER, "skill:dunning"),
        (TALKS, Control.TRANSFER, "line:workshop"),
        ((*TALKS, *TOM_IN), Control.CONSULT, "agent:tom"),
        ((*TALKS, *TOM_IN), Control.CONSULT, "skill:dunning"),
        (TALKS, Control.CONSULT, "line:workshop"),
        (RINGS_TOM, Control.RESUME, ""),
        (WITH_TOM, Control.JOIN, ""),
        (WITH_TOM, Control.HAND_ON, ""),
    ],
)
async def test_what_fits_is_written_under_the_call(
    door: Door, rows: tuple[str, ...], control: Control, to: str
) -> None:
    await door.to(*rows).control("lena", EVA, control, to)
    (fact,) = door.log.entries
    assert fact.body == ControlAsked(EVA, control, to)
    assert (fact.origin.call, fact.origin.tenant, fact.origin.actor) == ("A", ALPENRAD, "lena")


NOBODY = "There is no caller on the line, or a colleague has asked for this."


@pytest.mark.parametrize(
    ("rows", "control", "to", "said"),
    [
        ((), Control.HOLD, "", "Not signed in. Sign in at a phone first."),
        (TALKS[:1], Control.HOLD, "", NOBODY),
        (TALKS[:3], Control.TRANSFER, "line:workshop", NOBODY),
        ((*TALKS, "eva hangs up"), Control.HOLD, "", NOBODY),
        (HELD, Control.HOLD, "", "The caller is on hold already."),
        (TALKS, Control.RESUME, "", "The caller isn't on hold here."),
        ((*TALKS, "eva holds"), Control.RESUME, "", "own hold key is undone at the phone."),
        (TALKS, Control.JOIN, "", "Nobody has been asked in"),
        (RINGS_TOM, Control.HAND_ON, "", "Nobody has been asked in"),
        (WITH_TOM, Control.CONSULT, "line:workshop", "Hand the caller on, or resume first."),
        (WITH_TOM, Control.TRANSFER, "line:workshop", "Hand the caller on, or resume first."),
        (TALKS, Control.TRANSFER, "", "'' is no target: write agent:..., skill:... or line:...."),
        (TALKS, Control.TRANSFER, "+491713920001", "is no target"),
        (TALKS, Control.TRANSFER, "line:+491713920001", "it names workshop."),
        (TALKS, Control.TRANSFER, "agent:tom", "That colleague isn't signed in."),
        (TALKS, Control.TRANSFER, "agent:eva", "That colleague isn't signed in."),
        (TALKS, Control.TRANSFER, "skill:+49 171", "'+49 171' is no skill."),
        (TALKS, Control.TRANSFER, "skill:de\nX", "is no skill."),
        ((*TALKS, *TOM_IN[:1]), Control.CONSULT, "agent:tom", "That colleague isn't ready."),
        (TALKS, Control.CONSULT, "skill:de", "Nobody who knows de is ready."),
        (TALKS, Control.HOLD, "Frau Muster, 030 1234", "hold is done with the caller: name nobody"),
        ((*TALKS, "eva wants transfer skill:de"), Control.HOLD, "", "is being transferred."),
    ],
)
async def test_what_doesnt_fit_is_told_and_not_written(
    door: Door, rows: tuple[str, ...], control: Control, to: str, said: str
) -> None:
    with pytest.raises(NotNow) as told:
        await door.to(*rows).control("eva", EVA, control, to)
    assert said in str(told.value)
    assert door.written == []


async def test_a_guest_has_no_say(door: Door) -> None:
    with pytest.raises(NotNow, match="a colleague has asked for this"):
        await door.to(*WITH_TOM).control("tom", TOM, Control.HOLD)


async def test_a_transfer_that_hangs_may_be_asked_for_again(door: Door) -> None:
    going = (*TALKS, "eva wants transfer skill:de")
    await door.to(*going).control("eva", EVA, Control.TRANSFER, "line:workshop")
    assert door.written == [ControlAsked(EVA, Control.TRANSFER, "line:workshop")]


async def test_a_supervisor_takes_part(door: Door) -> None:
    await door.to(*LISTENED).listen("lena", EVA, Phone("204"), Listening.WHISPER)
    assert door.written == [ListeningAsked(EVA, Phone("204"), Listening.WHISPER)]


@pytest.mark.parametrize(
    ("rows", "phone", "said"),
    [
        (TALKS, "204", "Its file may: listening = true under [field]."),
        (LISTENED, "299", "299 is no phone that is free."),
        (LISTENED, "201", "201 is no phone that is free."),
        ((*LISTENED, *TOM_IN), "202", "202 is no phone that is free."),
        ((*LISTENED, "A hangs up"), "204", NOBODY),
        ((*LISTENED, "A room", "eva holds"), "204", "aren't by themselves"),
        ((*LISTENED, *TOM_IN, "eva wants consult agent:tom"), "204", "aren't by themselves"),
    ],
)
async def test_nobody_takes_part_unasked(
    door: Door, rows: tuple[str, ...], phone: str, said: str
) -> None:
    with pytest.raises(NotNow) as told:
        await door.to(*rows).listen("lena", EVA, Phone(phone), Listening.LISTEN)
    assert said in str(told.value)
    assert door.written == []


async def test_a_call_that_nobody_may_take_stands_out(door: Door) -> None:
    """Until somebody signs in who may, ready or not; but not while somebody talks with him."""
    waits = ("A enters alpenrad fr",)
    sees = [
        door.to(*rows).view().calls[0].stuck
        for rows in (
            waits,
            (*waits, "eva in 201 alpenrad de"),
            (*waits, "eva in 201 alpenrad fr"),
            ("eva in 201 alpenrad fr", "eva ready", *waits, "eva answers"),
        )
    ]
    assert sees == [True, True, False, False]


async def test_how_each_tenants_callers_fare(door: Door) -> None:
    """One answered at once, one who waits, one who left, and one to be rung back; the other tenant has nobody."""
    quiet = door.to("rules maison-lune listening=True service_level=90 threshold_s=30")
    (row,) = quiet.view().tenants
    assert row == TenantRow(MAISON_LUNE, 0, None, 0, None, 90, 30, listening=True)

    waits = ("B enters alpenrad fr", "C enters alpenrad fr", "C call-back", "C hangs up")
    (row,) = door.to(*TALKS, *waits).view().tenants
    assert row == TenantRow(ALPENRAD, 1, NOON, 1, 100.0, 80, 20, listening=False)


async def test_a_service_level_is_of_today(door: Door) -> None:
    yesterday = replace(door.to(*TALKS), clock=lambda: NOON + timedelta(days=1))
    assert yesterday.view().tenants[0].level is None


async def test_a_call_shows_what_its_priority_rose_from(door: Door) -> None:
    late = replace(
        door.to("A enters alpenrad fr", "A priority 2"), clock=lambda: NOON + timedelta(minutes=3)
    )
    (call,) = late.view().calls
    assert (call.given, call.priority, call.on_line) == (2, 5, True)
    (call,) = door.to("A enters alpenrad fr", "A call-back", "A hangs up").view().calls
    assert not call.on_line


@pytest.mark.parametrize(
    ("rows", "may"),
    [(LISTENED, True), (TALKS, False), ((*LISTENED, "eva holds"), False), ((), False)],
)
async def test_where_a_supervisor_may_take_part(
    door: Door, rows: tuple[str, ...], may: bool
) -> None:
    assert door.to(*rows).may_listen(EVA) is may


# Dialling

DIALS = ("eva in 201 alpenrad de", "eva dials D")


@pytest.mark.parametrize(
    "rows",
    [
        ("eva in 201 alpenrad de",),
        ("eva in 201 alpenrad de", "eva ready"),
        (*TALKS, "eva hangs up"),
    ],
)
async def test_who_has_no_call_dials(door: Door, rows: tuple[str, ...]) -> None:
    opened = door.to(*rows)
    with pytest.raises(NotNow) as caught:  # her phone didn't ring, since nothing steps here
        await opened.dial(EVA, lambda: CallId("D"))
    assert caught.value.why is Hindrance.DIAL_LAPSED
    board = cast("Any", opened.switchboard)
    before, after = board.field, field(*rows, "eva dials D")

    def ask() -> CallId:
        board.field = after
        return CallId("D")

    board.field = before
    assert await opened.dial(EVA, ask) == "D"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((), Hindrance.NOT_SIGNED_IN),
        (TALKS, Hindrance.BUSY_HERSELF),
        (TALKS[:-1], Hindrance.BUSY_HERSELF),
        (("eva in 201 alpenrad de", "phone 201 lost"), Hindrance.PHONE_AWAY),
        ((*TALKS, "phone 201 lost", "eva hangs up"), Hindrance.PHONE_AWAY),
    ],
)
async def test_who_cannot_dial_is_told_why(
    door: Door, rows: tuple[str, ...], why: Hindrance
) -> None:
    asked: list[str] = []

    def ask() -> CallId:
        asked.append("asked")
        return CallId("D")

    with pytest.raises(NotNow) as caught:
        await door.to(*rows).dial(EVA, ask)
    assert caught.value.why is why
    assert not asked


@pytest.mark.parametrize("rows", [DIALS, (*DIALS, "eva answers", "eva rings-there")])
async def test_what_is_dialled_can_be_cancelled(door: Door, rows: tuple[str, ...]) -> None:
    opened = door.to(*rows)
    await opened.cancel_dial("eva", EVA)
    (fact,) = door.log.entries
    assert fact.body == DialCancelled(EVA)
    assert (fact.origin.call, fact.origin.tenant, fact.origin.actor) == ("D", ALPENRAD, "eva")
    await opened.control("eva", EVA, Control.RECLAIM)


@pytest.mark.parametrize(
    "rows",
    [
        TALKS,
        TALKS[:2],
        (*DIALS, "eva answers", "eva gets busy"),
        (*DIALS, "eva answers", "eva gets through"),
    ],
)
async def test_there_is_nothing_to_cancel(door: Door, rows: tuple[str, ...]) -> None:
    with pytest.raises(NotNow) as caught:
        await door.to(*rows).cancel_dial("eva", EVA)
    assert caught.value.why is Hindrance.NOTHING_TO_CANCEL
