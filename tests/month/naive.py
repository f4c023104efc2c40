"""Every key figure once more, straight from the facts: what an outsider would write who has the conventions of the
trade, and the words of ``domain.figures``, but none of our code.

Everything is kept in dicts of what was last heard. A sum is a dict from what is counted to a number: times are whole
microseconds, and what is nought isn't there.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from domain.fact import Fact
from tests.month.naive_rows import Ivr, Key, Sums, micros, sums
from tests.month.naive_talks import Talks


@dataclass
class Naive(Talks):
    """``take`` all facts, in order; then ask."""

    attempts: list[Key] = field(default_factory=list)
    off: list[Key] = field(default_factory=list)
    records: dict[str, Key] = field(default_factory=dict)
    corrected: set[str] = field(default_factory=set)
    at: datetime | None = None

    def take(self, facts: Iterable[Fact]) -> "Naive":
        for fact in facts:
            at = fact.at if self.at is None else max(fact.at, self.at)
            self.at = at
            kind, origin, body = type(fact.body).__name__, fact.origin, fact.body
            if not origin.synthetic:
                self.portal(kind, origin, body, at)
                self.desk(kind, origin, body, at)
            self.of_field(kind, origin, body, at)
        if self.at is not None:
            for name in list(self.workers):
                self.spend(name, self.at)
        return self

    # The portal and the desk

    def portal(self, kind: str, origin: Any, body: Any, at: datetime) -> None:
        if kind == "CallArrived":
            self.ivr[origin.call] = Ivr(origin.tenant, body.line, body.caller, at)
        call = self.ivr.get(origin.call)
        if call is None:
            return
        if kind == "LanguageSet":
            call.language = body.language
        elif kind == "BalanceTold":
            call.told = call.told or at
            call.served = True
        elif kind == "CardBlocked" and origin.actor == "caller":
            call.served = True
        elif kind == "HandedOver":
            call.handed_over = True
        elif kind == "DialogLeft" and call.left is None:
            call.left, call.end, call.last = at, str(body.end), body.last_prompt

    def desk(self, kind: str, origin: Any, body: Any, at: datetime) -> None:
        if kind == "AttemptRecorded":
            row = (origin.tenant, body.list, body.outcome, body.reached, body.ends, body.case, at)
            self.attempts.append(row)
        elif kind == "CaseWithdrawn":
            self.off.append((body.case, at))
        elif kind == "ServiceRecorded" and origin.tenant and origin.call:
            self.records[body.record] = (origin.tenant, body.service, body.price, at)
        elif kind == "NoConcern" and origin.tenant and origin.call:
            self.records[body.record] = (origin.tenant, None, None, at)
        elif kind == "ServiceCorrected" and origin.tenant and origin.call:
            self.records[body.record] = (origin.tenant, body.service, body.price, at)
            self.corrected.add(body.corrects)

    # What comes of it

    def flow(self) -> Sums:
        found = sums()
        for call in self.calls.values():
            if call.synthetic or call.dialled is not None:
                continue
            row = found[call.tenant, call.language, call.concern, self.when(call.entered)]
            row["offered"] += 1
            if call.end is None or call.over is None:
                continue
            row[call.end] += 1
            waited = micros(call.over - call.entered)
            if call.end == "answered":
                row["in_time"] += call.in_time
                row["answered_wait"] += waited
            elif call.end == "abandoned":
                row["gone_in_time"] += call.in_time
                row["short"] += call.short
                row["abandoned_wait"] += waited
        return found

    def waits(self) -> Sums:
        found = sums()
        for call in self.calls.values():
            if call.end == "answered" and call.over is not None:
                waited = micros(call.over - call.entered) // 1_000_000
                found[call.tenant, self.when(call.entered)][waited] += 1
        return found

    def handling(self) -> Sums:
        found = sums()
        for cut, row in self.handled.items():
            found[cut].update(row)
        for part in self.parts:
            call = self.calls[part.call]
            if part.connected is not None and call.dialled is None and not call.synthetic:
                cut = (call.tenant, call.language, call.concern, self.when(part.connected))
                found[cut]["handled"] += 1
        return found

    def agents(self) -> Sums:
        found = sums()
        for cut, row in self.times.items():
            found[cut].update(row)
        for part in self.parts:
            if part.connected is not None:
                row = found[part.her, self.when(part.connected)]
                row[f"taken {part.way}"] += 1
                row["passed_on"] += part.passed_on
                continue
            row = found[part.her, self.when(part.rang)]
            row["missed"] += part.result == "no_answer"
            row["rejected"] += part.result == "rejected"
            row["unreached"] += part.result == "unreachable"
        return found

    def ivr_flow(self) -> Sums:
        found = sums()
        for call in self.ivr.values():
            row = found[call.tenant, call.line, call.language, self.when(call.at)]
            row["calls"] += 1
            row["handed_over"] += call.handed_over
            row["self_served"] += call.served and not call.handed_over
            row["gave_up"] += self.gave_up(call)
            if call.left is not None:
                row["time"] += micros(call.left - call.at)
            if call.told is not None:
                row["told"] += 1
                row["to_balance"] += micros(call.told - call.at)
        return found

    def gave_up(self, call: Ivr) -> bool:
        return call.end == "hung_up" and not call.served and not call.handed_over

    def gave_up_at(self) -> Sums:
        found = sums()
        for call in self.ivr.values():
            if self.gave_up(call):
                found[call.tenant, self.when(call.at)][call.last] += 1
        return found

    def dunning(self) -> Sums:
        found = sums()
        for tenant, of_list, outcome, reached, ends, _, at in self.attempts:
            row = found[tenant, of_list, outcome, self.when(at)]
            row["attempts"] += 1
            row["reached"] += reached
            row["closed"] += ends
        return found

    def promises(self, promise: str, paid: str) -> Sums:
        found = sums()
        settled = defaultdict(list)
        for case, at in self.off:
            settled[case].append(at)
        for _, _, outcome, _, _, case, at in self.attempts:
            if outcome == paid:
                settled[case].append(at)
        for tenant, _, outcome, _, _, case, at in self.attempts:
            if outcome == promise:
                row = found[tenant, self.when(at)]
                row["made"] += 1
                row["kept"] += any(later > at for later in settled[case])
        return found

    def services(self) -> Sums:
        found = sums()
        for record, (tenant, service, price, at) in self.records.items():
            if record not in self.corrected:
                found[tenant, self.when(at)][service, price] += 1
        return found

    def repeated(self, within: timedelta) -> Sums:
        found = sums()
        entered = defaultdict(list)
        for call in self.calls.values():
            if not call.synthetic and call.who is not None:
                entered[call.who].append(call.entered)
        for call in self.calls.values():
            if call.end != "answered" or call.over is None or call.who is None:
                continue
            row = found[call.tenant, self.when(call.entered)]
            row["told_again"] += 1
            latest = call.over + within
            row["came_again"] += any(call.over < at <= latest for at in entered[call.who])
        return found
