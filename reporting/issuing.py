"""Makes reports and issues them: once each, under a number, with all their files; and corrects what was issued."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from domain.fact import Origin
from domain.issued_report import (
    Issued,
    IssuedFile,
    Part,
    ReportFile,
    ReportNumber,
    Wanted,
)
from domain.ports import Clock, Transactions, UnitOfWork
from domain.report_facts import ReportAsked, ReportIssued
from reporting import report_json
from reporting.corrections import difference, is_empty
from reporting.drawing import Drawn
from reporting.making import Makers
from reporting.report import Report
from reporting.sources import read_out

_DATA, _STANDING = "report.json", "figures.json"


class NotCorrected(Exception):
    """Nothing is to be corrected; the message says why. No retry helps."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report with its files, not issued yet."""

    wanted: Wanted
    title: str
    zone: ZoneInfo
    corrects: ReportNumber | None
    files: tuple[ReportFile, ...]


@dataclass(frozen=True, slots=True)
class Issuing:
    """``actor`` is whom the facts name."""

    transactions: Transactions
    clock: Clock
    makers: Makers
    actor: str

    def issue(self, wanted: Wanted) -> Issued:
        """The one that was issued, if there is one. Raises StorageDown: a retry makes sense."""
        with self.transactions.read() as uow:
            found = uow.issued_reports.find(wanted)
        if found is not None:
            return found
        made = self.make(wanted, self.ask(wanted))
        self.keep(made)
        with self.transactions.write() as uow:
            issued = self.put(uow, made)
            uow.commit()
        return issued

    def provisional(self, wanted: Wanted) -> Made:
        """As it would be now; nothing is issued. Raises StorageDown."""
        return self.make(wanted, self.ask(wanted))

    def correct(self, wanted: Wanted) -> Issued:
        """What has changed since the issue and its corrections, issued as one more. Raises NotCorrected or
        StorageDown.
        """
        with self.transactions.read() as uow:
            newest = _last_of(uow, wanted)
            before = None if newest is None else _figures(uow, newest)
        if newest is None or before is None:
            raise NotCorrected("It hasn't been issued yet. Ask for it without --correct.")
        self.makers.catch_up(self.ask(wanted))
        after = self._built(wanted)
        changed = replace(difference(before, after), corrects=newest.number)
        if is_empty(changed):
            same = f"The figures are those of {newest.number}: nothing is to correct."
            raise NotCorrected(same)
        standing = ReportFile(_STANDING, Part.STANDING, report_json.dump(after))
        made = self._drawn(wanted, changed, standing)
        self.keep(made)
        with self.transactions.write() as uow:
            if _last_of(uow, wanted) != newest:
                raise NotCorrected(
                    "Somebody else has just corrected it. Look before you ask again."
                )
            issued = self.put(uow, made)
            uow.commit()
        return issued

    def ask(self, wanted: Wanted) -> int:
        """Note that it is going to be made; the fact's ``seq``."""
        with self.transactions.write() as uow:
            seq = self.note_asked(uow, wanted)
            uow.commit()
        return seq

    def note_asked(self, uow: UnitOfWork, wanted: Wanted) -> int:
        fact = ReportAsked(wanted.kind, wanted.period.since, wanted.period.until)
        uow.facts.append(self._origin(wanted), self.clock(), fact)
        return uow.facts.last_seq()

    def make(self, wanted: Wanted, seq: int) -> Made:
        """With the figures of an edition in another language where there is one; else with those up to ``seq``."""
        with self.transactions.read() as uow:
            other = next((one for one in uow.issued_reports.editions(wanted)), None)
            known = None if other is None else _figures(uow, other)
        if known is not None:
            return self._drawn(wanted, known)
        self.makers.catch_up(seq)
        return self._drawn(wanted, self._built(wanted))

    def keep(self, made: Made) -> None:
        """The files' contents, one after another, ahead of the issue: they are big, and calls wait for writers."""
        for file in made.files:
            with self.transactions.write() as uow:
                uow.issued_reports.keep(file)
                uow.commit()
            self.transactions.make_way()

    def put(self, uow: UnitOfWork, made: Made) -> Issued:
        """Issue what was kept, unless another one was quicker: then that one."""
        wanted, corrects = made.wanted, made.corrects
        found = uow.issued_reports.find(wanted)
        if found is not None and corrects is None:
            return found
        now = self.clock()
        files = tuple(
            IssuedFile(one.name, one.part, one.digest, len(one.content)) for one in made.files
        )
        new = Issued(ReportNumber(""), wanted, now, made.title, files, corrects)
        issued = uow.issued_reports.add(new, now.astimezone(made.zone).year)
        period = wanted.period
        fact = ReportIssued(issued.number, wanted.kind, period.since, period.until, corrects)
        uow.facts.append(self._origin(wanted), now, fact)
        return issued

    def _built(self, wanted: Wanted) -> Report:
        with self.makers.build(wanted) as report:
            return read_out(report)

    def _drawn(self, wanted: Wanted, report: Report, *also: ReportFile) -> Made:
        drawn = self.makers.draw(report, wanted.language)
        files = (*_files(drawn), ReportFile(_DATA, Part.DATA, report_json.dump(report)), *also)
        corrects = None if report.corrects is None else ReportNumber(report.corrects)
        return Made(wanted, drawn.subject, report.zone, corrects, files)

    def _origin(self, wanted: Wanted) -> Origin:
        return Origin(wanted.tenant, None, self.actor)


def _last_of(uow: UnitOfWork, wanted: Wanted) -> Issued | None:
    """The issue in the wanted language, or its newest correction."""
    same = [
        one for one in uow.issued_reports.editions(wanted) if one.wanted.language is wanted.language
    ]
    return same[-1] if same else None


def _figures(uow: UnitOfWork, of: Issued) -> Report | None:
    """As they stood when it was issued, with its sources: a correction has them beside its differences."""
    files = {one.part: one.name for one in of.files}
    name = files.get(Part.STANDING, files.get(Part.DATA, ""))
    found = uow.issued_reports.content(of.number, name)
    if found is None:
        return None
    tables = (
        uow.issued_reports.content(of.number, one.name) for one in of.files if one.part is Part.CSV
    )
    return report_json.load(found.content, [one.content for one in tables if one is not None])


def _files(drawn: Drawn) -> Iterator[ReportFile]:
    yield ReportFile("mail.txt", Part.TEXT, drawn.text.encode())
    yield ReportFile("mail.html", Part.HTML, drawn.html.encode())
    for picture in drawn.pictures:
        yield ReportFile(picture.name, Part.IMAGE, picture.content)
    for file in drawn.files:
        part = Part.CSV if file.name.endswith(".csv") else Part.WORKBOOK
        yield ReportFile(file.name, part, file.content)
