"""Templates, filled in the browser's language."""

from pathlib import Path
from typing import Any, Final

import jinja2
from aiohttp import web

from desktop.texts import preferred, texts
from domain.language import Language

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What a page of ours may do (Content-Security-Policy), unless it says otherwise itself."""

_TEMPLATES: Final = Path(__file__).parent / "templates"


class Pages:
    def __init__(self) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )

    def language(self, request: web.Request) -> Language:
        return preferred(request.headers.get("Accept-Language", ""))

    def part(self, template: str, language: Language, **values: Any) -> str:
        """HTML; ``t`` are its texts and ``language`` their language, beside ``values``."""
        found = self._templates.get_template(template)
        return found.render(t=texts(language), language=language, **values)

    def answer(
        self, request: web.Request, template: str, status: int = 200, **values: Any
    ) -> web.Response:
        """A page, or a part of one, as ``part`` fills it."""
        page = self.part(template, self.language(request), **values)
        return web.Response(text=page, status=status, content_type="text/html")
