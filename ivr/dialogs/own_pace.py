"""How a participant wants to be spoken to: in which language, and in how many words."""

from dataclasses import dataclass, replace

from actions.own_pace import RememberForm, RememberLanguage
from domain.participant import Participant
from ivr.dialog import CalledLine, Caller
from ivr.dialogs.welcome import ChooseLanguage


@dataclass(frozen=True, slots=True)
class MyLanguage:
    choose_language: ChooseLanguage
    remember: RememberLanguage

    def __call__(self, caller: Caller, line: CalledLine, participant: Participant) -> None:
        chosen = self.choose_language(caller, line)
        if chosen is not None:
            caller.during(None, lambda: self.remember(line.origin, participant.id, chosen))
            caller.say("language.remembered")


@dataclass(frozen=True, slots=True)
class MyForm:
    """From long prompts to short ones, and back."""

    remember: RememberForm

    def __call__(self, caller: Caller, line: CalledLine, participant: Participant) -> None:
        short = not caller.who.short_form
        caller.during(None, lambda: self.remember(line.origin, participant.id, short=short))
        caller.who = replace(caller.who, short_form=short)
        caller.say("form.short" if short else "form.full")
