"""Clients' files read and written in the thread that asks."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from campaigns.dunning.list_files import Terms
from domain.case_entry import ListTerms
from rufwerk.swiss_zips import swiss_languages
from rufwerk.telephone_numbers import e164
from sheets.case_lists import ReadList, headings_end, read_list
from sheets.results import Results, write_results


class ListFilesHere:
    def read(self, content: bytes, terms: Terms, progress: Callable[[int], None]) -> ReadList:
        given = ListTerms(terms.country, terms.currency, e164, swiss_languages())
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "source"
            source.write_bytes(content)
            return read_list(source, given, terms.columns, progress)

    def write(self, content: bytes, results: Results, terms: Terms) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / "source", Path(folder) / "target"
            source.write_bytes(content)
            ends = headings_end(source, terms.columns)
            write_results(source, target, replace(results, headings_end=ends))
            return target.read_bytes()
