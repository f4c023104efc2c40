"""Where a call may go from an agent's hands: to a colleague, to whoever has a skill, or to a line outside."""

from dataclasses import dataclass
from typing import assert_never

from domain.ids import AgentId, Skill


@dataclass(frozen=True, slots=True)
class ToAgent:
    agent: AgentId


@dataclass(frozen=True, slots=True)
class ToSkill:
    skill: Skill


@dataclass(frozen=True, slots=True)
class ToLine:
    """A line outside that the tenant's file names; the number itself stands there alone."""

    line: str


Target = ToAgent | ToSkill | ToLine


def read_target(written: str) -> Target:
    """From ``agent:...``, ``skill:...`` or ``line:...``. Raises ValueError."""
    kind, _, name = written.partition(":")
    match kind, name:
        case "agent", str() if name:
            return ToAgent(AgentId(name))
        case "skill", str() if name:
            return ToSkill(Skill(name))
        case "line", str() if name:
            return ToLine(name)
        case _:
            raise ValueError(f"{written!r} is no target: write agent:..., skill:... or line:...")


def write_target(target: Target) -> str:
    """As ``read_target`` reads it."""
    match target:
        case ToAgent(agent):
            return f"agent:{agent}"
        case ToSkill(skill):
            return f"skill:{skill}"
        case ToLine(line):
            return f"line:{line}"
        case _:
            assert_never(target)
