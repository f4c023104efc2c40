"""How callers fare in the waiting field, as an outsider reads it out of the facts: who waits, is rung, is answered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.month.naive_agents import Agents
from tests.month.naive_rows import Caller, Ivr, micros, snake


@dataclass
class Callers(Agents):
    """``rules`` are a tenant's, as they are written."""

    ivr: dict[str, Ivr] = field(default_factory=dict)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of_field(self, kind: str, origin: Any, body: Any, at: datetime) -> None:
        if kind == "FieldRulesSet":
            rules = dict(rule.split("=", 1) for rule in body.rules)
            self.rules[origin.tenant] = rules
        elif kind == "HandedOver":
            self.enters(origin, body, at)
        elif kind == "DialAsked":
            self.dials(origin, body, at)
        elif origin.call in self.inside and self.of_call(kind, origin.call, body, at):
            pass
        elif hasattr(self, f"agent_{snake(kind)}"):
            getattr(self, f"agent_{snake(kind)}")(body, at)

    def rule(self, tenant: str, name: str, usual: int) -> int:
        return int(self.rules.get(tenant, {}).get(name, usual))

    def enters(self, origin: Any, body: Any, at: datetime) -> None:
        if origin.call in self.inside:
            return
        who: tuple[str, ...] | None = None
        if body.participant is not None:
            who = (origin.tenant, "participant", body.participant)
        elif origin.call in self.ivr and self.ivr[origin.call].caller is not None:
            who = (origin.tenant, "number", str(self.ivr[origin.call].caller))
        concern = None if body.concern is None else str(body.concern)
        language, ours = str(body.language), origin.synthetic
        call = Caller(origin.tenant, language, concern, who, at, ours)
        call.place = "leaves" if ours else "waits"
        self.calls[origin.call] = call
        self.inside.add(origin.call)

    def dials(self, origin: Any, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if origin.call in self.inside or she is None or not she.reachable:
            return
        if she.state not in ("ready", "paused", "wrap_up"):
            return  # nor would he be dialled who is rung back now, but those aren't debtors
        call = Caller(origin.tenant, str(body.language), None, None, at, origin.synthetic)
        call.dialled, call.on_line, call.offers = str(body.purpose), False, 1
        call.place, call.her = "offered", body.agent
        self.calls[origin.call] = call
        self.inside.add(origin.call)
        if she.state == "paused":
            she.pause = she.reason
        self.turn(body.agent, "ringing", at, origin.call, 1, "dialled")

    def of_call(self, kind: str, name: str, body: Any, at: datetime) -> bool:
        """Whether it is about the call alone."""
        call = self.calls[name]
        if call.is_dialled:
            self.of_dial(kind, name, call, body, at)
            return True
        act = getattr(self, f"call_{snake(kind)}", None)
        if act is None:
            return False
        act(name, call, body, at)
        return kind not in ("ServiceRecorded", "NoConcern")

    # A call that is dialled

    def of_dial(self, kind: str, name: str, call: Caller, body: Any, at: datetime) -> None:
        hers = getattr(body, "agent", None) == call.her
        if kind in ("Connected", "OfferEnded") and call.place == "offered" and hers:
            if body.offer != call.offers:
                return
            if kind == "Connected":
                self.connect(str(call.her), name, at)
                call.place = "talks"
                return
            if str(body.result) == "unreachable":
                self.workers[body.agent].reachable = False
            self.inside.discard(name)
            self.free(body.agent, at)
        elif kind == "DialReached" and call.place == "talks" and hers and not call.given_up:
            call.on_line, call.answered = True, at
        elif kind in ("DialEnded", "DialCancelled", "ControlAsked") and hers:
            if kind == "ControlAsked" and str(body.control) != "reclaim":
                return
            if call.place == "offered":
                self.inside.discard(name)
                self.free(body.agent, at)
            else:
                call.given_up = True
        elif kind == "LegEnded" and call.place == "talks" and hers:
            self.inside.discard(name)
            self.wrap_up(body.agent, name, at)

    # A caller

    def call_wait_asked(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.place == "leaves" and not call.synthetic and not call.wish:
            call.place = "waits"

    def call_stepped_aside(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        self.call_wait_asked(name, call, body, at)

    def call_overflowed(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        call.overflowed = call.overflowed or call.place == "waits"

    def call_call_back_asked(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.on_line and call.place != "talks":
            call.wish = True

    def call_call_back_stands(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.place == "waits":
            call.place = "leaves"

    def call_call_back_settled(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if not call.on_line and call.her is None:
            self.inside.discard(name)

    def call_call_back_given_up(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        self.inside.discard(name)

    def call_call_back_put_off(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.place == "offered" and call.her == body.agent and call.offers == body.offer:
            call.place, call.her = "waits", None
            self.free(body.agent, at)

    def call_call_back_tried(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if not call.wish or call.on_line or call.her != body.agent:
            return
        if str(body.result) == "reached":
            if call.place == "talks":
                call.wish, call.on_line = False, True
            return
        rings = call.place == "offered"
        call.place, call.her = "waits", None
        if rings:
            self.free(body.agent, at)

    def call_offered(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is None or she.state != "ready" or call.place != "waits":
            return
        if body.offer != call.offers + 1:
            return
        call.place, call.her, call.offers = "offered", body.agent, body.offer
        self.turn(body.agent, "ringing", at, name, body.offer, self.way(call))

    def way(self, call: Caller) -> str:
        if not call.on_line:
            return "call_back"
        return "waited" if call.answered is None else "passed_on"

    def rings(self, name: str, body: Any) -> bool:
        she = self.workers.get(body.agent)
        if she is None or she.state != "ringing":
            return False
        return (she.call, she.offer) == (name, body.offer)

    def call_offer_ended(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        result = str(body.result)
        if call.guest == call.her == body.agent and call.guest is not None:
            if body.offer == call.guest_offer:  # her own phone, that had lost the call
                call.guest = None
            return
        if not self.rings(name, body):
            return
        if call.guest == body.agent:
            call.guest = None
        else:
            call.place, call.her = "waits", None
        she = self.workers[body.agent]
        if result == "unreachable":
            she.reachable = False
        if result in ("no_answer", "rejected"):
            she.missed += 1
            if she.missed >= self.rule(call.tenant, "missed", 2) and she.pause is None:
                she.pause, she.missed = "missed", 0
        self.free(body.agent, at, result)

    def call_connected(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        if call.guest == call.her == body.agent and call.guest is not None:
            if body.offer == call.guest_offer:
                call.guest = None
            return
        if not self.rings(name, body):
            return
        self.connect(body.agent, name, at)
        self.workers[body.agent].missed = 0
        if call.guest == body.agent:
            call.guest_talks = True
        else:
            self.is_answered(call, body.agent, at)

    def is_answered(self, call: Caller, her: str, at: datetime) -> None:
        if call.on_line:
            self.first_wait_over(call, "answered", at)
            call.wish = False
        call.answered = call.answered or at
        call.place, call.her = "talks", her

    def call_found_talking(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is None or she.state in ("talking", "on_hold"):
            return
        if call.place in ("offered", "talks") and (call.place, call.her) != ("offered", body.agent):
            return
        way = self.way(call)
        if she.state == "ringing":
            other = self.calls[str(she.call)]
            if other.is_dialled:
                self.inside.discard(str(she.call))
            elif other.guest == body.agent:
                other.guest = None
            else:
                other.place, other.her = "waits", None
        self.connect(body.agent, name, at, way)
        self.workers[body.agent].missed = 0
        self.is_answered(call, body.agent, at)

    def call_held(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is not None and (she.state, she.call) == ("talking", name):
            self.turn(body.agent, "on_hold", at, name)

    def call_resumed(self, name: str, call: Caller, body: Any, at: datetime) -> None:
        she = self.workers.get(body.agent)
        if she is not None and (she.state, she.call) == ("on_hold", name):
            self.turn(body.agent, "talking", at, name)

    def first_wait_over(self, call: Caller, end: str, at: datetime) -> None:
        if call.over is not None or call.answered is not None or call.dialled is not None:
            return
        if call.synthetic or not call.on_line:
            return
        waited = micros(at - call.entered)
        call.over, call.end = at, end
        call.in_time = waited <= 1_000_000 * self.rule(call.tenant, "threshold_s", 20)
        call.short = waited <= 1_000_000 * self.rule(call.tenant, "short_abandon_s", 5)
