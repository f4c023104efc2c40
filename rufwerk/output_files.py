"""Files that commands write: whole, or not at all."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rufwerk.terminal import fail


def spare(source: Path, file: Path) -> None:
    """Fail where what is written to ``file`` would take the place of ``source``, by whatever name."""
    try:
        is_same = file.samefile(source)
    except OSError:  # one of them isn't there, or whoever opens it says why not
        return
    if is_same:
        fail(f"{file} is the file that is read. Name another one for what is written.")


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
