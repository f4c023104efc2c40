"""A FastAGI dialogue with Asterisk, made safe: the only module that imports pyst2.

pyst2 keeps what it is good at: which words make a command, and that each is written and then
answered (``execute``, ``answer``, ``hangup``, ``set_variable``). Reading, writing, quoting and what
an answer means are ours. The replies are those of Asterisk 22's res/res_agi.c and main/app.c.
"""

import re
import socket
from dataclasses import dataclass, field
from typing import Final

import structlog
from asterisk.agi import AGI

from ivr.agi_wire import LONGEST_LINE, AgiError, AgiTimeout, AgiWire
from ivr.dialog import CallerHungUp

__all__ = ["AgiChannel", "AgiError", "AgiRequest", "AgiTimeout", "Heard"]

log = structlog.get_logger()

LONGEST_COMMAND: Final = 8190
"""Bytes. Asterisk reads 8191 at once and takes the rest for the next command (AGI_BUF_LEN)."""

MOST_ENVIRONMENT_LINES: Final = 256

_MOST_DIGITS: Final = 1023  # Asterisk's buffer for them is 1024 bytes

_KEYS: Final = "0123456789*#"
_KEY_OF_CODE: Final = {str(ord(key)): key for key in _KEYS}
_MOST_KEYS_IN_A_SOUND: Final = 32

_RESULT = re.compile(r"200 result=(\S*)(?: \((.*)\))?(?: endpos=(-?\d+))?", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VARIABLE = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]*(?:\([A-Za-z0-9_,:.-]*\))?")
_UNIQUEID = re.compile(r"[A-Za-z0-9_.:-]{1,150}")
_NUMBER = re.compile(r"\+?[0-9]{1,32}")
_DIGITS = re.compile(r"[0-9A-D*]*")

Result = dict[str, tuple[str, str]]
"""As pyst2 shapes it: ``result`` and ``endpos``, each a value and what stood in brackets behind."""


@dataclass(frozen=True, slots=True)
class AgiRequest:
    """What Asterisk says of a call before the first command.

    ``route`` is the path of the agi:// address without its first slash. ``caller_number`` is as the
    carrier sent it (digits, perhaps a ``+`` before them), None when withheld, restricted or not a
    number; ``dialled`` is the extension, or the number first dialled where the extension is no
    number. Names of callers are never looked at.
    """

    route: str
    uniqueid: str
    caller_number: str | None = field(repr=False)
    dialled: str
    language: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """Digits keyed: ``0`` to ``9``, ``*``, ``A`` to ``D``; never the ``#`` that ends an entry.

    ``timed_out`` tells silence from an end: a lone ``#`` gives no digits and no time-out. An entry
    that is full never times out.
    """

    digits: str = field(repr=False)
    timed_out: bool


class AgiChannel(AGI):  # type: ignore[misc]  # pyst2 has no types
    """One call's dialogue over a connected socket, which stays its owner's to close.

    For one thread at a time. Each command waits for its reply until a deadline. Raises CallerHungUp
    when the channel is gone (a Redirect looks the same), AgiTimeout, and AgiError when Asterisk
    refuses a command. ``margin_s`` is what a command may take beyond the time its sound and its
    waits need. pyst2's other commands go through the same gate.
    """

    def __init__(self, sock: socket.socket, margin_s: float = 5.0) -> None:
        # pyst2's own __init__ sets a signal handler, prints and reads at once: not called
        self.env: dict[str, str] = {}
        self._wire = AgiWire(sock)
        self._margin_s = margin_s
        self._needed_s = 0.0

    # What a call needs

    def read_environment(self, deadline_s: float) -> AgiRequest:
        """The block that opens the dialogue; ``deadline_s`` is the time for all of it.

        Raises AgiError where it is too long, lacks a thing or says it twice: a caller's number or
        name with line breaks in it could do that, and must not pass for Asterisk's word.
        """
        self._wire.allow(deadline_s)
        self._wire.about = "environment"
        self._get_agi_env()
        return _request(self.env)

    def answer(self) -> None:
        """Take the call; where it is taken already nothing happens."""
        super().answer()

    def hangup(self) -> None:
        """End the call; a caller who went first is no error."""
        try:
            super().hangup()
        except CallerHungUp:
            return

    def get_data(self, sound: str, timeout_s: float, max_digits: int, playing_s: float) -> Heard:
        """Play a sound and collect digits, from its first instant on; a digit stops it.

        ``sound`` is an absolute path without extension, "" is silence; ``playing_s`` is its length.
        ``timeout_s`` is the wait for the first digit after the sound and again for each digit after
        that: GET DATA knows one time for both (a millisecond at least: 0 means Asterisk's own).
        ``#`` ends it at once, and so does the ``max_digits``-th digit (1 to 1023). A sound that is
        missing is an AgiError, not a hang-up, though Asterisk answers both with -1.
        """
        most = max(1, min(max_digits, _MOST_DIGITS))
        wait_ms = max(1, round(timeout_s * 1000))
        self._needed_s = playing_s + timeout_s * most
        reply = self.execute("GET DATA", self._quote(sound), wait_ms, most)
        digits, end = reply["result"]
        if not _DIGITS.fullmatch(digits) or len(digits) > most or end not in ("", "timeout"):
            raise self._wire.out_of_step("is answered by what are no digits")
        return Heard(digits, timed_out=end == "timeout")

    def stream(self, sound: str, playing_s: float, *, takes_keys: bool = False) -> str:
        """Play a sound to its end; where it ``takes_keys``, those pressed meanwhile, ``#`` too, which don't cut it.

        Asterisk would lose them, so each stops the sound and it goes on where it was; the first 32 are taken, but for
        one that falls between two commands. ``sound`` and ``playing_s`` as in ``get_data``.
        """
        keys, place = "", "0"
        while True:
            room = takes_keys and len(keys) < _MOST_KEYS_IN_A_SOUND  # one may be stuck
            taken = _KEYS if room else ""
            self._needed_s = playing_s
            arguments = self._quote(sound), self._quote(taken), place
            reply = self.execute("STREAM FILE", *arguments)
            (code, _), (place, _) = reply["result"], reply["endpos"]
            if code == "0":
                return keys
            if code not in _KEY_OF_CODE or not taken or not place.isdecimal():
                raise self._wire.out_of_step("is answered by a digit nobody asked for")
            keys += _KEY_OF_CODE[code]

    def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable, or a function such as ``CHANNEL(language)``.

        ``name`` is never text from outside. ``value`` reaches Asterisk letter by letter, ``${...}``
        too; a control character in it is an AgiError.
        """
        super().set_variable(_checked(name), value)

    def get_variable(self, name: str) -> str | None:
        """A channel variable's value (1023 bytes at most), None where it isn't set."""
        found, value = self.execute("GET VARIABLE", self._quote(_checked(name)))["result"]
        return value if found == "1" else None

    def raise_guard(self, seconds: int) -> None:
        """Let Asterisk end the call in ``seconds``, whatever becomes of us, unless raised again."""
        self.set_variable("TIMEOUT(absolute)", str(seconds))

    # What in pyst2 is unsafe

    def execute(self, command: str, *args: object) -> Result:
        self._wire.about = command
        self._wire.allow(self._needed_s + self._margin_s)
        self._needed_s = 0.0
        result: Result = super().execute(command, *args)
        return result

    def test_hangup(self) -> None:
        self._wire.check()

    def send_command(self, command: str, *args: object) -> None:
        """Write one command, and make sure that it is one."""
        text = " ".join((command, *map(str, args)))
        if _CONTROL.search(text):
            raise AgiError(f"{command} can't carry a line break or another control character")
        line = text.strip().encode("utf-8", "replace") + b"\n"
        if len(line) > LONGEST_COMMAND:
            raise AgiError(f"{command} is longer than Asterisk reads in one piece")
        self._drop_unasked()
        self._wire.send(line)

    def get_result(self) -> Result:
        """The reply to the command just sent: 200 done, 510 unknown, 511 hung up, 520 usage."""
        line = self._reply()
        if line.startswith("200 result=1 (") and self._wire.about.endswith("VARIABLE"):
            line = self._whole_value(line)
        if match := _RESULT.fullmatch(line):
            value, data, endpos = match.groups(default="")
            if value == "-1":
                raise self._failure()
            return {"result": (value, data), "endpos": (endpos, "")}
        if line.startswith("510"):
            raise AgiError(f"Asterisk doesn't know {self._wire.about}")
        if line.startswith("520"):
            self._skip_usage(line)
            raise AgiError(f"{self._wire.about} has wrong arguments")
        raise self._wire.out_of_step("is answered by what is no reply")

    def _get_agi_env(self) -> None:
        """Read ``agi_...: value`` up to the empty line; other lines can only be bits of a name."""
        left = LONGEST_LINE
        for _ in range(MOST_ENVIRONMENT_LINES):
            line = self._wire.line(left)
            if not line:
                return
            left -= len(line) + 1
            key, colon, value = line.partition(":")
            if not colon or not key.startswith("agi_") or key == "agi_calleridname":
                continue
            # Asterisk's own order: a caller's number or name with line breaks in it can add nothing
            too_late = "agi_request" if key.startswith("agi_network") else key
            too_early = key.startswith("agi_arg_") and "agi_threadid" not in self.env
            if too_late in self.env or too_early:
                raise self._wire.out_of_step("says a thing twice or out of order")
            self.env[key] = value.strip()
        raise self._wire.out_of_step("has too many lines")

    def _quote(self, string: object) -> str:
        """An argument that res_agi.c's parse_args reads back letter by letter."""
        return '"' + str(string).replace("\\", "\\\\").replace('"', '\\"') + '"'

    # Replies

    def _reply(self) -> str:
        line = self._wire.line()
        if line == "HANGUP" or line.startswith("511"):
            raise self._wire.hung_up()
        return line

    def _whole_value(self, first: str) -> str:
        """A reply whose value may have line breaks in it: Asterisk writes them as they are."""
        lines, left = [first], LONGEST_LINE - len(first)
        while not lines[-1].endswith(")"):
            lines.append(self._wire.line(left))
            left -= len(lines[-1]) + 1
        return "\n".join(lines)

    def _skip_usage(self, first: str) -> None:
        """A usage block opens with ``520-`` and ends with a line of ``520`` and a blank."""
        line, left = first, LONGEST_LINE
        while not line.startswith("520 "):
            line = self._wire.line(left)
            left -= len(line) + 1

    def _failure(self) -> AgiError:
        """What -1 means: Asterisk tells of a hang-up before it takes another command."""
        self._wire.allow(self._margin_s)
        self._drop_unasked()
        self._wire.send(b"NOOP\n")
        if not self._reply().startswith("200 "):
            return self._wire.out_of_step("is answered by what is no reply")
        return AgiError(
            f"{self._wire.about} failed though the caller is there: is its sound missing?"
        )

    def _drop_unasked(self) -> None:
        """See to what came unasked: a hang-up counts, a second copy of a reply doesn't."""
        lines = self._wire.take_unasked()
        if not lines:
            return
        if b"HANGUP" in lines:
            raise self._wire.hung_up()
        if any(line.startswith(b"agi_") for line in lines):  # an environment that was cut in two
            raise self._wire.out_of_step("comes in the middle of the environment")
        log.warning("agi replies nobody asked for", command=self._wire.about, lines=len(lines))


def _checked(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise AgiError("a variable's name is none")
    return name


def _request(env: dict[str, str]) -> AgiRequest:
    uniqueid = env.get("agi_uniqueid", "")
    if not _UNIQUEID.fullmatch(uniqueid) or "agi_extension" not in env:
        raise AgiError("environment lacks the call's id or its extension")
    number = env.get("agi_callerid", "")
    presentation = env.get("agi_callingpres", "")
    restricted = presentation.isdecimal() and int(presentation[:4]) & 0x60 == 0x20  # AST_PRES_*
    extension, dnid = env["agi_extension"], env.get("agi_dnid", "")
    arguments: list[str] = []
    while (argument := env.get(f"agi_arg_{len(arguments) + 1}")) is not None:
        arguments.append(argument)
    return AgiRequest(
        route=env.get("agi_network_script", "").lstrip("/"),
        uniqueid=uniqueid,
        caller_number=number if _NUMBER.fullmatch(number) and not restricted else None,
        dialled=dnid if _NUMBER.fullmatch(dnid) and not _NUMBER.fullmatch(extension) else extension,
        language=env.get("agi_language", ""),
        arguments=tuple(arguments),
    )
