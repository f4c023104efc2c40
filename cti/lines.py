"""How calls and lines are named after Asterisk's Uniqueids.

A call has the Uniqueid of the line that started it, with the node before it. The line of an agent whom we ring on
behalf of a call is named by us: ``<the call's>-o<offer>``. It is then the Linkedid of everybody she is joined with.
"""

import re
from dataclasses import dataclass
from typing import Final

from domain.ids import CallId, LineId

_OURS: Final = re.compile(r"(?P<call>.+)-o(?P<offer>[0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Lines:
    """``node`` is the name of the machine whose Asterisk it is."""

    node: str

    def call(self, uniqueid: str) -> CallId:
        """The call of a line, from its Linkedid (or Uniqueid)."""
        ours = _OURS.fullmatch(uniqueid)
        return CallId(f"{self.node}-{ours['call'] if ours else uniqueid}")

    def callers(self, call: CallId, line: LineId | None = None) -> LineId:
        """The caller's line: the one that started the call, where ``line`` isn't another."""
        return line or LineId(call.removeprefix(f"{self.node}-"))

    def agents(self, call: CallId, offer: int) -> LineId:
        """The line of the agent whom we ring for an offer, where the caller doesn't wait on his."""
        return LineId(f"{self.callers(call)}-o{offer}")

    def offer(self, uniqueid: str) -> int | None:
        """The offer that a line of ours was rung for; None of any other line."""
        ours = _OURS.fullmatch(uniqueid)
        return None if ours is None else int(ours["offer"])
