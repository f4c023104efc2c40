"""Whether a log is consistent, and whether the switchboard would decide today as it did then."""

from dataclasses import dataclass, replace
from enum import StrEnum

from cti.routing.engine import decide, step
from cti.routing.field_call import Waiting
from cti.routing.state import Field
from domain.agent import Ready
from domain.fact import Fact
from domain.field_facts import Offered
from domain.ids import AgentId, CallId


class Fault(StrEnum):
    """What is wrong with a fact."""

    GAP = "gap"
    RAISED = "raised"
    UNFIT = "unfit"
    DECIDED_ELSE = "decided_else"


@dataclass(frozen=True, slots=True)
class Finding:
    """``agent`` is whom the log names, ``decided`` (a call and an agent) what would be decided today, None: nobody."""

    seq: int
    fault: Fault
    reason: str
    call: CallId | None = None
    agent: AgentId | None = None
    decided: tuple[CallId | None, AgentId] | None = None


@dataclass(slots=True)
class Verifier:
    """Takes in a whole log, fact by fact. ``offers`` counts the offers in it."""

    field: Field
    facts: int = 0
    offers: int = 0

    def take_in(self, fact: Fact) -> list[Finding]:
        """What is wrong with this fact."""
        found = self._gap(fact)
        if isinstance(fact.body, Offered):
            self.offers += 1
            found += self._offer(fact, fact.body)
        self.facts += 1
        try:
            self.field, _ = step(self.field, fact)
        except Exception as error:  # noqa: BLE001 - whatever a fact makes the fold raise is what is looked for
            found.append(_finding(fact, Fault.RAISED, f"{type(error).__name__}: {error}"))
            self.field = replace(self.field, seq=fact.seq)
        return found

    def _gap(self, fact: Fact) -> list[Finding]:
        wanted = self.field.seq + 1
        if fact.seq == wanted:
            return []
        return [_finding(fact, Fault.GAP, f"{wanted} was to come, and {fact.seq} came")]

    def _offer(self, fact: Fact, body: Offered) -> list[Finding]:
        call = self.field.calls.get(CallId(fact.origin.call or ""))
        agent = self.field.agents.get(body.agent)
        unfit = []
        if call is None or not isinstance(call.place, Waiting):
            unfit.append("the call wasn't waiting")
        elif body.offer != call.offers + 1:
            unfit.append(f"it was the call's offer {call.offers + 1} and not {body.offer}")
        if agent is None or not isinstance(agent.state, Ready):
            unfit.append("the agent wasn't ready")
        if unfit:
            return [_finding(fact, Fault.UNFIT, " and ".join(unfit), body.agent)]
        return self._decision(fact, body)

    def _decision(self, fact: Fact, body: Offered) -> list[Finding]:
        note = decide(self.field, fact.at)
        if note is None:
            return [_finding(fact, Fault.DECIDED_ELSE, "nothing would be decided", body.agent)]
        if not isinstance(note.body, Offered):
            first = f"{type(note.body).__name__} would come first"
            return [_finding(fact, Fault.DECIDED_ELSE, first, body.agent)]
        if (note.origin.call, note.body.agent) == (fact.origin.call, body.agent):
            return []
        reason = ", ".join(note.body.reason)
        found = _finding(fact, Fault.DECIDED_ELSE, reason, body.agent)
        return [replace(found, decided=(note.origin.call, note.body.agent))]


def _finding(fact: Fact, fault: Fault, reason: str, agent: AgentId | None = None) -> Finding:
    return Finding(fact.seq, fault, reason, fact.origin.call, agent)
