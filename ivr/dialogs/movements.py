"""Tell the last movements on the points account."""

from dataclasses import dataclass

from actions.tell_movements import TellMovements
from domain.loyalty import LedgerEntry
from domain.participant import Participant
from ivr.dialog import CalledLine, Caller
from ivr.speech import Noun
from ivr.spoken import Counted, Day


@dataclass(frozen=True, slots=True)
class Movements:
    tell_movements: TellMovements

    def __call__(self, caller: Caller, line: CalledLine, participant: Participant) -> None:
        movements = caller.during(None, lambda: self.tell_movements(line.origin, participant.id))
        if not movements:
            caller.say("movements.none")
            return
        caller.say("movements.intro")
        for movement in movements:
            self._tell(caller, line, movement)

    def _tell(self, caller: Caller, line: CalledLine, movement: LedgerEntry) -> None:
        """On the day that it was where the brand is."""
        day = movement.at.astimezone(line.tenant.hours.zone).date()
        prompt = "movements.earned" if movement.points >= 0 else "movements.spent"
        points = Counted(abs(movement.points), Noun.POINT)
        caller.say(prompt, day=Day(day), points=points)
