"""Who sees which figures, and which pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from desktop.sign_in import PERSON
from domain.ids import TenantId
from domain.person import MAY_LEAD, MAY_PHONE, Person, Role
from domain.tenant import TenantBook


@dataclass(frozen=True, slots=True)
class Sight:
    """``work`` is all that isn't callers alone: the portal, what agents and their teams did, calls one by one."""

    work: bool = False
    money: bool = False


_SIGHTS: Final = {
    Role.MANAGEMENT: Sight(work=True, money=True),
    Role.OPERATOR: Sight(work=True, money=True),
    Role.TEAM_LEAD: Sight(work=True),
    Role.CLIENT_CONTACT: Sight(),
}


def sight_of(request: web.Request) -> tuple[Person, Sight]:
    """Raises HTTPForbidden."""
    person = request[PERSON]
    found = _SIGHTS.get(person.role)
    if found is None:
        raise web.HTTPForbidden(text="This page is for team leads, management and clients.\n")
    return person, found


def worker(request: web.Request) -> tuple[Person, Sight]:
    """Who sees more than a client. Raises HTTPForbidden."""
    person, sight = sight_of(request)
    if not sight.work:
        raise web.HTTPForbidden(text="This page is for team leads and management.\n")
    return person, sight


def tenant_of(request: web.Request, person: Person, book: TenantBook) -> TenantId | None:
    """The one that is asked for; a client's is his own whatever he asks for. Raises HTTPNotFound."""
    if person.tenant is not None:
        if person.tenant not in book.tenants:
            raise web.HTTPNotFound(text="Your brand isn't served here any more.\n")
        return person.tenant
    written = request.query.get("tenant", "")
    if not written:
        return None
    if written not in book.tenants:
        raise web.HTTPNotFound(text="There is no such brand.\n")
    return TenantId(written)


def ways(request: web.Request) -> Mapping[str, bool]:
    """Which other pages there are for him."""
    role = request[PERSON].role
    return {
        "leads": role in MAY_LEAD,
        "has_own": role in MAY_PHONE,
        "sees_figures": role is not Role.AGENT,
    }
