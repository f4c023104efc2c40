"""Pictures of made-up reports of every kind in every language, to look at: ``make report-pictures``."""

import asyncio
import base64
import io
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pypdfium2
from PIL import Image
from playwright.async_api import Browser, async_playwright

from domain.language import Language
from reporting.charts_apart import ChartsApart
from reporting.drawing import Drawn, draw
from rufwerk.bench.chromium import program_of
from tests.browser.pages import NO_CHROMIUM
from tests.reporting.samples import ISSUED, every_kind
from tests.sheets.office import convert_files

FOLDER = Path("var/report-pictures").resolve()
WIDTHS = (360, 1200)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

TOO_WIDE = """
[document.documentElement, ...document.querySelectorAll("div, td, th")]
  .filter((one) => one.scrollWidth > one.clientWidth && one.clientWidth)
  .map((one) => `${one.tagName} of ${one.scrollWidth} in ${one.clientWidth} pixels`)
"""


def page_of(drawn: Drawn) -> str:
    """As a mail program shows it: each picture in the place that names it."""
    html = drawn.html
    for one in drawn.pictures:
        data = base64.b64encode(one.content).decode()
        html = html.replace(f"cid:{one.name}", f"data:image/png;base64,{data}")
    return html


async def take_mail(browser: Browser, drawn: Drawn, name: str) -> None:
    page = await browser.new_page(device_scale_factor=2)
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            await page.set_content(page_of(drawn))
            await page.screenshot(path=FOLDER / f"{name}-mail-{width}-{scheme}.png", full_page=True)
            for wide in await page.evaluate(TOO_WIDE):
                print(f"{name} at {width}: {wide}", file=sys.stderr)
    await page.close()


def take_charts(drawn: Drawn, name: str) -> None:
    for number, one in enumerate(drawn.pictures, 1):
        picture = Image.open(io.BytesIO(one.content))
        picture.save(FOLDER / f"{name}-chart-{number}.png")
        picture.convert("L").save(FOLDER / f"{name}-chart-{number}-grey.png")


def take_workbooks(books: Sequence[Path]) -> None:
    """Their printed pages; all in one run of LibreOffice."""
    convert_files(FOLDER, books, "pdf")
    for book in books:
        pages = pypdfium2.PdfDocument(book.with_suffix(".pdf"))
        for number in range(len(pages)):
            picture = pages[number].render(scale=1.5).to_pil()
            picture.save(book.with_name(f"{book.stem}-page-{number + 1}.png"))


async def main(languages: Sequence[Language]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    books: list[Path] = []
    async with async_playwright() as playwright:
        program = program_of(playwright.chromium.executable_path)
        if program is None:
            sys.exit(NO_CHROMIUM)
        browser = await playwright.chromium.launch(executable_path=program)
        for kind, report in every_kind().items():
            for language in languages:
                name = f"{kind}-{language}"
                drawn = draw(report, language, ISSUED, ChartsApart())
                take_charts(drawn, name)
                await take_mail(browser, drawn, name)
                (FOLDER / f"{name}.txt").write_text(drawn.text, encoding="utf-8")
                books.append(FOLDER / f"{name}.xlsx")
                books[-1].write_bytes(drawn.files[0].content)
                print(name, flush=True)
        await browser.close()
    if shutil.which("soffice"):
        take_workbooks(books)
    print(f"The pictures are in {FOLDER}")


if __name__ == "__main__":
    asyncio.run(main([Language(one) for one in sys.argv[1:]] or list(Language)))
