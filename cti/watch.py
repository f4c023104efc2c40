"""Wakes who looks at an agent as something of hers changes, and nobody else: hundreds look, and a fact is about one."""

import asyncio

from cti.routing.field_call import FieldCall
from cti.routing.state import Field
from domain.agent import Agent
from domain.ids import AgentId, CallId


class Watch:
    def __init__(self) -> None:
        self._looking: dict[AgentId, asyncio.Event] = {}

    async def changed(self, agent: AgentId) -> None:
        """Comes back as soon as she or the call she has is something else."""
        await self._looking.setdefault(agent, asyncio.Event()).wait()

    def compare(self, before: Field, after: Field) -> None:
        """Values are never changed, so those that are the same object have stayed as they were."""
        for agent in tuple(self._looking):
            she, call = _hers(before, agent)
            she_now, call_now = _hers(after, agent)
            if she is not she_now or call is not call_now:
                self._looking.pop(agent).set()


def _hers(field: Field, agent: AgentId) -> tuple[Agent | None, FieldCall | None]:
    she = field.agents.get(agent)
    call: CallId | None = None if she is None else getattr(she.state, "call", None)
    return she, None if call is None else field.calls.get(call)
