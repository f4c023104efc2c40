"""From a client's file to cases: a preview that stores nothing, and the import of what was previewed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from actions.dunning_desk import DunningDesk
from actions.import_list import Imported, ImportList, KnownOfLists, PlanImport
from campaigns.dunning.list_files import ListFiles, Terms
from domain.case_columns import ColumnMap, read_columns
from domain.case_edition import Edition
from domain.case_entry import Entry, RowFault
from domain.case_list import Skip
from domain.dunning import CaseList
from domain.ids import ListId, TenantId
from domain.person import Actor
from sheets.case_lists import ReadList, SheetRead

_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A client's file and the name that it came under."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a file would do now; ``of`` is the list that it is a new edition of. ``files`` are the names of
    the lists that ``edition.duplicates`` stand on.
    """

    tenant: TenantId
    upload: Upload
    of: ListId | None
    read: ReadList
    edition: Edition
    files: Mapping[ListId, str]

    @property
    def accepted(self) -> int:
        """Rows that become cases, or are again those of cases."""
        return len(self.edition.new) + len(self.edition.changed)

    @property
    def faults(self) -> Sequence[RowFault]:
        """In the file's order; a row may have several."""
        return self.read.faults

    @property
    def duplicates(self) -> Sequence[tuple[Entry, str]]:
        """Rows of debts that another list is rung for already, and its name."""
        return [(entry, self.files[of]) for entry, of in self.edition.duplicates]

    @property
    def faulty(self) -> int:
        """Rows that weren't understood."""
        return len({(fault.sheet, fault.row) for fault in self.read.faults})

    @property
    def rejected(self) -> int:
        """Rows that aren't taken."""
        return self.faulty + len(self.edition.duplicates)

    @property
    def skipped(self) -> Mapping[Skip, int]:
        """Rows that were passed over without being wrong."""
        return {why: sum(one.skipped.get(why, 0) for one in self.read.sheets) for why in Skip}

    @property
    def sheets(self) -> tuple[SheetRead, ...]:
        """Those that were read, with what was taken for which column."""
        return self.read.sheets

    @property
    def columns(self) -> ColumnMap:
        """To be remembered for the client's next list: none where his sheets differ."""
        first, *others = (one.columns for one in self.read.sheets)
        alike = all(_headings(one) == _headings(first) for one in others)
        return first if alike else ColumnMap({})


@dataclass(frozen=True, slots=True)
class PreviewList:
    on: DunningDesk
    files: ListFiles

    def __call__(
        self,
        actor: Actor,
        tenant: TenantId,
        upload: Upload,
        of: ListId | None = None,
        columns: ColumnMap | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Preview:
        """``columns`` are what a person has chosen, an empty map to have them recognised anew, None those of the
        client's list before; ``progress`` is told how many rows have been read.

        Raises DeskError or StorageDown; UnreadableFile; ColumnsUnclear, which names what a person must choose.
        """
        known = KnownOfLists(self.on)(actor, tenant)
        if columns is None and known.columns is not None:
            columns = read_columns(known.columns)
        terms = Terms(known.country, known.currency, columns)
        read = self.files.read(upload.content, terms, progress)
        edition = PlanImport(self.on)(actor, tenant, read.entries, of)
        standing = dict.fromkeys(other for _, other in edition.duplicates)
        named = replace(upload, name=plain_name(upload.name))
        return Preview(tenant, named, of, read, edition, self._names(standing))

    def _names(self, lists: Mapping[ListId, None]) -> Mapping[ListId, str]:
        with self.on.desk.transactions.read() as uow:
            found = {one: uow.case_lists.get(one) for one in lists}
        return {one: "" if known is None else known.file for one, known in found.items()}


@dataclass(frozen=True, slots=True)
class StoreList:
    on: DunningDesk

    def __call__(
        self,
        actor: Actor,
        preview: Preview,
        attempts: int | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> tuple[CaseList, Edition]:
        """As ``ImportList``, which looks anew at what is open by now. Raises DeskError or StorageDown."""
        imported = Imported(
            preview.upload.name,
            preview.upload.content,
            preview.read.entries,
            preview.faulty,
            preview.columns.write(),
        )
        done = ImportList(self.on)
        return done(actor, preview.tenant, imported, preview.of, attempts, progress)


def _headings(columns: ColumnMap) -> Mapping[str, tuple[str, ...]]:
    return {
        column: tuple(place.heading for place in places)
        for column, places in columns.places.items()
    }


def plain_name(name: str) -> str:
    """A file's name without folders, in characters that can be shown; its end is kept."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(one for one in last if one.isprintable())[-_LONGEST_NAME:] or "list"
