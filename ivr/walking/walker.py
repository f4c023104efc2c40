"""A caller without a telephone: he hears every prompt, keys what he is told to, and remembers his way."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, TypeVar, cast

from domain import call
from domain.language import Language
from ivr.dialog import CallerHungUp, Menu, NoUsableInput, PersonWanted, Question, Way
from ivr.keypad import EntryRule
from ivr.spoken import Spoken
from ivr.walking.places import (
    BACK,
    MISFIT,
    OTHER,
    PERSON,
    POUND,
    SILENCE,
    Ending,
    Kind,
    Move,
    Place,
    Spot,
    Words,
)

T = TypeVar("T")

_MOST_SAID: Final = 100
"""What a dialog may say and do before it asks again; more is no end."""


class Astray(BaseException):
    """The dialog runs on where it should ask or end. No dialog can catch it by mistake."""


class Speak(Protocol):
    def __call__(self, language: Language, prompt: str, values: Mapping[str, Spoken]) -> None:
        """Fail as speaking the prompt would where it can't be spoken, by whatever it raises."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """What all walkers of a walk share. ``digits`` are what a caller may key of whom so much is known, the likeliest
    first: cut where it is too long for what is asked, left out where it is too short. ``keep`` holds all that work has
    changed as it is now, and ``bring_back`` makes it so again.
    """

    speak: Speak
    digits: Callable[[call.Caller], Sequence[str]]
    alike: Callable[[call.Caller], call.Caller]
    keep: Callable[[], object]
    bring_back: Callable[[Any], None]


Decide = Callable[[Spot, Sequence[str]], str]
"""Which of these keys is pressed at a spot. Raises CallerHungUp for a caller who hangs up."""


@dataclass(frozen=True, slots=True)
class Done:
    """What work came to that was done beside a prompt: its result, or what it raised."""

    result: Any
    raised: Exception | None = None


class Walker:
    """Implements ``ivr.dialog.Caller``. One for a path. The work that was ``done`` before isn't done again."""

    def __init__(
        self,
        world: World,
        language: Language,
        beginning: str,
        decide: Decide,
        done: Sequence[Done] = (),
    ) -> None:
        self.who = call.Caller(language)
        self.path: list[str] = []
        self.moves: list[Move] = []
        self.done: list[Done] = []
        self._before = deque(done)
        self._world = world
        self._decide = decide
        self._hung_up = False
        self._start: Spot | None = None
        self._keys = beginning
        self._said: list[Words] = []
        self._since_asked = 0

    @property
    def step(self) -> str:
        """Where he was asked last."""
        return self._start.place.step if self._start else ""

    def say(self, prompt: str, **values: Spoken) -> None:
        self._hear(Words(prompt), values)

    def sorry(self, prompt: str) -> None:
        self.say(prompt)

    def say_in(self, language: Language, prompt: str) -> None:
        self._hear(Words(prompt, language))

    def choose(self, menu: Menu[T]) -> T | Way:
        options = {option.key: option for option in menu.options}
        words = [Words(menu.intro)] if menu.intro else []
        words += [Words(option.prompt, option.language) for option in menu.options]
        words += [Words(menu.outro)] if menu.outro else []
        keys = tuple(option.key for option in menu.options)
        place = Place(Kind.MENU, menu.step, tuple(words), keys)
        values = {name: value for option in menu.options for name, value in option.values.items()}
        key = self._ask(place, [*options, BACK], values)
        if key == BACK:
            return Way.BACK
        self._went(options[key].prompt)
        return options[key].meaning

    def enter(self, question: Question) -> str | Way:
        for prompt in (question.help, question.misfit):
            self._world.speak(self.who.language, prompt, question.values)
        possible = self._entries(question)
        possible += question.rule.also
        possible += [POUND] if question.rule.empty else []
        possible += [OTHER] if question.other or question.offer else []
        offered = (Words(question.offer),) if question.offer else ()
        place = Place(Kind.QUESTION, question.prompt, (Words(question.prompt), *offered))
        keys = self._ask(place, [*possible, BACK], question.values)
        if keys in {BACK, OTHER}:
            return Way(keys)
        return keys.removesuffix(POUND)

    def confirm(self, prompt: str) -> bool:
        place = Place(Kind.CONFIRMATION, prompt, (Words(prompt),), ("1", "2"))
        return self._ask(place, ["1", "2", BACK]) == "1"

    def during(self, prompt: str | None, work: Callable[[], T]) -> T:
        if prompt is None:
            self._count()
        else:
            self.say(prompt)
        done: Done = self._before.popleft() if self._before else _do(work)
        if not self._hung_up:
            self.done.append(done)
        if done.raised is not None:
            raise done.raised
        return cast("T", done.result)

    def switch_to(self, language: Language) -> None:
        self.who = replace(self.who, language=language)

    def finish(self, *, keys_count: bool = False) -> None:
        del keys_count
        self._count()

    def leave(self, ending: Ending) -> None:
        """The dialog is over."""
        self._arrive(ending)

    def _ask(
        self, place: Place, possible: Sequence[str], values: Mapping[str, Spoken] | None = None
    ) -> str:
        """What is keyed, as the telephone's caller would be told of it; ``values`` fill the holes of all words."""
        for words in place.words:
            self._speak(words, values)
        self._went(place.step)
        spot = Spot(place, self._world.alike(self.who))
        self._arrive(spot)
        self._since_asked = 0
        self._start = spot
        try:
            self._keys = keys = self._decide(spot, (*possible, PERSON, SILENCE, MISFIT))
        except CallerHungUp:
            self._hung_up = True
            raise
        if keys == PERSON:
            raise PersonWanted
        if keys in {SILENCE, MISFIT}:
            raise NoUsableInput(place.step, silent=keys == SILENCE)
        return keys

    def _entries(self, question: Question) -> list[str]:
        cut = [_cut(digits, question.rule) for digits in self._world.digits(self.who)]
        fitting = [digits for digits in cut if digits and question.fits(digits)]
        return [digits + POUND for digits in dict.fromkeys(fitting)]

    def _arrive(self, to: Spot | Ending) -> None:
        self.moves.append(Move(self._start, self._keys, tuple(dict.fromkeys(self._said)), to))
        self._said.clear()

    def _hear(self, words: Words, values: Mapping[str, Spoken] | None = None) -> None:
        self._count()
        self._speak(words, values)
        self._said.append(words)

    def _speak(self, words: Words, values: Mapping[str, Spoken] | None = None) -> None:
        self._world.speak(words.language or self.who.language, words.prompt, values or {})

    def _count(self) -> None:
        self._since_asked += 1
        if self._since_asked > _MOST_SAID:
            raise Astray("it talks and works on without asking or ending")

    def _went(self, step: str) -> None:
        if self.path[-1:] != [step]:
            self.path.append(step)


def _do(work: Callable[[], object]) -> Done:
    try:
        return Done(work())
    except Exception as error:  # noqa: BLE001 - it is the dialog's, as often as it comes here
        return Done(None, error)


def _cut(digits: str, rule: EntryRule) -> str:
    """Empty where they are too few."""
    return digits[: rule.longest] if len(digits) >= rule.shortest else ""
