"""Files for people to keep."""

import re
from urllib.parse import quote

from aiohttp import web


def download(name: str, content: bytes) -> web.Response:
    """Never opened in the browser, whatever is in it (RFC 6266)."""
    plain = re.sub(r'[?"\\]', "_", name.encode("ascii", "replace").decode())
    placed = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": placed}
    return web.Response(body=content, content_type="application/octet-stream", headers=headers)
