"""LibreOffice: makes workbooks of flat spreadsheets that tests write, all in one process."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from tests.sheets.books import Cell

_NAMES = "office table text style number"
_WITHIN_S = 120
_SPACES = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{"datastyle" if name == "number" else name}:1.0"'
        for name in _NAMES.split()
    )
    + ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
)
_DAY = (
    '<number:date-style style:name="D"><number:day number:style="long"/><number:text>.</number:text>'
    '<number:month number:style="long"/><number:text>.</number:text><number:year number:style="long"/>'
    '</number:date-style><style:style style:name="day" style:family="table-cell" style:data-style-name="D"/>'
    '<style:style style:name="hidden" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def program() -> str:
    """LibreOffice; where there is none the test is skipped, but not in CI."""
    found = shutil.which("soffice")
    if found is None:
        reason = "LibreOffice is missing: apt-get install libreoffice-calc-nogui"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def cell(value: Cell, attributes: str = "") -> str:
    if value is None:
        return f"<table:table-cell {attributes}/>"
    if isinstance(value, str) and value.startswith("of:"):
        return f"<table:table-cell {attributes} table:formula={quoteattr(value)}/>"
    text = ""
    if isinstance(value, date):
        kind = f'table:style-name="day" office:value-type="date" office:date-value="{value}"'
    elif isinstance(value, str):
        kind = 'office:value-type="string"'
        text = f"<text:p>{escape(value)}</text:p>"
    else:
        kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {attributes} {kind}>{text}</table:table-cell>"


def row(cells: Sequence[Cell], attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(map(cell, cells))}</table:table-row>"


def table(rows: Sequence[str], name: str = "Mai", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{"".join(rows)}</table:table>'


def spreadsheet(*tables: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        f"<office:automatic-styles>{_DAY}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document>"
    )


def convert(folder: Path, sources: Mapping[str, str], kind: str = "xlsx") -> Mapping[str, Path]:
    """Each source, by its name, as a file of ``kind``; formulas are calculated."""
    for name, source in sources.items():
        (folder / f"{name}.fods").write_text(source, encoding="utf-8")
    convert_files(folder, [folder / f"{name}.fods" for name in sources], kind)
    return {name: folder / f"{name}.{kind}" for name in sources}


def convert_files(folder: Path, files: Sequence[Path], kind: str) -> None:
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        [program(), profile, "--headless", "--convert-to", kind, "--outdir", folder, *files],
        check=True,
        capture_output=True,
        timeout=_WITHIN_S,
        env={**os.environ, "HOME": str(folder)},
    )
