"""Read what happened in one call, and the names of those who had a part in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from actions import read_log
from domain.fact import Fact
from domain.ids import CallId, IntegrationId, PersonId
from domain.ports import Transactions


@dataclass(frozen=True, slots=True)
class Story:
    """All facts of a call, in order; ``names`` are those of agents, and of who acted in it, by their ids."""

    facts: tuple[Fact, ...]
    names: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReadStory:
    transactions: Transactions

    def __call__(self, call: CallId) -> Story | None:
        """None where there is no such call. Raises StorageDown."""
        facts = tuple(read_log.facts(self.transactions, call))
        if not facts:
            return None
        with self.transactions.read() as uow:
            names: dict[str, str] = {agent.id: agent.name for agent in uow.agents.all()}
            for actor in {fact.origin.actor for fact in facts} - names.keys():
                person = uow.people.get(PersonId(actor))
                named = person or uow.api_tokens.get(IntegrationId(actor))
                if named is not None:
                    names[actor] = named.name
        return Story(facts, names)
