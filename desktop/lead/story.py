"""A call's story: its facts in words, with the reason of each decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from typing import Final

from actions.read_story import Story
from desktop.told import told_reasons, told_step
from domain.customer_note import NoteKind
from domain.errand import ErrandKind, PointsReason
from domain.fact import Body, Fact
from domain.facts import kind_of
from domain.field_facts import ControlAsked, Offered
from domain.language import Language
from domain.reward import RewardKind

_WORDS_OF: Final[Mapping[type, str]] = {
    Language: "lang",
    ErrandKind: "errand",
    NoteKind: "note",
    PointsReason: "points",
    RewardKind: "reward",
}
"""How the words for a kind of values begin; for all others with the field's name."""


_STEPS: Final = frozenset({"path", "failed_at"})
"""What names places in the portal."""


@dataclass(frozen=True, slots=True)
class Told:
    """One fact. ``reason`` is a decision's, the weightiest first."""

    at: str
    words: str
    by: str
    reason: Sequence[str]


class Teller:
    """Tells a story in one language, with times of ``zone``."""

    def __init__(self, texts: Mapping[str, str], zone: tzinfo) -> None:
        self._texts = texts
        self._zone = zone

    def tell(self, story: Story) -> Sequence[Told]:
        return [self._told(fact, story.names) for fact in story.facts]

    def _told(self, fact: Fact, names: Mapping[str, str]) -> Told:
        actor = fact.origin.actor
        kind = kind_of(fact.body)
        words = self._texts.get(f"fact_{kind}", kind)
        return Told(
            self._moment(fact.at),
            words.format_map(self._values(fact.body, names)),
            names.get(actor) or self._texts.get(f"actor_{actor}", actor),
            told_reasons(fact.body.reason, self._texts) if isinstance(fact.body, Offered) else (),
        )

    def _values(self, body: Body, names: Mapping[str, str]) -> Mapping[str, str]:
        values = {one.name: getattr(body, one.name) for one in fields(body)}  # type: ignore[arg-type]
        if isinstance(body, ControlAsked):
            values["to"] = body.to.partition(":")[2]
        return {name: self._value(name, value, names) for name, value in values.items()}

    def _value(self, name: str, value: object, names: Mapping[str, str]) -> str:
        match value:
            case None:
                return self._texts.get(f"{name}_none", self._texts["nothing"])
            case datetime():
                return self._moment(value)
            case bool():
                return self._texts.get(f"{name}_{value}") or self._texts["yes" if value else "no"]
            case tuple():
                told = (self._value(name, one, names) for one in value)
                return ", ".join(told) or self._texts["nothing"]
            case str() if name in _STEPS:
                return told_step(value, self._texts)
            case _:
                word = self._texts.get(f"{_WORDS_OF.get(type(value), name)}_{value}")
                return word or names.get(str(value), str(value))

    def _moment(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
