"""Our values as Dynamics' records and back: ``contact`` and ``phonecall`` of an installation nobody changed."""

from typing import Final
from uuid import UUID

from crm_bridge.entities import Condition, Operator, Option, Query, Record, Reference, Value
from domain.crm import Contact, ContactChange, Direction, PhoneCallActivity, national
from domain.ids import ContactId

CONTACT: Final = "contact"
PHONE_CALL: Final = "phonecall"
_PARTY: Final = "activityparty"

_ATTRIBUTES: Final = {
    "first_name": "firstname",
    "last_name": "lastname",
    "phone": "telephone1",
    "second_phone": "telephone2",
    "mobile": "mobilephone",
    "email": "emailaddress1",
    "street": "address1_line1",
    "zip_code": "address1_postalcode",
    "city": "address1_city",
}
_PHONES: Final = ("mobilephone", "telephone1", "telephone2")
_ACTIVE: Final = Condition("statecode", Operator.EQUAL, 0)
_LONGEST_SUBJECT: Final = 200
_LONGEST_DESCRIPTION: Final = 2000

_COMPLETED: Final = Option(1)
_MADE: Final = Option(2)
_RECEIVED: Final = Option(4)


def contacts_by_phone(number: str, number_field: str) -> Query:
    """Active contacts that may have a number (E.164): its digits in order, whatever stands between and around them. Who
    asks has to look closer. ``number_field`` is the attribute that holds the customer number.
    """
    pattern = f"%{'%'.join(national(number))}%"
    some = [Condition(one, Operator.LIKE, pattern) for one in _PHONES]
    return Query(CONTACT, _columns(number_field), [_ACTIVE], some)


def contacts_by_number(customer_number: str, number_field: str) -> Query:
    every = [_ACTIVE, Condition(number_field, Operator.EQUAL, customer_number)]
    return Query(CONTACT, _columns(number_field), every)


def contact(record: Record, number_field: str) -> Contact:
    assert record.id is not None, "what was retrieved has an id"
    fields = {ours: record.text(theirs) for ours, theirs in _ATTRIBUTES.items()}
    return Contact(ContactId(str(record.id)), record.text(number_field), **fields)


def contact_record(contact: Contact, number_field: str) -> Record:
    fields = {theirs: getattr(contact, ours) for ours, theirs in _ATTRIBUTES.items()}
    return Record(CONTACT, UUID(contact.id), fields | {number_field: contact.number})


def changed_contact(change: ContactChange) -> Record:
    """What changes alone. Raises ValueError where the contact's id is none of Dynamics."""
    changed: dict[str, Value] = {}
    for ours, theirs in _ATTRIBUTES.items():
        value = getattr(change, ours, None)
        if value is not None:
            changed[theirs] = value or None
    return Record(CONTACT, UUID(change.contact), changed)


def phone_call(activity: PhoneCallActivity) -> Record:
    """The activity under an id of our own making. Raises ValueError where the contact's id is none of Dynamics.

    Our agents are no users of the CRM: their names stand in the description.
    """
    outgoing = activity.direction is Direction.OUTGOING
    talked = ", ".join(activity.agents)
    ours = " · ".join(part for part in (talked, f"Rufwerk {activity.call}") if part)
    room = _LONGEST_DESCRIPTION - len(ours) - 2
    attributes: dict[str, Value] = {
        "subject": activity.subject[:_LONGEST_SUBJECT],
        "description": f"{activity.result[:room]}\n\n{ours}".strip(),
        "directioncode": outgoing,
        "phonenumber": activity.number,
        "actualstart": activity.began,
        "actualend": activity.ended,
        "actualdurationminutes": round((activity.ended - activity.began).total_seconds() / 60),
    }
    if activity.contact is not None:
        whom = Reference(CONTACT, UUID(activity.contact))
        attributes["to" if outgoing else "from"] = (Record(_PARTY, None, {"partyid": whom}),)
        attributes["regardingobjectid"] = whom
    return Record(PHONE_CALL, activity.id, attributes)


def completed(activity: PhoneCallActivity) -> Record:
    """What makes it a call that has been, not one to be made."""
    status = _MADE if activity.direction is Direction.OUTGOING else _RECEIVED
    return Record(PHONE_CALL, activity.id, {"statecode": _COMPLETED, "statuscode": status})


def _columns(number_field: str) -> tuple[str, ...]:
    return (*_ATTRIBUTES.values(), number_field)
