"""The process that talks to callers: ``python -m rufwerk.ivr_process [CONFIG]``."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.ports import PinHasher
    from rufwerk.settings import Settings

SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


def main(config: Path | None, hasher: "Callable[[Settings], PinHasher] | None" = None) -> None:
    """Serve until SIGTERM; SIGHUP reads the tenants' files and the prompts again."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    from rufwerk import ivr_service, wiring  # noqa: PLC0415 - slow, and a SIGHUP meanwhile would end us

    ivr_service.serve(config, SIGNALS, hasher or wiring.pins)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
