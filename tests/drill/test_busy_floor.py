"""A busy floor: whatever callers, agents and machines do, every call is complete, every agent's day has no gap, nobody
is lost, and nothing is left behind.

``RUFWERK_DRILL_MINUTES`` says how long a round lasts (20), ``RUFWERK_DRILL_SEED`` repeats one's chances.
"""

import json
import os
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest

from cti.routing.day import longest_s
from domain import field_facts as facts
from domain.fact import Fact
from domain.portal_facts import HandedOver
from rufwerk import wiring
from rufwerk.asterisk_config import Places
from rufwerk.asterisk_program import locate
from rufwerk.asterisk_runtime import Asterisk
from tests.drill import floor_checks, seen_checks
from tests.drill.agents import hire
from tests.drill.round import CALLERS, PHONES, Round
from tests.drill.seen_checks import Seen
from tests.phone import house
from tests.phone.floor import Floor
from tests.phone.instance import ROOT, Instance
from tests.phone.manager import Manager

MINUTES: Final = float(os.environ.get("RUFWERK_DRILL_MINUTES", "20"))
SEED: Final = int(os.environ.get("RUFWERK_DRILL_SEED", "0")) or secrets.randbelow(10**6)

pytestmark = [
    pytest.mark.drill,
    pytest.mark.phone,
    pytest.mark.timeout(60 * MINUTES + 900),
]


@pytest.mark.parametrize("troubled", [False, True], ids=["plain", "with failures"])
async def test_a_busy_floor(tmp_path: Path, troubled: bool) -> None:
    print(f"\nseed {SEED}, {MINUTES:g} minutes")
    tenants = whose_lines_hang_up(tmp_path / "tenants")
    instance = Instance(tmp_path / "home", sip__phones=",".join(PHONES), tenants=str(tenants))
    instance.start()
    try:
        settings = instance.settings
        hire(settings)
        people = house.add_people(settings, CALLERS)
        async with AsyncExitStack() as stack:
            floor = Floor(settings, stack)
            day = Round(instance, floor, people, SEED, 60 * MINUTES)
            await day.run(troubled=troubled)
            log = floor.facts()
        seen = day.seen(log)
        report(log, seen)
        write_down(tmp_path / "seen", seen)
        found = [*floor_checks.faults(log, seen.outages), *seen_checks.faults(log, seen)]
        found += await left_behind(instance)
        assert not found, "\n".join(found)
    finally:
        instance.stop()


def whose_lines_hang_up(folder: Path) -> Path:
    """The demo's tenants with a mailbox as their line outside: two voices that never stop would talk for ever."""
    folder.mkdir()
    for file in (ROOT / "tenants").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        line = re.search(r'^workshop = ".*0"$', text, re.MULTILINE)
        assert line is not None
        mailbox = f'{line[0][:-2]}9"'
        (folder / file.name).write_text(text.replace(line[0], mailbox), encoding="utf-8")
    return folder


async def left_behind(instance: Instance) -> list[str]:
    """What Asterisk still has when everybody is gone, and what a replay finds in the log."""
    settings, found = instance.settings, []
    async with Manager(settings) as manager:
        try:
            await house.until(lambda: _is_empty(manager), 90)
        except TimeoutError:
            found.append(f"channels left: {await manager.channels()}")
    asterisk = Asterisk(locate(settings), Places.of(settings.home))
    queue = asterisk.cli("queue show operators")
    if "No Callers" not in queue:
        found.append(f"in the degraded queue: {queue}")
    verified = json.loads(instance.run("replay", "--verify", "--json", timeout_s=300))
    found += [f"replay: {one}" for one in verified["findings"]]
    return found


async def _is_empty(manager: Manager) -> bool:
    return not await manager.channels()


def write_down(path: Path, seen: Seen) -> None:
    """What was seen, to read beside the log (``rufwerk facts``) where something is wrong."""
    views = [*seen.called, *seen.rung, *seen.outages]
    path.write_text("\n".join(map(str, views)), encoding="utf-8")


def report(log: Sequence[Fact], seen: Seen) -> None:
    kinds = Counter(type(fact.body) for fact in log)
    scripts = Counter(one.script for one in seen.called)
    entered = {fact.origin.call: fact.at for fact in log if isinstance(fact.body, HandedOver)}
    answered = {
        fact.origin.call: fact.at
        for fact in reversed(log)
        if isinstance(fact.body, facts.Connected | facts.FoundTalking)
    }
    waits = [answered[call] - at for call, at in entered.items() if call in answered]
    tried = Counter(
        fact.body.result.value for fact in log if isinstance(fact.body, facts.CallBackTried)
    )
    rows = {
        "facts": len(log),
        "callers": len(seen.called),
        "of these": ", ".join(f"{count} {name}" for name, count in scripts.most_common()),
        "in the field": len(entered),
        "answered": len(answered.keys() & entered.keys()),
        "abandoned": len(entered.keys() - answered.keys()),
        "longest wait": f"{longest_s(waits) or 0:.0f} s",
        "stepped aside": kinds[facts.SteppedAside],
        "on hold, sent on": f"{kinds[facts.Held]}, {kinds[facts.Transferred]}",
        "call-backs": f"{kinds[facts.CallBackAsked]} asked, {dict(tried)}",
        "offers": f"{kinds[facts.Offered]}, {dict(floor_checks.results(log))}",
        "telephones": f"{len(seen.rung)} calls, {sum(one.answered is not None for one in seen.rung)} answered",
        "failures": ", ".join(one.what for one in seen.outages) or "none",
    }
    for name, value in rows.items():
        print(f"{name:>16}  {value}")
    print(f"{'until':>16}  {wiring.utc_now():%H:%M:%S}")
