"""An instance is as well as its worst part."""

import pytest

from domain.health import Condition, Finding, Health

WELL = Finding("asterisk", Condition.WELL, "22.5")
WARNING = Finding("disk", Condition.WARNING, "90 % full", "Make room.")
BROKEN = Finding("database", Condition.BROKEN, "locked", "Stop the other writer.")


@pytest.mark.parametrize(
    ("findings", "condition"),
    [
        ([], Condition.WELL),
        ([WELL], Condition.WELL),
        ([WELL, WARNING], Condition.WARNING),
        ([BROKEN, WARNING, WELL], Condition.BROKEN),
    ],
)
def test_the_worst_finding_counts(findings: list[Finding], condition: Condition) -> None:
    assert Health("0.1", findings, None, [], []).condition is condition
