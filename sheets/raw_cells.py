"""What the cells of a sheet hold, as it is written there."""

from collections.abc import Iterator
from typing import IO, Final
from xml.parsers import expat

_CHUNK: Final = 1 << 16
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "


def raw_cells(source: IO[bytes]) -> Iterator[tuple[str, str]]:
    """Kind (ECMA-376, part 1, 18.18.11) and value of each cell that has one: of a text that many cells share its
    number. Raises what expat raises.
    """
    ready: list[tuple[str, str]] = []
    texts: list[str] = []
    kind = "n"
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal kind
        match name.removeprefix(_MAIN):
            case "c":
                kind = attributes.get("t", "n")
                texts.clear()
            case "v" | "t":
                parser.CharacterDataHandler = texts.append
            case _:
                pass

    def end(name: str) -> None:
        parser.CharacterDataHandler = None
        if name == _MAIN + "c" and texts:
            ready.append((kind, "".join(texts)))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk)
        yield from ready
        ready.clear()
    parser.Parse(b"", True)
