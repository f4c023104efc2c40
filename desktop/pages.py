"""Templates, filled in the browser's language."""

from pathlib import Path
from typing import Any, Final

import jinja2
from aiohttp import web

from desktop.texts import preferred, texts

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

    def answer(
        self, request: web.Request, template: str, status: int = 200, **values: Any
    ) -> web.Response:
        """A page; ``t`` are its texts and ``language`` their language, beside ``values``."""
        language = preferred(request.headers.get("Accept-Language", ""))
        page = self._templates.get_template(template).render(
            t=texts(language), language=language, **values
        )
        return web.Response(text=page, status=status, content_type="text/html")
