"""The checks of a day on the floor find what is wrong with one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import field_facts as facts
from domain.call import Certainty
from domain.fact import Body, Fact, Origin
from domain.field_facts import OfferResult, Side
from domain.ids import AgentId, CallerId, CallId, Phone, TenantId
from domain.language import Language
from domain.portal_facts import CallArrived, DialogEnd, DialogLeft, HandedOver
from tests.drill import floor_checks, seen_checks
from tests.drill.floor_checks import Outage
from tests.drill.seen_checks import Called, Rung, Seen

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVA, TOM = AgentId("eva"), AgentId("tom")
PHONES = {EVA: Phone("201"), TOM: Phone("202")}
ALPENRAD = TenantId("alpenrad")
ENTERED = HandedOver(Language.DE, None, Certainty.UNKNOWN, None, (), None, 0)
A, B = CallId("A"), CallId("B")
NUMBERS = {CallerId("caller-A"): "+491", CallerId("caller-B"): "+492"}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@dataclass
class Log:
    """Facts in the order they are written down; ``call`` None is an agent's."""

    facts: list[Fact] = field(default_factory=list)

    def add(self, seconds: float, call: CallId | None, *bodies: Body) -> "Log":
        for body in bodies:
            origin = Origin(ALPENRAD if call else None, call, "cti")
            self.facts.append(Fact(len(self.facts) + 1, at(seconds), origin, "a", body))
        return self

    def without(self, *kinds: type[Body]) -> "Log":
        kept = [fact for fact in self.facts if not isinstance(fact.body, kinds)]
        return Log([replace(fact, seq=seq) for seq, fact in enumerate(kept, start=1)])

    def before(self, kind: type[Body], seconds: float, call: CallId | None, body: Body) -> "Log":
        """With another fact right before the first of a kind."""
        made = Log()
        for fact in self.facts:
            if isinstance(fact.body, kind):
                made.add(seconds, call, body)
                seconds, kind = 0, type(None)  # type: ignore[assignment]
            made.facts.append(replace(fact, seq=len(made.facts) + 1))
        return made


def signed_in(agent: AgentId = EVA, log: Log | None = None) -> Log:
    skills = ("alpenrad=5", "de=5")
    came = facts.SignedIn(agent, PHONES[agent], skills), facts.WentReady(agent)
    return (log or Log()).add(0, None, *came)


def good_day() -> Log:
    """A caller is answered after eight seconds and hangs up; before that somebody only looked at his balance."""
    log = signed_in()
    log.add(1, B, CallArrived("service", CallerId("caller-B")))
    log.add(5, B, DialogLeft(DialogEnd.HUNG_UP, "menu"))
    log.add(10, A, CallArrived("service", CallerId("caller-A")))
    log.add(14, A, DialogLeft(DialogEnd.HANDOVER, "person"), ENTERED, facts.Offered(EVA, 1, ()))
    log.add(14.2, A, facts.PhoneRang(EVA, 1))
    log.add(22, A, facts.Connected(EVA, 1))
    log.add(40, A, facts.CallEnded(Side.CALLER))
    log.add(45, A, facts.WrapUpEnded(EVA, facts.EndedBy.AGENT))
    log.add(60, None, facts.SignOutAsked(EVA))
    return log


def seen() -> Seen:
    """What the same day looked like from outside."""
    return Seen(
        rung=[Rung(PHONES[EVA], "+491", at(14.2), at(20), at(40.1), "portal")],
        busy=[],
        called=[
            Called("+492", "hurried", at(0), at(1), at(5), "caller"),
            Called("+491", "wants a person", at(9), at(10), at(40), "caller"),
        ],
        numbers=NUMBERS,
        our_numbers=frozenset({"+49302"}),
    )


def test_a_good_day_has_no_faults() -> None:
    log = good_day().facts
    assert floor_checks.faults(log) == []
    assert seen_checks.faults(log, seen()) == []


TWICE = signed_in(TOM, good_day().before(CallArrived, 0.5, None, facts.SkillsSet(TOM, ())))

BAD_DAYS: dict[str, tuple[Log, str]] = {
    "a call without an end": (good_day().without(facts.CallEnded), "ended 0 times"),
    "a dialog without an end": (good_day().without(DialogLeft), "left the dialog 0 times"),
    "a call that didn't arrive": (good_day().without(CallArrived), "arrived 0 times"),
    "an agent who stays": (good_day().without(facts.SignOutAsked), "still signed in"),
    "an agent from nowhere": (good_day().without(facts.SignedIn), "isn't ready"),
    "rung in a pause": (good_day().without(facts.WentReady), "isn't ready"),
    "answered without an offer": (good_day().without(facts.Offered), "which was none"),
    "nobody offers": (good_day().without(facts.Offered), "idles"),
    "ended twice": (
        good_day().before(facts.WrapUpEnded, 41, A, facts.CallEnded(Side.CALLER)),
        "ended 2 times",
    ),
    "an offer of two ends": (
        good_day().before(
            facts.WrapUpEnded, 41, A, facts.OfferEnded(EVA, 1, OfferResult.NO_ANSWER)
        ),
        "ends twice",
    ),
    "an offer without an end": (
        good_day().before(facts.PhoneRang, 14.1, A, facts.Offered(EVA, 2, ())),
        "isn't ready",
    ),
    "two conversations at once": (
        good_day().before(facts.CallEnded, 30, A, facts.FoundTalking(TOM)),
        "while talking",
    ),
    "a conversation that never began": (
        good_day().before(facts.Connected, 21, A, facts.LegEnded(EVA, Side.AGENT)),
        "never began",
    ),
    "a wait that rises": (
        good_day()
        .before(facts.PhoneRang, 14.1, A, facts.WaitTold(1, 0, 60))
        .before(facts.Connected, 21, A, facts.WaitTold(1, 0, 120)),
        "he is told",
    ),
    "time runs back": (
        good_day().before(facts.CallEnded, 3, A, facts.WaitAsked()),
        "before the fact before",
    ),
}


@pytest.mark.parametrize("name", BAD_DAYS)
def test_a_bad_log_is_found(name: str) -> None:
    log, words = BAD_DAYS[name]
    found = floor_checks.faults(log.facts)
    assert any(words in fault for fault in found), found


def other_seen(**changes: object) -> Seen:
    return replace(seen(), **changes)  # type: ignore[arg-type]


(RUNG,) = seen().rung
HURRIED, PATIENT = seen().called

BAD_VIEWS: dict[str, tuple[Seen, str]] = {
    "no telephone rang": (other_seen(rung=[]), "no telephone saw"),
    "rung without an offer": (
        other_seen(rung=[RUNG, Rung(PHONES[TOM], "+492", at(3), None, at(4), "portal")]),
        "isn't in the log",
    ),
    "rung for somebody else": (other_seen(rung=[replace(RUNG, number="+492")]), "isn't in the log"),
    "never answered": (other_seen(rung=[replace(RUNG, answered=None)]), "hasn't answered"),
    "answered too late": (other_seen(rung=[replace(RUNG, answered=at(26))]), "at another time"),
    "over too early": (other_seen(rung=[replace(RUNG, over=at(30))]), "over at another time"),
    "two telephones at once": (
        other_seen(rung=[RUNG, replace(RUNG, phone=PHONES[TOM], rang=at(16))]),
        "two telephones at once",
    ),
    "two callers at once": (other_seen(busy=[(PHONES[EVA], at(20))]), "second caller"),
    "hung up by us": (
        other_seen(called=[HURRIED, replace(PATIENT, by="portal")]),
        "he was hung up",
    ),
    "a broken call": (other_seen(called=[replace(HURRIED, by="error"), PATIENT]), "broke"),
    "gone long before the log knew": (
        other_seen(called=[HURRIED, replace(PATIENT, over=at(30))]),
        "he was gone at",
    ),
    "a caller the log doesn't know": (
        other_seen(called=[*seen().called, replace(HURRIED, number="+493")]),
        "isn't in the log",
    ),
    "a call that nobody made": (other_seen(called=[PATIENT]), "made by nobody"),
}


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_what_was_seen_otherwise_is_found(name: str) -> None:
    view, words = BAD_VIEWS[name]
    found = seen_checks.faults(good_day().facts, view)
    assert any(words in fault for fault in found), found


def test_what_she_missed_was_not_declined() -> None:
    """By the log she let it ring, and her telephone knows better."""
    log = good_day().without(facts.Connected, facts.WrapUpEnded)
    log = log.before(facts.CallEnded, 22, A, facts.OfferEnded(EVA, 1, OfferResult.NO_ANSWER))
    missed = replace(RUNG, answered=None, over=at(22))
    assert not seen_checks.faults(log.facts, other_seen(rung=[missed]))
    declined = other_seen(rung=[replace(missed, by="agent")])
    assert any("ended otherwise" in one for one in seen_checks.faults(log.facts, declined))


def faults(log: Log, view: Seen) -> Sequence[str]:
    return [*floor_checks.faults(log.facts, view.outages), *seen_checks.faults(log.facts, view)]


def test_what_was_out_of_sight_may_be_written_late() -> None:
    """The switchboard was away from before its caller hung up until 50."""
    gone = Outage("cti killed", at(35), at(50))
    early = [HURRIED, replace(PATIENT, over=at(36))]
    view = other_seen(called=early, rung=[replace(RUNG, over=at(36))], outages=[gone])
    assert faults(good_day(), view) == []
    assert faults(good_day(), replace(view, outages=[])) != []


def test_nobody_outlives_asterisk() -> None:
    """Her telephone noticed it late, and so did he."""
    gone = Outage("Asterisk killed", at(39), at(44), loses_calls=True)
    late = [HURRIED, replace(PATIENT, over=at(58), by="error")]
    view = other_seen(called=late, rung=[replace(RUNG, over=at(70))], outages=[gone])
    assert faults(good_day(), view) == []


def test_only_its_own_agents_telephone_is_excused() -> None:
    dead = Outage("phone 201 dead", at(29), at(50), phone=PHONES[EVA])
    view = other_seen(rung=[replace(RUNG, over=at(30), by="dead")], outages=[dead])
    assert faults(good_day(), view) == []
    elsewhere = replace(dead, phone=PHONES[TOM])
    assert faults(good_day(), replace(view, outages=[elsewhere])) != []


def test_somebody_outside_may_hang_up_on_whom_she_left_with_him() -> None:
    left = facts.LegEnded(EVA, Side.PORTAL)
    sent = facts.ControlAsked(EVA, facts.Control.TRANSFER, "line:workshop"), facts.Transferred()
    hung_up = [HURRIED, replace(PATIENT, by="portal")]
    view = other_seen(called=hung_up, rung=[replace(RUNG, over=at(32))])

    def after(*bodies: Body) -> Sequence[str]:
        log = good_day()
        for body in bodies:
            log = log.before(facts.CallEnded, 32, A, body)
        return seen_checks.faults(log.facts, view)

    assert after(facts.LineAnswered(2), left, facts.LineEnded(2)) == []
    assert after(*sent, left) == []
    for bodies in ([left], [facts.LineAnswered(2), facts.LineEnded(2), left]):
        assert any("hung up" in one for one in after(*bodies))
