"""Bookmarks: one for each number and tenant, few, not for long, and nothing that a log could print."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from actions import go_on
from actions.go_on import KEPT_FOR, Bookmark, Bookmarks
from actions.log_in import Home, Keyed
from domain.call import Call
from domain.ids import CallerId, CallId, TenantId
from domain.language import Language
from domain.tenant import MenuItem

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CALL = Call(CallId("a-1"), TenantId("alpenrad"), "555100", CallerId("c-1"), "+49171", False)
KEYED = Bookmark(Keyed("10000001"), Language.DE)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bookmarks(clock: Clock) -> Bookmarks:
    return Bookmarks(clock)


def of(bookmarks: Bookmarks, call: Call) -> Bookmark | None:
    kept = bookmarks.last(call)
    return None if kept is None else kept.bookmark


def test_the_last_call_of_a_number_counts(bookmarks: Bookmarks) -> None:
    later = replace(CALL, id=CallId("a-2"))
    bookmarks.put(CALL, KEYED)
    bookmarks.put(later, Bookmark(Keyed("10000005"), Language.ES))
    bookmarks.move(CALL, MenuItem.REDEEM)
    bookmarks.leave(CALL, MenuItem.REDEEM)
    bookmarks.drop(CALL)
    assert of(bookmarks, CALL) == Bookmark(Keyed("10000005"), Language.ES)
    bookmarks.move(later, MenuItem.REDEEM)
    bookmarks.leave(later, MenuItem.BALANCE)
    assert of(bookmarks, CALL) == Bookmark(Keyed("10000005"), Language.ES, MenuItem.REDEEM)
    bookmarks.leave(later, MenuItem.REDEEM)
    assert of(bookmarks, CALL) == Bookmark(Keyed("10000005"), Language.ES)
    bookmarks.drop(later)
    assert of(bookmarks, CALL) is None


@pytest.mark.parametrize(
    "other", [replace(CALL, caller=CallerId("c-2")), replace(CALL, tenant=TenantId("lune"))]
)
def test_numbers_and_tenants_are_apart(bookmarks: Bookmarks, other: Call) -> None:
    bookmarks.put(CALL, KEYED)
    assert of(bookmarks, other) is None


@pytest.mark.parametrize("call", [replace(CALL, caller=None), replace(CALL, synthetic=True)])
def test_of_some_calls_there_is_none(bookmarks: Bookmarks, call: Call) -> None:
    bookmarks.put(call, KEYED)
    bookmarks.move(call, MenuItem.REDEEM)
    bookmarks.leave(call, MenuItem.REDEEM)
    bookmarks.drop(call)
    assert of(bookmarks, call) is None
    assert of(bookmarks, CALL) is None


def test_they_go_after_a_while(bookmarks: Bookmarks, clock: Clock) -> None:
    others = [replace(CALL, caller=CallerId(f"c-{number}")) for number in range(3)]
    bookmarks.put(others[0], KEYED)
    clock.now += KEPT_FOR
    bookmarks.put(others[1], KEYED)
    assert of(bookmarks, others[0]) == KEYED
    clock.now += timedelta(seconds=1)
    bookmarks.put(others[2], KEYED)
    assert [of(bookmarks, one) for one in others] == [None, KEYED, KEYED]


def test_the_oldest_makes_room(bookmarks: Bookmarks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(go_on, "MOST_KEPT", 2)
    others = [replace(CALL, caller=CallerId(f"c-{number}")) for number in range(3)]
    for one in (*others[:2], others[0], others[2]):
        bookmarks.put(one, KEYED)
    assert [of(bookmarks, one) for one in others] == [KEYED, None, KEYED]


def test_what_was_keyed_is_not_printed() -> None:
    home = Home("76275", NOW.date())
    printed = repr(Bookmark(Keyed("10000001", home), Language.DE))
    assert not any(keyed in printed for keyed in ("10000001", "76275", str(NOW.year)))
