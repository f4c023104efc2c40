"""The papers, held against the code: settings, keys, paths and links that they name."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from rufwerk.settings import Settings
from rufwerk.tenant_schema import (
    DiallingSection,
    DunningSection,
    HoursSection,
    LineSection,
    PinSection,
    PointsSection,
    RetentionSection,
    ServiceSection,
    TenantFile,
)

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "docker").glob("*.md")]
)

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(
    r"`((?:domain|actions|prompts|dialplans|ivr|storage|phone|desktop|rufwerk|tenants|tests|docs)/"
    r"[a-z0-9_./-]*)`"
)


def _settings(shape: type[msgspec.Struct], prefix: str = "") -> Iterator[tuple[str, object]]:
    for field in msgspec.structs.fields(shape):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _settings(field.type, f"{prefix}{field.encode_name}.")
        else:
            yield f"{prefix}{field.encode_name}", field.default


@pytest.mark.parametrize(("key", "default"), list(_settings(Settings)))
def test_every_setting_stands_in_the_table(key: str, default: object) -> None:
    lines = (ROOT / "docs" / "operations.md").read_text().splitlines()
    row = next(line for line in lines if line.startswith(f"| `{key}` "))
    cells = [cell.strip() for cell in row.split("|")]
    assert cells[2] == f"`RUFWERK_{key.replace('.', '__').upper()}`"
    shown = ",".join(default) if isinstance(default, tuple) else str(default)
    if isinstance(default, bool):
        shown = shown.lower()
    assert cells[3] == (f"`{shown}`" if shown else "empty")


def test_every_key_of_a_tenants_file_is_explained() -> None:
    guide = (ROOT / "docs" / "tenant-guide.md").read_text()
    shapes = (TenantFile, LineSection, HoursSection, PinSection, ServiceSection, PointsSection)
    for shape in (*shapes, DiallingSection, DunningSection, RetentionSection):
        for field in msgspec.structs.fields(shape):
            written = (f"`{field.name}`", f"`[{field.name}]`", f"`[[{field.name}]]`", "`[prompts.")
            found = written[:3] if field.name != "prompts" else written[3:]
            assert any(text in guide for text in found), field.name


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_what_a_paper_names_is_there(paper: Path) -> None:
    text = paper.read_text()
    for target in _LINK.findall(text):
        if not target.startswith(("http:", "https:", "#")):
            assert (paper.parent / target.partition("#")[0]).exists(), target
    for path in _PATH.findall(text):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))
def test_lines_can_be_read_side_by_side(paper: Path) -> None:
    for number, line in enumerate(paper.read_text().splitlines(), start=1):
        assert len(line) <= 120, number
