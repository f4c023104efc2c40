"""The way in, over real HTTP: what is closed, what a browser is given, and what is refused."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from yarl import URL

from actions.sign_in import TRIES_OF_A_NAME
from domain.person import IDLE
from tests.fakes.desk import COOKIE, PASSWORD, Actions, Desk, served
from tests.storage.people import OpenStorage

HTML = {"Accept": "text/html,*/*"}
EVA = {"name": "eva", "password": PASSWORD}


async def answered(session: ClientSession, path: str, **headers: str) -> tuple[int, str]:
    """Status, and where it sends to or what it says."""
    async with session.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location") or await answer.text()


def plant(desk: Desk, browser: ClientSession, token: str) -> None:
    """Somebody puts a session into this browser."""
    browser.cookie_jar.update_cookies({COOKIE: token}, URL(desk.base))


@pytest.mark.parametrize("path", ["/", "/signin", "/static/rufwerk.css", "/static/jssip.js"])
async def test_what_is_open(actions: Actions, path: str) -> None:
    async with served(actions) as desk, desk.browser() as stranger:
        assert (await answered(stranger, path))[0] == 200


@pytest.mark.parametrize("path", ["/phone", "/phone/ws", "/signout", "/nowhere", "/agent/x"])
async def test_all_else_is_closed(actions: Actions, path: str) -> None:
    async with served(actions) as desk, desk.browser() as stranger:
        assert await answered(stranger, path, **HTML) == (303, f"/signin?next={path}")
        assert (await answered(stranger, path))[0] == 401
        plant(desk, stranger, "made-up")
        assert (await answered(stranger, path))[0] == 401


async def test_who_is_signed_in_sees_what_is_there(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("eva") as eva:
        assert (await answered(eva, "/phone"))[0] == 200
        assert (await answered(eva, "/nowhere"))[0] == 404
        page = (await answered(eva, "/signin"))[1]
        assert "Signed in as eva" in page
        assert 'href="/agent"' in page
        assert 'href="/lead"' not in page
        assert 'href="/mail"' not in page


async def test_what_the_browser_is_given(actions: Actions) -> None:
    """A cookie for encrypted pages alone where the page was one."""
    async with served(actions) as desk, desk.browser() as eva:
        encrypted = desk.base.replace("http:", "https:")
        for origin, end in ((desk.base, "SameSite=Lax"), (encrypted, "SameSite=Lax; Secure")):
            async with eva.post(
                "/signin", data=EVA, headers={"Origin": origin}, allow_redirects=False
            ) as answer:
                name, _, settings = answer.headers["Set-Cookie"].partition("; ")
            assert name.startswith(f"{COOKIE}=token-")
            assert sorted(settings.split("; ")) == sorted(f"HttpOnly; Path=/; {end}".split("; "))


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ("/agent", "/agent"),
        ("/phone/ws", "/phone/ws"),
        ("", "/agent"),
        ("//evil.example/", "/agent"),
        ("/%5Cevil.example", "/agent"),
        ("https://evil.example/", "/agent"),
        ("/%0d%0aX:%201", "/agent"),
    ],
)
async def test_where_one_is_sent_is_ours(actions: Actions, wanted: str, sent: str) -> None:
    async with (
        served(actions) as desk,
        desk.browser() as eva,
        eva.post(
            f"/signin?next={wanted}", data=EVA, headers=desk.origin, allow_redirects=False
        ) as answer,
    ):
        assert (answer.status, answer.headers["Location"]) == (303, sent)


@pytest.mark.parametrize(
    ("name", "sent"),
    [("eva", "/agent"), ("lena", "/lead"), ("max", "/reports"), ("adler", "/reports")],
)
async def test_each_comes_to_the_page_of_her_work(actions: Actions, name: str, sent: str) -> None:
    form = {"name": name, "password": PASSWORD}
    async with (
        served(actions) as desk,
        desk.browser() as browser,
        browser.post("/signin", data=form, headers=desk.origin, allow_redirects=False) as answer,
    ):
        assert (answer.status, answer.headers["Location"]) == (303, sent)


async def test_a_wrong_password_and_an_unknown_name_look_the_same(actions: Actions) -> None:
    pages = []
    async with served(actions) as desk, desk.browser() as stranger:
        for name in ("eva", "nobody"):
            form = {"name": name, "password": "wrong"}
            async with stranger.post("/signin", data=form, headers=desk.origin) as answer:
                assert answer.status == 401
                assert "Set-Cookie" not in answer.headers
                pages.append(await answer.text())
    assert pages[0] == pages[1]
    assert "Name or password is wrong." in pages[0]


async def test_too_many_tries_are_told(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser() as stranger:
        for number in range(TRIES_OF_A_NAME + 1):
            form = {"name": "eva", "password": f"wrong-{number}"}
            async with stranger.post("/signin", data=form, headers=desk.origin) as answer:
                limited = number == TRIES_OF_A_NAME
                assert answer.status == (429 if limited else 401)
                assert answer.headers.get("Retry-After") == ("900" if limited else None)


async def test_a_planted_session_is_not_taken_over(actions: Actions) -> None:
    """Fixation: whoever put a cookie into her browser, his own session's even, isn't let in by her signing in."""
    async with served(actions) as desk, desk.browser("tom") as tom, desk.browser() as eva:
        (his,) = [one.value for one in tom.cookie_jar]
        for planted in (his, "made-up"):
            plant(desk, eva, planted)
            async with eva.post("/signin?next=/signin", data=EVA, headers=desk.origin) as answer:
                assert "Signed in as eva" in await answer.text()
            (hers,) = [one.value for one in eva.cookie_jar]
            assert hers != planted
            plant(desk, tom, planted)
            assert (await answered(tom, "/phone"))[0] == 401


async def test_nobody_elses_page_signs_in_or_out(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("eva") as eva:
        for origin in (
            None, "null", "", "http://[", "http://evil.example", f"{desk.base}.evil.example",
            "http://127.0.0.1:1", f"ftp{desk.base.removeprefix('http')}",
        ):  # fmt: skip
            headers = {} if origin is None else {"Origin": origin}
            for path in ("/signin", "/signout", "/", "/nowhere"):
                async with eva.post(path, data=EVA, headers=headers) as answer:
                    assert answer.status == 403, (origin, path)
                    assert "Set-Cookie" not in answer.headers
        assert (await answered(eva, "/phone"))[0] == 200


async def test_signing_out_ends_the_session_and_not_just_the_cookie(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("eva") as eva:
        (hers,) = [one.value for one in eva.cookie_jar]
        async with eva.post("/signout", headers=desk.origin) as answer:
            assert "Signed in as" not in await answer.text()
        assert not list(eva.cookie_jar)
        plant(desk, eva, hers)
        assert (await answered(eva, "/phone"))[0] == 401


async def test_a_session_that_was_not_used_is_over(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser("eva") as eva:
        actions.clock.turn(IDLE - timedelta(seconds=1))
        assert (await answered(eva, "/phone"))[0] == 200
        actions.clock.turn(IDLE)
        assert (await answered(eva, "/phone"))[0] == 401


async def test_what_is_no_form_is_refused(actions: Actions) -> None:
    async with served(actions) as desk, desk.browser() as stranger:
        for status, body, kind in (
            (413, "name=" + "x" * 5000, "application/x-www-form-urlencoded"),
            (401, "", "application/x-www-form-urlencoded"),
            (415, "{}", "application/json"),
            (415, "--x--", "multipart/form-data; boundary=x"),
            (401, "name=%ff%00&password=%ed%a0%80", "application/x-www-form-urlencoded"),
            (401, "nonsense", "application/x-www-form-urlencoded"),
        ):
            headers = {**desk.origin, "Content-Type": kind}
            async with stranger.post("/signin", data=body, headers=headers) as answer:
                assert answer.status == status, body[:20]


async def test_without_a_database_nobody_gets_in_and_all_are_told(
    sqlite_url: str, open_storage: OpenStorage
) -> None:
    transactions = open_storage(sqlite_url, "a", deadline=timedelta(milliseconds=50))
    async with served(Actions(transactions)) as desk, desk.browser() as eva:
        with transactions.write():  # somebody holds the lock for good
            async with eva.post("/signin", data=EVA, headers=desk.origin) as answer:
                assert answer.status == 503
                assert "out of reach" in await answer.text()
        transactions.close()
        await asyncio.to_thread(Path(sqlite_url.removeprefix("sqlite:///")).unlink)
        plant(desk, eva, "token-1")
        assert (await answered(eva, "/phone"))[0] == 503
        assert (await answered(eva, "/signin"))[0] == 503
        assert (await answered(eva, "/"))[0] == 200
