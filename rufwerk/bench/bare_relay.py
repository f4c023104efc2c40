"""A WebSocket server that only passes on: ``python -m rufwerk.bench.bare_relay PORT CONFIG``.

For each UserEvent ``Relayed`` that Asterisk tells, as many bytes as that says go to the page it names, and they begin
with Asterisk's own time of the event. No log, no decision, no reading, no template: what this takes, every screen pop
over Asterisk's manager and a WebSocket takes.
"""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

from aiohttp import web

from cti.ami import Event
from rufwerk import settings_reading
from rufwerk.bench.field_rig import user_events

EVENT: Final = "Relayed"

# isLive and isPainted are chromium.py's
_PAGE: Final = b"""<!doctype html><title>Relay</title><main></main><script>
const place = document.querySelector("main");
const socket = new WebSocket(`ws://${location.host}/live${location.search}`);
socket.onopen = isLive;
socket.onmessage = ({ data }) => {
  place.innerHTML = data;
  isPainted(place.firstChild.dataset.call);
};
</script>"""


def filled(moment: str, size: int) -> str:
    """So many bytes of HTML that name the moment as a pop names its call."""
    head, tail = f'<p id="call" data-call="{moment}" data-state="ringing">', "</p>"
    return head + "x" * (size - len(head) - len(tail)) + tail


def application(pages: dict[str, web.WebSocketResponse]) -> web.Application:
    """``pages`` are those that are open, by their numbers."""

    async def show(_: web.Request) -> web.Response:
        return web.Response(body=_PAGE, content_type="text/html", charset="utf-8")

    async def live(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        pages[request.query["page"]] = socket
        async for _ in socket:
            pass
        return socket

    made = web.Application()
    made.router.add_get("/", show)
    made.router.add_get("/live", live)
    return made


async def serve(port: int, config: Path) -> None:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    pages: dict[str, web.WebSocketResponse] = {}
    sending: asyncio.Queue[Event] = asyncio.Queue()

    def note(event: Event) -> None:
        if event.get("UserEvent") == EVENT:
            sending.put_nowait(event)

    async def send() -> None:
        while True:
            event = await sending.get()
            text = filled(event.get("Timestamp"), int(event.get("Bytes")))
            await pages[event.get("Page")].send_str(text)

    runner = web.AppRunner(application(pages), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    async with user_events(settings_reading.load(config), note), asyncio.TaskGroup() as group:
        sender = group.create_task(send())
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await stop.wait()
        sender.cancel()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
