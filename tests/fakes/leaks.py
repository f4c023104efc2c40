"""Searches whatever was written for digits that should stand nowhere."""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

CANARY = 8
"""Digits of a PIN: enough that they stand nowhere by chance."""

SOUND = (".sln", ".sln16")
_ALONE = re.compile(rb"(?<![0-9A-Za-z])[0-9](?![0-9A-Za-z])")
_DIGIT = re.compile(rb"[0-9]")


def traces(canary: str, texts: Mapping[str, bytes]) -> list[str]:
    """Where and how a canary stands in any of the texts: as a whole, or a digit a line."""
    found = [
        f"{name}: {form}"
        for name, text in texts.items()
        for form, wanted in forms(canary).items()
        if is_telling(wanted, name) and (wanted in text or wanted in text.lower())
    ]
    return found + [
        f"{name}: a digit a line"
        for name, text in texts.items()
        if any(canary.encode() in spelt for spelt in spelled(text))
    ]


def is_telling(wanted: bytes, name: str) -> bool:
    """Whether it means anything to find it there: megabytes of sound hold any four bytes by chance."""
    return len(wanted) > 4 or not name.endswith(SOUND)


def forms(canary: str) -> Mapping[str, bytes]:
    """How digits may be written: as text, packed, and as what stands for them without a key."""
    plain, number = canary.encode(), int(canary)
    wanted = {
        "text": plain,
        "backwards": plain[::-1],
        "UTF-16-LE": canary.encode("utf-16-le"),
        "UTF-16-BE": canary.encode("utf-16-be"),
        "UTF-32": canary.encode("utf-32-le"),
        "hex": plain.hex().encode(),
        "packed decimal": bytes.fromhex(canary),
        "packed, halves swapped": bytes.fromhex(re.sub("(.)(.)", r"\2\1", canary)),
        "integer, big end first": number.to_bytes(4, "big"),
        "integer, little end first": number.to_bytes(4, "little"),
        "digits as bytes": bytes(map(int, canary)),
    }
    for separator in (" ", ",", ", ", "-", "', '", '", "'):
        wanted[f"parted by {separator!r}"] = separator.join(canary).encode()
    for shift in range(3):  # what stands before it shifts what base64 makes of it
        coded = base64.b64encode(b"\0" * shift + plain)
        wanted[f"base64, {shift}"] = coded[(0, 2, 3)[shift] : 4 * ((shift + CANARY) // 3)]
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, plain)
        wanted[name] = digest.hexdigest().encode()
        wanted[f"{name}, raw"] = digest.digest()
    return wanted


def spelled(text: bytes) -> list[bytes]:
    """The digits that stand alone, read down the lines that are alike but for their digits."""
    columns: dict[tuple[bytes, int], list[bytes]] = defaultdict(list)
    for line in text.splitlines():
        template = _DIGIT.sub(b"0", line)
        for place, digit in enumerate(_ALONE.findall(line)):
            columns[template, place].append(digit)
    return [b"".join(column) for column in columns.values()]


def files(*folders: Path) -> dict[str, bytes]:
    """Every file below the folders, sockets and devices left out."""
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }
