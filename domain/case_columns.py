"""Which column of a client's list is which: by headings, else by content, so that it can be remembered."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.case_content import positions_by_content
from domain.case_headings import COMPOSED, MAIN, REQUIRED, Column, meaning_of
from domain.headings import key_of
from domain.language import Language
from domain.sheet_row import SheetRow, text_of

SAMPLE: Final = 60
"""Rows from a sheet's top that its columns are recognised by."""

_LEAST: Final = 2
"""Columns that a row must name to be taken for headings."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the sheet: its position from 0, and the heading over it as it is written there (empty: none)."""

    position: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The places that make up each column, in the order in which they are joined: one, but for name and address."""

    places: Mapping[Column, tuple[Place, ...]]

    def write(self) -> str:
        """As ``read_columns`` reads it: to be kept for the client's next list."""
        return json.dumps(
            {
                column: [[place.position, place.heading] for place in places]
                for column, places in sorted(self.places.items())
            },
            ensure_ascii=False,
        )

    @property
    def positions(self) -> frozenset[int]:
        return frozenset(place.position for places in self.places.values() for place in places)

    @property
    def missing(self) -> tuple[Column, ...]:
        """Those required that it doesn't have."""
        return tuple(column for column in REQUIRED if column not in self.places)

    def languages_of(self, column: Column) -> frozenset[Language]:
        """In which of our languages its heading is written."""
        found = (meaning_of(place.heading) for place in self.places.get(column, ()))
        return frozenset(one for meaning in found if meaning for one in meaning.languages)


def read_columns(written: str) -> ColumnMap:
    """Raises ValueError for what ``ColumnMap.write`` hasn't written."""
    try:
        return ColumnMap(
            {
                Column(column): tuple(
                    Place(int(position), str(heading)) for position, heading in places
                )
                for column, places in json.loads(written).items()
            }
        )
    except (TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"These are no columns of a list: {error}. Choose them anew.") from None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is known of a sheet's columns. ``headings_end`` is the number of the last row of headings, 0 without any.

    ``unclear`` are columns that several places fit, ``lost`` those remembered whose heading isn't there any more: a
    person must say which they are. ``offered`` are all the places there are to choose from.
    """

    columns: ColumnMap
    headings_end: int = 0
    unclear: Mapping[Column, tuple[Place, ...]] = field(default_factory=dict)
    lost: Mapping[Column, tuple[Place, ...]] = field(default_factory=dict)
    offered: tuple[Place, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether the list can be read: all that is required is known, and nothing remembered is lost."""
        return not self.columns.missing and not self.lost


def recognise(rows: Sequence[SheetRow], remembered: ColumnMap | None = None) -> Recognised:
    """``rows`` are a sheet's first ones. What is ``remembered`` goes before what is recognised; where its heading has
    moved it moves too, where it is gone it is lost.
    """
    known = remembered or ColumnMap({})
    ends, headings = max(_headings(rows), key=lambda one: _hits(one[1], known), default=(0, {}))
    remembered_here, recognised_here = _hits(headings, known)
    if not remembered_here and recognised_here < _LEAST:
        ends, headings = 0, {}
    below = [row for row in rows if row.number > ends]
    used = sorted({*headings, *(position for row in below for position in row.cells)})
    offered = tuple(Place(position, headings.get(position, "")) for position in used)
    found, lost = _laid_over(known, offered)
    taken = {place.position for places in found.values() for place in places}
    free = [place for place in offered if place.position not in taken]
    by_heading, unclear = _by_headings(free, {*found, *lost})
    found |= by_heading
    wanted = [one for one in Column if one not in found and one not in lost and one not in unclear]
    places = _unnamed(free, by_heading, unclear)
    by_content = positions_by_content(below, {*places}, wanted)
    found |= {column: (places[position],) for column, position in by_content.items()}
    return Recognised(ColumnMap(found), ends, unclear, lost, offered)


def _headings(rows: Sequence[SheetRow]) -> Iterator[tuple[int, dict[int, str]]]:
    """What could be the headings: each row, and each together with the one above it, whose cells may be merged over
    several columns or down into this one.
    """
    above: dict[int, str] = {}
    for row in rows:
        own = {place: text for place, value in row.cells.items() if (text := text_of(value))}
        yield row.number, own
        if above:
            yield row.number, above | own
        above = own


def _hits(headings: Mapping[int, str], known: ColumnMap) -> tuple[int, int]:
    keys = {key_of(heading) for heading in headings.values()}
    remembered = sum(
        bool(place.heading) and key_of(place.heading) in keys
        for places in known.places.values()
        for place in places
    )
    meanings = filter(None, map(meaning_of, headings.values()))
    return remembered, len({(meaning.column, meaning.rank) for meaning in meanings})


def _laid_over(
    known: ColumnMap, offered: Collection[Place]
) -> tuple[dict[Column, tuple[Place, ...]], dict[Column, tuple[Place, ...]]]:
    """What is remembered as it is found here, and what is lost."""
    found: dict[Column, tuple[Place, ...]] = {}
    lost = {}
    for column, places in known.places.items():
        here = [_again(place, offered) for place in places]
        if None in here:
            lost[column] = places
        else:
            found[column] = tuple(filter(None, here))
    return found, lost


def _again(place: Place, offered: Iterable[Place]) -> Place | None:
    same = [one for one in offered if key_of(one.heading) == key_of(place.heading)]
    at_its_place = [one for one in same if one.position == place.position]
    if at_its_place:
        return at_its_place[0]
    return same[0] if len(same) == 1 and place.heading else None


def _by_headings(
    offered: Sequence[Place], settled: Collection[Column]
) -> tuple[dict[Column, tuple[Place, ...]], dict[Column, tuple[Place, ...]]]:
    """What headings tell, and what several tell alike."""
    meant: dict[Column, dict[int, list[Place]]] = {}
    for place in offered:
        meaning = meaning_of(place.heading)
        if meaning and meaning.column not in settled:
            meant.setdefault(meaning.column, {}).setdefault(meaning.rank, []).append(place)
    found: dict[Column, tuple[Place, ...]] = {}
    unclear: dict[Column, tuple[Place, ...]] = {}
    for column, by_rank in meant.items():
        if column in COMPOSED and MAIN not in by_rank:
            continue
        ranks = sorted(by_rank) if column in COMPOSED else [min(by_rank)]
        groups = [by_rank[rank] for rank in ranks]
        places = tuple(place for group in groups for place in group)
        (found if len(places) == len(groups) else unclear)[column] = places
    return found, unclear


def _unnamed(
    offered: Iterable[Place], *settled: Mapping[Column, tuple[Place, ...]]
) -> dict[int, Place]:
    """The places that no heading has told of, by position."""
    told = {place for one in settled for places in one.values() for place in places}
    return {
        place.position: place
        for place in offered
        if place not in told and meaning_of(place.heading) is None
    }
