"""What becomes of conversations, as an outsider reads it out of the facts: who is sent on, asked in, and gone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.month.naive_callers import Callers
from tests.month.naive_rows import Caller


@dataclass
class Talks(Callers):
    """Callers whom an agent has."""

    def call_control_asked(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she, wish = self.workers.get(body.agent), str(body.control)
        if she is None:
            return
        if wish == "reclaim":
            self.reclaim(name, call, body.agent, at)
            return
        if call.place != "talks" or call.her != body.agent or not call.on_line:
            return
        if call.going is not None and wish != "transfer":
            return
        if wish == "resume" and she.state == "on_hold" and call.in_room:
            self.dismiss(call, at)
        elif wish == "transfer" and call.guest is None:
            call.going = body.to
        elif wish == "consult" and call.guest is None:
            self.ask_in(name, call, body, at)
        elif wish == "hand_on" and call.guest is not None and call.guest_talks:
            self.passes_on(body.agent, name)
            self.to_guest(call)

    def reclaim(self, name: str, call: Caller, her: str, at: datetime) -> None:
        if call.guest is not None or call.going is not None or call.her != her:
            return
        if call.place == "offered":
            call.place, call.her = "waits", None
            self.free(her, at)
        elif call.place == "talks" and call.on_line:
            call.offers += 1
            call.guest, call.guest_offer, call.guest_talks = her, call.offers, False

    def ask_in(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        kind, _, wanted = body.to.partition(":")
        if kind == "line":
            call.guest = f"line {wanted}"
        else:
            free = [
                (one.since, who)
                for who, one in self.workers.items()
                if one.state == "ready" and who != body.agent
                if (who == wanted if kind == "agent" else wanted in one.skills)
            ]
            if not free:
                return
            call.guest = min(free)[1]
        call.offers += 1
        call.listener, call.guest_offer, call.guest_talks = None, call.offers, False
        if kind != "line":
            self.turn(str(call.guest), "ringing", at, name, call.offers, "asked_in")

    def dismiss(self, call: Caller, at: datetime) -> None:
        """Whoever was asked in has nothing to do with it any more."""
        guest, call.guest = call.guest, None
        she = None if guest is None else self.workers.get(guest)
        if guest is not None and she is not None and she.state == "ringing":
            self.free(guest, at)

    def to_guest(self, call: Caller) -> None:
        guest, call.guest = str(call.guest), None
        outside = guest.startswith("line ")
        call.place, call.her = ("outside", None) if outside else ("talks", guest)
        call.handed_outside = outside

    def call_listening_asked(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is None or (call.place, call.her) != ("talks", body.agent) or not call.on_line:
            return
        allowed = self.rules.get(call.tenant, {}).get("listening") == "yes"
        if she.state == "talking" and allowed and call.guest is None and call.listener is None:
            call.offers += 1
            call.listener = call.offers

    def call_room_made(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        call.in_room = True

    def call_transferred(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.going is None or call.place != "talks":
            return
        self.passes_on(str(call.her), name)
        self.dismiss(call, at)
        call.listener, to, call.going = None, call.going, None
        call.in_room, call.her = False, None
        if to.startswith("line:"):
            call.place, call.offers, call.handed_outside = "outside", call.offers + 1, False
        else:
            call.place, call.overflowed = "waits", False

    def call_transfer_lapsed(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        call.going = None

    def call_line_answered(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if (call.guest or "").startswith("line ") and body.offer == call.guest_offer:
            call.guest_talks = True

    def call_line_ended(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.listener == body.offer:
            call.listener = None
        elif (call.guest or "").startswith("line ") and body.offer == call.guest_offer:
            call.guest = None
        elif call.place == "outside" and body.offer == call.offers:
            call.place = "leaves" if call.handed_outside else "waits"

    # Ends

    def call_leg_ended(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.guest == call.her == body.agent and call.guest is not None:
            return  # the line that was lost
        she = self.workers.get(body.agent)
        held = she is not None and she.state == "on_hold"
        self.wrap_up(body.agent, name, at)
        if call.guest is not None and call.guest == body.agent:
            if call.guest_talks:
                call.guest = None
            return
        if call.place != "talks" or call.her != body.agent:
            return
        if call.wish:
            call.place, call.her = "waits", None
            return
        call.going = None
        failed = str(body.by) == "network"
        if call.guest is not None and call.guest_talks:
            if not failed:
                self.passes_on(body.agent, name)
            self.to_guest(call)
            return
        self.dismiss(call, at)
        call.place, call.her = ("waits" if held or failed else "leaves"), None
        call.in_room = call.in_room and call.place == "leaves"

    def call_call_ended(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if not call.on_line:
            return
        if call.wish or call.place == "leaves":
            self.first_wait_over(call, "rung_back", at)
        else:
            to = self.rules.get(call.tenant, {}).get("overflow", "call_back")
            sent_away = call.overflowed and to == "message"
            self.first_wait_over(call, "elsewhere" if sent_away else "abandoned", at)
        if call.place == "offered":
            self.free(str(call.her), at)
        self.dismiss(call, at)
        for her, she in list(self.workers.items()):
            if she.call == name and she.state in ("talking", "on_hold"):
                self.wrap_up(her, name, at)
        if call.wish:
            call.on_line, call.place, call.her = False, "waits", None
        else:
            self.inside.discard(name)
