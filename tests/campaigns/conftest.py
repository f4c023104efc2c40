"""The databases of the storage tests."""

from tests.storage.conftest import (  # noqa: F401 - fixtures are found by their names here
    open_storage,
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_url,
    transactions,
    url,
)
