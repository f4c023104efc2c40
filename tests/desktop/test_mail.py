"""The page of the demo's mail box: who may read it, and that no mail does anything there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientResponse, ClientSession

from desktop.texts import texts
from domain.language import Language
from reporting.mail_folder import MailFolder
from tests.fakes.desk import Actions, Desk, served
from tests.fakes.mails import PNG, WORKBOOK, hostile, raw, report


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    made = MailFolder(tmp_path / "mail")
    made.keep("out@rufwerk.example", ["max@alpenrad.example"], bytes(report()))
    made.keep("evil@evil.example", ["<b>lena"], hostile())
    return made


@pytest.fixture
async def desk(actions: Actions, folder: MailFolder) -> AsyncIterator[Desk]:
    async with served(actions, mails=folder) as made:
        yield made


@asynccontextmanager
async def opened(
    browser: ClientSession, path: str, status: int = 200, language: str = "en"
) -> AsyncIterator[ClientResponse]:
    headers = {"Accept-Language": language, "Accept": "text/html"}
    async with browser.get(path, headers=headers, allow_redirects=False) as answer:
        assert answer.status == status, await answer.text()
        yield answer


@pytest.mark.parametrize("language", list(Language))
async def test_the_newest_is_first(desk: Desk, language: Language) -> None:
    async with desk.browser("lena") as lena, opened(lena, "/mail", 200, language) as answer:
        page = await answer.text()
    assert "Tagesbericht für Alpenrad, 2. März €" in page
    assert "max@alpenrad.example" in page
    assert page.index('href="/mail/2"') < page.index('href="/mail/1"')
    assert texts(language)["mail_subtitle"] in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;lena" in page


async def test_a_report_is_shown_and_its_workbook_comes(desk: Desk) -> None:
    async with desk.browser("max") as boss:
        async with opened(boss, "/mail/1") as answer:
            page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
        assert "Servicelevel 81,90 %." in page
        assert '<iframe src="/mail/1/html"' in page
        assert "sandbox></iframe>" in page
        assert policy.endswith("frame-ancestors 'none'; frame-src 'self'")
        async with opened(boss, "/mail/1/html") as answer:
            assert "data:image/png;base64," in await answer.text()
        async with opened(boss, "/mail/1/attachments/0") as answer:
            assert await answer.read() == PNG
        async with opened(boss, "/mail/1/attachments/1") as answer:
            assert await answer.read() == WORKBOOK
            assert answer.headers["Content-Disposition"] == (
                "attachment; filename=\"Bericht_M_rz.xlsx\"; filename*=UTF-8''Bericht_M%C3%A4rz.xlsx"
            )
        async with opened(boss, "/mail/1/mail.eml") as answer:
            assert bytes(report()).splitlines()[0] in await answer.read()


async def test_a_hostile_mail_does_nothing(desk: Desk) -> None:
    async with desk.browser("lena") as lena:
        async with opened(lena, "/mail/2") as answer:
            page = await answer.text()
        assert "alert(1)" in page
        assert "<script" not in page
        async with opened(lena, "/mail/2/html") as answer:
            policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("sandbox; default-src 'none'; ")
        for word in ("script-src", "allow-", "http:", "https:", "*"):
            assert word not in policy
        assert "form-action 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for path in ("/mail/2/attachments/0", "/mail/2/mail.eml"):
            async with opened(lena, path) as answer:
                assert answer.content_type == "application/octet-stream"
                assert answer.headers["Content-Disposition"].startswith("attachment; ")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "odd",
    [
        raw("Subject: Odd", body="\r\n" * 100_001),
        raw("Subject: Odd", "Content-Disposition: attachment; filename*=idna''x"),
    ],
)
async def test_an_odd_mail_is_only_downloaded(desk: Desk, folder: MailFolder, odd: bytes) -> None:
    folder.keep("", [], odd)
    async with desk.browser("lena") as lena:
        async with opened(lena, "/mail/3") as answer:
            page = await answer.text()
        assert "Odd" in page
        assert texts(Language.EN)["mail_odd"] in page
        for part in ("html", "attachments/0"):
            async with opened(lena, f"/mail/3/{part}", 422) as answer:
                assert "Download it whole" in await answer.text()
        async with opened(lena, "/mail/3/mail.eml") as answer:
            assert b"Subject: Odd" in await answer.read()


async def test_what_is_not_there(desk: Desk) -> None:
    async with desk.browser("lena") as lena:
        for path in ("9", "9/html", "9/mail.eml", "0", "x", "1/attachments/2", "..%2f1", "9" * 30):
            async with opened(lena, f"/mail/{path}", 404):
                pass


@pytest.mark.parametrize("path", ["", "/1", "/1/html", "/1/attachments/0", "/1/mail.eml"])
async def test_only_those_who_may(desk: Desk, path: str) -> None:
    for name in ("eva", "adler"):
        async with (
            desk.browser(name) as other,
            opened(other, f"/mail{path}", 403) as answer,
        ):
            assert "team leads" in await answer.text()
    async with desk.browser() as stranger, opened(stranger, f"/mail{path}", 303) as answer:
        assert answer.headers["Location"].startswith("/signin?next=/mail")


async def test_where_it_is_not_the_demo_there_is_no_such_page(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("lena") as lena:
        for path in ("/mail", "/mail/1", "/mail/1/html"):
            async with opened(lena, path, 404):
                pass
        async with opened(lena, "/") as answer:
            assert "/mail" not in await answer.text()


async def test_an_empty_box_says_so_and_the_status_page_leads_there(
    actions: Actions, tmp_path: Path
) -> None:
    async with (
        served(actions, mails=MailFolder(tmp_path / "none")) as desk,
        desk.browser("lena") as lena,
    ):
        async with opened(lena, "/mail") as answer:
            assert "No mail yet." in await answer.text()
        async with opened(lena, "/") as answer:
            assert 'href="/mail"' in await answer.text()
