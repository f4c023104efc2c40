"""Pass the caller on to a person, with all that is known of him and of what he wants; or say that nobody is there."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.call import Certainty, Concern
from domain.handover import Handover
from domain.ports import StorageDown
from domain.tenant import Tenant
from ivr.dialog import (
    CalledLine,
    Caller,
    End,
    Farewell,
    Menu,
    NoUsableInput,
    Option,
    PersonWanted,
    Way,
)
from ivr.dialogs.call_back import RingMeBack

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
    """``opens`` says whether a tenant's persons answer now: nobody is sent into an empty field. ``about`` is what all
    callers of a line want; None: who is logged in is asked.
    """

    opens: Callable[[Tenant], bool]
    ring_me_back: RingMeBack
    about: Concern | None = None

    def asked_for(self, caller: Caller, line: CalledLine) -> End | None:
        """The caller wants a person: once he is logged in we ask what for; None is back."""
        if not self.opens(line.tenant):
            return self._closed(caller, line, failed_at=None)
        concern = self.about
        if concern is None and caller.who.certainty is Certainty.PIN_VERIFIED:
            try:
                chosen = caller.choose(CONCERNS)
                if isinstance(chosen, Way):
                    return None
                concern = chosen
            except (PersonWanted, NoUsableInput):
                concern = None  # 0 again goes straight through, and silence shall not hold him up
        return self.for_concern(caller, line, concern)

    def for_concern(self, caller: Caller, line: CalledLine, concern: Concern | None) -> End:
        """He has been asked what for."""
        if not self.opens(line.tenant):
            return self._closed(caller, line, failed_at=None)
        caller.say("person.connecting")
        return self._handover(caller, line, concern, failed_at=None)

    def given_up(self, caller: Caller, line: CalledLine, step: str) -> End:
        """The portal and the caller did not understand each other."""
        return self._passed_on(caller, line, step, "person.failed")

    def refused(self, caller: Caller, line: CalledLine, step: str) -> End:
        """The portal said no and why; a person can do more."""
        return self._passed_on(caller, line, step, "person.connecting")

    def _passed_on(self, caller: Caller, line: CalledLine, step: str, prompt: str) -> End:
        if not self.opens(line.tenant):
            return self._closed(caller, line, failed_at=step)
        caller.say(prompt)
        return self._handover(caller, line, self.about, failed_at=step)

    def _closed(self, caller: Caller, line: CalledLine, failed_at: str | None) -> Farewell:
        """Nobody is there. Whoever can be rung back once somebody is may have that."""
        caller.say("person.closed")
        try:
            if self._wants_call_back(caller, line):
                entering = self._handover(caller, line, self.about, failed_at)
                return self.ring_me_back.at_own(caller, line, "call_back.when_open", entering)
        except StorageDown:
            caller.sorry("call_back.sorry")
        caller.say("farewell")
        return Farewell()

    def _wants_call_back(self, caller: Caller, line: CalledLine) -> bool:
        if not self.ring_me_back.own_can_be_rung(caller, line):
            return False
        try:
            return caller.confirm("person.closed_call_back")
        except (PersonWanted, NoUsableInput):
            return False

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
