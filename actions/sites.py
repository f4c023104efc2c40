"""Locations and offices: add one, and note who works there."""

from collections.abc import Callable
from dataclasses import dataclass

from actions.desk import DeskError, NotYourRole, checked_key, checked_text
from actions.why_not import What, WhyNot
from domain.desk_facts import PersonPlaced, SiteAdded
from domain.fact import Origin
from domain.free_text import read_line
from domain.ids import PersonId, SiteId
from domain.person import Actor, Role, Site
from domain.ports import Clock, Transactions


@dataclass(frozen=True, slots=True)
class AddSite:
    """A name is one site's: to add it again changes nothing."""

    transactions: Transactions
    clock: Clock
    new_site: Callable[[], SiteId]

    def __call__(self, actor: Actor, name: str) -> Site:
        """Raises DeskError or StorageDown."""
        _check(actor)
        name = checked_text(What.NAME, name, read_line)
        with self.transactions.write() as uow:
            known = uow.sites.by_name(name)
            if known is not None:
                return known
            site = Site(self.new_site(), name)
            uow.sites.add(site)
            uow.facts.append(Origin(None, None, actor.person.id), self.clock(), SiteAdded(site.id))
            uow.commit()
        return site


@dataclass(frozen=True, slots=True)
class PlacePerson:
    transactions: Transactions
    clock: Clock

    def __call__(self, actor: Actor, person: PersonId, site: SiteId | None) -> None:
        """None: nowhere in particular. Raises DeskError or StorageDown."""
        _check(actor)
        with self.transactions.write() as uow:
            if site is not None and uow.sites.get(checked_key(site)) is None:
                raise DeskError(WhyNot.NO_SUCH_SITE)
            if not uow.people.place(checked_key(person), site):
                raise DeskError(WhyNot.NO_SUCH_PERSON)
            fact = PersonPlaced(person, site)
            uow.facts.append(Origin(None, None, actor.person.id), self.clock(), fact)
            uow.commit()


@dataclass(frozen=True, slots=True)
class Sites:
    transactions: Transactions

    def __call__(self) -> tuple[Site, ...]:
        """By name. Raises StorageDown."""
        with self.transactions.read() as uow:
            return tuple(uow.sites.all())


def _check(actor: Actor) -> None:
    if actor.person.role is not Role.TEAM_LEAD:
        raise NotYourRole
