"""What isn't done says why, for programs and in words; reasons of offers are read from the words again."""

from enum import StrEnum

import pytest

from domain.denial import Denied
from domain.offer_reason import OfferReason
from domain.worded import read_worded


class Because(StrEnum):
    CLOSED = "{shop} is closed. Come back at {hour}."


def test_it_says_why_in_words_and_for_programs() -> None:
    denied = Denied(Because.CLOSED, shop="Alpenrad", hour=8)
    assert str(denied) == "Alpenrad is closed. Come back at 8."
    assert (denied.why, denied.values) == (Because.CLOSED, {"shop": "Alpenrad", "hour": 8})


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        (OfferReason.PRIORITY, {"priority": "-3"}),
        (OfferReason.BELOW_LEVEL, {"tenant": "maison-lune", "points": "7"}),
        (OfferReason.WAITED, {"seconds": "12"}),
        (OfferReason.RELAXED, {"stage": "2"}),
        (OfferReason.NOBODY_ELSE, {}),
        (OfferReason.SPOKE_LAST, {}),
        (OfferReason.SKILLS, {"skills": "de=5 data=3", "ready": "2"}),
        (OfferReason.SKILLS, {"skills": "", "ready": "1"}),
        (OfferReason.IDLE, {"seconds": "0"}),
    ],
)
def test_a_reason_is_read_from_its_words(reason: OfferReason, values: dict[str, str]) -> None:
    assert read_worded(OfferReason, reason.format(**values)) == (reason, values)


def test_other_words_are_no_reason() -> None:
    assert read_worded(OfferReason, "she is the best") is None
