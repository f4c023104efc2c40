"""``/mail``: what the demo's mail box caught, for those who may read it."""

import asyncio
from typing import Final

from aiohttp import web

from desktop.downloads import download
from desktop.pages import POLICY, Pages
from desktop.sign_in import PERSON
from domain.person import MAY_READ_MAIL
from reporting import mails
from reporting.mail_folder import Caught, MailFolder
from reporting.mails import Heading, Mail, TooOdd

_MAIL: Final = "/mail/{number:[0-9]{1,9}}"
_WITH_FRAME: Final = f"{POLICY}; frame-src 'self'"

_IN_FRAME: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "X-DNS-Prefetch-Control": "off",
}


def add_routes(application: web.Application, pages: Pages, folder: MailFolder) -> None:
    """``/mail``, each mail, its HTML for a frame, its attachments, and the mail itself."""
    shown = _Shown(pages, folder)
    application.router.add_get("/mail", shown.all)
    application.router.add_get(_MAIL, shown.one)
    application.router.add_get(f"{_MAIL}/html", shown.html)
    application.router.add_get(f"{_MAIL}/attachments/{{place:[0-9]{{1,2}}}}", shown.attachment)
    application.router.add_get(f"{_MAIL}/mail.eml", shown.source)


class _Shown:
    def __init__(self, pages: Pages, folder: MailFolder) -> None:
        self._pages, self._folder = pages, folder

    async def all(self, request: web.Request) -> web.Response:
        _check(request)
        listed = await asyncio.to_thread(self._listed)
        return self._pages.answer(request, "mail.html", listed=listed)

    def _listed(self) -> list[tuple[Caught, Heading]]:
        return [(one, mails.heading(one.content)) for one in self._folder.newest()]

    async def one(self, request: web.Request) -> web.Response:
        _check(request)
        caught = await self._caught(request)
        heading, mail = await asyncio.to_thread(_read, caught.content)
        answer = self._pages.answer(
            request,
            "one_mail.html",
            caught=caught,
            heading=heading,
            mail=mail,
        )
        answer.headers["Content-Security-Policy"] = _WITH_FRAME
        return answer

    async def html(self, request: web.Request) -> web.Response:
        """As somebody else wrote it: it runs nothing, fetches nothing, and sees nothing of ours."""
        mail = await self._mail(request)
        return web.Response(text=mail.html, content_type="text/html", headers=_IN_FRAME)

    async def attachment(self, request: web.Request) -> web.Response:
        mail, place = await self._mail(request), int(request.match_info["place"])
        if place >= len(mail.attachments):
            raise web.HTTPNotFound(text="It has no such attachment.\n")
        found = mail.attachments[place]
        return download(found.name, found.content)

    async def source(self, request: web.Request) -> web.Response:
        _check(request)
        caught = await self._caught(request)
        return download(f"mail-{caught.number}.eml", caught.content)

    async def _mail(self, request: web.Request) -> Mail:
        _check(request)
        caught = await self._caught(request)
        try:
            return await asyncio.to_thread(mails.read, caught.content)
        except TooOdd as error:
            raise web.HTTPUnprocessableEntity(text=f"{error} Download it whole.\n") from None

    async def _caught(self, request: web.Request) -> Caught:
        number = int(request.match_info["number"])
        found = await asyncio.to_thread(self._folder.get, number)
        if found is None:
            raise web.HTTPNotFound(text="That mail isn't there any more.\n")
        return found


def _read(content: bytes) -> tuple[Heading, Mail | None]:
    try:
        mail = mails.read(content)
    except TooOdd:
        return mails.heading(content), None
    return mail.heading, mail


def _check(request: web.Request) -> None:
    if request[PERSON].role not in MAY_READ_MAIL:
        raise web.HTTPForbidden(text="This page is for team leads, management and operators.\n")
