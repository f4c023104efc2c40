"""The portal's process with PINs compared instead of hashed: ``python -m rufwerk.bench.comparing_ivr CONFIG``.

Hashing is slow on purpose and would drown what the portal itself costs.
"""

import sys
from pathlib import Path

from typing_extensions import override

from domain.ids import ParticipantId
from rufwerk import ivr_process, wiring
from rufwerk.settings import Settings
from storage.pins import Argon2Pins, pepper


class ComparedPins(Argon2Pins):
    """For a scratch instance's crowd only: what it stores is the PIN."""

    @override
    def hash(self, participant: ParticipantId, pin: str) -> str:
        return f"{participant}:{pin}"

    @override
    def matches(self, participant: ParticipantId, pin: str, stored: str | None) -> bool:
        return stored == self.hash(participant, pin)


def compared_pins(settings: Settings) -> ComparedPins:
    return ComparedPins(pepper(wiring.Folders.of(settings).pepper))


if __name__ == "__main__":
    ivr_process.main(Path(sys.argv[1]), compared_pins)
