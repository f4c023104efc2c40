"""Look at what one person did: after a purpose is named, and never without a row that the person reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from actions.desk import Desk, DeskError, checked_key, checked_text
from actions.why_not import What, WhyNot
from domain.desk_facts import PersonFiguresSeen
from domain.fact import Origin
from domain.ids import PersonId, ViewId
from domain.period import Period
from domain.person import Actor, Person
from domain.person_view import PersonView, may_see
from domain.ports import UnitOfWork
from domain.projection import slot_of

LISTED: Final = 200
"""Of the looks at somebody, the newest."""


class NotYourPerson(DeskError):
    """There is none, or he may not see her figures: the message is the same."""

    def __init__(self) -> None:
        super().__init__(WhyNot.NOT_YOUR_PERSON)


class PurposeIsOver(DeskError):
    """It was for somebody else, or too long ago: the message is the same."""

    def __init__(self) -> None:
        super().__init__(WhyNot.PURPOSE_IS_OVER)


@dataclass(frozen=True, slots=True)
class SeenBy:
    """A look at somebody, and who it was."""

    view: PersonView
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MaySee:
    """Whose figures somebody may look at once he says what for."""

    desk: Desk

    def __call__(self, person: Person) -> Sequence[Person]:
        """By name. Raises StorageDown."""
        with self.desk.transactions.read() as uow:
            return [one for one in uow.people.all() if may_see(person, one)]


@dataclass(frozen=True, slots=True)
class SeePerson:
    desk: Desk
    new_id: Callable[[], ViewId]

    def __call__(self, actor: Actor, whom: PersonId, period: Period, purpose: str) -> PersonView:
        """Opens the figures of that period to the actor, for an hour. Raises DeskError or StorageDown."""
        checked, now = checked_text(What.PURPOSE, purpose), self.desk.clock()
        if period.since >= period.until or period.since != slot_of(period.since):
            raise DeskError(WhyNot.NO_PERIOD)
        view = PersonView(self.new_id(), whom, period, checked, actor.sign(now))
        with self.desk.transactions.write() as uow:
            found = uow.people.get(checked_key(whom))
            if found is None or not may_see(actor.person, found):
                raise NotYourPerson
            uow.person_views.add(view)
            seen = PersonFiguresSeen(view.id, whom, period.since, period.until)
            uow.facts.append(Origin(None, None, actor.logged_as), now, seen)
            uow.commit()
        return view


def opened(uow: UnitOfWork, desk: Desk, person: Person, view: ViewId) -> PersonView:
    """The look that he has asked for. Raises PurposeIsOver, or NotYourPerson where she is in his team no more."""
    found = uow.person_views.get(checked_key(view))
    if found is None or not found.is_open_to(person, desk.clock()):
        raise PurposeIsOver
    whom = uow.people.get(found.whom)
    if whom is None or not may_see(person, whom):
        raise NotYourPerson
    return found


@dataclass(frozen=True, slots=True)
class WhoSaw:
    """What the person reads."""

    desk: Desk

    def __call__(self, whom: PersonId) -> Sequence[SeenBy]:
        """Newest first. Raises StorageDown."""
        with self.desk.transactions.read() as uow:
            people = {one.id: one.name for one in uow.people.all()}
            views = uow.person_views.of(whom, LISTED)
        return [SeenBy(one, people.get(one.signature.author, "")) for one in views]
