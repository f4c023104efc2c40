"""A team lead's browser at the pages of lists, and files that she sends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from aiohttp import ClientSession, FormData

from domain.dunning_profile import DE, Dunning
from domain.ids import PersonId
from domain.person import Person, Role
from domain.tenant import TenantBook
from tests.fakes.counter_desk import ALPENRAD, LUNE, brand
from tests.fakes.desk import Actions, Desk, served

HEAD = "Telefon;Name;Kundennummer;Adresse;PLZ;Betrag;Rechnung\n"
TWO = HEAD + (
    "0171 3920001;Anna Keller;K1;Hauptstr. 1;76275;12,50;R-1\n"
    "0171 3920002;Peter Keller;K2;Hauptstr. 2;76275;20,00;R-2\n"
)
FAULTY = TWO + "=1+1;=HYPERLINK(1);K3;Hauptstr. 3;76275;30,00;R-3\n;;K4;Hauptstr. 4;76275;;R-4\n"
UNNAMED = TWO.replace("Telefon;Name", "Was;Wer").replace("0171 39", "x 39")
OTTO = Person(PersonId("p-otto"), "otto", Role.OPERATOR)


@dataclass
class Page:
    """Lena's browser."""

    at: Desk
    browser: ClientSession

    async def get(self, path: str, status: int = 200, **query: str) -> str:
        async with self.browser.get(path, params=query) as answer:
            assert answer.status == status, await answer.text()
            return await answer.text()

    async def post(self, path: str, status: int = 204, **form: str) -> str:
        asked = self.browser.post(
            f"/lead/lists/{path}", data=form, headers=self.at.origin, allow_redirects=False
        )
        async with asked as answer:
            assert answer.status == status, await answer.text()
            return answer.headers.get("Location") or await answer.text()

    async def send(self, content: str, wanted: str = "tenant:alpenrad", status: int = 303) -> str:
        """Where it is looked at, or why it isn't taken."""
        form = FormData(quote_fields=False)
        form.add_field("as", wanted)
        form.add_field("file", content.encode(), filename="C:/Listen/März.csv")
        asked = self.browser.post(
            "/lead/lists/uploads", data=form, headers=self.at.origin, allow_redirects=False
        )
        async with asked as answer:
            assert answer.status == status, await answer.text()
            return answer.headers.get("Location") or await answer.text()

    async def settled(self, upload: str) -> str:
        """What becomes of it, when it isn't read or imported any more; where the list is, once it is imported."""
        async with asyncio.timeout(20):
            while True:
                asked = self.browser.get(upload, allow_redirects=False)
                async with asked as answer:
                    shown = answer.headers.get("Location") or await answer.text()
                if "/state" not in shown:
                    return shown

    def path_of(self, upload: str, then: str) -> str:
        return f"{upload.removeprefix('/lead/lists/')}/{then}"


def with_debtors() -> TenantBook:
    """Of Alpenrad; nobody rings Lune's."""
    alpenrad = replace(brand(ALPENRAD, "DE"), dunning=Dunning(DE, "EUR"))
    return TenantBook.of([alpenrad, brand(LUNE, "FR")])


@asynccontextmanager
async def page(actions: Actions, name: str = "lena") -> AsyncIterator[Page]:
    async with (
        served(actions, book=with_debtors()) as at,
        at.browser(name) as browser,
    ):
        yield Page(at, browser)
