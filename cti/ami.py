"""Asterisk's manager interface, made safe: the only module that imports panoramisk.

panoramisk keeps what it is good at: an action with its id, how it is written, and which answers
belong to it. Its ``Manager``, which connects, pings, dispatches and sends unanswered actions again,
isn't used; reading, deadlines and reconnecting are ours. An action is sent once or not at all.

    run:  connect -> greeting -> Login -> FullyBooted ==> Linked -> Ping, Ping, ... ==> Lost
             ^                                                                           |
             +------------------------------- a pause, longer each time -----------------+

What stands on a double arrow, and each event between, goes into one ordered stream.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from types import MappingProxyType
from typing import Final

import structlog
from panoramisk.actions import Action
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from cti.ami_wire import (
    GREETING,
    ActionRefused,
    ActionUncertain,
    Address,
    Answer,
    BadValue,
    Blocks,
    Event,
    Fields,
    Item,
    Limits,
    LinkDown,
    Linked,
    LoginRefused,
    Lost,
    OutOfStep,
    Stream,
    checked,
    fields_of,
)

__all__ = [
    "ActionRefused",
    "ActionUncertain",
    "Address",
    "Ami",
    "Answer",
    "BadValue",
    "Event",
    "Fields",
    "Item",
    "Limits",
    "LinkDown",
    "Linked",
    "LoginRefused",
    "Lost",
]

log = structlog.get_logger()

_USUAL: Final = Limits()
_NO_FIELDS: Final[Fields] = MappingProxyType({})
_EVENT: Final = "Event: "
_RESPONSE: Final = "Response: "
_OUR_ACTION: Final = "\r\nActionID: action/"  # as panoramisk numbers them


class Ami:
    """The one link to Asterisk: ``run`` keeps it up, ``items`` tells, ``act`` acts.

    ``events`` are the names of the events that are told; others are thrown away unread.
    """

    def __init__(self, address: Address, events: Iterable[str], limits: Limits = _USUAL) -> None:
        self._address = address
        self._events = frozenset(events)
        self._limits = limits
        self._stream = Stream(limits.waiting)
        self._closed = asyncio.Event()
        self._link: Link | None = None
        self._retry_s = limits.retry_s

    @property
    def alive(self) -> bool:
        """Whether the link is up; one that hangs counts as up until a ping has gone unanswered."""
        return self._link is not None and self._link.up

    def items(self) -> AsyncIterator[Item]:
        """What happens, in Asterisk's order, for one reader; it ends with ``close``.

        Who stops to read, or fails on an item, goes on with the next one by calling it again.
        """
        return self._stream

    async def act(self, action: str, fields: Fields = _NO_FIELDS) -> Answer:
        """Have Asterisk do something, once. An Originate is always asynchronous.

        Raises BadValue, LinkDown, ActionRefused, ActionUncertain.
        """
        request = _Request(action, fields)
        link = self._link
        if link is None or not link.up:
            raise LinkDown(f"{action} wasn't sent: there is no link to Asterisk")
        return await link.ask(request, self._limits.action_s)

    def close(self) -> None:
        """End the link, ``run`` and ``items``, for good."""
        self._closed.set()
        if self._link is not None:
            self._link.close()
        self._stream.end()

    async def run(self) -> None:
        """Keep the link up until ``close`` or cancelled; run it once. Raises LoginRefused."""
        try:
            while not self._closed.is_set():
                reason = await self._link_once()
                if self._closed.is_set():
                    return
                log.warning("no ami link", reason=reason, retry_s=self._retry_s)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._retry_s):
                        await self._closed.wait()
                self._retry_s = min(2 * self._retry_s, self._limits.longest_retry_s)
                await self._stream.room()
        finally:
            self.close()

    async def _link_once(self) -> str:
        """Connect and stay; why there is no link, or no more."""
        link = Link(self._stream, self._events, self._limits.listed)
        where = self._address
        try:
            async with asyncio.timeout(self._limits.login_s):
                loop = asyncio.get_running_loop()
                await loop.create_connection(lambda: link, where.host, where.port)
        except (OSError, TimeoutError) as error:
            return f"Asterisk's manager can't be reached: {str(error) or 'no answer in time'}"
        self._link = link
        try:
            await self._log_in(link)
            await self._stay(link)
        except (LinkDown, ActionRefused, ActionUncertain) as error:
            link.drop(str(error))
        finally:
            link.close()
            await asyncio.wait({link.gone})
            self._link = None
        return link.reason

    async def _log_in(self, link: "Link") -> None:
        if self._closed.is_set():
            raise LinkDown("it was closed here")
        if not await link.sees(link.greeted, self._limits.login_s):
            raise LinkDown("Asterisk doesn't greet")
        names = {"Username": self._address.user, "Secret": self._address.secret}
        try:
            await link.ask(_Request("Login", names), self._limits.login_s)
        except ActionRefused as error:
            # it refuses for other causes too, such as its own end; those pass
            if "authentication failed" not in str(error).lower():
                raise
            raise LoginRefused(
                f"Asterisk refuses the manager's user {self._address.user!r}: the secret in its "
                "manager.conf isn't ours, or its permit lines leave us out. Start Rufwerk anew, "
                "which writes that file, or put the same secret in both places."
            ) from None
        if not await link.sees(link.booted, self._limits.boot_s):
            raise LinkDown(
                "Asterisk doesn't tell that it has booted: may the manager's user read 'system'?"
            )
        log.info("ami link up", user=self._address.user)

    async def _stay(self, link: "Link") -> None:
        while not await link.sees(link.gone, self._limits.ping_every_s):
            with suppress(ActionRefused):  # an answer all the same
                await link.ask(_Request("Ping"), self._limits.ping_s)
            self._retry_s = self._limits.retry_s


class _Request(Action):  # type: ignore[misc]  # panoramisk has no types
    """An action on its way; a list follows where Asterisk says so, not where its words sound so."""

    def __init__(self, action: str, fields: Fields = _NO_FIELDS) -> None:
        super().__init__({**checked(action, fields), "Action": action})
        self.broken = ""
        if action.lower() == "originate":
            self["Async"] = "true"  # another one holds up all answers until the phone is answered

    @property
    def multi(self) -> bool:
        return _list_mark(self.responses[0]) == "start"

    @property
    def completed(self) -> bool:
        return not self.multi or _list_mark(self.responses[-1]) == "complete"

    def breaks(self, reason: str) -> None:
        self.broken = reason
        self.future.cancel()

    def answer(self) -> Answer:
        """What came, once it is all there."""
        first, *rest = self.responses
        if not first.success:
            raise ActionRefused(first.message or f"Asterisk refuses {self['Action']}")
        listed = (part.fields for part in rest[:-1])
        return Answer(first.fields, tuple(Event(fields.pop("Event"), fields) for fields in listed))


class _Message(Message):  # type: ignore[misc]
    """panoramisk's message of our own fields: its reading guesses at bodies and unquotes texts."""

    def __init__(self, block: str) -> None:
        self.fields = fields_of(block)
        super().__init__(self.fields)


class Link(AMIProtocol):  # type: ignore[misc]
    """One connection, from its greeting to its loss; a new one is made for each attempt."""

    encoding = "utf-8"

    def __init__(self, stream: Stream, events: frozenset[str], listed: int) -> None:
        loop = asyncio.get_running_loop()
        self._stream = stream
        self._events = events
        self._listed = listed
        self._blocks = Blocks()
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.booted: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self.up = False
        self.reason = ""

    async def sees(self, what: asyncio.Future[None], within_s: float) -> bool:
        """Whether something happens in time; it can't any more when the connection is gone."""
        futures = {what, self.gone}
        await asyncio.wait(futures, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
        return what.done()

    async def ask(self, request: _Request, deadline_s: float) -> Answer:
        """Send an action and wait for all of its answer; see ``Ami.act`` for the errors."""
        name = request["Action"]
        if self.transport.is_closing():
            raise LinkDown(f"{name} wasn't sent: the link is gone")
        self.send(request)
        # unlike a timeout it prefers an answer that came while this process was busy
        try:
            await asyncio.wait({request.future}, timeout=deadline_s)
        finally:
            self.responses.pop(request.id, None)
        if not request.future.done():
            raise ActionUncertain(f"{name} wasn't answered within {deadline_s} s")
        if request.broken:
            raise ActionUncertain(f"{name} was sent and then {request.broken}")
        return request.answer()

    def drop(self, reason: str) -> None:
        """Give the connection up; what is unanswered stays so and isn't sent again."""
        if self.reason:
            return
        self.reason = reason
        for request in self.responses.values():
            request.breaks(f"the link broke: {reason}")
        self.transport.abort()
        if self.up:
            self.up = False
            self._stream.tell(Lost(reason))

    def close(self) -> None:
        self.drop("it was closed here")

    def connection_lost(self, exc: Exception | None) -> None:
        self.drop(f"the connection broke: {exc}" if exc else "Asterisk closed the connection")
        self.gone.set_result(None)

    def data_received(self, data: bytes) -> None:
        try:
            blocks = self._blocks.feed(data)
        except OutOfStep as error:
            self.drop(str(error))
            return
        for block in blocks:
            if self.reason:
                return
            if block.startswith(_EVENT):
                self._take_event(block)
            elif block.startswith(_RESPONSE):
                self._take_answer(block)
            elif block.startswith(GREETING) and not self.greeted.done():
                self.greeted.set_result(None)
            elif block:
                log.warning("ami block that is none", characters=len(block))

    def _take_event(self, block: str) -> None:
        head, _, lines = block.partition("\r\n")
        name = head[len(_EVENT) :]
        if self.responses and _OUR_ACTION in block and self._is_listed(block):
            return
        if not self.up:
            if name == "FullyBooted":
                self.up = True
                self._stream.tell(Linked())
                self.booted.set_result(None)
        elif name in self._events and not self._stream.put(Event(name, fields_of(lines))):
            self.drop("events came faster than they were read")

    def _is_listed(self, block: str) -> bool:
        """Take an event that is part of a list asked for, if it is."""
        message = _Message(block)
        request = self.responses.get(message.action_id)
        if request is None or not request.responses:  # a list starts with the answer
            return False
        if len(request.responses) > self._listed:
            self.responses.pop(request.id)
            request.breaks(f"its list had more than {self._listed} parts")
        else:
            self.handle_message(message)
        return True

    def _take_answer(self, block: str) -> None:
        message = _Message(block)
        request = self.responses.get(message.action_id)
        if request is not None and not request.responses:  # else late, doubled or nobody's
            self.handle_message(message)


def _list_mark(message: Message) -> str:
    """``start`` of a list or ``complete``; "" without a mark."""
    return str(message.eventlist).lower()
