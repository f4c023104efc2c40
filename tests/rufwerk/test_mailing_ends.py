"""What becomes of mails as jobs end: the one that is being sent is sent to the end, and none is begun."""

import asyncio
from contextlib import suppress

import pytest

from rufwerk import jobs_service
from rufwerk.jobs_service import Mailing


class NothingToTell:
    def step(self) -> bool:
        return False


class Post:
    """Takes a mail after another, each when it is ``let_go``."""

    def __init__(self) -> None:
        self.begun = self.sent = 0
        self.begins, self.let_go = asyncio.Event(), asyncio.Event()

    async def step(self) -> bool:
        self.begun += 1
        self.begins.set()
        await self.let_go.wait()
        self.sent += 1
        return True


@pytest.fixture
def post() -> Post:
    return Post()


async def test_the_mail_that_is_being_sent_is_the_last(post: Post) -> None:
    mailing = Mailing(NothingToTell(), post)  # type: ignore[arg-type]
    task = asyncio.create_task(mailing.run())
    await post.begins.wait()
    ending = asyncio.create_task(mailing.finish())
    await asyncio.sleep(0)
    post.let_go.set()
    await ending
    assert (post.begun, post.sent) == (1, 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert (post.begun, post.sent) == (1, 1)


async def test_a_mail_server_that_is_silent_holds_up_nobody(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_service, "_LAST_MAIL_S", 0.01)
    mailing = Mailing(NothingToTell(), post)  # type: ignore[arg-type]
    task = asyncio.create_task(mailing.run())
    await post.begins.wait()
    await mailing.finish()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert post.sent == 0
