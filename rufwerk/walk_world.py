"""A world to walk dialogs in: the real dialogs and actions over a database that is thrown away, at an hour of its own,
as good as new for each path.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from actions.go_on import Bookmark, Whereabouts
from actions.log_in import Keyed
from actions.redeem import Wanted
from actions.wait import Waiter
from domain import call
from domain.call import Certainty
from domain.fact import CALLER, Origin
from domain.going_on import ForPerson
from domain.ids import CallerId, CallId, RedemptionId
from domain.language import Language
from domain.opening_hours import OpeningHours, OpenSpan
from domain.portal_facts import DialogEnd, DialogLeft
from domain.tenant import Line, LineDialog, Tenant, TenantBook
from domain.waiting_field import BANDS, LONGER
from ivr.dialog import CalledLine, Caller, Standing
from ivr.dialogs.identity import YES
from ivr.dialogs.waiting import Visit
from ivr.spoken import Named, Spoken, clips_of
from ivr.walking import walker
from ivr.walking.places import POUND, Walk
from ivr.walking.search import Beginning, walk
from prompts.catalogue import Catalogue, Hole
from rufwerk import ivr_wiring, telephone_numbers, walk_people
from rufwerk.kept_database import KeptDatabase
from rufwerk.walk_people import OVERDRAWN, POOR, RICH, ROLES, AnyLength, Role, digits_of, person_of
from storage.copies import url_of
from storage.migrations import upgrade
from storage.unit_of_work import SqlTransactions

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - what lies there is read by nobody but us: the folder is private
_OPEN_AT: Final = datetime(2026, 3, 4, 12, tzinfo=UTC)
_CLOSED_AT: Final = datetime(2028, 12, 30, 12, tzinfo=UTC)
"""A Wednesday and a Saturday, wherever the tenant is. The digits that who may log in keys, cut to four, are a weekday
soon after the Saturday, and a time of day.
"""

_WEEKDAYS: Final = dict.fromkeys(range(5), (OpenSpan(time(0), time(0)),))
_AMOUNT: Final = "100"
_BROKEN: Final = CallId("walk-0.1")
_NEVER: Final = 10**9


@dataclass(frozen=True, slots=True)
class Scene:
    """What is the same for all paths of one walk: whether persons ``answer``, whether his number is ``withheld``, who
    may log in, and whether a call from that number has just ``broken_off``.
    """

    name: str
    answered: bool
    withheld: bool
    roles: tuple[Role, ...]
    broken_off: bool = False


_OPEN: Final = Scene("open", answered=True, withheld=False, roles=(RICH, POOR, OVERDRAWN))
_CLOSED: Final = Scene("closed", answered=False, withheld=False, roles=(RICH,))
_CLOSED_WITHHELD: Final = Scene("closed_withheld", answered=False, withheld=True, roles=())
_WITHHELD: Final = Scene("withheld", answered=True, withheld=True, roles=())
_KNOWN: Final = Scene("known", answered=True, withheld=False, roles=(RICH, POOR))
_BROKEN_OFF: Final = Scene("broken_off", True, withheld=False, roles=(RICH,), broken_off=True)
INBOUND: Final = (_OPEN, _CLOSED, _CLOSED_WITHHELD)
WAITING: Final = (_KNOWN, _WITHHELD)


@dataclass(frozen=True, slots=True)
class Stage:
    """A dialog to be walked: what is met on a tenant's line, or while ``waiting`` for a person after it."""

    tenant: Tenant
    line: Line
    waiting: bool

    @property
    def name(self) -> str:
        waiting = "-waiting" if self.waiting else ""
        return f"{self.tenant.id}-{self.line.name}{waiting}"

    @property
    def scenes(self) -> tuple[Scene, ...]:
        if self.waiting:
            return WAITING
        return (*INBOUND, _BROKEN_OFF) if self.line.dialog is LineDialog.PORTAL else INBOUND


def stages(book: TenantBook) -> Sequence[Stage]:
    """All dialogs of all tenants."""
    lines = [(tenant, line) for tenant in book.tenants.values() for line in tenant.lines]
    return [Stage(*where, waiting=waiting) for where in lines for waiting in (False, True)]


class World:
    """Opened by ``opened``; one path at a time."""

    def __init__(self, folder: Path, catalogue: Catalogue, book: TenantBook) -> None:
        self._catalogue = catalogue
        self._book = TenantBook.of(_to_be_walked(tenant) for tenant in book.tenants.values())
        url = url_of(folder / "walk.db")
        upgrade(url)
        self._transactions = SqlTransactions(url, "walk")
        with self._transactions.write() as uow:
            for tenant in self._book.tenants.values():
                walk_people.seed(uow, tenant, _OPEN_AT)
                left = DialogLeft(DialogEnd.HUNG_UP, None)
                uow.facts.append(Origin(tenant.id, _BROKEN, CALLER), _OPEN_AT, left)
                if number := _number(tenant):
                    uow.callers.note(number, _caller(number))
            uow.commit()
        self._database = KeptDatabase(folder / "walk.db")

    def close(self) -> None:
        self._transactions.close()
        self._database.close()

    def walked(self, stage: Stage) -> Mapping[Scene, Walk]:
        return {scene: self._walk(stage, scene) for scene in stage.scenes}

    def _walk(self, stage: Stage, scene: Scene) -> Walk:
        tenant = self._book.tenants[stage.tenant.id]
        stage = replace(stage, tenant=tenant)
        calls = self._calls_again if scene.broken_off else self._calls
        begin = self._visits if stage.waiting else calls
        kept = self._database
        world = walker.World(
            self._speak(tenant),
            _digits(tenant, scene),
            _alike(tenant),
            kept.keep,
            kept.bring_back,
        )
        walked = walk(list(begin(stage, scene)), world)
        kept.forget()
        return walked

    def _calls(self, stage: Stage, scene: Scene) -> Iterator[Beginning]:
        """A known number chooses the language, so a call may begin in any."""
        line = _called(stage, scene)
        dialog = self._dialogs(scene).inbound[stage.line.dialog]

        def run(caller: Caller) -> object:
            return dialog(caller, line)

        for language in stage.line.languages:
            yield Beginning("", language, run)

    def _calls_again(self, stage: Stage, scene: Scene) -> Iterator[Beginning]:
        """A call for each point where the one before may have broken off, as a customer's: our monitoring's are never
        gone on with.
        """
        called = _called(stage, scene)
        known = replace(called.call, caller=_caller("again"), synthetic=False)
        line = replace(called, call=known)
        ours = self._dialogs(scene)
        dialog = ours.inbound[stage.line.dialog]

        def run(bookmark: Bookmark) -> Callable[[Caller], object]:
            def again(caller: Caller) -> object:
                ours.bookmarks.put(replace(line.call, id=_BROKEN), bookmark)
                return dialog(caller, line)

            return again

        for language in stage.line.languages:
            digits = digits_of(RICH, language)
            yield Beginning("", language, run(Bookmark(Keyed(digits), language)))
            for where in _whereabouts(stage.tenant, language):
                again = run(Bookmark(Keyed(digits), language, where))
                yield Beginning("", language, again, (YES, digits + POUND))

    def _visits(self, stage: Stage, scene: Scene) -> Iterator[Beginning]:
        line, dialog = _called(stage, scene), self._dialogs(scene).waiting

        def run(visit: Visit) -> Callable[[Caller], object]:
            def hear(caller: Caller) -> object:
                caller.who = visit.waiter.who
                return dialog(caller, line, visit)

            return hear

        for language in stage.line.languages:
            for name, visit in _visits(stage.tenant, language).items():
                yield Beginning(name, language, run(visit))

    def _dialogs(self, scene: Scene) -> ivr_wiring.Dialogs:
        at = _OPEN_AT if scene.answered else _CLOSED_AT
        sql, book = self._transactions, self._book
        return ivr_wiring.dialogs(sql, AnyLength(), lambda: at, lambda: book, lambda _: None)

    def _speak(self, tenant: Tenant) -> walker.Speak:
        def speak(language: Language, prompt: str, values: Mapping[str, Spoken]) -> None:
            for part in self._catalogue.sentence(language, prompt, tenant):
                if not isinstance(part, Hole):
                    continue
                match values[part.name]:
                    case Named(other):
                        speak(language, other, {})
                    case number:
                        clips_of(language, number)

        return speak


@contextmanager
def opened(catalogue: Catalogue, book: TenantBook) -> Iterator[World]:
    """The world, and nothing of it afterwards."""
    memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None  # it is written to thousands of times
    with (
        TemporaryDirectory(prefix="rufwerk-walk-", dir=memory) as folder,
        closing(World(Path(folder), catalogue, book)) as world,
    ):
        yield world


def _to_be_walked(tenant: Tenant) -> Tenant:
    """Open half of the time, whatever its own hours: both halves are to be walked. It rings back as long as that. No
    PIN counts as sprayed: that is in memory, and not brought back for each path.
    """
    hours = OpeningHours(tenant.hours.zone, _WEEKDAYS)
    dialling = replace(tenant.dialling, hours=hours, on_holidays=True)
    pin = replace(tenant.pin, spray_accounts=_NEVER)
    return replace(tenant, hours=hours, open_on_holidays=True, dialling=dialling, pin=pin)


def _number(tenant: Tenant) -> str | None:
    """A number that the tenant would ring back; None where it rings nobody."""
    countries = sorted(tenant.dialling.countries, key=lambda one: (one != tenant.country, one))
    return telephone_numbers.example(countries[0]) if countries else None


def _digits(tenant: Tenant, scene: Scene) -> Callable[[call.Caller], Sequence[str]]:
    """Those of the people who may log in, or of him who has; a stranger's, who has a telephone; and few points."""
    number = _number(tenant) or telephone_numbers.example(tenant.country) or "+493023125000"
    others = (f"00{number.removeprefix('+')}", _AMOUNT)
    people = {
        language: [digits_of(role, language) for role in scene.roles] for language in Language
    }
    own = {
        person_of(tenant.id, role, language).id: digits_of(role, language)
        for language in Language
        for role in ROLES
    }

    def digits(who: call.Caller) -> Sequence[str]:
        known = who.participant and own[who.participant]
        return (known, *others) if known else (*people[who.language], *others)

    return digits


def _alike(tenant: Tenant) -> Callable[[call.Caller], call.Caller]:
    """Who has chosen another language than his own is like the person who speaks it."""
    people = {
        (role, language): person_of(tenant.id, role, language).id
        for role in ROLES
        for language in Language
    }
    roles = {person: role for (role, _), person in people.items()}

    def alike(who: call.Caller) -> call.Caller:
        if who.participant is None:
            return who
        return replace(who, participant=people[roles[who.participant], who.language])

    return alike


def _caller(number: str) -> CallerId:
    return CallerId(f"walk-{number}")


def _called(stage: Stage, scene: Scene) -> CalledLine:
    number = None if scene.withheld else _number(stage.tenant)
    caller = _caller(number) if number else None
    dialled = stage.line.numbers[0]
    known = call.Call(CallId("walk-1.1"), stage.tenant.id, dialled, caller, number, True)
    return CalledLine(known, stage.tenant, stage.line)


def _whereabouts(tenant: Tenant, language: Language) -> Iterator[Whereabouts]:
    yield from tenant.menu
    yield from (ForPerson(), ForPerson(asked=True))
    person = person_of(tenant.id, RICH, language).id
    yield from (Wanted(RedemptionId(one.key), person, one) for one in tenant.rewards[:1])


def _visits(tenant: Tenant, language: Language) -> Mapping[str, Visit]:
    """Announcements to a stranger, and one to somebody who has logged in."""
    stranger = Waiter(call.Caller(language), told=2)
    person = person_of(tenant.id, RICH, language)
    who = call.Caller(language, person.id, Certainty.PIN_VERIFIED)
    known = Waiter(who, participant=person, told=2)
    return {
        "unknown": Visit(stranger, None, None),
        "first": Visit(replace(stranger, told=1), Standing(1, BANDS[0]), None),
        "later": Visit(stranger, Standing(3, LONGER), None),
        "logged_in": Visit(known, Standing(2, BANDS[2]), None),
        "overflow": Visit(stranger, None, tenant.field.overflow),
    }
