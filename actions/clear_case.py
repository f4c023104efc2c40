"""The gate for a case: whether a debtor may be rung now, by all that was tried before."""

from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from domain.dialling import Cleared, Refusal, Refused
from domain.dialling_ports import ReadNumber
from domain.dunning import Case
from domain.dunning_gate import History, Standing, Terms, judge, next_allowed, next_wanted
from domain.dunning_profile import Profile
from domain.ids import CallId
from domain.opening_hours import OpenSpan
from domain.party import Party, Whereabouts
from domain.ports import Clock, UnitOfWork
from domain.tenant import Tenant, TenantBook

SEEN_BACK: Final = timedelta(days=9)
"""How far back dials of a number are looked at: further than the widest window of any profile."""

_BUSY_FOR: Final = timedelta(minutes=1)
"""After which somebody may be asked for anew whom another agent dials."""


@dataclass(frozen=True, slots=True)
class ClearCase:
    """``book`` and ``holidays`` (where a party may be, about an instant) are asked each time, so that changed rules
    count from the next dial.
    """

    clock: Clock
    book: Callable[[], TenantBook]
    read_number: ReadNumber
    whereabouts: Whereabouts
    holidays: Callable[[Party, datetime], Set[date]]

    def __call__(
        self, uow: UnitOfWork, case: Case, *, leased: bool = True, call: CallId | None = None
    ) -> Cleared | Refused:
        """Whether the debtor may be dialled now, for ``call`` if it has begun. ``leased``: who asks has the case."""
        tenant = self.book().tenants.get(case.tenant)
        if tenant is None or tenant.dunning is None:
            return Refused(Refusal.TENANT)
        party = self._party(case)
        if party is None:
            return Refused(Refusal.UNREADABLE)
        if self.book().dialled(party.number.e164) is not None:
            return Refused(Refusal.OWN)
        now = self.clock()
        wanted_at = _wanted_from(case, party, tenant.dunning.profile, now)
        if wanted_at != now:
            return Refused(Refusal.HOURS, wanted_at)
        standing = self._standing(uow, case, now, leased=leased, call=call)
        holidays = self.holidays(party, now)
        answer = judge(party, _terms(tenant, case), standing, now, holidays)
        if isinstance(answer, Refused) and answer.refusal is Refusal.UNDER_WAY:
            return replace(answer, until=now + _BUSY_FOR)
        return answer

    def due(self, uow: UnitOfWork, case: Case, at: datetime) -> datetime:
        """When he may be rung first from ``at`` on, by the rules and his own wish, as far as is known now."""
        tenant, party = self.book().tenants.get(case.tenant), self._party(case)
        if tenant is None or tenant.dunning is None or party is None:
            return at
        history = self._standing(uow, case, self.clock(), leased=True, call=None).history
        holidays, profile = self.holidays(party, at), tenant.dunning.profile
        wanted = _wanted_from(case, party, profile, at)
        allowed = next_allowed(party, _terms(tenant, case), history, wanted, holidays)
        return _wanted_from(case, party, profile, allowed or wanted)

    def is_ever_rung(self, case: Case, within: OpenSpan) -> bool:
        """Whether he may be rung ``within`` such hours of a day at all."""
        tenant, party = self.book().tenants.get(case.tenant), self._party(case)
        if tenant is None or tenant.dunning is None or party is None:
            return True
        return next_wanted(party, tenant.dunning.profile, within, self.clock()) is not None

    def _party(self, case: Case) -> Party | None:
        number = self.read_number(case.debtor.phone)
        if number is None:
            return None
        return self.whereabouts(number, case.debtor.country, case.debtor.zip_code)

    def _standing(
        self, uow: UnitOfWork, case: Case, now: datetime, *, leased: bool, call: CallId | None
    ) -> Standing:
        phone = case.debtor.phone
        caller = uow.callers.id_of(phone)
        tries = [one for one in uow.attempts.of_case(case.id) if one.call != call]
        dials = [] if caller is None else uow.dials_made.to_number(caller, now - SEEN_BACK)
        dials = [one for one in dials if one.call != call]
        others = [one for one in dials if one.case is None]
        talks = [one.at for one in tries if one.reached]
        talks += [one.reached for one in others if one.reached is not None]
        held = None if caller is None else uow.dials_under_way.of(caller)
        return Standing(
            History(
                [one.at for one in dials],
                [one.at for one in tries if one.counts],
                max(talks, default=None),
                [one.at for one in others],
            ),
            blocked=uow.blocked_numbers.holds(phone),
            leased=leased,
            under_way=held is not None and held.call != call and held.holds(now),
        )


def _wanted_from(case: Case, party: Party, profile: Profile, at: datetime) -> datetime:
    """The first instant from ``at`` on at which he wants to be rung and the hours let him. Where they never do, as
    after they have been changed, his wish is none: else his case would stay open for ever.
    """
    if case.window is None:
        return at
    return next_wanted(party, profile, case.window, at) or at


def _terms(tenant: Tenant, case: Case) -> Terms:
    assert tenant.dunning is not None, "it rings debtors"
    shown = tenant.dunning.show or tenant.dialling.show
    return Terms(replace(tenant.dialling, show=shown), tenant.dunning.profile, case.limit)
