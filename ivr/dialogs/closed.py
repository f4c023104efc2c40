"""Nobody is there: when somebody is, and being rung back then, at an hour of the caller's choice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from domain.attendance import Attendance
from domain.call import Certainty
from domain.dialling import CallBack, Window
from domain.handover import Handover
from domain.opening_hours import OpenSpan
from domain.ports import StorageDown
from domain.tenant import LineDialog
from ivr.dialog import (
    CalledLine,
    Caller,
    Farewell,
    Menu,
    NoUsableInput,
    Option,
    PersonWanted,
    Question,
    Way,
)
from ivr.dialogs.call_back import LaterWish, RingMeBack
from ivr.keypad import EntryRule
from ivr.spoken import DayNear, Digits, Hours, Spans, TimeOfDay, Weekdays
from ivr.steps import keyed_day, keyed_time


class When(Enum):
    SOON = "soon"
    NEXT_DAY = "next_day"
    OTHER_DAY = "other_day"


class Right(Enum):
    YES = "yes"
    OTHER_NUMBER = "other_number"
    OTHER_TIME = "other_time"


_OWN_NUMBER: Final = Menu(
    "call_back.right",
    [
        Option("1", "call_back.yes", Right.YES),
        Option("2", "call_back.other_time", Right.OTHER_TIME),
    ],
)
_ANY_NUMBER: Final = Menu(
    "call_back.right",
    [*_OWN_NUMBER.options, Option("3", "call_back.another_number", Right.OTHER_NUMBER)],
)
_DAY_RULE: Final = EntryRule(4, 4)
_TIME_RULE: Final = EntryRule(3, 4)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """When he wants to be rung; None: as soon as somebody is there."""

    window: Window | None = None


@dataclass(frozen=True, slots=True)
class WhenClosed:
    """Tells the hours and offers to ring him back where anybody may be rung. Nothing is noted that he hasn't heard
    read back and confirmed. Only who has proved his PIN may name another number than the one he rings from, or
    anybody could have strangers rung.
    """

    ring_me_back: RingMeBack

    def __call__(
        self,
        caller: Caller,
        line: CalledLine,
        attendance: Attendance,
        entering: Callable[[], Handover],
        *,
        served: bool,
    ) -> Farewell | None:
        """``entering`` makes the handover that takes him into the field. None is back, to where he is ``served``; who
        isn't has nothing to go back to.
        """
        _tell_hours(caller, attendance)
        if not attendance.rings_back:
            return None if served else _let_go(caller)
        if_not = "call_back.none"
        try:
            standing = self.ring_me_back.standing_wish(caller, line)
            if standing is not None:
                if_not = "call_back.already"
                if not _may_be_moved(standing, attendance):
                    caller.say(if_not)
                    return _let_go(caller)
            end = self._rung_back(caller, line, attendance, entering, standing)
            if end is not None or (served and standing is None):
                return end
            caller.say(if_not)
            if served:
                return None
        except (PersonWanted, NoUsableInput):  # nobody is there, and nothing is confirmed
            caller.say(if_not)
        except StorageDown:
            caller.sorry("call_back.sorry")
        return _let_go(caller)

    def _rung_back(
        self,
        caller: Caller,
        line: CalledLine,
        attendance: Attendance,
        entering: Callable[[], Handover],
        standing: CallBack | None,
    ) -> Farewell | None:
        number = self.ring_me_back.own_number(caller, line)
        if number is None and not _is_known(caller):
            return _unseen(caller, line)
        if standing is not None and standing.window is not None:
            _say_window(caller, "call_back.standing", attendance, standing.window)
        outro = "call_back.or_hang_up" if standing is None else "call_back.or_keep"
        chosen = _chosen(caller, attendance, outro)
        while chosen is not None:
            number = number or self.ring_me_back.keyed_number(caller, line)
            if number is None:
                chosen = _chosen(caller, attendance, outro)
                continue
            self._read_back(caller, line, attendance, number, chosen)
            match caller.choose(_ANY_NUMBER if _is_known(caller) else _OWN_NUMBER):
                case Right.YES:
                    instead_of = None if standing is None else standing.call
                    wanted = LaterWish(entering(), chosen.window, instead_of)
                    return self.ring_me_back.note(caller, line, number, wanted)
                case Right.OTHER_NUMBER:
                    number = self.ring_me_back.keyed_number(caller, line) or number
                case Right.OTHER_TIME | Way():
                    chosen = _chosen(caller, attendance, outro)
        return None

    def _read_back(
        self,
        caller: Caller,
        line: CalledLine,
        attendance: Attendance,
        number: str,
        chosen: _Chosen,
    ) -> None:
        spoken = self.ring_me_back.spoken(line, number)
        if chosen.window is None:
            caller.say("call_back.when_open", number=spoken)
            return
        _say_window(caller, "call_back.within", attendance, chosen.window, number=spoken)


def _say_window(
    caller: Caller, prompt: str, attendance: Attendance, window: Window, **more: Digits
) -> None:
    zone = attendance.tenant.hours.zone
    start, end = (at.astimezone(zone) for at in (window.start, window.end))
    day = DayNear(start.date(), attendance.today)
    times = Spans((OpenSpan(start.time(), end.time()),))
    caller.say(prompt, day=day, times=times, **more)


def _may_be_moved(standing: CallBack, attendance: Attendance) -> bool:
    """Whose window has begun, or who has none, is rung as soon as can be."""
    return standing.window is not None and standing.window.start > attendance.now


def _is_known(caller: Caller) -> bool:
    return caller.who.certainty is Certainty.PIN_VERIFIED


def _let_go(caller: Caller) -> Farewell:
    caller.say("farewell")
    return Farewell()


def _unseen(caller: Caller, line: CalledLine) -> Farewell:
    """There is no number to ring, and he may name none as long as nobody knows him."""
    caller.say("call_back.unseen")
    if line.line.dialog is LineDialog.PORTAL:
        caller.say("call_back.or_log_in")
    return _let_go(caller)


def _tell_hours(caller: Caller, attendance: Attendance) -> None:
    caller.say("person.closed")
    opens = attendance.opens_next
    if opens is None:
        return
    day = DayNear(opens.date(), attendance.today)
    caller.say("person.next", day=day, time=TimeOfDay(opens.time()))
    hours = attendance.tenant.hours
    if opens.date() in hours.exceptions:  # the week's hours would belie it
        caller.say("person.hours_that_day", times=Spans(hours.on(opens.date())))
        return
    week = hours.week
    if not any(week.values()):  # they answer on single days alone
        return
    but_holidays = attendance.keeps_holidays
    prompt = "person.hours_but_holidays" if but_holidays else "person.hours"
    caller.say(prompt, hours=Hours(week))


def _chosen(caller: Caller, attendance: Attendance, outro: str) -> _Chosen | None:
    """None is back. Who can't make himself understood about the time is rung as soon as somebody is there."""
    while True:
        when = caller.choose(_when_menu(attendance, outro))
        if isinstance(when, Way):
            return None
        if when is When.SOON:
            return _Chosen()
        try:
            window = _window(caller, attendance, when)
        except NoUsableInput:
            caller.sorry("call_back.lost")
            return _Chosen()
        if window is not None:
            return _Chosen(window)


def _when_menu(attendance: Attendance, outro: str) -> Menu[When]:
    """A day is only offered where there is one."""
    options, days = [Option("1", "call_back.soon", When.SOON)], attendance.days
    if days:
        day = {"day": DayNear(days[0], attendance.today)}
        options.append(Option("2", "call_back.next_day", When.NEXT_DAY, values=day))
    if len(days) > 1:
        options.append(Option("3", "call_back.other_day", When.OTHER_DAY))
    return Menu("call_back.when", options, outro=outro)


def _window(caller: Caller, attendance: Attendance, when: When) -> Window | None:
    """The window that he wants to be rung in; None is back."""
    day = attendance.days[0] if when is When.NEXT_DAY else _day(caller, attendance)
    return None if day is None else _at(caller, attendance, day)


def _day(caller: Caller, attendance: Attendance) -> date | None:
    days = attendance.days

    def meant(digits: str) -> date | None:
        return keyed_day(digits, days)

    keyed = caller.enter(
        Question(
            "call_back.day",
            "call_back.day_help",
            _DAY_RULE,
            fits=lambda digits: meant(digits) is not None,
            misfit="call_back.no_day",
            values={"days": _weekdays(attendance)},
        )
    )
    return None if isinstance(keyed, Way) else meant(keyed)


def _weekdays(attendance: Attendance) -> Weekdays:
    """Those of the days to choose from, without single days that are open out of turn, unless there are no others."""
    days, single = attendance.days, attendance.tenant.hours.exceptions
    usual = [day for day in days if day not in single] or days
    return Weekdays(tuple(sorted({day.weekday() for day in usual})))


def _at(caller: Caller, attendance: Attendance, day: date) -> Window | None:
    def meant(digits: str) -> Window | None:
        at = keyed_time(digits)
        return None if at is None else attendance.window(day, at)

    starts = tuple(OpenSpan(one.first, one.last) for one in attendance.starts(day))
    keyed = caller.enter(
        Question(
            "call_back.time",
            "call_back.time_help",
            _TIME_RULE,
            fits=lambda digits: meant(digits) is not None,
            misfit="call_back.no_time",
            values={"day": DayNear(day, attendance.today), "times": Spans(starts)},
        )
    )
    return None if isinstance(keyed, Way) else meant(keyed)
