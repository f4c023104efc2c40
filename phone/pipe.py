"""How a phone's process talks with the one that started it: JSON objects, one a line, in and out."""

import json
import os
import select
import sys
import time
from typing import IO, Any


class Events:
    """Events out, one JSON object a line."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out

    def tell(self, event: str, **values: object) -> None:
        self._out.write(json.dumps({"event": event, "at": time.monotonic(), **values}) + "\n")
        self._out.flush()


class Orders:
    """JSON objects in, one a line, without waiting for them."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = b""
        self.at_end = False

    def first(self) -> dict[str, Any]:
        """The job; waits for it."""
        while True:
            for order in self.take(wait_s=None):
                return order
            if self.at_end:
                sys.exit("phone: no job came")

    def stop(self) -> None:
        """As if the input had ended."""
        self.at_end = True

    def take(self, wait_s: float | None = 0.0) -> list[dict[str, Any]]:
        """One line, parsed, if there is one. After the end of the input ``at_end`` is true."""
        if b"\n" not in self._buffer and not self.at_end:
            readable, _, _ = select.select([self._descriptor], [], [], wait_s)
            if readable:
                data = os.read(self._descriptor, 65536)
                self.at_end = not data
                self._buffer += data
        line, newline, rest = self._buffer.partition(b"\n")
        if not newline:
            return []
        self._buffer = rest
        return [json.loads(line)]
