"""Clients' files that wait for a team lead's word: read, shown to her, imported or thrown away."""

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final, TypeAlias, TypeVar

import structlog
from aiohttp import BodyPartReader, web

from actions.desk import DeskError
from actions.dunning_desk import DunningDesk
from campaigns.dunning.importing import Preview, PreviewList, StoreList
from campaigns.dunning.importing import Upload as ClientsFile
from desktop.lead.lists import Lists
from domain.case_columns import ColumnMap
from domain.case_entry import RowFault
from domain.case_list import Skip
from domain.dunning import CaseList
from domain.ids import ListId, PersonId
from domain.person import Actor
from domain.ports import StorageDown
from domain.tenant import Tenant
from sheets.case_lists import ColumnsUnclear, SheetRead
from sheets.package import LARGEST_FILE
from sheets.unreadable import UnreadableFile, Why

log = structlog.get_logger()

T = TypeVar("T")

KEPT_S: Final = 3600.0
"""How long a file waits."""

MOST: Final = 8
"""Files that wait at once; of each person one."""


@dataclass(frozen=True, slots=True)
class Reading:
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Unclear:
    """Somebody must say which column is which."""

    found: ColumnsUnclear


@dataclass(frozen=True, slots=True)
class Unreadable:
    why: Why


@dataclass(frozen=True, slots=True)
class Ready:
    """What importing would do; ``duplicates`` are rows (sheet, number) of debts that stand on another list, by its
    name. The entries aren't among it: those of so many people aren't held while somebody thinks.
    """

    sheets: Sequence[SheetRead]
    left_out: Sequence[str]
    faults: Sequence[RowFault] = field(repr=False)
    duplicates: Sequence[tuple[str, int, str]]
    skipped: Mapping[Skip, int]
    faulty: int
    new: int
    changed: int
    same: int
    withdrawn: int

    @classmethod
    def of(cls, preview: Preview) -> "Ready":
        edition = preview.edition
        return cls(
            preview.sheets,
            preview.read.left_out,
            preview.faults,
            [(entry.sheet, entry.row, name) for entry, name in preview.duplicates],
            {why: count for why, count in preview.skipped.items() if count},
            preview.faulty,
            len(edition.new),
            len(edition.changed) - edition.same,
            edition.same,
            len(edition.withdrawn),
        )

    @property
    def rejected(self) -> int:
        """Lines of what isn't taken."""
        return len(self.faults) + len(self.duplicates)

    @property
    def standing_on(self) -> Mapping[str, int]:
        """How many of its debts other lists have."""
        return Counter(name for _, _, name in self.duplicates)


@dataclass(frozen=True, slots=True)
class Importing:
    """Neither is known before it has been read once more."""

    written: int = 0
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    list: ListId


@dataclass(frozen=True, slots=True)
class Refused:
    """``error`` says why; None: the database was out of reach, and trying again helps."""

    error: DeskError | None


State: TypeAlias = Reading | Unclear | Unreadable | Ready | Importing | Done | Refused


def is_busy(state: State) -> bool:
    return isinstance(state, Reading | Importing)


@dataclass(slots=True)
class Upload:
    """``of`` is the list that it is a new edition of; ``columns`` are those that were chosen, None: those of the
    client's list before. ``attempts`` is how often each case is tried, None: as the tenant says.
    """

    by: PersonId
    tenant: Tenant
    of: CaseList | None
    file: str
    path: Path
    columns: ColumnMap | None = None
    key: str = field(default_factory=lambda: token_urlsafe(18))
    state: State = field(default_factory=Reading)
    attempts: int | None = None


class TooLong(Exception):
    """No retry helps."""


class Uploads:
    """All that wait; nothing of them outlives the process."""

    def __init__(self, lists: Lists, on: DunningDesk, application: web.Application) -> None:
        self._lists, self._on = lists, on
        self._waiting: dict[str, Upload] = {}
        self._work: set[asyncio.Future[None]] = set()
        application.on_startup.append(self._open)
        application.on_cleanup.append(self._close)

    def get(self, person: PersonId, key: str) -> Upload | None:
        found = self._waiting.get(key)
        return found if found is not None and found.by == person else None

    async def receive(self, part: BodyPartReader) -> Path:
        """The file that a page sends, in a file of its own that nobody else may read. Raises TooLong."""
        path = self._lists.folder / token_urlsafe(18)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        size = 0
        with ExitStack() as undo:
            undo.callback(path.unlink)
            with os.fdopen(handle, "wb") as out:
                while chunk := await part.read_chunk(1 << 16):
                    size += len(chunk)
                    if size > LARGEST_FILE:
                        raise TooLong
                    out.write(chunk)
            undo.pop_all()  # it is whole
        return path

    def begin(self, actor: Actor, upload: Upload) -> None:
        """Read it, from the start where it was read before. Another one of the same person's is thrown away."""
        if upload.key not in self._waiting:
            self._make_room(upload.by)
            self._waiting[upload.key] = upload
            asyncio.get_running_loop().call_later(KEPT_S, self._expire, upload.key)
        upload.state = Reading()
        self._start(upload, self._read(actor, upload))

    def bring_in(self, actor: Actor, upload: Upload) -> None:
        """Import it, if it has been read and waits for that."""
        if isinstance(upload.state, Ready):
            upload.state = Importing()
            self._start(upload, self._import(actor, upload))

    def discard(self, upload: Upload) -> None:
        self._waiting.pop(upload.key, None)
        upload.path.unlink(missing_ok=True)

    async def _read(self, actor: Actor, upload: Upload) -> None:
        def progress(rows: int) -> None:
            upload.state = Reading(rows)

        try:
            preview = await self._in_thread(lambda: self._preview(actor, upload, progress))
            upload.state = Ready.of(preview)
        except ColumnsUnclear as unclear:
            upload.state = Unclear(unclear)

    async def _import(self, actor: Actor, upload: Upload) -> None:
        """It is read once more."""
        made = await self._in_thread(lambda: self._stored(actor, upload))
        upload.path.unlink(missing_ok=True)
        upload.state = Done(made.id)
        log.info("list imported", list=made.id, person=actor.person.id)

    def _stored(self, actor: Actor, upload: Upload) -> CaseList:
        preview = self._preview(actor, upload, lambda _: None)
        edition = preview.edition
        cases = len(edition.new) + len(edition.changed) + len(edition.past) + len(edition.withdrawn)

        def progress(written: int) -> None:
            upload.state = Importing(written, cases)

        made, _ = StoreList(self._on)(actor, preview, upload.attempts, progress)
        return made

    def _preview(self, actor: Actor, upload: Upload, progress: Callable[[int], None]) -> Preview:
        preview_list = PreviewList(self._on, self._lists.files)
        content = ClientsFile(upload.file, upload.path.read_bytes())
        tenant, of = upload.tenant.id, None if upload.of is None else upload.of.id
        return preview_list(actor, tenant, content, of, upload.columns, progress)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._lists.threads, work)

    def _start(self, upload: Upload, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(_told(upload, work))
        self._work.add(task)
        task.add_done_callback(lambda done: self._end(upload, done))

    def _end(self, upload: Upload, task: asyncio.Future[None]) -> None:
        """Whoever looks at it hears that it has failed, though a fault of ours did it."""
        self._work.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("a list isn't imported", exc_info=error)
            upload.state = Refused(None)

    def _make_room(self, person: PersonId) -> None:
        """The oldest go, those of the same person first."""
        resting = [one for one in self._waiting.values() if not is_busy(one.state)]
        mine = [one for one in resting if one.by == person]
        others = [one for one in resting if one.by != person]
        for one in mine or others[: len(self._waiting) + 1 - MOST]:
            self.discard(one)

    def _expire(self, key: str) -> None:
        upload = self._waiting.get(key)
        if upload is not None and is_busy(upload.state):
            asyncio.get_running_loop().call_later(KEPT_S, self._expire, key)
        elif upload is not None:
            self.discard(upload)

    async def _open(self, _: web.Application) -> None:
        """What an earlier run has left behind is thrown away."""
        shutil.rmtree(self._lists.folder, ignore_errors=True)
        self._lists.folder.mkdir(mode=0o700, parents=True)

    async def _close(self, _: web.Application) -> None:
        for task in tuple(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)
        for upload in list(self._waiting.values()):
            self.discard(upload)


async def _told(upload: Upload, work: Coroutine[Any, Any, None]) -> None:
    """What becomes of it stands in the upload."""
    try:
        await work
    except UnreadableFile as error:
        upload.state = Unreadable(error.why)
    except DeskError as error:
        upload.state = Refused(error)
    except StorageDown as error:
        log.warning("a list isn't imported", reason=str(error))
        upload.state = Refused(None)
