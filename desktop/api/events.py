"""``/api/events``: what happens, as JSON over a WebSocket that goes on where it was left."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from aiohttp import WSCloseCode, web
from msgspec import Meta

from actions.api_token import WhoAsks
from desktop.api.agents import Pop, pop_of
from desktop.api.floor import AgentNow, agent_now
from desktop.api.operations import ALL, Given, Operation, Shape
from desktop.api.reach import Reach
from desktop.api.shapes import Id, Instant
from desktop.live import first_of, until_it_speaks
from domain import dial_facts, portal_facts
from domain import field_facts as facts
from domain.fact import Body, Fact
from domain.ids import AgentId, IntegrationId
from domain.ports import StorageDown

MOST: Final = 20
"""Open sockets of one program."""

FURTHEST: Final = 100_000
"""Facts; whoever was away for longer begins anew."""

_PAGE: Final = 1000
_REST_S: Final = 0.25
"""Between two looks at all agents; what comes after a quiet moment is told at once."""

_LOOK_AGAIN_S: Final = 5.0
_STORAGE_AGAIN_S: Final = 1.0
_TOKEN_LOOK_S: Final = 15.0
_PING_S: Final = 20.0


class Kind(StrEnum):
    AGENT = "agent"
    """Her state, as it is now."""
    CALL_ARRIVED = "call_arrived"
    CALL_WAITS = "call_waits"
    CALL_OFFERED = "call_offered"
    OFFER_ENDED = "offer_ended"
    CALL_CONNECTED = "call_connected"
    CALL_HELD = "call_held"
    CALL_RESUMED = "call_resumed"
    CALL_TRANSFERRED = "call_transferred"
    LEG_ENDED = "leg_ended"
    CALL_ENDED = "call_ended"
    CALL_BACK_ASKED = "call_back_asked"
    CALL_BACK_GIVEN_UP = "call_back_given_up"
    DIAL_ASKED = "dial_asked"
    """It is connected once her own phone is answered, and reached once he is."""
    DIAL_RANG = "dial_rang"
    DIAL_REACHED = "dial_reached"
    DIAL_ENDED = "dial_ended"


KINDS: Final[dict[type[Body], Kind]] = {
    portal_facts.CallArrived: Kind.CALL_ARRIVED,
    portal_facts.HandedOver: Kind.CALL_WAITS,
    facts.Offered: Kind.CALL_OFFERED,
    facts.OfferEnded: Kind.OFFER_ENDED,
    facts.Connected: Kind.CALL_CONNECTED,
    facts.Held: Kind.CALL_HELD,
    facts.Resumed: Kind.CALL_RESUMED,
    facts.Transferred: Kind.CALL_TRANSFERRED,
    facts.LegEnded: Kind.LEG_ENDED,
    facts.CallEnded: Kind.CALL_ENDED,
    facts.CallBackAsked: Kind.CALL_BACK_ASKED,
    facts.CallBackGivenUp: Kind.CALL_BACK_GIVEN_UP,
    dial_facts.DialAsked: Kind.DIAL_ASKED,
    dial_facts.DialRang: Kind.DIAL_RANG,
    dial_facts.DialReached: Kind.DIAL_REACHED,
    dial_facts.DialEnded: Kind.DIAL_ENDED,
}
"""What is told of the log; all else is nobody's outside."""


class Event(Shape, omit_defaults=True):
    """What happened; the ids are opaque. Give the last ``seq`` as ``after`` to go on. ``agent`` is whom a call was
    offered to, or who is in it; ``result`` and ``by`` say how something ended. ``pop`` comes with an offer or a dial,
    for programs that see people; ``state`` with the kind ``agent``. ``synthetic`` marks calls of our own monitoring.
    """

    event: Kind
    seq: int
    at: Instant
    tenant: Id | None = None
    call: Id | None = None
    agent: Id | None = None
    offer: int | None = None
    result: str | None = None
    by: str | None = None
    pop: Pop | None = None
    state: AgentNow | None = None
    synthetic: bool = False


class After(Given):
    """Without it only what happens from now on is told."""

    after: Annotated[int, Meta(ge=0, le=2**53)] | None = None


EVENTS: Final = Operation(
    method="GET",
    path="/events",
    roles=ALL,
    name="events",
    summary="A WebSocket: what happened since ``after``, each agent's state, and then what happens",
    given=After,
    answer=Event,
)


class Events:
    """The WebSockets of all programs."""

    def __init__(self, application: web.Application, who: WhoAsks) -> None:
        self._who = who
        self._open: defaultdict[IntegrationId, set[web.WebSocketResponse]] = defaultdict(set)
        application.on_shutdown.append(self._close_all)

    async def serve(self, request: web.Request, reach: Reach, given: After) -> web.StreamResponse:
        """Until the program is gone, speaks, or its token is revoked."""
        seq = reach.floor.door.view().seq
        after = seq if given.after is None else given.after
        if not 0 <= seq - after <= FURTHEST:
            raise web.HTTPGone(
                text="That is too long ago, or of another log. Read /api/field and begin without after."
            )
        socket = web.WebSocketResponse(heartbeat=_PING_S, max_msg_size=1024, compress=False)
        if not socket.can_prepare(request).ok:
            raise web.HTTPUpgradeRequired(text="This is a WebSocket. Connect to it as one.")
        opened = self._open[reach.token.id]
        if len(opened) >= MOST:
            raise web.HTTPTooManyRequests(text="Close the program's other sockets first.")
        opened.add(socket)
        try:
            await socket.prepare(request)
            told = _Told(reach, after)
            code = await first_of(told.go_on(socket), until_it_speaks(socket), self._over(reach))
        finally:
            opened.remove(socket)
        await socket.close(code=code)
        return socket

    async def _over(self, reach: Reach) -> None:
        """Comes back when the token isn't in force any more, which is looked at every so often."""
        in_force = True
        while in_force:
            await asyncio.sleep(_TOKEN_LOOK_S)
            with suppress(StorageDown):
                in_force = await reach.floor.work.run(lambda: self._who.is_in_force(reach.token))

    async def _close_all(self, _: web.Application) -> None:
        for socket in [one for opened in self._open.values() for one in opened]:
            await socket.close(code=WSCloseCode.GOING_AWAY)


class _Told:
    """What one program has been told: the log up to ``seq``, and each agent's state."""

    def __init__(self, reach: Reach, seq: int) -> None:
        self._reach, self._seq = reach, seq
        self._states: dict[AgentId, AgentNow] = {}

    async def go_on(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            try:
                seq = await self._tell(socket)
            except StorageDown:
                await asyncio.sleep(_STORAGE_AGAIN_S)
                continue
            await asyncio.sleep(_REST_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await self._reach.floor.door.newer(seq)

    async def _tell(self, socket: web.WebSocketResponse) -> int:
        """All that is new; up to which fact that is."""
        view = self._reach.floor.door.view()
        while page := await self._page(view.seq):
            for fact in page:
                if (event := await self._event(fact)) is not None:
                    await _send(socket, event)
                self._seq = fact.seq
        for agent in (await self._reach.agents()).values():
            state = await agent_now(self._reach, agent)
            if self._states.get(agent.id) != state:
                self._states[agent.id] = state
                event = Event(
                    event=Kind.AGENT, seq=view.seq, at=view.at, agent=agent.id, state=state
                )
                await _send(socket, event)
        self._seq = view.seq
        return view.seq

    async def _page(self, last: int) -> Sequence[Fact]:
        """The next facts, no further than the field has come."""
        if self._seq >= last:
            return ()

        def read() -> list[Fact]:
            with self._reach.floor.work.desk.transactions.read() as uow:
                return [one for one in uow.facts.read(self._seq, _PAGE) if one.seq <= last]

        return await self._reach.floor.work.run(read)

    async def _event(self, fact: Fact) -> Event | None:
        """None where it isn't for this program."""
        kind, origin = KINDS.get(type(fact.body)), fact.origin
        if kind is None or not self._reach.token.may_know_of(origin.tenant):
            return None
        if isinstance(fact.body, portal_facts.HandedOver) and fact.body.later:
            return None  # he doesn't wait now: that he is rung back later is told as he asks for it
        return Event(
            event=kind,
            seq=fact.seq,
            at=fact.at,
            tenant=origin.tenant,
            call=origin.call,
            agent=getattr(fact.body, "agent", None),
            offer=getattr(fact.body, "offer", None),
            result=getattr(fact.body, "result", None),
            by=getattr(fact.body, "by", None),
            pop=await self._pop(fact),
            synthetic=origin.synthetic,
        )

    async def _pop(self, fact: Fact) -> Pop | None:
        floor, call, body = self._reach.floor, fact.origin.call, fact.body
        if not self._reach.token.role.sees_people or call is None:
            return None
        if not isinstance(body, facts.Offered | dial_facts.DialAsked):
            return None
        popped = await floor.work.run(lambda: floor.read_pop(call, body.agent))
        return None if popped is None else pop_of(popped)


async def _send(socket: web.WebSocketResponse, event: Event) -> None:
    await socket.send_str(msgspec.json.encode(event).decode())
