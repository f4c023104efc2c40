"""A recorded day played again under other rules: what people and phones did stays, what the switchboard does is new.

Kept as recorded are, at their time: who entered and what he had keyed, sign-ins, pauses, readiness, phones lost and
found, changes of priority, skills and rules, self-service, and when the switchboard was busy or down. Kept as long
after their cause as recorded are: rings that were answered or missed (of the same call and agent), conversations,
wrap-ups ended by hand, returns from a pause for missed offers, call-backs.

What was never seen is made up, always alike: a call that nobody answered then takes the mean of its tenant's
conversations; a phone that didn't ring for it then, the agent's median ring; a caller who was answered has a patience
drawn from the estimate of that day's (``patience``), longer than he waited; a technical failure happens again only to
the very same offer. Without a change it is the recorded day, fact by fact.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cti.routing.changes import Changes
from cti.routing.day import Span
from cti.routing.player import Player
from cti.routing.recorded import record
from cti.routing.state import Field
from domain.fact import Fact


@dataclass(frozen=True, slots=True)
class Replayed:
    """The facts of the day as it would have been.

    ``found_talking`` counts calls that were found in conversation after a time out of sight: they are put through as
    recorded, wherever that fits. ``rung_back`` counts those whose call-back goes as recorded, at its new turn.
    """

    facts: Sequence[Fact]
    found_talking: int
    rung_back: int


def simulate(day: Sequence[Fact], before: Field, span: Span, changes: Changes) -> Replayed:
    """Play the day again. ``day`` is in order and ``straightened``; ``before`` is the field it found."""
    recorded = record(day, before, span)
    player = Player(recorded, before, span, changes)
    player.play()
    return Replayed(player.log, recorded.found_talking, recorded.rung_back)
