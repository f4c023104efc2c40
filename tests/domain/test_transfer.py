"""Targets of a transfer, as they are written and read again."""

import pytest

from domain.ids import AgentId, Skill
from domain.transfer import Target, ToAgent, ToLine, ToSkill, read_target, write_target


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("agent:p-eva", ToAgent(AgentId("p-eva"))),
        ("skill:dunning", ToSkill(Skill("dunning"))),
        ("line:pay-office", ToLine("pay-office")),
        ("line:a:b", ToLine("a:b")),
    ],
)
def test_a_target_is_read_as_it_was_written(written: str, target: Target) -> None:
    assert read_target(written) == target
    assert write_target(target) == written


@pytest.mark.parametrize(
    "written", ["", "agent", "agent:", "skill:", "line:", "Agent:eva", ":eva", "+491713920001"]
)
def test_what_is_no_target_is_named(written: str) -> None:
    with pytest.raises(ValueError, match="is no target: write agent:"):
        read_target(written)
