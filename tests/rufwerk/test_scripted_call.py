"""A call that fell short is told from one that did what was asked."""

import pytest

from phone.caller import CallReport
from phone.hearing import Heard
from rufwerk.scripted_call import shortfall

HEARD = (Heard("welcome", "Willkommen.", "de", 0.5, 1.5, cut=False),)


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (CallReport(HEARD, "caller", left_because="the script is done"), ()),
        (CallReport(HEARD, "portal"), ()),
        (
            CallReport(HEARD, "caller", left_because="nothing was heard", untyped=2),
            ("2 groups of keys", "nothing was heard", "caller"),
        ),
        (CallReport(HEARD, "portal", untyped=1), ("1 group of keys", "portal")),
        (CallReport((), "portal"), ("no prompt was heard",)),
        (CallReport((), "error", 404, "Not Found"), ("404 Not Found",)),
    ],
)
def test_what_fell_short_is_said(report: CallReport, said: tuple[str, ...]) -> None:
    text = shortfall(report)
    assert bool(text) == bool(said)
    assert all(word in text for word in said)
