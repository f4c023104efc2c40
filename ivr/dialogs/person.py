"""Pass the caller on to a person, with all that is known of him and of what he wants."""

from dataclasses import dataclass

from domain.call import Certainty, Concern
from domain.handover import Handover
from ivr.dialog import CalledLine, Caller, Menu, NoUsableInput, Option, PersonWanted, Way

CONCERNS = Menu(
    "concern",
    [
        Option("1", "concern.pay_out", Concern.PAY_OUT),
        Option("2", "concern.return", Concern.RETURN),
        Option("3", "concern.data", Concern.DATA),
        Option("4", "concern.other", Concern.OTHER),
    ],
    intro="concern.intro",
)


@dataclass(frozen=True, slots=True)
class ToPerson:
    def asked_for(self, caller: Caller, line: CalledLine) -> Handover | None:
        """The caller wants a person: once he is logged in we ask what for; None is back."""
        concern: Concern | None = None
        if caller.who.certainty is Certainty.PIN_VERIFIED:
            try:
                chosen = caller.choose(CONCERNS)
                if isinstance(chosen, Way):
                    return None
                concern = chosen
            except (PersonWanted, NoUsableInput):
                concern = None  # 0 again goes straight through, and silence shall not hold him up
        caller.say("person.connecting")
        return self._handover(caller, line, concern, failed_at=None)

    def given_up(self, caller: Caller, line: CalledLine, step: str) -> Handover:
        """The portal and the caller did not understand each other."""
        caller.say("person.failed")
        return self._handover(caller, line, concern=None, failed_at=step)

    def refused(self, caller: Caller, line: CalledLine, step: str) -> Handover:
        """The portal said no and why; a person can do more."""
        caller.say("person.connecting")
        return self._handover(caller, line, concern=None, failed_at=step)

    def _handover(
        self, caller: Caller, line: CalledLine, concern: Concern | None, failed_at: str | None
    ) -> Handover:
        who = caller.who
        return Handover(
            tenant=line.tenant.id,
            language=who.language,
            participant=who.participant,
            certainty=who.certainty,
            concern=concern,
            path=tuple(caller.path),
            failed_at=failed_at,
            priority=who.priority,
        )
