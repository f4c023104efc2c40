"""Servers for a client that blocks: the demo CRM, and peers that do whatever a test wants."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiohttp import web

from crm_bridge.demo_crm import ENDPOINT

Behave = Callable[[socket.socket], None]


@contextmanager
def serving(application: web.Application) -> Iterator[str]:
    """The URL of the Organization service of an application that runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(application, shutdown_timeout=0.1)

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        yield f"http://127.0.0.1:{port}{ENDPOINT}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


@contextmanager
def behaving(behave: Behave) -> Iterator[str]:
    """The URL of a peer that reads a request and then does as told, each connection once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_accept, args=(listening, behave))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}{ENDPOINT}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)
            assert not thread.is_alive()


def _accept(listening: socket.socket, behave: Behave) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(10)
            try:
                _read_request(connection)
                behave(connection)
            except OSError:
                pass  # the client had enough of it


def _read_request(connection: socket.socket) -> None:
    read = b""
    while b"</soap-env:Envelope>" not in read:
        chunk = connection.recv(65536)
        if not chunk:
            raise OSError("it hung up")
        read += chunk
