"""A demo CRM on the loopback, and Dynamics' client for it."""

from collections.abc import Iterator

import pytest

from crm_bridge.account import Account
from crm_bridge.demo_crm.records import Records
from crm_bridge.demo_crm.server import application
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.soap import SoapOrganization
from tests.crm_bridge.people import NOW, NUMBER_FIELD, RECORDS
from tests.crm_bridge.servers import serving
from tests.storage.conftest import open_storage, sqlite_url  # noqa: F401 - found by their names


@pytest.fixture
def records() -> Records:
    made = Records()
    made.seed(RECORDS)
    return made


@pytest.fixture
def url(records: Records) -> Iterator[str]:
    with serving(application(records, lambda: NOW)) as url:
        yield url


@pytest.fixture
def crm(url: str) -> DynamicsCrm:
    return DynamicsCrm(SoapOrganization(url, Account(), deadline_s=10), NUMBER_FIELD)
