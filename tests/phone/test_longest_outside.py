"""Two parties outside, connected through us, with none of our people left in the call: it ends by itself."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from rufwerk.settings import Carrier
from tests.phone import house
from tests.phone.manager import Manager
from tests.phone.real_asterisk import running, settings_in

pytestmark = pytest.mark.phone

CALLER, WORKSHOP = "+491713920000", "+491713920001"
"""The demo's carrier answers both, and neither ever hangs up."""

SENT = {"Context": "transfer", "Variable": f"WHOM={WORKSHOP},SHOWN=+493023125100"}
ASKED_IN = {"Context": "guest-line", "Variable": "ROOM=a-1"}


@pytest.mark.parametrize(("ring", "joined"), [(SENT, "BridgeEnter"), (ASKED_IN, "ConfbridgeJoin")])
async def test_it_ends_by_itself(tmp_path: Path, ring: Mapping[str, str], joined: str) -> None:
    settings = msgspec.structs.replace(settings_in(tmp_path), carrier=Carrier(longest_outside_s=2))
    with running(settings):
        async with Manager(settings) as manager:
            where = {"Exten": "s", "Priority": "1", "Timeout": "8000", "Async": "true"}
            await manager.ask("Originate", Channel=f"PJSIP/{CALLER}@carrier", **ring, **where)
            await manager.event(lambda block: block.get("Event") == joined)

            async def is_over() -> bool:
                return not await manager.channels()

            await house.until(is_over, 15)
