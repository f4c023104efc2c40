"""Which calls the CRM is told of, and what, computed from their facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.call import Concern
from domain.crm import Direction, PhoneCallActivity
from domain.desk_facts import NoConcern, ServiceCorrected, ServiceRecorded
from domain.dial_facts import DialAsked
from domain.fact import Fact
from domain.field_facts import CallEnded, Connected, FoundTalking, LegEnded, WrapUpEnded
from domain.ids import AgentId, CallerId, ContactId, ParticipantId, RecordId
from domain.portal_facts import CallArrived, HandedOver, LoggedIn


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """A conversation that is over and wrapped up. ``services`` are the keys of what was recorded, in order; ``caller``
    rang us, or was dialled, as ``direction`` says.
    """

    began: datetime
    ended: datetime
    caller: CallerId | None
    participant: ParticipantId | None
    concern: Concern | None
    agents: tuple[AgentId, ...]
    services: tuple[str, ...]
    direction: Direction = Direction.INCOMING


def finished(facts: Sequence[Fact], *, at_last: bool = False) -> FinishedCall | None:
    """From all facts of one call so far; None where nobody talked, for calls of our own monitoring, and before its last
    agent has wrapped up, unless that isn't waited for any longer (``at_last``).
    """
    if not facts or facts[0].origin.synthetic or not _is_over(facts, at_last=at_last):
        return None
    ends = [fact.at for fact in facts if isinstance(fact.body, CallEnded | LegEnded)]
    began = [fact.body for fact in facts if isinstance(fact.body, CallArrived | DialAsked)]
    dialled = any(isinstance(body, DialAsked) for body in began)
    handed = [fact.body for fact in facts if isinstance(fact.body, HandedOver)]
    return FinishedCall(
        began=facts[0].at,
        ended=ends[-1],
        caller=began[0].caller if began else None,
        participant=_participant(facts),
        concern=handed[-1].concern if handed else None,
        agents=_agents(facts),
        services=_services(facts),
        direction=Direction.OUTGOING if dialled else Direction.INCOMING,
    )


def _is_over(facts: Sequence[Fact], *, at_last: bool) -> bool:
    """The line is gone, and whoever talked has wrapped up since. Who was dialled and not reached never had one."""
    to_wrap_up: set[AgentId] = set()
    ended = talked = False
    for fact in facts:
        match fact.body:
            case Connected(agent=agent) | FoundTalking(agent=agent):
                to_wrap_up.add(agent)
                talked, ended = True, False
            case WrapUpEnded(agent=agent):
                to_wrap_up.discard(agent)
            case CallEnded():
                ended = True
            case _:
                pass
    return ended and talked and (at_last or not to_wrap_up)


def _agents(facts: Sequence[Fact]) -> tuple[AgentId, ...]:
    talked = [fact.body.agent for fact in facts if isinstance(fact.body, Connected | FoundTalking)]
    return tuple(dict.fromkeys(talked))


def _participant(facts: Sequence[Fact]) -> ParticipantId | None:
    """Whom the last who knew him took him for."""
    found = None
    for fact in facts:
        match fact.body:
            case (
                LoggedIn(participant=participant)
                | DialAsked(participant=str(participant))
                | HandedOver(participant=str(participant))
                | ServiceRecorded(participant=str(participant))
                | ServiceCorrected(participant=str(participant))
                | NoConcern(participant=str(participant))
            ):
                found = ParticipantId(participant)
            case _:
                pass
    return found


def _services(facts: Sequence[Fact]) -> tuple[str, ...]:
    """What counts in the end."""
    found: dict[RecordId, str | None] = {}
    for fact in facts:
        match fact.body:
            case ServiceRecorded(record=record, service=service):
                found[record] = service
            case ServiceCorrected(record=record, corrects=corrects, service=service):
                found.pop(corrects, None)
                found[record] = service
            case _:
                pass
    return tuple(service for service in found.values() if service is not None)


@dataclass(frozen=True, slots=True)
class Known:
    """What a call's rows say of the ids in its facts. ``services`` are names by key."""

    contact: ContactId | None
    number: str | None
    brand: str
    agents: Mapping[AgentId, str]
    services: Mapping[str, str]


def activity(facts: Sequence[Fact], call: FinishedCall, known: Known) -> PhoneCallActivity:
    """As the CRM is told of it."""
    call_id = facts[0].origin.call
    assert call_id is not None, "these are the facts of a call"
    concern = "" if call.concern is None else f": {call.concern.value.replace('_', ' ')}"
    return PhoneCallActivity(
        call=call_id,
        direction=call.direction,
        began=call.began,
        ended=call.ended,
        subject=f"{known.brand}{concern}",
        result=", ".join(known.services.get(key, key) for key in call.services),
        contact=known.contact,
        number=known.number,
        agents=tuple(known.agents.get(agent, "") for agent in call.agents),
    )
