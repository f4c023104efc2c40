"""Clients' files that a team lead sends: looked at, imported or thrown away."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientError

from desktop.lead import uploads
from desktop.lead.list_words import told_unfit, told_unreadable
from desktop.texts import texts
from domain.language import Language
from domain.unfit_cell import Unfit
from sheets.unreadable import Why
from tests.desktop.lists_browser import FAULTY, OTTO, TWO, UNNAMED, page
from tests.desktop.test_told import holes
from tests.fakes.desk import Actions


@pytest.mark.parametrize("language", Language)
def test_why_a_row_or_a_file_isnt_taken_has_its_words(language: Language) -> None:
    words = texts(language)
    for unfit in Unfit:
        assert holes(words[f"unfit_{unfit.name.lower()}"]) == holes(unfit.value)
        assert told_unfit(unfit, "7", words)
    for why in Why:
        assert told_unreadable(why, words)
    known = {f"unfit_{one.name.lower()}" for one in Unfit}
    known |= {f"file_{one.name.lower()}" for one in Why} | {"file_hint"}
    assert {key for key in words if key.startswith(("unfit_", "file_"))} <= known
    if language is Language.EN:
        assert all(words[f"file_{why.name.lower()}"] == why.value for why in Why)


async def test_a_list_is_looked_at_and_then_imported(actions: Actions) -> None:
    async with page(actions) as lena:
        assert "No list yet." in await lena.get("/lead/lists")
        upload = await lena.send(FAULTY)
        shown = await lena.settled(upload)
        for words in (
            "März.csv",
            "<dt>New</dt><dd>2</dd>",
            "is no telephone number",
            "A · Telefon",
            "=1+1",
        ):
            assert words in shown
        assert "C:" not in shown
        assert "No list yet." in await lena.get("/lead/lists"), "nothing is stored yet"
        files = list((lena.at.home / "uploads").iterdir())
        assert [oct(one.stat().st_mode & 0o777) for one in files] == ["0o600"]

        for odd in ("0", "101", "five", "9" * 5000):
            assert "from 1 to 100" in await lena.post(
                lena.path_of(upload, "import"), 409, attempts=odd
            )
        assert await lena.post(lena.path_of(upload, "import"), 303, attempts="5") == upload
        of = await lena.settled(upload)
        assert of.startswith("/lead/lists/")
        shown = await lena.get(of)
        for words in ("März.csv", "Anna Keller", "12.50\xa0EUR", "Attempts a case: 5", "K2"):
            assert words in shown
        assert "<dt>Rejected rows</dt><dd>2</dd>" in shown
        assert list((lena.at.home / "uploads").iterdir()) == []


async def test_all_rejected_rows_can_be_had_as_csv(actions: Actions) -> None:
    async with page(actions) as lena:
        upload = await lena.send(FAULTY)
        await lena.settled(upload)
        async with lena.browser.get(
            f"{upload}/rejected.csv", headers={"Accept-Language": "de"}
        ) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment")
            content = (await answer.read()).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert rows[0] == ["Blatt", "Zeile", "Spalte", "Grund", "Inhalt"]
    assert [row[1] for row in rows[1:]] == ["4", "5", "5", "5"]
    assert rows[1][4] == "'=1+1", "nothing in it is a formula"
    assert rows[1][2] == "A · Telefonnummer"
    assert "keine Telefonnummer" in rows[1][3]


async def test_a_new_edition_is_told_apart_from_what_is_there(actions: Actions) -> None:
    async with page(actions) as lena:
        first = await lena.send(TWO)
        await lena.settled(first)
        await lena.post(lena.path_of(first, "import"), 303)
        of = (await lena.settled(first)).removeprefix("/lead/lists/")
        changed = TWO.replace("12,50", "15,00").replace("K2", "K9").replace("R-2", "R-9")
        second = await lena.send(changed, f"list:{of}")
        shown = await lena.settled(second)
        for words in (
            "<dt>New</dt><dd>1</dd>",
            "<dt>Changed</dt><dd>1</dd>",
            "<dt>Unchanged</dt><dd>0</dd>",
            "<dt>Withdrawn</dt><dd>1</dd>",
            "New edition of März.csv",
        ):
            assert words in shown
        again = await lena.settled(await lena.send(TWO))
        assert "Rung for the list März.csv already: 2" in again
        assert "None of the rows can be taken." in again
        await lena.get(second, 404)


async def test_columns_that_arent_clear_are_chosen_and_remembered(actions: Actions) -> None:
    async with page(actions) as lena:
        upload = await lena.send(UNNAMED)
        shown = await lena.settled(upload)
        assert "clear which column is which" in shown
        assert "x 3920001" in shown, "the first rows are shown to choose by"
        chosen = {"phone": "0", "name": "1", "customer_number": "2", "address": "3", "sum": "5"}
        await lena.post(lena.path_of(upload, "columns"), 303, **chosen)
        shown = await lena.settled(upload)
        assert "<dt>New</dt><dd>2</dd>" in shown
        assert "A · Was" in shown
        await lena.post(lena.path_of(upload, "import"), 303)
        await lena.settled(upload)
        again = await lena.settled(await lena.send(UNNAMED))
        assert "A · Was" in again


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "Nothing stands in it"), ("<html><table>", "web page"), ("PK\x03\x04", "damaged")],
)
async def test_a_file_that_cant_be_read_is_told(actions: Actions, content: str, said: str) -> None:
    async with page(actions) as lena:
        shown = await lena.settled(await lena.send(content))
        assert said in shown


async def test_what_is_sent_is_checked(actions: Actions, monkeypatch: pytest.MonkeyPatch) -> None:
    async with page(actions) as lena:
        assert "no such list" in await lena.send(TWO, "tenant:lune", 404)
        assert "no such list" in await lena.send(TWO, "list:nothing", 404)
        assert "no such list" in await lena.send(TWO, "", 404)
        await lena.post("uploads", 415)
        monkeypatch.setattr(uploads, "LARGEST_FILE", 100)
        assert "Send the list in parts" in await lena.send(TWO, status=413)
        assert list((lena.at.home / "uploads").iterdir()) == []


async def test_what_waits_is_its_senders_alone_and_can_be_thrown_away(actions: Actions) -> None:
    actions.enrol(OTTO)
    async with page(actions) as lena:
        upload = await lena.send(TWO)
        await lena.settled(upload)
        async with lena.at.browser("otto") as otto, otto.get(upload) as answer:
            assert answer.status == 404
        assert await lena.post(lena.path_of(upload, "discard"), 303) == "/lead/lists"
        await lena.get(upload, 404)
        assert list((lena.at.home / "uploads").iterdir()) == []


async def test_names_are_text_and_never_markup(actions: Actions) -> None:
    script = "<script>alert(1)</script>"
    async with page(actions) as lena:
        upload = await lena.send(FAULTY.replace("Anna Keller", script).replace("=1+1", script))
        assert script not in await lena.settled(upload)
        await lena.post(lena.path_of(upload, "import"), 303)
        of = await lena.settled(upload)
        assert script not in await lena.get(of)
        assert "&lt;script&gt;" in await lena.get(of)


async def test_a_file_that_breaks_off_is_thrown_away(actions: Actions) -> None:
    async with page(actions) as lena:
        folder = lena.at.home / "uploads"

        async def half() -> AsyncIterator[bytes]:
            for name in ('as"\r\n\r\ntenant:alpenrad', 'file"; filename="liste.csv"\r\n\r\n'):
                yield f'--x\r\nContent-Disposition: form-data; name="{name}\r\n'.encode()
            yield b"x" * 100_000
            async with asyncio.timeout(20):
                while not list(folder.iterdir()):  # noqa: ASYNC110 - another's file has no event
                    await asyncio.sleep(0)
            raise ConnectionAbortedError

        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        with pytest.raises(ClientError):
            await lena.browser.post(
                "/lead/lists/uploads", data=half(), headers={**lena.at.origin, **kind}
            )
        async with asyncio.timeout(20):
            while list(folder.iterdir()):  # noqa: ASYNC110
                await asyncio.sleep(0)


async def test_a_fault_of_ours_leaves_nobody_waiting(actions: Actions) -> None:
    async with page(actions) as lena:
        upload = await lena.send(TWO)
        await lena.settled(upload)
        for file in (lena.at.home / "uploads").iterdir():
            file.unlink()
        await lena.post(lena.path_of(upload, "import"), 303)
        assert 'role="alert"' in await lena.settled(upload)
