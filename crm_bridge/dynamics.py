"""Microsoft Dynamics as our CRM."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import structlog

from crm_bridge import entities, mapping
from crm_bridge.entities import Organization, Query, Record, ServiceFault
from domain.crm import (
    Contact,
    ContactChange,
    CrmDown,
    CrmRefused,
    CrmTrouble,
    PhoneCallActivity,
    Trouble,
    is_spelling_of,
)

log = structlog.get_logger()

T = TypeVar("T")
_MAY_PASS: Final = frozenset({entities.UNEXPECTED, entities.SQL_ERROR, entities.SQL_TIMEOUT})
_REFUSALS: Final = {
    entities.NOT_FOUND: Trouble.GONE,
    entities.NOT_ALLOWED: Trouble.NOT_ALLOWED,
}


class DynamicsCrm:
    """``domain.outside_ports.Crm`` over the Organization service; ``number_field`` is the contact's attribute that
    holds the customer number, which each company chooses for itself.
    """

    def __init__(self, organization: Organization, number_field: str) -> None:
        self._organization = organization
        self._number_field = number_field

    def contacts_by_phone(self, number: str) -> Sequence[Contact]:
        found = self._contacts(mapping.contacts_by_phone(number, self._number_field))
        return [one for one in found if any(is_spelling_of(phone, number) for phone in one.phones)]

    def contacts_by_number(self, customer_number: str) -> Sequence[Contact]:
        return self._contacts(mapping.contacts_by_number(customer_number, self._number_field))

    def note_call(self, activity: PhoneCallActivity) -> None:
        """Create it under its own id, so that a second time is told as a duplicate; then complete it."""
        record = _made(mapping.phone_call, activity)
        try:
            self._organization.create(record)
        except ServiceFault as fault:
            if fault.code != entities.DUPLICATE_KEY:
                raise _trouble(fault) from None
        self._complete(activity)

    def change_contact(self, change: ContactChange) -> None:
        self._update(_made(mapping.changed_contact, change))

    def _complete(self, activity: PhoneCallActivity) -> None:
        """Servers before 2016 want another request for that, and a completed one isn't changed again: either way the
        activity is there, which is what counts.
        """
        try:
            self._update(mapping.completed(activity))
        except CrmRefused as refused:
            log.info("activity stays as it is", call=activity.call, **{"pii.why": refused.detail})

    def _contacts(self, query: Query) -> list[Contact]:
        try:
            records = self._organization.retrieve(query)
        except ServiceFault as fault:
            raise _trouble(fault) from None
        return [mapping.contact(record, self._number_field) for record in records if record.id]

    def _update(self, record: Record) -> None:
        try:
            self._organization.update(record)
        except ServiceFault as fault:
            raise _trouble(fault) from None


def _made(make: Callable[[T], Record], what: T) -> Record:
    try:
        return make(what)
    except ValueError as error:
        raise CrmRefused(
            Trouble.INVALID, f"a contact's id that is none of Dynamics: {error}"
        ) from None


def _trouble(fault: ServiceFault) -> CrmTrouble:
    if fault.code in _MAY_PASS:
        return CrmDown(Trouble.BROKEN, str(fault))
    return CrmRefused(_REFUSALS.get(fault.code, Trouble.INVALID), str(fault))
