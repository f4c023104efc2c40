"""How phones in browsers reach Asterisk: through our web server, at a path and with passwords that nobody can guess.

Asterisk takes whoever opens its WebSocket for the address he comes from. In the demo the carrier is this machine, and
any page in a browser here may open a WebSocket to it: so the path is secret, and our web server comes from an address
that is nobody else's.
"""

import hmac
from dataclasses import dataclass, field
from typing import Final

OUR_ADDRESS: Final = "127.0.0.211"
"""The loopback address that our web server's connections to Asterisk come from; no endpoint is known by it."""


@dataclass(frozen=True, slots=True)
class BrowserPhones:
    """``port`` is that of Asterisk's HTTP server on 127.0.0.1; path and passwords hang on ``key``."""

    phones: tuple[str, ...]
    port: int
    key: str = field(repr=False)

    @property
    def prefix(self) -> str:
        """The first part of every path of Asterisk's HTTP server."""
        return self._derived("path")

    @property
    def url(self) -> str:
        """Asterisk's WebSocket for SIP."""
        return f"ws://127.0.0.1:{self.port}/{self.prefix}/ws"

    def password(self, phone: str) -> str:
        """Its SIP password. One doesn't tell another's, as it would if all had a part in common."""
        return self._derived(f"phone {phone}")

    def _derived(self, use: str) -> str:
        return hmac.digest(self.key.encode(), use.encode(), "sha256").hex()[:40]
