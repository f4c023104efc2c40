"""What the product ships, read once for all tests."""

from functools import cache
from pathlib import Path

from domain.tenant import TenantBook
from prompts.catalogue import Catalogue
from rufwerk import wiring
from rufwerk.settings import Settings

_ROOT = Path(__file__).parents[2]


@cache
def catalogue() -> Catalogue:
    return Catalogue.load()


@cache
def book() -> TenantBook:
    """The demo's brands."""
    return wiring.tenant_files(Settings(tenants=_ROOT / "tenants"), catalogue()).current
