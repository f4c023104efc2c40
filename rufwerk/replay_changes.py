"""Changes to a recorded day as they are written on the command line: ``eva: +fr=3 -de``, ``alpenrad: relax_s=10``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from cti.routing.changes import Changes, SkillChange
from domain.agent import read_skills
from domain.call import Concern
from domain.ids import AgentId, Skill, TenantId
from domain.language import Language
from domain.ports import KnownAgent
from domain.waiting_field import FieldRules, read_rules

_WISH = re.compile(r"\s*([^\s:]+)\s*:\s*(\S.*)")
_RULES: Final = tuple(one.name for one in fields(FieldRules))
_NEVER: Final = frozenset({"relax_s", "others_s", "overflow_s", "last_agent_s"})
"""Rules that may be left empty."""

_AT_LEAST_ONE: Final = frozenset({"service_level", "ring_s", "missed", "rise_s", "call_back_tries"})


class WrongChange(Exception):
    """It can't be read, or names what there isn't; the message says what to write."""


@dataclass(frozen=True, slots=True)
class House:
    """Who works here, and the tenants that the log knows by the day's end."""

    agents: Sequence[KnownAgent]
    tenants: frozenset[TenantId]


def read_changes(written: Sequence[str], house: House) -> Changes:
    """Each ``AGENT: +skill[=level] -skill ...`` or ``TENANT: rule=value ...``. Raises WrongChange."""
    skills: dict[AgentId, SkillChange] = {}
    rules: dict[TenantId, Mapping[str, str]] = {}
    for wish in written:
        found = _WISH.fullmatch(wish)
        if found is None:
            raise WrongChange(f"{wish!r} names nobody. {_HOW}")
        name, items = found[1], found[2].split()
        if all(item[0] in "+-" for item in items):
            agent = _agent(name, house)
            skills[agent] = _skills(skills.get(agent, SkillChange()), items, house)
        elif all("=" in item and item[0] not in "+-" for item in items):
            tenant = _tenant(name, house)
            rules[tenant] = {**rules.get(tenant, {}), **_rules(items, house)}
        else:
            raise WrongChange(f"{wish!r} is neither skills nor rules. {_HOW}")
    return Changes(skills, rules)


_HOW: Final = 'Write an agent with skills, as "eva: +fr=3 -de", or a tenant with rules, as "alpenrad: relax_s=10".'


def _agent(name: str, house: House) -> AgentId:
    for agent in house.agents:
        if agent.name == name:
            return agent.id
    known = ", ".join(agent.name for agent in house.agents)
    raise WrongChange(f"There is no agent {name!r}. Write one of {known}.")


def _tenant(name: str, house: House) -> TenantId:
    tenant = TenantId(name)
    if tenant not in house.tenants:
        known = ", ".join(sorted(house.tenants))
        raise WrongChange(f"The log knows no tenant {name!r}. Write one of {known}.")
    return tenant


def _skills(change: SkillChange, items: Sequence[str], house: House) -> SkillChange:
    had = {skill for agent in house.agents for skill in agent.skills}
    known = had | {*map(Skill, Language), *map(Skill, Concern), *map(Skill, house.tenants)}
    for item in items:
        added = _added(item)
        (skill,) = added
        if skill not in known:
            raise WrongChange(
                f"There is no skill {skill!r}. Write one of {', '.join(sorted(known))}."
            )
        add = {one: level for one, level in change.add.items() if one != skill}
        if item.startswith("+"):
            change = SkillChange({**add, **added}, change.drop - {skill})
        else:
            change = SkillChange(add, change.drop | {skill})
    return change


def _added(item: str) -> Mapping[Skill, int]:
    """The one skill that is given or, by its bare name, taken away."""
    try:
        if item.startswith("+") or (item.startswith("-") and "=" not in item):
            return read_skills((item[1:],))
    except ValueError:
        pass
    raise WrongChange(
        f"{item!r} is no change of skills. Write +fr, +fr=3 with a level of 1 to 5, or -fr."
    )


def _rules(items: Sequence[str], house: House) -> Mapping[str, str]:
    return dict(_rule(item, house) for item in items)


def _rule(item: str, house: House) -> tuple[str, str]:
    """A rule as ``read_rules`` reads it; several values have commas between them."""
    name, value = item.split("=", 1)
    if name not in _RULES:
        raise WrongChange(f"There is no rule {name!r}. Write one of {', '.join(_RULES)}.")
    value = value.replace(",", " ")
    try:
        rules = read_rules((f"{name}={value}",))
    except ValueError as error:
        raise WrongChange(f"{name}={value} can't be read: {error}. {_example(name)}") from error
    meant = getattr(rules, name)
    if meant is None and name not in _NEVER:
        raise WrongChange(f"{name} is empty. {_example(name)}")
    numbers = meant.values() if isinstance(meant, dict) else [meant]
    least = int(name in _AT_LEAST_ONE)
    if any(isinstance(number, int) and number < least for number in numbers):
        raise WrongChange(f"{name}={value} is too low. {_example(name)}")
    if name == "service_level" and meant > 100:
        raise WrongChange(f"{name}={value} is too high. {_example(name)}")
    if name == "others":
        for tenant in meant:
            _tenant(tenant, house)
    return name, value


def _example(name: str) -> str:
    """How it is written."""
    match name:
        case "wrap_up_by_concern":
            return "Write wrap_up_by_concern=pay_out:45,return:60."
        case "skilled":
            return f"Write skilled= and some of {','.join(Concern)}."
        case "overflow":
            return "Write overflow=call_back or overflow=message."
        case "service_level":
            return "Write service_level= and a percentage."
        case _:
            never = ", or nothing for never" if name in _NEVER else ""
            return f"Write {name}= and a whole number{never}."
