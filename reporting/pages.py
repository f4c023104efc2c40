"""Pages of mails: templates filled in, in our style. The only module of reporting that imports jinja2 (and its
markupsafe).
"""

from importlib.resources import files
from typing import Any, Final

import jinja2
from markupsafe import Markup

from reporting.inlining import inlined


def page(template: str, **values: Any) -> str:
    """HTML as mail programs want it."""
    style = Markup(_read("report.css"))  # noqa: S704 - our own
    return inlined(_TEMPLATES.get_template(template).render(style=style, **values))


def _read(name: str) -> str:
    return files("reporting").joinpath("templates", name).read_text(encoding="utf-8")


_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FunctionLoader(_read),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
