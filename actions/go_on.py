"""Go on where a call broke off: what its caller had keyed and where he was, and whether that is to be gone on with."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import Final

from actions.log_in import Keyed
from actions.redeem import Wanted
from domain.call import Call
from domain.fact import Origin
from domain.going_on import TOLD_AFTERWARDS, BrokenOff, ForPerson, broken_off
from domain.ids import CallerId, CallId, ParticipantId, TenantId
from domain.language import Language
from domain.portal_facts import WentOn
from domain.ports import Clock, Transactions
from domain.tenant import MenuItem

MOST_KEPT: Final = 2000
KEPT_FOR: Final = timedelta(hours=1)
"""After it was written last: as long as somebody may wait for a person, and then ring again."""

_LONGEST_CALL: Final = 100_000  # facts

Whereabouts = MenuItem | ForPerson | Wanted
"""Where a caller is: at an item of the menu, on his way to a person, or waiting for what he has confirmed."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """What a caller has said he is known by, whomever that fits, the language he said it in, and where he is; None: at
    nothing that is to be gone on with. ``broken`` is the call that he goes on with.
    """

    keyed: Keyed
    language: Language
    where: Whereabouts | None = None
    broken: CallId | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A bookmark, the call it is of and when it was written."""

    call: CallId
    at: datetime
    bookmark: Bookmark


class Bookmarks:
    """One for each number, of the last call in which somebody said who he is; none for a number that is withheld, nor
    for our monitoring's.

    They are in this process's memory alone, since what a caller keys is written down nowhere: they are gone when it
    ends, and another process or machine knows nothing of them. There is no PIN in them.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[TenantId, CallerId], Kept] = OrderedDict()  # oldest first
        self._lock = RLock()

    def put(self, call: Call, bookmark: Bookmark) -> None:
        """In place of the one before."""
        key = _key(call)
        if key is None:
            return
        now = self._clock()
        with self._lock:
            self._kept[key] = Kept(call.id, now, bookmark)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT or self._oldest.at < now - KEPT_FOR:
                self._kept.popitem(last=False)

    def move(self, call: Call, where: Whereabouts | None) -> None:
        """The call's own bookmark, where it has one."""
        with self._lock:
            kept = self._own(call)
            if kept is not None:
                self.put(call, replace(kept.bookmark, where=where))

    def leave(self, call: Call, where: Whereabouts) -> None:
        """He isn't there any more, unless he has been moved already."""
        with self._lock:
            kept = self._own(call)
            if kept is not None and kept.bookmark.where == where:
                self.move(call, None)

    def drop(self, call: Call) -> None:
        """The call's own bookmark: there is nothing to go on with."""
        with self._lock:
            key = _key(call)
            if key is not None and self._own(call) is not None:
                del self._kept[key]

    def last(self, call: Call) -> Kept | None:
        """Of the number that the call comes from."""
        key = _key(call)
        with self._lock:
            return None if key is None else self._kept.get(key)

    def _own(self, call: Call) -> Kept | None:
        kept = self.last(call)
        return kept if kept is not None and kept.call == call.id else None

    @property
    def _oldest(self) -> Kept:
        return next(iter(self._kept.values()))


def _key(call: Call) -> tuple[TenantId, CallerId] | None:
    return None if call.caller is None or call.synthetic else (call.tenant, call.caller)


@dataclass(frozen=True, slots=True)
class FindUnfinished:
    """What the call before from the same number broke off from, if it did a short while ago; not where all was heard
    and he was at a menu again: there he has no need of it. It is found as well where
    what was keyed then fits nobody: who listens learns nothing by it.
    """

    transactions: Transactions
    clock: Clock
    bookmarks: Bookmarks

    def __call__(self, call: Call) -> Bookmark | None:
        """It is the call's own from now on, should this one break off too. Raises StorageDown."""
        kept = self.bookmarks.last(call)
        if kept is None:
            return None
        with self.transactions.read() as uow:
            broken = broken_off(uow.facts.read(limit=_LONGEST_CALL, call=kept.call))
        if broken is None or not broken.is_recent(self.clock()):
            return None
        where = _where(kept, broken)
        if broken.in_menu and not _has_menu(where):
            return None
        unfinished = replace(kept.bookmark, where=where, broken=kept.call)
        self.bookmarks.put(call, unfinished)
        return unfinished


@dataclass(frozen=True, slots=True)
class NoteWentOn:
    """Records that somebody goes on, once he has proved who he is."""

    transactions: Transactions
    clock: Clock

    def __call__(self, origin: Origin, participant: ParticipantId, broken: CallId) -> None:
        with self.transactions.write() as uow:
            uow.facts.append(origin, self.clock(), WentOn(participant, broken))
            uow.commit()


def _where(kept: Kept, broken: BrokenOff) -> Whereabouts | None:
    where = broken.waited or kept.bookmark.where
    return None if isinstance(where, MenuItem) and where in broken.done else where


def _has_menu(where: Whereabouts | None) -> bool:
    """Whether a menu that was heard may have been its own, and not the one after it."""
    return isinstance(where, MenuItem) and where not in TOLD_AFTERWARDS
