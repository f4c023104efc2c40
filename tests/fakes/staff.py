"""The agents there are, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.ids import AgentId, Skill
from domain.ports import KnownAgent


class Staff:
    def __init__(self, *agents: KnownAgent) -> None:
        self._agents = {agent.id: agent for agent in agents}

    def get(self, agent: AgentId) -> KnownAgent | None:
        return self._agents.get(agent)

    def by_name(self, name: str) -> KnownAgent | None:
        return next((agent for agent in self._agents.values() if agent.name == name), None)

    def all(self) -> Sequence[KnownAgent]:
        return sorted(self._agents.values(), key=lambda agent: agent.name)

    def add(self, agent: KnownAgent) -> None:
        self._agents[agent.id] = agent

    def set_skills(self, agent: AgentId, skills: Mapping[Skill, int]) -> bool:
        if agent not in self._agents:
            return False
        self._agents[agent] = replace(self._agents[agent], skills=skills)
        return True
