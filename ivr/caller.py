"""A caller on the telephone: tries, time-outs, barge-in, typing ahead and language, over a channel."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field, replace
from typing import Final, Protocol, TypeVar, assert_never

from domain import call
from domain.language import Language
from domain.tenant import Tenant
from ivr import keypad
from ivr.dialog import Menu, NoUsableInput, PersonWanted, Question, Way
from ivr.keypad import EntryRule, Typed
from ivr.spoken import Manner, Spoken
from ivr.steps import TRIES
from ivr.voice import SILENT, Piece, Utterance, Voice

T = TypeVar("T")

MENU_WAIT_S: Final = 5.0
_ENTRY_KEYS: Final = 32
_QUICK_WORK_S: Final = 0.005
_GLANCE_S: Final = 0.02
_LONGER_GLANCE_S: Final = 0.1
_GLANCES_IN_SILENCE: Final = 20
_GUARD_MARGIN_S: Final = 4.0
_GUARD_SLACK_S: Final = 20.0
_KEYS_GUARDED: Final = 16
_MOST_ROUNDS: Final = 12
_MOST_STEPS: Final = 200

YES_OR_NO: Final = ("1", "2")


class Keys(Protocol):
    """What came of one GET DATA: keys without the ``#`` that ended them, and whether time ran out
    instead.
    """

    @property
    def digits(self) -> str: ...

    @property
    def timed_out(self) -> bool: ...


class Channel(Protocol):
    """The part of an AGI channel that a caller needs."""

    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Keys: ...

    def stream(self, sound: str, playing_s: float, *, takes_keys: bool) -> str: ...

    def raise_guard(self, seconds: int) -> None: ...

    def set_variable(self, name: str, value: str) -> None: ...


class PhoneCaller:
    """Implements ``ivr.dialog.Caller``. One for a call, used by that call's thread alone."""

    def __init__(
        self,
        channel: Channel,
        voice: Voice,
        tenant: Tenant,
        language: Language,
        *,
        workers: Executor,
        monotonic: Callable[[], float],
    ) -> None:
        self.who = call.Caller(language)
        self.path: list[str] = []
        self._channel = channel
        self._voice = voice
        self._tenant = tenant
        self._workers = workers
        self._monotonic = monotonic
        self._pending: list[_Said] = []
        self._typed = ""
        self._playing: tuple[Utterance, float] = (SILENT, 0.0)
        self._guarded_until = 0.0
        self._steps = 0

    @property
    def last_prompt(self) -> str | None:
        """The prompt that was being heard last, or is."""
        utterance, since = self._playing
        return utterance.prompt_at(self._monotonic() - since)

    def say(self, prompt: str, **values: Spoken) -> None:
        self._pending.append(self._sentence(prompt, values))

    def sorry(self, prompt: str) -> None:
        self._typed = ""
        self.say(prompt)

    def say_in(self, language: Language, prompt: str) -> None:
        self._pending.append(_Said(language, prompt))

    def switch_to(self, language: Language) -> None:
        """The dialplan speaks it too, should it have to take over."""
        if language != self.who.language:
            self.who = replace(self.who, language=language)
            self._channel.set_variable("CHANNEL(language)", language)

    def choose(self, menu: Menu[T]) -> T | Way:
        options = {option.key: option for option in menu.options}
        prompts = self._menu(menu)
        asked = _Asked(prompts, prompts, tries=menu.tries)
        typed = self._ask(menu.step, asked, self._menu_reader(options))
        if isinstance(typed, Way):
            return typed
        self._went(options[typed].prompt)
        return options[typed].meaning

    def enter(self, question: Question) -> str | Way:
        first = self._sentence(question.prompt, question.values)
        offer = [self._sentence(question.offer)] if question.offer else []
        at_once = question.other or question.offered_at_once
        asked = _Asked(
            [first, *offer] if question.offered_at_once else [first],
            [self._sentence(question.help, question.values), *offer],
            {Typed.NO_MATCH: "try.too_short", Typed.MISFIT: question.misfit},
            star_after=0 if at_once else 1 if question.offer else None,
        )

        def read(sound: list[Piece]) -> str | Typed:
            typed = self._entry(sound, question.rule, star=question.other)
            if isinstance(typed, str) and typed and not question.fits(typed):
                return Typed.MISFIT
            return typed

        return self._ask(question.prompt, asked, read)

    def confirm(self, prompt: str) -> bool:
        question = [self._sentence(prompt)]
        asked = _Asked(question, question)
        return self._ask(prompt, asked, self._menu_reader(YES_OR_NO)) == "1"

    def during(self, prompt: str | None, work: Callable[[], T]) -> T:
        future = self._workers.submit(work)
        try:
            if prompt is not None:
                self._collect(self._voiced([*self._take_pending(), self._sentence(prompt)]))
            elif not wait_for([future], _QUICK_WORK_S).done:
                self._collect([])
            self._collect_until(future)
        finally:
            wait_for([future])  # a caller who hangs up leaves after what he has set going
        return future.result()

    def finish(self, *, keys_count: bool = False) -> None:
        utterance = self._voice.join(self._voiced(self._take_pending()))
        if utterance is not SILENT:
            self._playing = (utterance, self._monotonic())
            self._guard(utterance.seconds)
            self._typed += self._channel.stream(
                utterance.sound, utterance.seconds, takes_keys=keys_count
            )

    def _ask(self, step: str, asked: "_Asked", read: "_Read") -> str | Way:
        """Ask until there is an answer, as often as is decent.

        ``*`` repeats, with what was said before, long numbers slowly; it is no try, but a key that is stuck has an
        end too.
        """
        self._went(step)
        said = [*self._take_pending(), *asked.first]
        sound = self._voiced(said)
        mistakes: list[Typed] = []
        for _ in range(_MOST_ROUNDS):
            typed = read(sound)
            match typed:
                case str():
                    return typed
                case Typed.BACK:
                    return Way.BACK
                case Typed.PERSON:
                    raise PersonWanted
                case Typed.STAR if asked.means_more(len(mistakes)):
                    return Way.OTHER
                case Typed.REPEAT | Typed.STAR:
                    sound = self._voiced(said, slowly=True)
                case Typed.NO_INPUT | Typed.NO_MATCH | Typed.MISFIT:
                    mistakes.append(typed)
                    if len(mistakes) == asked.tries:
                        break
                    self._typed = ""  # keys typed ahead of a mistake are part of it
                    sound = self._voiced([self._sentence(asked.mistakes[typed]), *asked.again])
                case never:
                    assert_never(never)
        self._typed = ""
        raise NoUsableInput(step, silent=set(mistakes) == {Typed.NO_INPUT})

    def _went(self, step: str) -> None:
        """Note where the caller has been; a place he comes back to at once is noted once."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise NoUsableInput(step)
        if self.path[-1:] != [step]:
            self.path.append(step)

    def _menu_reader(self, offered: Collection[str]) -> "_Read":
        return lambda sound: keypad.menu_key(self._key(sound, MENU_WAIT_S), offered)

    def _collect_until(self, future: "Future[T]") -> None:
        """Take keys until the work is done, with a word to the caller before silence grows long."""
        glances = 0
        while not future.done():
            glances += 1
            too_long = glances % _GLANCES_IN_SILENCE == 0
            said = [self._sentence("login.moment")] if too_long else []
            self._collect(self._voiced(said), _LONGER_GLANCE_S)

    def _collect(self, pieces: list[Piece], wait_s: float = _GLANCE_S) -> None:
        self._typed += self._play(self._voice.join(pieces), wait_s, _ENTRY_KEYS)

    def _key(self, pieces: list[Piece], wait_s: float) -> str | None:
        """The next key: typed ahead, or pressed while or after the sound is heard."""
        if not self._typed:
            self._typed = self._play(self._voice.join(pieces), wait_s, 1)
        key, self._typed = self._typed[:1], self._typed[1:]
        return key or None

    def _entry(self, pieces: list[Piece], rule: EntryRule, *, star: bool) -> str | Typed:
        """An entry up to ``#`` or a pause, read in one go: between two commands a key could fall.

        GET DATA waits as long for the first key as for the next ones, so the longer wait for the first is silence that
        belongs to the sound. Where a lone ``*`` means something, the first key is read alone, and ``*`` acts at once.
        """
        ahead, ended, rest = self._typed.partition(keypad.POUND)
        keys, self._typed = ahead + ended, rest
        if star and not keys:
            keys = self._play(self._voice.join(pieces), rule.first_digit_s, 1)
        if star and keys.startswith(keypad.STAR):
            self._typed = keys.removeprefix(keypad.STAR) + self._typed
            return Typed.STAR
        if keys.endswith(keypad.POUND):
            return keypad.entry(keys, rule)
        if keys:
            keys += self._play(SILENT, rule.next_digit_s, _ENTRY_KEYS)
        elif not star:
            more_s = rule.first_digit_s - rule.next_digit_s
            sound = self._voice.join([*pieces[:-1], _with_pause(pieces[-1], more_s)])
            keys = self._play(sound, rule.next_digit_s, _ENTRY_KEYS)
        return keypad.entry(keys, rule)

    def _play(self, utterance: Utterance, wait_s: float, most: int) -> str:
        """Play and take keys, up to ``most``; where neither time nor room ran out, a ``#`` ended
        them.
        """
        if utterance.seconds:
            self._playing = (utterance, self._monotonic())
        self._guard(utterance.seconds + wait_s * min(most, _KEYS_GUARDED))
        heard = self._channel.get_data(utterance.sound, wait_s, most, utterance.seconds)
        ended = not heard.timed_out and len(heard.digits) < most
        return heard.digits + keypad.POUND if ended else heard.digits

    def _guard(self, seconds: float) -> None:
        """Keep the dialplan's guard ahead of us, but not far: it ends the silence if this process
        hangs.
        """
        now = self._monotonic()
        needed = now + seconds + _GUARD_MARGIN_S
        if not needed <= self._guarded_until <= needed + _GUARD_SLACK_S:
            self._guarded_until = needed + _GUARD_SLACK_S / 2
            self._channel.raise_guard(round(self._guarded_until - now))

    def _take_pending(self) -> list["_Said"]:
        pending, self._pending = self._pending, []
        return pending

    def _sentence(self, prompt: str, values: Mapping[str, Spoken] | None = None) -> "_Said":
        return _Said(self.who.language, prompt, values or {}, short=self.who.short_form)

    def _menu(self, menu: Menu[T]) -> list["_Said"]:
        options = [
            replace(
                self._sentence(option.prompt, option.values),
                language=option.language or self.who.language,
            )
            for option in menu.options
        ]
        intro, outro = (
            [self._sentence(prompt)] if prompt else [] for prompt in (menu.intro, menu.outro)
        )
        return [*intro, *options, *outro]

    def _voiced(self, said: Iterable["_Said"], *, slowly: bool = False) -> list[Piece]:
        return [
            piece
            for one in said
            for piece in self._voice.sentence(
                one.language, self._tenant, one.prompt, one.values, Manner(one.short, slowly)
            )
        ]


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that the caller is told, and may want to hear again."""

    language: Language
    prompt: str
    values: Mapping[str, Spoken] = field(default_factory=dict)
    short: bool = False


_Read = Callable[[list[Piece]], str | Typed]
"""Plays a sound and reads what is typed."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """How something is asked: the first time, the further times, and what is said before those.

    After ``star_after`` mistakes a lone ``*`` has a meaning of its own; None: never.
    """

    first: Sequence[_Said]
    again: Sequence[_Said]
    complaints: Mapping[Typed, str] = field(default_factory=dict)
    star_after: int | None = None
    tries: int = TRIES

    @property
    def mistakes(self) -> Mapping[Typed, str]:
        return {**_MISTAKES, **self.complaints}

    def means_more(self, mistakes: int) -> bool:
        """Whether a lone ``*`` does, so late."""
        return self.star_after is not None and mistakes >= self.star_after


_MISTAKES: Final = {
    Typed.NO_INPUT: "try.no_input",
    Typed.NO_MATCH: "try.no_match",
    Typed.MISFIT: "try.no_match",
}


def _with_pause(piece: Piece, seconds: float) -> Piece:
    return replace(piece, pause_ms=piece.pause_ms + round(seconds * 1000))
