"""Whether anybody may ever take a caller; where nobody may, an alarm as he begins to wait, not as he leaves."""

from cti.routing.commands import Command, Note, RaiseAlarm
from cti.routing.field_call import FieldCall
from cti.routing.state import Field
from domain.field_facts import TakerMissing
from domain.transfer import ToAgent


def unless_taken(field: Field, call: FieldCall) -> tuple[Command, ...]:
    """The alarm about a caller who begins to wait, where nobody may ever take him."""
    if may_ever_be_taken(field, call):
        return ()
    return Note(call.origin, TakerMissing()), RaiseAlarm(call.id, call.tenant)


def may_ever_be_taken(field: Field, call: FieldCall) -> bool:
    """Whether anybody signed in has the skills that are asked for in the end; or is the colleague he was sent to.
    Where she isn't there, anybody fit takes him once that has lapsed.
    """
    last = call.group._replace(stage=len(field.rules_of(call.tenant).stages))
    if isinstance(call.sent_to, ToAgent):
        if call.sent_to.agent in field.agents:
            return True
        last = last._replace(sent_to=None)
    needs = field.needs(last)
    return any(skills <= agent.skills.keys() for agent in field.agents.values() for skills in needs)
