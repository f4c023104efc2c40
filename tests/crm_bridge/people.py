"""Contacts and calls that the tests of the bridge share."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from crm_bridge.mapping import contact_record
from domain.crm import Contact, Direction, PhoneCallActivity
from domain.ids import CallId, ContactId

NUMBER_FIELD = "externaluseridentifier"
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def contact(number: int, **fields: str) -> Contact:
    return Contact(ContactId(str(UUID(int=number))), f"{10000000 + number}", **fields)


ANNA = contact(
    1,
    first_name="Anna",
    last_name="<script>alert('Keller')</script>",
    mobile="0171 / 392 00 01",
    email="anna@example.org",
    street="Gasse 1",
    zip_code="76275",
    city="Ettlingen",
)
PETER = contact(5, first_name="Peter", last_name="Keller", phone="+49 (0)171-3920001")
LUCIA = contact(3, first_name="Lucía", last_name="Gómez", second_phone="0049 171 3920003")
NEARLY = contact(9, first_name="Nearly", last_name="Peter", phone="0171 392000100")
RECORDS = [contact_record(one, NUMBER_FIELD) for one in (ANNA, PETER, LUCIA, NEARLY)]


def call(number: int, who: Contact | None = ANNA, result: str = "") -> PhoneCallActivity:
    return PhoneCallActivity(
        CallId(f"a-{1700000000 + number}.1"),
        Direction.OUTGOING if number % 2 else Direction.INCOMING,
        NOW,
        NOW + timedelta(minutes=3),
        "Karte sperren",
        result or f"Nr. {number}: „entsperrt“ & </fertig>",
        who.id if who else None,
        "+491713920001",
        ("eva", "tom"),
    )
