"""What the pages of lists need of the outside."""

from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from actions.desk import ReadPhone
from campaigns.dunning.list_files import ListFiles


@dataclass(frozen=True, slots=True)
class Lists:
    """``folder`` is where clients' files wait for the team lead's word, and is emptied; ``threads`` read and import
    them, and keep nobody else waiting.
    """

    files: ListFiles
    read_phone: ReadPhone
    folder: Path
    threads: Executor
