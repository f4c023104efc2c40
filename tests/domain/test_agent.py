"""Skills as they are written and read."""

import pytest

from domain.agent import read_skills, write_skills


def test_a_skill_without_a_level_is_at_its_best() -> None:
    assert read_skills(("de", "fr=2")) == {"de": 5, "fr": 2}


@pytest.mark.parametrize("written", ["de=0", "de=6", "=3", "", "de=x"])
def test_what_is_no_skill(written: str) -> None:
    with pytest.raises(ValueError, match=r"skill|invalid literal"):
        read_skills((written,))


def test_written_skills_are_read_again() -> None:
    written = ("alpenrad=3", "de=5", "fr=1")
    assert write_skills(read_skills(written)) == written
