"""Reports as mails: what the page is made of, that it fetches nothing, and how long it is."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from domain.language import Language
from reporting import mail_page
from reporting.charts_apart import ChartsApart
from reporting.drawing import Drawn, draw
from reporting.mail_page import LONGEST, Listed, picture_name
from reporting.report import Cell, Column, Headline, Key, Report, Section, Table, Unit
from reporting.words import Words
from tests.reporting.samples import BERLIN, ISSUED, daily, every_kind

WORDS = Words(Language.DE, BERLIN)
LISTED = (Listed("a.xlsx", "The workbook"),)
EVIL = "<img src=https://evil.example/x onerror=alert(1)>"


class Page(HTMLParser):
    """Its elements, and the text of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"img", "meta", "br"}:
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        if data.strip() and "style" not in self.open:
            self.texts.append(data.strip())


def html_of(report: Report, language: Language = Language.DE) -> str:
    return mail_page.html(report, Words(language, BERLIN), LISTED)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", every_kind())
def test_every_kind_in_every_language(kind: str, language: Language) -> None:
    report = every_kind()[kind]
    html = html_of(report, language)
    page = Page(html)
    assert not page.open, "each element is closed"
    assert len(html.encode()) < LONGEST
    assert dict(page.elements)["html"] == {"lang": language.value}
    pictures = [attributes for tag, attributes in page.elements if tag == "img"]
    charts = [chart for section in report.sections for chart in section.charts]
    assert [one["src"] for one in pictures] == [
        f"cid:{picture_name(n)}" for n in range(1, len(charts) + 1)
    ]
    assert all(one["alt"] for one in pictures)
    assert not re.search(r"https?:|//|@import|url\(|<script|<link|<form", html)
    assert all(
        "style" in attributes
        for tag, attributes in page.elements
        if tag in {"table", "h1", "h2", "img"}
    )
    assert "prefers-color-scheme:dark" in re.sub(r"\s", "", html)


def test_what_it_says() -> None:
    texts = Page(html_of(daily())).texts
    for text in (
        "Tagesbericht",
        "Alpenrad",
        "Montag, 2. März 2026",
        "603",
        "Anrufe nach Stunden",
        "Summe",
        "a.xlsx",
    ):
        assert text in texts
    assert WORDS.text("formula_b") in texts
    assert "83,1\N{NO-BREAK SPACE}%" in texts
    assert "\N{UPWARDS ARROW} zuvor: 571" in texts
    assert "\N{DOWNWARDS ARROW} zuvor: 0:24" in texts
    assert "\N{RIGHTWARDS ARROW} zuvor: 7,1\N{NO-BREAK SPACE}%" in texts
    corrected = replace(daily(), corrects="2026-7")
    assert WORDS.text("corrects", number="2026-7") in Page(html_of(corrected)).texts
    assert (
        mail_page.subject(corrected, WORDS)
        == "Korrektur zu 2026-7: Tagesbericht Alpenrad, Montag, 2. März 2026"
    )
    everybody = replace(daily(), tenant=None, brand="")
    assert (
        mail_page.subject(everybody, WORDS) == "Tagesbericht Alle Mandanten, Montag, 2. März 2026"
    )


def with_table(
    *rows: tuple[Cell, ...], units: tuple[Unit, ...] = (Unit.NAME, Unit.COUNT)
) -> Report:
    keys = ("agent", "calls", "offered", "answered", "abandoned")
    table = Table(
        Key("agents"),
        tuple(Column(Key(key), unit) for key, unit in zip(keys, units, strict=False)),
        rows,
    )
    return replace(daily(), sections=(Section(Key("agents"), (table,)),))


def test_what_others_wrote_is_text() -> None:
    report = replace(with_table((EVIL, 1)), brand=EVIL)
    page = Page(html_of(report))
    assert EVIL in page.texts
    assert not [tag for tag, _ in page.elements if tag in {"img", "script"}]


def test_a_long_table_is_cut_off_and_says_so() -> None:
    report = with_table(*((f"Agent {number}", number) for number in range(40)))
    page = Page(html_of(report))
    assert "Agent 31" in page.texts
    assert "Agent 32" not in page.texts
    assert WORDS.text("more_rows", count="8") in page.texts


def test_a_table_too_wide_for_a_telephone_says_in_each_cell_what_it_is() -> None:
    narrow = Page(html_of(with_table(("Eva", 1))))
    assert narrow.texts.count("Anrufe") == 1
    wide = Page(
        html_of(with_table(("Eva", 1, 2, 3, 10**12), units=(Unit.NAME, *(Unit.COUNT,) * 4)))
    )
    assert wide.texts.count("Anrufe") == 2


def test_a_formula_is_told_once() -> None:
    report = daily()
    assert (
        Page(html_of(replace(report, sections=report.sections * 2))).texts.count(
            "Mittlere Wartezeit = Wartezeit der Angenommenen / Angenommen"
        )
        == 1
    )


def test_many_headlines_are_in_rows() -> None:
    for many, shape in ((0, []), (3, [3]), (4, [4]), (5, [3, 3]), (7, [4, 4]), (9, [3, 3, 3])):
        assert list(map(len, mail_page._abreast([{"label": "x"}] * many))) == shape


def test_a_table_wider_than_the_page_is_in_parts() -> None:
    keys = (
        "agent",
        "talk",
        "hold",
        "wrap_up",
        "ready",
        "ringing",
        "paused",
        "unreachable",
        "signed_in",
        "asa",
        "aht",
    )
    columns = tuple(
        Column(Key(key), Unit.HOURS if place else Unit.NAME) for place, key in enumerate(keys)
    )
    rows = tuple((f"Agent {number}", *(timedelta(hours=number),) * 10) for number in range(3))
    report = replace(
        daily(), sections=(Section(Key("agents"), (Table(Key("agents"), columns, rows),)),)
    )
    page = Page(html_of(report))
    assert page.texts.count("Agent 2") == 2
    assert page.texts.count("Nachbearbeitung") == 1 + 3, (
        "a head, and in each row for narrow screens"
    )


def test_a_mail_with_many_tables_shows_less_of_each() -> None:
    (table,) = with_table(*((f"Agent {number}", number) for number in range(40))).sections[0].tables
    report = replace(daily(), sections=(Section(Key("agents"), (table,) * 25),))
    html = html_of(report)
    assert len(html.encode()) <= LONGEST
    assert Page(html).texts.count("Agent 4") == 25
    assert "Agent 31" not in html


def test_without_figures_before_and_without_any() -> None:
    lines = (
        Headline(Key("service_level"), None, Unit.PERCENT),
        Headline(Key("concern"), "answered", Unit.TEXT, "calls"),
    )
    report = replace(daily(), headlines=lines, sections=(), formulas=())
    texts = Page(html_of(report)).texts
    assert "\N{EN DASH}" in texts
    assert "zuvor: Anrufe" in texts
    assert WORDS.text("how_computed") not in texts
    assert Page(html_of(replace(report, headlines=()))).texts
    assert Page(html_of(with_table())).texts


def test_plain_text_beside() -> None:
    text = mail_page.plain(daily(), WORDS, LISTED)
    lines = text.splitlines()
    assert lines[0] == "Tagesbericht Alpenrad, Montag, 2. März 2026"
    assert "Servicelevel        83,1\N{NO-BREAK SPACE}%  (zuvor: 79,6\N{NO-BREAK SPACE}%)" in lines
    assert any(
        line.startswith("08:00: Angeboten 14, Angenommen 14, In der Zeit angenommen 13")
        for line in lines
    )
    assert text.endswith("\n")
    assert not any(line != line.rstrip() for line in lines)
    aligned = mail_page.plain(with_table(("Eva", 1), ("Tom", 1000)), WORDS, LISTED).splitlines()
    assert "Eva         1" in aligned
    assert "Tom     1.000" in aligned
    corrected = mail_page.plain(replace(daily(), corrects="2026-7", formulas=()), WORDS, LISTED)
    assert WORDS.text("corrects", number="2026-7") in corrected


def test_a_picture_is_told_to_who_does_not_see_it() -> None:
    chart = daily().sections[0].charts[1]
    assert mail_page.told_chart(chart, WORDS).startswith(
        "Mittlere Wartezeit nach Stunden: Mittlere Wartezeit 0:0"
    )
    empty = replace(chart, series=())
    assert mail_page.told_chart(empty, WORDS).endswith(": \N{EN DASH}")


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return draw(daily(), Language.DE, ISSUED, ChartsApart())


def test_all_of_a_report_is_drawn(drawn: Drawn) -> None:
    assert drawn.subject == "Tagesbericht Alpenrad, Montag, 2. März 2026"
    assert [one.name for one in drawn.pictures] == [picture_name(number) for number in (1, 2, 3)]
    names = [one.name for one in drawn.files]
    assert names == [
        "tagesbericht-alpenrad-2026-03-02.xlsx",
        "tagesbericht-alpenrad-2026-03-02-visits.csv",
    ]
    assert all(name in drawn.html and name in drawn.text for name in names)
    letter = drawn.to("max@alpenrad.example")
    assert (letter.recipient, letter.html, letter.pictures) == (
        "max@alpenrad.example",
        drawn.html,
        drawn.pictures,
    )
    assert letter.enclosures == drawn.files


def test_a_months_files_are_named_by_it() -> None:
    report = replace(every_kind()["billing"], tenant=None, sections=(), sources=())
    made = draw(report, Language.EN, ISSUED, ChartsApart())
    assert [one.name for one in made.files] == ["billing-2026-03.xlsx"]


def test_it_is_the_same_each_time(drawn: Drawn) -> None:
    assert draw(daily(), Language.DE, ISSUED, ChartsApart()) == drawn
