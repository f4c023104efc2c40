"""One stream of events through our reading of AMI and through panoramisk's own, side by side: ``rufwerk bench ami``."""

import asyncio
from collections.abc import Sequence
from typing import Final

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager
from panoramisk.message import Message

from cti.ami import Event, Limits, Link
from cti.ami_wire import Stream
from cti.routing.state import Field
from cti.translate import EVENTS, Translator

_GREETED: Final = b"Asterisk Call Manager/11.0.0\r\n"
_BOOTED: Final = b"Event: FullyBooted\r\n\r\n"


class Ours:
    """What the switchboard does with what comes over its link, up to the facts."""

    def __init__(self, translator: Translator) -> None:
        self._translator = translator
        limits = Limits()
        self._stream = Stream(limits.waiting)
        self._link = Link(self._stream, frozenset(EVENTS), limits.listed)
        self._link.connection_made(asyncio.Transport())
        self._link.data_received(_GREETED + _BOOTED)

    async def take(self, pieces: Sequence[bytes], field: Field) -> int:
        """Take the pieces in, each in a turn of the loop as a socket's are; how many facts they make."""
        reading = asyncio.ensure_future(self._read(field))
        for piece in pieces:
            self._link.data_received(piece)
            await asyncio.sleep(0)
        self._stream.end()
        return await reading

    async def _read(self, field: Field) -> int:
        facts = 0
        async for item in self._stream:
            if isinstance(item, Event):
                facts += len(list(self._translator.facts(item, field)))
        return facts


class Panoramisk:
    """panoramisk by itself: each event as a message, to a function that does nothing."""

    def __init__(self) -> None:
        self.told = 0
        manager = Manager(loop=asyncio.get_running_loop())
        manager.register_event("*", self._nothing)
        self._protocol = AMIProtocol()
        self._protocol.connection_made(asyncio.Transport())
        self._protocol.factory = manager
        self._protocol.data_received(_GREETED)

    def _nothing(self, _manager: Manager, _message: Message) -> None:
        self.told += 1

    async def take(self, pieces: Sequence[bytes]) -> None:
        """Take the pieces in as ``Ours`` does."""
        for piece in pieces:
            self._protocol.data_received(piece)
            await asyncio.sleep(0)
