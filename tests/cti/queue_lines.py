"""A log in the words of ``queue_log``, and a small reader of such lines, which knows nothing of how they came about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta

from cti.routing.projecting import follow
from cti.routing.state import Field
from domain.fact import Fact
from domain.period import Period
from reporting.queue_log import Happened, QueueLog, Shown, queue_log
from tests.cti.random_day import ALPENRAD, MAISON_LUNE

EVER = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def happened(log: Iterable[Fact]) -> Iterator[Happened]:
    state = Field()
    for fact in log:
        state, rows = follow(state, fact)
        yield Happened(fact, rows, state.agents)


def lines_of(log: Iterable[Fact], shown: Shown | None = None, period: Period = EVER) -> list[str]:
    queues = (ALPENRAD, MAISON_LUNE)
    return list(queue_log(happened(log), QueueLog(queues, shown or Shown()), period))


def since_noon(lines: Sequence[str], noon: datetime) -> list[str]:
    """The same with minutes and seconds for the epoch."""
    told = []
    for line in lines:
        epoch, rest = line.split("|", 1)
        seconds = int(epoch) - int(noon.timestamp())
        told.append(f"{seconds // 60}:{seconds % 60:02}|{rest}")
    return told


ENDS = frozenset({"ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY"})
TALKED = frozenset({"COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER"})


@dataclass
class Reader:
    """Counts as a program for call centres does; falls over what Asterisk wouldn't have written."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    waiting: dict[str, int] = field(default_factory=dict)
    talking: dict[str, int] = field(default_factory=dict)
    members: set[tuple[str, str]] = field(default_factory=set)
    paused: set[tuple[str, str]] = field(default_factory=set)
    talk_s: int = 0
    last: int = 0

    def read(self, lines: Iterable[str]) -> "Reader":
        for line in lines:
            epoch, call, queue, agent, event, *data = line.split("|")
            assert int(epoch) >= self.last
            self.last = int(epoch)
            self.counts[queue][event] += 1
            if call == "NONE":
                self._of_agent((queue, agent), event)
            else:
                self._of_call(call, event, data)
        return self

    def _of_agent(self, member: tuple[str, str], event: str) -> None:
        kept = self.members if event.endswith("MEMBER") else self.paused
        if event in {"ADDMEMBER", "PAUSE"}:
            assert member not in kept
            kept.add(member)
        else:
            kept.remove(member)
        assert self.paused <= self.members

    def _of_call(self, call: str, event: str, data: list[str]) -> None:
        if event == "ENTERQUEUE":
            assert call not in self.waiting
            assert call not in self.talking
            self.waiting[call] = self.last
        elif event == "CONNECT":
            waited, _, rang = data
            assert int(waited) == self.last - self.waiting.pop(call)
            assert 0 <= int(rang) <= int(waited)
            self.talking[call] = self.last
        elif event in ENDS:
            place, came, wait = map(int, data[-3:])
            assert 1 <= place <= came
            assert wait == self.last - self.waiting.pop(call)
        elif event in TALKED:
            *_, _hold, talk, origin = data
            assert int(talk) == self.last - self.talking.pop(call)
            assert int(origin) >= 1
            self.talk_s += int(talk)
        else:
            assert event == "RINGNOANSWER"
            assert int(data[0]) >= 0


def set_back(log: Sequence[Fact], seq: int) -> list[Fact]:
    """With a clock that was wrong for one fact."""
    return [changed(one, at=one.at - timedelta(hours=1)) if one.seq == seq else one for one in log]
