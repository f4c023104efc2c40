"""Greet the caller and let him choose a language."""

from dataclasses import dataclass

from actions.take_call import NoteLanguage
from domain.language import Language
from domain.portal_facts import LanguageCause
from ivr.dialog import CalledLine, Caller, Menu, Option, Way


@dataclass(frozen=True, slots=True)
class Welcome:
    """The line's greeting, and one short sentence in each other language that it offers."""

    def __call__(self, caller: Caller, line: CalledLine) -> None:
        caller.say("welcome")
        for language in line.line.languages:
            if language != caller.who.language:
                caller.say_in(language, "language.hint")


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    """The language menu: each language is offered in its own words, under the same key on every
    line.
    """

    note_language: NoteLanguage

    def __call__(self, caller: Caller, line: CalledLine) -> Language | None:
        """The language that the call goes on in; None is back."""
        offered = line.line.languages
        options = [
            Option(str(key), "language.option", language, language)
            for key, language in enumerate(Language, start=1)
            if language in offered
        ]
        chosen = caller.choose(Menu("language", options))
        if isinstance(chosen, Way):
            return None
        caller.switch_to(chosen)
        caller.during(None, lambda: self.note_language(line.origin, chosen, LanguageCause.CHOSEN))
        return chosen
