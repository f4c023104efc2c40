"""Callers who key what is asked, or anything else, at any time, and hang up when they like."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from domain.participant import Participant
from ivr.dialog import CallerHungUp
from tests.fakes.telephone import SILENCE, Heard, ScriptedLine

MOST_ASKED = 3000
"""No dialog asks as often: it ends sooner, whatever is keyed."""

KEYS = "0123456789*#"

PUBLIC = frozenset(
    {"welcome", "language", "login", "lost", "menu", "try", "person", "failure", "call_back"}
) | {"farewell"}
"""Where a prompt belongs that may be heard before a right PIN."""

TOLD_ALL = ("call_back.", "person.")
"""Of those, prompts with numbers: when persons answer, and the number to be rung back at."""

NOT_YET = frozenset({"menu.back", "menu.balance", "menu.redeem", "menu.block_card", "menu.more"})


@dataclass
class Mind:
    """What a caller knows: who he says he is, and the PIN that he believes in."""

    rng: random.Random
    who: Participant
    pin: str
    new_pin: str
    tries_home: bool

    def answer(self, prompt: str) -> str:
        """What he keys at a prompt: mostly what is asked, now and then anything."""
        chance = self.rng.random()
        if chance < 0.06:
            return "".join(self.rng.choices(KEYS, k=self.rng.randint(1, 12)))
        if chance < 0.10:
            return self.rng.choice([SILENCE, "9#", "0#", "*", "#", "9", "0"])
        keys = self._fitting(prompt)
        if chance > 0.85:
            keys += "".join(self.rng.choices("1234*#", k=self.rng.randint(1, 3)))
        return keys

    def _fitting(self, prompt: str) -> str:
        known: Mapping[str, Callable[[], str]] = {
            "login.number": self._number,
            "login.several": lambda: f"{self.who.number}#",
            "lost.number": lambda: f"{self.who.number}#",
            "login.zip": lambda: f"{self.who.zip_code}#",
            "login.born": lambda: f"{self.who.born:%d%m%Y}#",
            "login.pin": self._pin,
            "lost.offer": lambda: self.rng.choice(["*#", f"{self.pin}#", f"{self.pin}#"]),
            "lost.all": lambda: self.rng.choice("12"),
            "redeem.confirm": lambda: self.rng.choice("112"),
            "block.confirm": lambda: self.rng.choice("12"),
            "pin.old": lambda: f"{self.pin}#",
            "pin.new": lambda: f"{self.new_pin}#",
            "pin.again": lambda: f"{self.new_pin}#",
            "menu.person": lambda: self.rng.choice("1222334444"),
            "menu.back": lambda: self.rng.choice("1112234"),
        }
        found = known.get(prompt.removesuffix("_help").removesuffix("_again"))
        return found() if found else self.rng.choice("11112234")

    def _number(self) -> str:
        if self.rng.random() < 0.08:
            return "#"
        return "*" if self.tries_home else f"{self.who.number}#"

    def _pin(self) -> str:
        if self.rng.random() < 0.15:
            return f"{self.rng.randrange(10**6):06}#"
        return f"{self.pin}#"


@dataclass
class RandomLine(ScriptedLine):
    """A line whose caller makes up his mind at each question. ``let_in`` says whether a PIN was right yet;
    ``hangs_up`` is how likely he is gone at each command.
    """

    mind: Mind | None = None
    let_in: Callable[[], bool] = lambda: False
    hangs_up: float = 0.0
    asked: int = 0
    prompts: Counter[str] = field(default_factory=Counter)
    typed: list[str] = field(default_factory=list)
    _last: str = ""

    @override
    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        assert self.mind is not None
        self.asked += 1
        assert self.asked < MOST_ASKED, "a dialog without an end"
        self._hear(sound)
        if self.mind.rng.random() < self.hangs_up:
            raise CallerHungUp
        if timeout_s < 1:
            beside = self.mind.rng.random() < 0.03
            return Heard(self.mind.rng.choice(KEYS[:-1]) if beside else "", timed_out=True)
        if not self._typing:
            self.keys = [self.mind.answer(self._last)]
            self.typed += self.keys
        return super().get_data("", timeout_s, max_digits, playing_s)

    @override
    def stream(self, sound: str, playing_s: float, *, takes_keys: bool) -> str:
        assert self.mind is not None
        self._hear(sound)
        if self.mind.rng.random() < self.hangs_up:
            raise CallerHungUp
        return ""

    def _hear(self, sound: str) -> None:
        """Before a right PIN nothing is said that is about anybody."""
        for said in filter(None, sound.split(", ")):
            prompt, _, values = said.partition(":")
            prompt = prompt.removeprefix("short.")
            if not self.let_in():
                assert prompt.partition(".")[0] in PUBLIC - {"menu"} or prompt == "menu.person", (
                    said
                )
                assert prompt.startswith(TOLD_ALL) or not any(map(str.isdigit, values)), said
            self.prompts[prompt] += 1
            self._last = prompt
