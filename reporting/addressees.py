"""Whom mails to participants go to."""

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.mail import MailRefused
from domain.participant import Participant
from domain.tenant import Tenant, TenantBook
from reporting.words import Words


@dataclass(frozen=True, slots=True)
class Addressee:
    """``address`` is the one that he has now, ``tenant`` whose participant he is; ``words`` are in his language, by the
    tenant's clock.
    """

    participant: Participant
    address: str = field(repr=False)
    tenant: Tenant
    words: Words


def addressee(who: Participant | None, book: Callable[[], TenantBook]) -> Addressee:
    """Raises MailRefused where he can't be written to any more."""
    if who is None or who.email is None:
        raise MailRefused("whom it is for has no e-mail address any more")
    tenant = book().tenants.get(who.tenant)
    if tenant is None:
        raise MailRefused(f"there is no tenant {who.tenant}")
    return Addressee(who, who.email, tenant, Words(who.language, tenant.hours.zone))
