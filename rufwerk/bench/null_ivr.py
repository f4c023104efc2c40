"""A FastAGI server that only plays: ``python -m rufwerk.bench.null_ivr PORT SCENES``, the scenes as JSON.

The portal's own server, and one command for each sound: no database, no facts, no guard, no second try. What this
costs,
every portal in Python over FastAGI costs.
"""

import json
import signal
import sys
from collections.abc import Sequence

from ivr.agi_channel import AgiChannel, AgiRequest
from ivr.routes import INBOUND
from ivr.server import FastAgiServer
from rufwerk.bench.rehearsal import Scene

_WAIT_S = 8.0
_NO_QUESTION_S = 0.001


def main(port: int, scenes: Sequence[Scene]) -> None:
    """Serve until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})

    def play(channel: AgiChannel, request: AgiRequest) -> None:
        if request.route != INBOUND:
            return
        channel.answer()
        for scene in scenes:
            wait_s = _WAIT_S if scene.keys else _NO_QUESTION_S
            # one more than is keyed: the # ends it, as it does in the portal
            most = scene.keys + 1 if scene.keys > 1 else 1
            channel.get_data(scene.sound, wait_s, most, scene.seconds)

    with FastAgiServer("127.0.0.1", port, play):
        signal.sigwait({signal.SIGTERM})


if __name__ == "__main__":
    main(int(sys.argv[1]), [Scene(**scene) for scene in json.loads(sys.argv[2])])
