"""Puts styles to the elements that they are of, as mail programs want it. The only module that imports css_inline."""

from typing import Final

from css_inline import CSSInliner

_INLINER: Final = CSSInliner(
    keep_style_tags=False,
    keep_at_rules=True,  # what depends on the screen can't stand with an element
    load_remote_stylesheets=False,
    minify_css=True,
)


def inlined(html: str) -> str:
    """The page with a ``style`` for each element, and of its style sheet what can't be put there."""
    return _INLINER.inline(html)
