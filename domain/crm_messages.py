"""What the CRM shall be told, as messages for the outbox and back; one lane for each contact."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from domain.crm import ContactChange, Direction, PhoneCallActivity
from domain.outbox import Message

CHANNEL: Final = "crm"

CrmWrite = PhoneCallActivity | ContactChange


def as_message(what: CrmWrite) -> Message:
    """A call with nobody known has a lane of its own."""
    if isinstance(what, ContactChange):
        return Message(CHANNEL, f"contact:{what.contact}", _text("contact_change", asdict(what)))
    lane = f"contact:{what.contact}" if what.contact else f"call:{what.call}"
    times = {"began": what.began.isoformat(), "ended": what.ended.isoformat()}
    return Message(CHANNEL, lane, _text("phone_call", asdict(what) | times))


def from_body(body: str) -> CrmWrite:
    """What ``as_message`` wrote. Raises ValueError where it is something else, as of a newer program."""
    try:
        values = json.loads(body)
        kind = values.pop("kind")
        if kind == "contact_change":
            return ContactChange(**values)
        if kind == "phone_call":
            return _phone_call(values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no message for the CRM: {type(error).__name__}") from None
    raise ValueError("a message for the CRM of an unknown kind")


def _text(kind: str, values: dict[str, Any]) -> str:
    return json.dumps({"kind": kind, **values}, ensure_ascii=False)


def _phone_call(values: dict[str, Any]) -> PhoneCallActivity:
    times = {key: datetime.fromisoformat(values[key]) for key in ("began", "ended")}
    kept = {
        "direction": Direction(values["direction"]),
        "agents": tuple(values["agents"]),
    }
    return PhoneCallActivity(**(values | times | kept))
