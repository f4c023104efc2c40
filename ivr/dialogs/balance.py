"""Tell the points balance."""

from dataclasses import dataclass

from actions.tell_balance import TellBalance
from domain.participant import Participant
from ivr.dialog import CalledLine, Caller
from ivr.speech import Noun
from ivr.spoken import Counted


@dataclass(frozen=True, slots=True)
class Balance:
    tell_balance: TellBalance

    def __call__(self, caller: Caller, line: CalledLine, participant: Participant) -> None:
        points = caller.during(None, lambda: self.tell_balance(line.origin, participant.id))
        say_balance(caller, points)


def say_balance(caller: Caller, points: int) -> None:
    prompt = "balance.told" if points >= 0 else "balance.negative"
    caller.say(prompt, points=Counted(abs(points), Noun.POINT))
