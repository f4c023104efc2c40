"""What the doctor says of the portal: that calls were refused, and which limit to raise."""

from collections.abc import Iterator, Mapping

import pytest

from domain.health import Condition
from domain.ids import TenantId
from ivr.server import FastAgiServer
from rufwerk.portal_examination import examine
from rufwerk.settings import Agi, Settings

ALPENRAD, LUNE = TenantId("alpenrad"), TenantId("maison-lune")


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """Of a portal that takes calls."""
    with FastAgiServer("127.0.0.1", 0, lambda channel, request: None) as server:
        yield Settings(agi=Agi(port=server.port))


def test_a_portal_that_took_every_call_is_well(settings: Settings) -> None:
    found = examine(settings, {})
    assert (found.part, found.condition, found.remedy) == ("Portal", Condition.WELL, "")


@pytest.mark.parametrize(
    ("refused", "count", "remedy"),
    [
        ({None: 7}, 7, "Raise agi.max_calls (400) if this machine can bear it."),
        (
            {LUNE: 2, ALPENRAD: 1},
            3,
            "Raise most_calls of alpenrad, maison-lune if this machine can bear it.",
        ),
        (
            {None: 1, LUNE: 1},
            2,
            "Raise agi.max_calls (400) and most_calls of maison-lune if this machine can bear it.",
        ),
    ],
)
def test_refused_calls_are_a_warning(
    settings: Settings, refused: Mapping[TenantId | None, int], count: int, remedy: str
) -> None:
    found = examine(settings, refused)
    assert found.condition is Condition.WARNING
    assert f"; {count} refused in the last 10 minutes: no place was free" in found.detail
    assert found.remedy == remedy


def test_a_portal_that_is_away_is_told_of_as_such() -> None:
    with FastAgiServer("127.0.0.1", 0, lambda channel, request: None) as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        examine(Settings(agi=Agi(port=port)), {None: 7})
