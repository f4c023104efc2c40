"""How long something is kept, as settings say it."""

from datetime import timedelta

from domain.retention import kept_for


def test_no_days_are_for_good() -> None:
    assert kept_for(0) is None
    assert kept_for(90) == timedelta(days=90)
