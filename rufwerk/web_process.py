"""The process of the web: ``python -m rufwerk.web_process [CONFIG]``."""

import asyncio
import signal
import sys
from pathlib import Path

from aiohttp import web
from prometheus_client import CollectorRegistry

from desktop.application import desk, ops
from rufwerk import logs, settings
from rufwerk.doctor import Doctor
from rufwerk.metrics import Instance


async def serve(config: Path | None) -> None:
    """Serve the desk and the operator's port until SIGTERM."""
    options = settings.load(config)
    doctor = Doctor(options)
    registry = CollectorRegistry()
    registry.register(Instance(doctor))
    sip = f"{options.sip.host}:{options.sip.port}"
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    runners = []
    for application, place in (
        (desk(doctor.examine, sip), options.web),
        (ops(doctor.examine, registry), options.ops),
    ):
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        await web.TCPSite(runner, place.host, place.port, reuse_address=True).start()
        runners.append(runner)
    await stop.wait()
    for runner in runners:
        await runner.cleanup()


if __name__ == "__main__":
    logs.set_up("web")
    asyncio.run(serve(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
