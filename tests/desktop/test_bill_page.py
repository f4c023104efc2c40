"""The page of a bill: its tables as they were issued, the facts behind each line, and what has changed since."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from desktop.reports import bill_page
from desktop.texts import texts
from domain.field_facts import Side
from domain.ids import CallId, ListId, RecordId
from domain.issued_report import ReportKind, ReportNumber, Wanted, period_of
from domain.language import Language
from domain.period import Period
from domain.person import Role
from domain.portal_facts import DialogEnd
from domain.price_list import PriceList
from domain.projection import Arrival, LineGone, PortalLeft, Row, ServiceDone
from domain.report_facts import ReportOpened
from domain.service_record import read_price
from domain.tenant import TenantBook
from reporting.billing import billing
from reporting.brands import brand_of
from reporting.issuing import Issuing
from reporting.making import Makers
from reporting.matching import CallRecord
from reporting.report import Report
from reporting.subject import Subject
from tests.fakes import reports
from tests.fakes.counter_desk import ALPENRAD
from tests.fakes.desk import EVA, TOM, Actions
from tests.fakes.figures_desk import BOOK, NINE, OTHERS, figures_desk, plain, put, reading

ZONE = BOOK.tenants[ALPENRAD].hours.zone
MONTH = period_of(ReportKind.BILLING, NINE.date(), ZONE)
WANTED = Wanted(ReportKind.BILLING, ALPENRAD, MONTH, Language.DE, Role.MANAGEMENT)
BILL = "/reports/sent/2026-000001"
CORRECTION = "/reports/sent/2026-000002"
A_LINE = re.compile(rf'<a href="({BILL}/lines/[^"]*)">([^<]+)</a>')
A_VALUE = re.compile(r"<dd>([^<]+)</dd>")
PRICES = PriceList(read_price("0.10 EUR"), read_price("0.25 EUR"), read_price("0.61 EUR"))
SERVICES = f"{BILL}/lines/services_by_price"


class Books:
    """Puts bills together as the program does, but for its prices and Asterisk's records, which know no call."""

    def __init__(self, actions: Actions) -> None:
        self.actions = actions
        makers = Makers(lambda _: None, self.build, reports.draw, lambda: None)
        self.issuing = Issuing(actions.transactions, actions.clock, makers, "jobs")

    @contextmanager
    def build(self, wanted: Wanted) -> Iterator[Report]:
        brand = replace(brand_of(BOOK.tenants[ALPENRAD], wanted.language), prices=PRICES)
        lists = {ListId("l-1"): "l-1"}
        subject = Subject("Alpenrad", (brand,), ZONE, ALPENRAD, lists=lists)
        nothing: list[CallRecord] = []
        with self.actions.transactions.read() as uow:
            yield billing(uow.figures, subject, NINE.date(), nothing)

    def issue(self) -> ReportNumber:
        return self.issuing.issue(WANTED).number

    def add(self, *rows: Row) -> None:
        with self.actions.transactions.write() as uow:
            uow.projections.add(rows)
            uow.commit()


@pytest.fixture
def books(actions: Actions) -> Books:
    """With one bill, and a call that Asterisk doesn't know."""
    put(actions)
    found = Books(actions)
    found.add(LineGone(CallId("a-0.1"), NINE + timedelta(hours=1), Side.CALLER))
    assert found.issue() == "2026-000001"
    return found


def late(of: str, service: str | None = "return") -> ServiceDone:
    price = None if service is None else "2.40 EUR"
    at = NINE + timedelta(minutes=3)
    return ServiceDone(RecordId(of), CallId("a-0.0"), ALPENRAD, EVA.id, at, service, price)


async def test_each_line_leads_to_what_it_charges_for(
    books: Books, actions: Actions, tmp_path: Path
) -> None:
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        assert f'<a href="{BILL}">' in await max_.get("/reports/sent")
        page = await max_.get(BILL)
        lines = A_LINE.findall(page)
        tables = {link.split("/")[5] for link, _ in lines}
        assert tables == {
            "charged_calls",
            "charged_portal_time",
            "charged_agents_time",
            "services_by_price",
            "dunning_by_outcome",
        }
        for link, figure in lines:
            found = await max_.follow(link)
            assert figure in A_VALUE.findall(found), link
            if figure.isdigit():
                assert found.count("/lead/story?call=") == int(figure)
            assert "Issued" not in plain(found)
            for one in (EVA, TOM, *OTHERS):
                assert one.name not in plain(found)
                assert one.id not in found
        assert "Only in our log" in page
        assert '<a href="/lead/story?call=a-0.1">a-0.1</a>' in page
    with actions.transactions.read() as uow:
        opened = [one for one in uow.facts.read() if isinstance(one.body, ReportOpened)]
    assert [(one.origin.actor, one.body) for one in opened] == [
        ("p-max", ReportOpened(ReportNumber("2026-000001"), "report.json"))
    ]


async def test_what_came_late_is_said_and_the_bill_stays(
    books: Books, actions: Actions, tmp_path: Path
) -> None:
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        before = await max_.get(BILL)
        books.add(late("late"))
        assert await max_.get(BILL) == before
        found = plain(await max_.get(f"{SERVICES}/0/count"))
        assert "Issued 6 · 14.40 EUR, now 7 · 16.80 EUR." in found
        assert "No correction has been issued yet." in found
        command = (
            "rufwerk report monthly --tenant alpenrad --language de --date 2026-03-01 --correct"
        )
        assert command in found
        assert books.issuing.correct(WANTED).number == "2026-000002"
        assert "Corrected by 2026-000002" in plain(await max_.get(BILL))
        found = await max_.get(f"{SERVICES}/0/count")
        assert "now 7 · 16.80 EUR. See the correction: 2026-000002" in plain(found)
        assert f'<a href="{CORRECTION}">2026-000002</a>' in found
        corrected = await max_.get(CORRECTION)
        assert "What has changed" in corrected
        assert f'<a href="{CORRECTION}/lines/services_by_price/0/count">7</a>' in corrected
        found = plain(await max_.get(f"{CORRECTION}/lines/services_by_price/0/count"))
        assert "Issued" not in found, "it is as the correction leaves it"


async def test_what_was_corrected_counts_no_more(
    books: Books, actions: Actions, tmp_path: Path
) -> None:
    books.add(replace(late("anew", None), corrects=RecordId("r-a-0.0")))
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        found = await max_.get(f"{SERVICES}/0/count")
        assert "Issued 6 · 14.40 EUR, now 5 · 12.00 EUR." in plain(found)
        assert "r-a-0.0" not in found


async def test_a_call_that_came_late(books: Books, actions: Actions, tmp_path: Path) -> None:
    at, call = NINE + timedelta(hours=3), CallId("a-late")
    books.add(
        Arrival(call, ALPENRAD, "service", None, at),
        PortalLeft(call, at + timedelta(minutes=2), DialogEnd.FAREWELL, None),
    )
    async with figures_desk(actions, tmp_path / "home") as desk, reading(desk, "max") as max_:
        lines = f"{BILL}/lines"
        found = plain(await max_.get(f"{lines}/charged_calls/0/calls"))
        assert "Issued 8 · 0.80 EUR, now 9 · 0.90 EUR." in found
        found = plain(await max_.get(f"{lines}/charged_portal_time/total/time"))
        assert "Issued 0:04:00 · 1.00 EUR, now 0:06:00 · 1.50 EUR." in found


async def test_many_calls_that_differ_are_cut(
    books: Books, actions: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bill_page, "LISTED", 2)
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        found = await max_.get(BILL)
        assert "Only the first 2 are listed" in found
        assert ">Hold</th>" in found
        assert ">Wrap-up</th>" not in found


async def test_who_may_see_bills(books: Books, actions: Actions, tmp_path: Path) -> None:
    books.issuing.issue(replace(WANTED, kind=ReportKind.DAILY, period=Period(NINE, MONTH.until)))
    line = f"{SERVICES}/0/count"
    rights = {"max": (200, 200), "lena": (404, 404), "adler": (404, 403), "eva": (403, 403)}
    async with figures_desk(actions, tmp_path / "home") as at:
        for name, (of_bill, of_line) in rights.items():
            async with reading(at, name) as reader:
                await reader.get(BILL, of_bill)
                await reader.get(line, of_line)
        async with at.browser() as nobody, nobody.get(line) as answer:
            assert answer.status == 401
        async with reading(at, "max") as max_:
            for path in (
                *(CORRECTION, f"{CORRECTION}/lines/services_by_price/0/count"),
                *("/reports/sent/2026-000099", f"{SERVICES}/99/count", f"{SERVICES}/-1/count"),
                *(f"{SERVICES}/0/amount", f"{SERVICES}/0/service", f"{SERVICES}/0/nothing"),
                *(f"{BILL}/lines/nothing/0/count", f"{BILL}/lines/charged_in_all/0/amount"),
                *(f"{BILL}/lines/charged_in_all/total/amount",),
            ):
                await max_.get(path, 404)


async def test_a_brand_that_is_served_no_more(
    books: Books, actions: Actions, tmp_path: Path
) -> None:
    async with figures_desk(actions, tmp_path / "home") as at, reading(at, "max") as max_:
        at.book = TenantBook({})
        page = await max_.get(BILL)
        assert "14.40 EUR" in plain(page)
        assert not A_LINE.search(page)
        assert "isn't served here" in unescape(await max_.get(f"{SERVICES}/0/count", 404))


@pytest.mark.parametrize("language", Language)
async def test_in_every_language(
    books: Books, actions: Actions, tmp_path: Path, language: Language
) -> None:
    books.add(late("late"))
    books.issuing.correct(WANTED)
    words, headers = texts(language), {"Accept-Language": language.value}
    async with figures_desk(actions, tmp_path / "home") as at, at.browser("max") as max_:
        for path, key in (
            (CORRECTION, "what_changed"),
            (BILL, "corrected_by"),
            (f"{SERVICES}/0/count", "see_correction"),
        ):
            async with max_.get(path, headers=headers) as answer:
                assert words[key] in plain(await answer.text())
