"""The file of a tenant, Bikes, and what loading it says once something in it is changed."""

from pathlib import Path

import pytest

from domain.ids import TenantId
from domain.language import Language
from domain.tenant import Tenant
from rufwerk.tenant_files import TenantError, load

SHIPPED = Path(__file__).parents[2] / "tenants"
BIKES = """
id = "bikes"
name = "Bikes"
country = "DE"
subdivision = "BE"
zone = "Europe/Berlin"
menu = ["block_card", "balance"]

[[lines]]
name = "service"
numbers = ["+49 30 23125100", "555100"]
languages = ["de", "en"]

[hours]
mon = ["14:00-18:00", "08:00-12:00"]
sun = ["00:00-24:00"]

[pin]
digits = 8
tries_per_call = 2
first_lock_minutes = 30

[prompts.de]
welcome = "Willkommen."
"""


def knows_prompt(language: Language, key: str) -> bool:
    return key in {"welcome", "whisper.brand"}


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(TenantError) as caught:
        load(folder, knows_prompt)
    assert str(caught.value) == "\n".join(caught.value.messages)
    return [message.replace(f"{folder}/", "") for message in caught.value.messages]


def changed(folder: Path, old: str, new: str) -> list[str]:
    """The mistakes in the file above once ``old`` is replaced."""
    assert old in BIKES
    (folder / "bikes.toml").write_text(BIKES.replace(old, new))
    return mistakes(folder)


def with_section(folder: Path, text: str) -> Tenant:
    """The tenant above, with more at its file's end."""
    (folder / "bikes.toml").write_text(BIKES + text)
    (folder / "trikes.toml").write_text(
        BIKES.replace('"bikes"', '"trikes"').replace("+49 30 ", "+49 40 ").replace("555100", "5552")
    )
    return load(folder, knows_prompt).tenants[TenantId("bikes")]
