"""Pass the caller on to a person, with all that is known of him and of what he wants; or say that nobody is there."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.attendance import Attendance
from domain.call import Certainty, Concern
from domain.handover import Handover
from domain.tenant import Tenant
from ivr.dialog import (
    CalledLine,
    Caller,
    End,
    Menu,
    NoUsableInput,
    Option,
    PersonWanted,
    Way,
)
from ivr.dialogs.closed import WhenClosed

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
    """``attendance`` says whether a tenant's persons answer now: nobody is sent into an empty field. ``about`` is what
    all callers of a line want; None: who is logged in is asked.
    """

    attendance: Callable[[Tenant], Attendance]
    when_closed: WhenClosed
    about: Concern | None = None

    def asked_for(self, caller: Caller, line: CalledLine) -> End | None:
        """The caller wants a person: once he is logged in we ask what for; None is back, to where he is served."""
        concern = self.about
        if self._is_served(caller) and self.attendance(line.tenant).open:
            try:
                chosen = caller.choose(CONCERNS)
                if isinstance(chosen, Way):
                    return None
                concern = chosen
            except (PersonWanted, NoUsableInput):
                concern = None  # 0 again goes straight through, and silence shall not hold him up
        return self.for_concern(caller, line, concern)

    def for_concern(self, caller: Caller, line: CalledLine, concern: Concern | None) -> End | None:
        """He has been asked what for, or needn't be; None is back, to where he is served."""

        def entering() -> Handover:
            return self._handover(caller, line, concern, failed_at=None)

        attendance = self.attendance(line.tenant)
        if not attendance.open:
            served = self._is_served(caller)
            return self.when_closed(caller, line, attendance, entering, served=served)
        caller.say("person.connecting")
        return entering()

    def given_up(self, caller: Caller, line: CalledLine, step: str) -> End:
        """The portal and the caller did not understand each other."""
        return self._passed_on(caller, line, step, "person.failed")

    def refused(self, caller: Caller, line: CalledLine, step: str) -> End:
        """The portal said no and why; a person can do more."""
        return self._passed_on(caller, line, step, "person.connecting")

    def _is_served(self, caller: Caller) -> bool:
        return self.about is None and caller.who.certainty is Certainty.PIN_VERIFIED

    def _passed_on(self, caller: Caller, line: CalledLine, step: str, prompt: str) -> End:
        def entering() -> Handover:
            return self._handover(caller, line, self.about, failed_at=step)

        attendance = self.attendance(line.tenant)
        if not attendance.open:
            end = self.when_closed(caller, line, attendance, entering, served=False)
            assert end is not None, "there is nothing to go back to"
            return end
        caller.say(prompt)
        return entering()

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
