"""Looks at what one person did: who may have one, and what is kept of it (trade.md, "People at work")."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from domain.ids import PersonId, ViewId
from domain.period import Period
from domain.person import MAY_SERVE, Person, Role, Signature

OPEN_FOR: Final = timedelta(hours=1)
"""How long what was asked for may be looked at; after that a purpose is named anew."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody looked at what ``whom`` did in the period, for a purpose. The row is what the right to look follows
    from, and ``whom`` it is about reads it.
    """

    id: ViewId
    whom: PersonId
    period: Period
    purpose: str = field(repr=False)
    signature: Signature

    def is_open_to(self, person: Person, now: datetime) -> bool:
        return self.signature.by == person.id and now < self.signature.at + OPEN_FOR


def may_see(person: Person, whom: Person) -> bool:
    """Management may see everybody who takes calls, a team lead the agents of his own site; those whose site nobody
    knows are one team. Of one's own figures nobody is asked the purpose, so they aren't seen this way.
    """
    match person.role:
        case Role.MANAGEMENT:
            return whom.role in MAY_SERVE
        case Role.TEAM_LEAD:
            return whom.role is Role.AGENT and whom.site == person.site
        case _:
            return False
