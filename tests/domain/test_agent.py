"""Skills as they are written and read; and who is in a call."""

from datetime import UTC, datetime

import pytest

from domain.agent import Agent, OnHold, Ready, Talking, WrapUp, read_skills, write_skills
from domain.ids import AgentId, CallId, Phone

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_skill_without_a_level_is_at_its_best() -> None:
    assert read_skills(("de", "fr=2")) == {"de": 5, "fr": 2}


@pytest.mark.parametrize(
    "written", ["de=0", "de=6", "=3", "", "de=x", "de=", "de=5=5", "De", "two words", "x" * 42]
)
def test_what_is_no_skill(written: str) -> None:
    with pytest.raises(ValueError, match="is no skill"):
        read_skills((written,))


def test_a_skill_stands_there_once() -> None:
    with pytest.raises(ValueError, match="'fr' stands there twice"):
        read_skills(("fr", "fr=3"))


def test_written_skills_are_read_again() -> None:
    written = ("alpenrad=3", "de=5", "fr=1")
    assert write_skills(read_skills(written)) == written


@pytest.mark.parametrize(
    ("state", "talks"),
    [
        (Talking(NOON, CallId("A")), True),
        (OnHold(NOON, CallId("A")), True),
        (Talking(NOON, CallId("B")), False),
        (WrapUp(NOON, CallId("A"), NOON), False),
        (Ready(NOON), False),
    ],
)
def test_who_talks_about_a_call(state: Talking | OnHold | WrapUp | Ready, talks: bool) -> None:
    assert Agent(AgentId("eva"), Phone("201"), {}, state).talks_about(CallId("A")) is talks
