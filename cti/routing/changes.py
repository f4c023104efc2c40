"""What is to be other than it was when a recorded day is played again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain import field_facts as facts
from domain.agent import read_skills, write_skills
from domain.fact import Body, Fact
from domain.ids import AgentId, Skill, TenantId


@dataclass(frozen=True, slots=True)
class SkillChange:
    """Skills that an agent has besides hers, with their level, and those of hers that she hasn't."""

    add: Mapping[Skill, int] = field(default_factory=dict)
    drop: frozenset[Skill] = frozenset()


@dataclass(frozen=True, slots=True)
class Changes:
    """What is other than it was; ``rules`` by their names, as ``read_rules`` reads them."""

    skills: Mapping[AgentId, SkillChange] = field(default_factory=dict)
    rules: Mapping[TenantId, Mapping[str, str]] = field(default_factory=dict)

    def changed(self, fact: Fact) -> Body:
        """The fact's body, under other rules."""
        match fact.body:
            case facts.SignedIn(agent=agent) | facts.SkillsSet(agent=agent):
                return replace(fact.body, skills=self.skills_of(agent, fact.body.skills))
            case facts.FieldRulesSet(rules) if fact.origin.tenant is not None:
                return facts.FieldRulesSet(self.rules_of(fact.origin.tenant, rules))
            case body:
                return body

    def skills_of(self, agent: AgentId, written: tuple[str, ...]) -> tuple[str, ...]:
        change = self.skills.get(agent)
        if change is None:
            return written
        had = {
            skill: level
            for skill, level in read_skills(written).items()
            if skill not in change.drop
        }
        return write_skills({**had, **change.add})

    def rules_of(self, tenant: TenantId, written: tuple[str, ...]) -> tuple[str, ...]:
        change = self.rules.get(tenant, {})
        kept = (rule for rule in written if rule.partition("=")[0] not in change)
        return (*kept, *(f"{name}={value}" for name, value in change.items()))
