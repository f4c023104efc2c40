"""What the pages of lists need of the outside."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from actions.desk import ReadPhone
from actions.dunning_desk import DunningDesk
from domain.case_columns import ColumnMap
from domain.tenant import Tenant
from sheets.case_lists import ReadList


class ReadFile(Protocol):
    async def __call__(
        self,
        path: Path,
        tenant: Tenant,
        columns: ColumnMap | None,
        progress: Callable[[int], None],
    ) -> ReadList:
        """A client's file, read where it keeps no call waiting. ``columns`` are those remembered or chosen;
        ``progress`` is told how many rows have been read, from any thread.

        Raises UnreadableFile, ColumnsUnclear.
        """
        ...


@dataclass(frozen=True, slots=True)
class Lists:
    """``folder`` is where clients' files wait for the team lead's word, and is emptied; ``threads`` import them."""

    on: DunningDesk
    read_file: ReadFile
    read_phone: ReadPhone
    folder: Path
    threads: Executor
