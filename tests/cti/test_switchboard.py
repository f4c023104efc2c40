"""The single consumer: what it decides, when it doesn't, and that nothing is forgotten."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

import pytest
from structlog.testing import capture_logs
from typing_extensions import override

from actions.dial import Whom
from cti import switchboard
from cti.ami import ActionRefused, Ami, Answer, Event, Item, LinkDown, Linked, Lost
from cti.carry_out import CarryOut
from cti.desk import Desk
from cti.lines import Lines
from cti.reconcile import Reconcile
from cti.rooms import House
from cti.routing.engine import replay
from cti.switchboard import Switchboard
from cti.translate import Translator
from domain import field_facts as facts
from domain.agent import Unreachable
from domain.call import Certainty
from domain.dialling import Cleared, Refusal, Refused
from domain.fact import Origin
from domain.ids import AgentId, CallId, Phone, TenantId
from domain.language import Language
from domain.portal_facts import HandedOver
from domain.ports import Snapshot, StorageDown
from tests.fakes.manager_link import WrittenLink, listed
from tests.fakes.memory_log import MemoryLog

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVA, PHONE, ALPENRAD = AgentId("eva"), Phone("201"), TenantId("alpenrad")
HANDED_OVER = HandedOver(Language.DE, None, Certainty.UNKNOWN, None, (), None, 0)
WAITING = {"Uniqueid": "1.0", "Linkedid": "1.0", "Context": "waiting", "Channel": "PJSIP/carrier-1"}


class Link(WrittenLink):
    """With items to tell."""

    def __init__(self) -> None:
        super().__init__({"CoreShowChannels": listed("CoreShowChannel", WAITING)})
        self.told: asyncio.Queue[Item] = asyncio.Queue()
        self.alive = False
        self.on: dict[str, Callable[[], None]] = {}

    @override
    async def act(
        self, action: str, fields: Mapping[str, str | Sequence[str]] | None = None
    ) -> Answer:
        self.on.get(action, lambda: None)()
        return await super().act(action, fields)

    async def items(self) -> AsyncIterator[Item]:
        while True:
            item = await self.told.get()
            self.alive = isinstance(item, Linked) or (self.alive and not isinstance(item, Lost))
            yield item


@dataclass
class Board:
    log: MemoryLog
    link: Link
    switchboard: Switchboard

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not is_so():
                await self.switchboard.caught_up()

    @property
    def offers(self) -> int:
        return self.log.kinds().count("Offered")


async def nobody(tenant: TenantId, whom: Whom) -> Cleared | Refused:
    return Refused(Refusal.BLOCKED)


@asynccontextmanager
async def board(log: MemoryLog) -> AsyncIterator[Board]:
    link = Link()
    ami = cast("Ami", link)
    with ThreadPoolExecutor(1) as threads:
        switchboard = Switchboard(
            Desk(log, lambda: NOON),
            ami,
            Translator(Lines("a"), frozenset({PHONE})),
            CarryOut(
                ami,
                Lines("a"),
                House(lambda phone: f"PJSIP/{phone}", lambda _: (), nobody, lambda *_: None),
            ),
            Reconcile(ami, Lines("a"), frozenset({PHONE})),
            threads,
        )
        running = asyncio.ensure_future(switchboard.run())
        try:
            yield Board(log, link, switchboard)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@pytest.fixture
def log() -> MemoryLog:
    """Eva is ready, and a caller was handed over."""
    made = MemoryLog()
    made.append(
        Origin(None, None, "eva"),
        NOON,
        facts.SignedIn(EVA, PHONE, ("alpenrad", "de")),
        facts.WentReady(EVA),
    )
    made.append(Origin(ALPENRAD, CallId("a-1.0"), "ivr"), NOON, HANDED_OVER)
    return made


async def test_nothing_is_decided_before_asterisk_was_looked_at(log: MemoryLog) -> None:
    async with board(log) as at:
        await at.switchboard.caught_up()
        assert at.offers == 0
        at.link.told.put_nowait(Linked())
        await at.until(lambda: at.offers == 1)
        assert log.kinds()[3:] == ["SightRegained", "Offered"]
        await at.until(lambda: ("Redirect", "offer") in redirects(at.link))


async def test_it_looks_once_however_late_the_link_is_told(log: MemoryLog) -> None:
    async with board(log) as at:
        at.link.alive = True
        await at.until(lambda: at.offers == 1)
        at.link.told.put_nowait(Linked())
        at.link.told.put_nowait(Event("Hangup", {"Uniqueid": "9.9", "Linkedid": "9.9"}))
        await at.until(at.link.told.empty)
        await at.switchboard.caught_up()
        assert log.kinds().count("SightRegained") == 1


async def test_a_look_that_fails_is_taken_again(log: MemoryLog) -> None:
    async with board(log) as at:
        at.link.answers["DeviceStateList"] = ActionRefused("not now")
        at.link.told.put_nowait(Linked())
        await at.until(lambda: "DeviceStateList" in [action for action, _ in at.link.asked])
        assert at.offers == 0
        del at.link.answers["DeviceStateList"]
        await at.until(lambda: at.offers == 1)


async def test_who_talks_already_is_left_where_he_is(log: MemoryLog) -> None:
    """In degraded mode Eva's phone rang by itself; she isn't rung for the caller she speaks with."""
    talks = {**WAITING, "Context": "degraded", "BridgeId": "b"}
    evas = {"Uniqueid": "1.1", "Linkedid": "1.0", "Channel": "PJSIP/201-2", "BridgeId": "b"}
    async with board(log) as at:
        at.link.answers["CoreShowChannels"] = listed("CoreShowChannel", talks, evas)
        at.link.told.put_nowait(Linked())
        await at.until(lambda: "FoundTalking" in log.kinds())
        await at.switchboard.caught_up()
        assert at.offers == 0


async def test_without_a_link_nothing_is_offered(log: MemoryLog) -> None:
    async with board(log) as at:
        at.link.told.put_nowait(Linked())
        await at.until(lambda: at.offers == 1)
        at.link.told.put_nowait(Lost("cut"))
        await at.until(lambda: not at.link.alive)
        log.append(
            Origin(ALPENRAD, CallId("a-1.0"), "cti"),
            NOON,
            facts.OfferEnded(EVA, 1, facts.OfferResult.NO_ANSWER),
        )
        await at.switchboard.caught_up()
        await at.switchboard.caught_up()
        assert at.offers == 1


async def test_after_it_hung_it_looks_before_it_decides(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Callers have helped themselves meanwhile: Eva's phone rings for somebody else."""
    async with board(log) as at:
        at.link.told.put_nowait(Linked())
        await at.until(lambda: at.offers == 1)
        at.link.answers["CoreShowChannels"] = LinkDown("gone")
        monkeypatch.setattr(switchboard, "WELL_S", 0.0)
        missed = facts.OfferEnded(EVA, 1, facts.OfferResult.NO_ANSWER)
        log.append(Origin(ALPENRAD, CallId("a-1.0"), "cti"), NOON, missed)
        await at.switchboard.caught_up()
        await at.switchboard.caught_up()
        assert at.offers == 1
        at.link.answers["CoreShowChannels"] = listed("CoreShowChannel", WAITING)
        monkeypatch.undo()
        await at.until(lambda: at.offers == 2)
        assert log.kinds().count("SightRegained") == 2


async def test_who_helps_himself_is_taken_back(log: MemoryLog) -> None:
    """The dialplan took the switchboard for gone, if only for a moment."""
    degraded = {**WAITING, "Context": "degraded"}
    async with board(log) as at:
        at.link.told.put_nowait(Linked())
        await at.until(lambda: at.offers == 1)
        at.link.answers["CoreShowChannels"] = listed("CoreShowChannel", degraded)
        helped = {"UserEvent": "Degraded", "Uniqueid": "1.0", "Linkedid": "1.0"}
        at.link.told.put_nowait(Event("UserEvent", helped))
        await at.until(lambda: ("Redirect", "waiting") in redirects(at.link))


async def test_what_was_told_before_a_look_comes_first(log: MemoryLog) -> None:
    """However much it is, and whenever it arrives."""
    left: list[int] = []
    async with board(log) as at:

        def tell() -> None:
            for place in range(250):
                at.link.told.put_nowait(Event("Newexten", {"Uniqueid": f"2.{place}"}))

        at.link.on["Ping"] = tell
        at.link.on["CoreShowChannels"] = lambda: left.append(at.link.told.qsize())
        at.link.told.put_nowait(Linked())
        await at.until(lambda: bool(left))
    assert left == [0]


async def test_a_database_that_is_away_forgets_nothing(log: MemoryLog) -> None:
    async with board(log) as at:
        at.link.told.put_nowait(Linked())
        await at.until(lambda: at.offers == 1)
        log.down = 2
        hangup = {"Uniqueid": "1.0", "Linkedid": "1.0"}
        at.link.told.put_nowait(Event("Hangup", hangup))
        await at.until(lambda: "CallEnded" in log.kinds())
        assert not at.switchboard.field.calls


async def test_a_start_from_a_snapshot_reads_only_what_came_after(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switchboard, "KEEP_EVERY", 3)
    async with board(log) as at:
        await at.until(lambda: bool(log.kept))
        before = at.switchboard.field
    seqs = [kept.seq for kept in log.kept.values()]
    assert seqs == [before.seq] == [3]
    log.entries[:] = [replace(fact, body=facts.WaitAsked()) for fact in log.entries]
    log.append(Origin(None, None, "cti"), NOON, facts.PhoneLost(PHONE))
    async with board(log) as at:
        await at.switchboard.caught_up()
        field = at.switchboard.field
        assert field.calls == before.calls
        assert field.agents[EVA].state == Unreachable(NOON, None)
    assert [kept.seq for kept in log.kept.values()] == seqs, "too little came for another one"


@pytest.mark.parametrize("text", ["", "[]", '{"version": "0"}'])
async def test_a_snapshot_that_is_of_no_use_is_ignored(log: MemoryLog, text: str) -> None:
    log.keep("field", Snapshot(2, text))
    with capture_logs() as logs:
        async with board(log) as at:
            await at.switchboard.caught_up()
            assert at.switchboard.field == replay(log.entries)
    (ignored,) = [entry for entry in logs if entry["event"] == "snapshot ignored"]
    assert (ignored["log_level"], ignored["seq"]) == ("warning", 2)


async def test_where_no_snapshot_can_be_kept_the_switchboard_goes_on(
    log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switchboard, "KEEP_EVERY", 3)
    log.keep = away  # type: ignore[method-assign]
    with capture_logs() as logs:
        async with board(log) as at:
            await at.until(lambda: any(one["event"] == "snapshot not kept" for one in logs))
            at.link.told.put_nowait(Linked())
            await at.until(lambda: at.offers == 1)


def away(name: str, snapshot: Snapshot) -> None:
    raise StorageDown("the database is away")


def redirects(link: Link) -> list[tuple[str, object]]:
    return [(action, fields.get("Context")) for action, fields in link.asked]
