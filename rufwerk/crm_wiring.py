"""Puts the bridge to the CRM together: the company's own, or the demo's."""

import time
from collections.abc import Sequence
from uuid import UUID

from crm_bridge.account import Account, Auth
from crm_bridge.bridge import DEADLINE_S, Bridge
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.entities import Record
from crm_bridge.mapping import contact_record
from crm_bridge.soap import SoapOrganization
from domain.crm import Contact, RecordUrls
from domain.ids import ContactId
from domain.participant import Participant
from rufwerk import demo_data
from rufwerk.settings import Settings
from rufwerk.telephone_numbers import for_reading


def crm(settings: Settings, deadline_s: float) -> DynamicsCrm | None:
    """None where no CRM is connected; ``deadline_s`` is for each request."""
    ours = settings.crm
    if settings.has_demo_crm:
        organization = SoapOrganization(ours.demo_url, Account(), deadline_s)
    elif ours.url:
        account = Account(Auth(ours.auth), ours.user, ours.secret)
        organization = SoapOrganization(ours.url, account, deadline_s)
    else:
        return None
    return DynamicsCrm(organization, ours.customer_number)


def bridge(settings: Settings) -> Bridge | None:
    """For look-ups while somebody waits; close it at the end."""
    behind = crm(settings, DEADLINE_S)
    return None if behind is None else Bridge(behind, time.monotonic)


def record_urls(settings: Settings) -> RecordUrls:
    return settings.crm.demo_record_urls if settings.has_demo_crm else settings.crm.record_urls


def demo_contacts(settings: Settings) -> Sequence[Record]:
    """The demo's participants as its CRM has them."""
    people = (_contact(person.participant) for person in demo_data.PEOPLE)
    return [contact_record(one, settings.crm.customer_number) for one in people]


def _contact(person: Participant) -> Contact:
    first, _, last = person.name.partition(" ")
    phone = for_reading(person.phone.removeprefix("+")) if person.phone else None
    return Contact(
        ContactId(str(UUID(person.id))),
        person.number,
        first,
        last,
        mobile=phone,
        zip_code=person.zip_code,
    )
