"""Nobody is there: when somebody is, and being rung back then, at an hour of the caller's choice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from domain.attendance import Attendance
from domain.call import Certainty
from domain.dialling import Window
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
from ivr.dialogs.call_back import RingMeBack, Wanted
from ivr.keypad import EntryRule
from ivr.spoken import Clock, DayNear, Hours, Spans, Weekdays
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
    ) -> Farewell | None:
        """``entering`` makes the handover that takes him into the field; None is back."""
        _tell_hours(caller, attendance)
        if not attendance.rings_back:
            return _let_go(caller)
        try:
            return self._rung_back(caller, line, attendance, entering)
        except (PersonWanted, NoUsableInput):  # nobody is there, and nothing is confirmed
            caller.say("call_back.none")
        except StorageDown:
            caller.sorry("call_back.sorry")
        return _let_go(caller)

    def _rung_back(
        self,
        caller: Caller,
        line: CalledLine,
        attendance: Attendance,
        entering: Callable[[], Handover],
    ) -> Farewell | None:
        if self.ring_me_back.stands(caller, line):
            caller.say("call_back.already")
            return _let_go(caller)
        number = self.ring_me_back.own_number(caller, line)
        is_known = caller.who.certainty is Certainty.PIN_VERIFIED
        if number is None and not is_known:
            return _unseen(caller, line)
        chosen = _chosen(caller, attendance)
        while chosen is not None:
            number = number or self.ring_me_back.keyed_number(caller, line)
            if number is None:
                chosen = _chosen(caller, attendance)
                continue
            self._read_back(caller, line, attendance, number, chosen)
            match caller.choose(_ANY_NUMBER if is_known else _OWN_NUMBER):
                case Right.YES:
                    wanted = Wanted(entering(), chosen.window)
                    return self.ring_me_back.note(caller, line, number, wanted)
                case Right.OTHER_NUMBER:
                    number = self.ring_me_back.keyed_number(caller, line) or number
                case Right.OTHER_TIME | Way():
                    chosen = _chosen(caller, attendance)
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
        zone = line.tenant.hours.zone
        start, end = (at.astimezone(zone) for at in (chosen.window.start, chosen.window.end))
        day = DayNear(start.date(), attendance.today)
        caller.say(
            "call_back.within",
            day=day,
            start=Clock(start.time()),
            end=Clock(end.time()),
            number=spoken,
        )


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
    caller.say("person.next", day=day, time=Clock(opens.time()))
    week = attendance.tenant.hours.week
    if not any(week.values()):  # they answer on single days alone
        return
    but_holidays = attendance.keeps_holidays
    prompt = "person.hours_but_holidays" if but_holidays else "person.hours"
    caller.say(prompt, hours=Hours(week))


def _chosen(caller: Caller, attendance: Attendance) -> _Chosen | None:
    """None is back. Who can't make himself understood about the time is rung as soon as somebody is there."""
    while True:
        when = caller.choose(_when_menu(attendance))
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


def _when_menu(attendance: Attendance) -> Menu[When]:
    """A day is only offered where there is one."""
    options, days = [Option("1", "call_back.soon", When.SOON)], attendance.days
    if days:
        day = {"day": DayNear(days[0], attendance.today)}
        options.append(Option("2", "call_back.next_day", When.NEXT_DAY, values=day))
    if len(days) > 1:
        options.append(Option("3", "call_back.other_day", When.OTHER_DAY))
    return Menu("call_back.when", options, outro="call_back.or_hang_up")


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
            values={"days": Weekdays(tuple(sorted({day.weekday() for day in days})))},
        )
    )
    return None if isinstance(keyed, Way) else meant(keyed)


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
