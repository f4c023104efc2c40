"""The status page and the probes, over real HTTP."""

from dataclasses import replace

import pytest
from aiohttp import ClientSession, web
from prometheus_client import CollectorRegistry, Gauge

from desktop.application import Examine, desk, ops
from desktop.texts import preferred, texts
from domain.health import Condition, Finding, Health, NumberToRing, PersonToTry
from domain.language import Language
from tests.fakes.desk import Actions, Desk
from tests.fakes.memory_log import MemoryLog

WELL = Finding("Portal", Condition.WELL, "takes calls")
BROKEN = Finding("Portal", Condition.BROKEN, "<script>alert(1)</script>", "Start it.")


def health(*findings: Finding) -> Health:
    return Health(
        version="0.1.0",
        findings=findings,
        calls=3,
        numbers=[NumberToRing("+49 30 23125100", "555100", "Alpenrad", "de")],
        people=[
            PersonToTry("10000001", "135790", "Anna Keller", "Alpenrad", "de", "+49 171 3920001")
        ],
    )


def served(examine: Examine, sip: str) -> web.Application:
    """The desk, with nobody to sign in and no phone."""
    nobody = Desk(Actions(MemoryLog()))
    return desk(examine, sip, nobody.entrance, nobody.exchange, nobody.floor, nobody.records)


async def get(
    application: web.Application, path: str, **headers: str
) -> tuple[int, str, dict[str, str]]:
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        async with (
            ClientSession() as session,
            session.get(f"http://{host}:{port}{path}", headers=headers) as answer,
        ):
            return answer.status, await answer.text(), dict(answer.headers)
    finally:
        await runner.cleanup()


async def test_the_page_shows_how_it_is_and_what_to_try() -> None:
    status, page, headers = await get(served(lambda: health(WELL), "127.0.0.1:5060"), "/")
    assert status == 200
    assert "Everything works" in page
    for shown in ("sip:555100@127.0.0.1:5060", "10000001", "135790", "rufwerk call 555100"):
        assert shown in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_the_suggested_call_is_of_one_brand() -> None:
    there = replace(
        health(WELL),
        numbers=[
            NumberToRing("+33 1 99 00 52 00", "555200", "Maison Lune", "fr"),
            NumberToRing("+49 30 23125100", "555100", "Alpenrad", "de"),
        ],
    )
    _, page, _ = await get(served(lambda: there, "x"), "/")
    assert "rufwerk call 555100 --keys &#34;10000001#" in page or (
        'rufwerk call 555100 --keys "10000001#' in page
    )


async def test_what_is_found_is_text_and_never_markup() -> None:
    _, page, _ = await get(served(lambda: health(BROKEN), "x"), "/")
    assert "<script>" not in page
    assert "Something is broken" in page
    assert "Start it." in page


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", Language.DE),
        ("it, fr;q=0.5, es;q=0.7", Language.ES),
        ("", Language.EN),
        ("xx;q=nonsense, fr", Language.FR),
        ("*", Language.EN),
    ],
)
async def test_the_page_speaks_the_browsers_language(accepted: str, language: Language) -> None:
    assert preferred(accepted) is language
    _, page, _ = await get(served(lambda: health(WELL), "x"), "/", **{"Accept-Language": accepted})
    assert f'<html lang="{language}">' in page
    assert texts(language)["state_well"] in page


def test_all_languages_have_all_texts() -> None:
    for language in Language:
        assert texts(language).keys() == texts(Language.EN).keys()


@pytest.mark.parametrize(("finding", "status"), [(WELL, 200), (BROKEN, 503)])
async def test_readyz_tells_whether_calls_can_be_served(finding: Finding, status: int) -> None:
    application = ops(lambda: health(finding), CollectorRegistry())
    got, body, _ = await get(application, "/readyz")
    assert got == status
    assert finding.condition in body


async def test_healthz_and_metrics() -> None:
    registry = CollectorRegistry()
    Gauge("rufwerk_test", "A figure", registry=registry).set(7)
    application = ops(lambda: health(WELL), registry)
    assert (await get(application, "/healthz"))[:2] == (200, "ok\n")
    assert "rufwerk_test 7.0" in (await get(application, "/metrics"))[1]


async def test_nothing_else_is_there() -> None:
    status, _, headers = await get(served(lambda: health(WELL), "x"), "/agent")
    assert status == 401
    assert "Content-Security-Policy" in headers
    status, _, _ = await get(served(lambda: health(WELL), "x"), "/static/../application.py")
    assert status == 401
