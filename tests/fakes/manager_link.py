"""The link to Asterisk's manager, as the switchboard uses it: answers that a test wrote down, and what was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cti.ami import Answer, Event

Asked = tuple[str, Mapping[str, str | Sequence[str]]]


@dataclass
class WrittenLink:
    """``answers`` by action: an Answer, or what is to be raised; any other action succeeds."""

    answers: dict[str, Answer | Exception] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    async def act(
        self, action: str, fields: Mapping[str, str | Sequence[str]] | None = None
    ) -> Answer:
        self.asked.append((action, fields or {}))
        answer = self.answers.get(action, Answer({}))
        if isinstance(answer, Exception):
            raise answer
        return answer


def listed(name: str, *rows: Mapping[str, str]) -> Answer:
    """The answer of an action that lists."""
    return Answer({}, [Event(name, row) for row in rows])
