"""The demo's mail box: takes every mail over SMTP and sends none on. The only module that imports aiosmtpd."""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from typing_extensions import override

from reporting.mail_folder import LARGEST, MailFolder, NotKept

log = structlog.get_logger()

_RECIPIENTS: Final = 50
_CONNECTIONS: Final = 8
_CONNECTION_BYTES: Final = 32 << 20
_PATIENCE_S: Final = 30.0


@asynccontextmanager
async def catching(folder: MailFolder, host: str, port: int) -> AsyncIterator[int]:
    """Catch mails into ``folder``; the port, which is another where 0 was asked for. Raises OSError."""
    # its own log tells whole commands, and with them people's addresses
    logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)
    connections: set[_Connection] = set()
    loop = asyncio.get_running_loop()
    # not of those that others in this process wait in, who may wait for us
    thread = ThreadPoolExecutor(1, thread_name_prefix="mail-box")
    handler = _Handler(folder, thread)
    server = await loop.create_server(
        lambda: _Connection(handler, connections), host, port, reuse_address=True
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for one in tuple(connections):
            one.cut()
        await server.wait_closed()
        thread.shutdown()


class _Connection(SMTP):
    """Bounded in number, time and bytes; aiosmtpd itself would keep all of a line that never ends."""

    def __init__(self, handler: "_Handler", others: set["_Connection"]) -> None:
        super().__init__(
            handler,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Rufwerk",
            timeout=_PATIENCE_S,
            loop=asyncio.get_running_loop(),
        )
        self._others = others
        self._bytes = 0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._others.add(self)
        if len(self._others) > _CONNECTIONS:
            self.cut()

    @override
    def data_received(self, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes > _CONNECTION_BYTES:
            self.cut()
        else:
            super().data_received(data)

    @override
    def connection_lost(self, error: Exception | None) -> None:
        self._others.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


class _Handler:
    """What aiosmtpd asks, by the names it asks it by; an answer is a line of SMTP."""

    def __init__(self, folder: MailFolder, thread: Executor) -> None:
        self._folder, self._thread = folder, thread

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if len(envelope.rcpt_tos) >= _RECIPIENTS:
            return "452 4.5.3 Too many recipients; send it to the others by itself"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        sender, recipients = envelope.mail_from or "", envelope.rcpt_tos
        try:
            loop = asyncio.get_running_loop()
            keep = partial(self._folder.keep, sender, recipients, content)
            number = await loop.run_in_executor(self._thread, keep)
        except NotKept as error:
            log.warning("mail not kept", reason=str(error))
            return "452 4.3.1 There is no room; try again later"
        log.info("mail caught", number=number, bytes=len(content))
        return f"250 OK, caught as {number}"

    async def handle_exception(self, error: Exception) -> str:
        log.warning("mail not caught", reason=type(error).__name__)
        return "451 4.3.0 It went wrong here; try again later"
