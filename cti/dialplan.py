"""What the switchboard does with channels: their variables, where in our dialplan they go on, whom it rings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cti.ami import Ami
from domain.ids import LineId


class Place(Enum):
    """Where somebody can be sent: a context of ``dialplans/``, and a label in it. Asterisk hangs up whoever is sent
    to a place that doesn't exist.
    """

    FIELD = "waiting", "1"
    FIELD_MUSIC = "waiting", "music"
    OFFER = "offer", "1"
    OFFER_BROKEN = "offer", "broken"
    OFFER_OVER = "offer", "over"
    CALL_BACK = "call-back", "1"
    CALL_BACK_OVER = "call-back", "over"
    HOLD = "hold", "1"
    ROOM = "room", "1"
    DESK = "desk", "1"
    TRANSFER = "transfer", "1"
    GUEST = "guest", "1"
    GUEST_LINE = "guest-line", "1"
    LISTEN = "listen", "1"

    def fields(self, prefix: str = "") -> dict[str, str]:
        """As an action of the manager names it."""
        context, label = self.value
        return {f"{prefix}Context": context, f"{prefix}Exten": "s", f"{prefix}Priority": label}


@dataclass(frozen=True, slots=True)
class Ringing:
    """A telephone to be rung. ``channel`` is how Asterisk dials it, ``line`` the id that its channel gets, ``shown``
    the number it shows.
    """

    channel: str
    line: LineId
    place: Place
    shown: str
    ring_s: int
    variables: Mapping[str, str] = field(default_factory=dict)


async def put_variables(ami: Ami, channel: LineId, values: Mapping[str, str]) -> None:
    """In their order. Raises what ``Ami.act`` raises, as the others do."""
    for name, value in values.items():
        await ami.act("Setvar", {"Channel": channel, "Variable": name, "Value": value})


async def send(ami: Ami, channel: LineId, place: Place) -> None:
    await ami.act("Redirect", {"Channel": channel, **place.fields()})


async def send_both(ami: Ami, channel: LineId, place: Place, other: str, others: Place) -> None:
    """Two who talk with each other, at once: each would be hung up as the other is taken away."""
    extra = {"ExtraChannel": other, **others.fields("Extra")}
    await ami.act("Redirect", {"Channel": channel, **place.fields(), **extra})


async def ring(ami: Ami, ringing: Ringing) -> None:
    fields = {
        "Channel": ringing.channel,
        **ringing.place.fields(),
        "Timeout": str(1000 * ringing.ring_s),
        "CallerID": ringing.shown,
        "ChannelId": ringing.line,
        "Variable": tuple(f"{name}={value}" for name, value in ringing.variables.items()),
    }
    await ami.act("Originate", fields)
