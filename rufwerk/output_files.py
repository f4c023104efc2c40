"""Files that commands write: whole, or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rufwerk.terminal import fail


@contextmanager
def in_place_of(file: Path) -> Iterator[Path]:
    """A new file, for its owner only, that takes the old one's place once it is whole."""
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
            new = Path(folder) / "new"
            new.touch(mode=0o600)
            yield new
            new.replace(file)
    except OSError as error:
        fail(f"{file} can't be written: {error.strerror}. Name another file.")
