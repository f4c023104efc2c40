"""What a form may hold, whoever reads it: no more than its limit, in a shape that can be read."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from desktop.forms import read_form

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def shown(request: web.Request) -> web.Response:
    return web.json_response(dict(await read_form(request, 20)))


@pytest.fixture
async def client() -> AsyncIterator[TestClient[web.Request, web.Application]]:
    application = web.Application()
    application.router.add_post("/", shown)
    async with TestClient(TestServer(application)) as made:
        yield made


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    """Sent without its length."""
    for at in range(0, len(body), 8):
        yield body[at : at + 8]


@pytest.mark.parametrize("pieces", [False, True])
@pytest.mark.parametrize(
    ("body", "status"), [(b"a=" + b"x" * 18, 200), (b"a=" + b"x" * 19, 413), (b"a=" * 9999, 413)]
)
async def test_no_form_is_longer_than_it_may_be(
    client: TestClient[web.Request, web.Application], body: bytes, status: int, *, pieces: bool
) -> None:
    data = in_pieces(body) if pieces else body
    async with client.post("/", data=data, headers=FORM) as answer:
        assert answer.status == status


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/octet-stream", 200),
        (b"a=%ff", "application/x-www-form-urlencoded", 200),
        (b"{}", "application/json", 415),
        (b"--x--", "multipart/form-data; boundary=x", 415),
        (b"a=\xff", "application/x-www-form-urlencoded", 400),
        (b"a=b", "application/x-www-form-urlencoded; charset=none", 400),
    ],
)
async def test_what_can_be_read(
    client: TestClient[web.Request, web.Application], body: bytes, kind: str, status: int
) -> None:
    async with client.post("/", data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == status
