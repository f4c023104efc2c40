"""PHP's ext-soap, which shares nothing with zeep or lxml, as server under our client and as client of our demo CRM."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest

from crm_bridge.account import Account
from crm_bridge.demo_crm.records import Records
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.entities import Reference
from crm_bridge.soap import WSDL, SoapOrganization
from domain.crm import ContactChange, CrmRefused, Trouble
from tests.crm_bridge.people import ANNA, NUMBER_FIELD, call, contact

PHP = Path(__file__).parent / "php"
WITHIN_S = 20.0


@pytest.fixture(scope="module")
def php() -> str:
    program = shutil.which("php")
    if program is None or "soap" not in _modules(program):
        reason = "PHP with its SOAP extension is missing: apt-get install php-cli php-soap"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return program


def _modules(php: str) -> list[str]:
    listed = subprocess.run([php, "-m"], capture_output=True, text=True, check=True)
    return listed.stdout.split()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.json"


@pytest.fixture
def php_server(php: str, store: Path, tmp_path: Path) -> Iterator[DynamicsCrm]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    with (tmp_path / "php.log").open("wb") as log:
        process = subprocess.Popen(
            [php, "-S", place, str(PHP / "server.php")],
            env={**os.environ, "WSDL": str(WSDL), "STORE": str(store)},
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + WITHIN_S
        while not _answers(f"http://{place}/"):
            assert process.poll() is None, (tmp_path / "php.log").read_text()
            assert time.monotonic() < deadline
            Event().wait(0.02)
        yield DynamicsCrm(SoapOrganization(f"http://{place}/web", Account(), 10), NUMBER_FIELD)
    finally:
        process.terminate()
        process.wait(WITHIN_S)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=WITHIN_S):
            return True
    except OSError:
        return False


def test_our_client_is_understood_by_php(php_server: DynamicsCrm, store: Path) -> None:
    (found,) = php_server.contacts_by_phone("+491713920003")
    assert (found.id, found.first_name) == (str(UUID(int=1)), "Lucía <b>")
    for activity in (call(1), call(2), call(2)):
        php_server.note_call(activity)
    with pytest.raises(CrmRefused) as caught:
        php_server.change_contact(ContactChange(contact(77).id, city="Köln"))
    assert caught.value.trouble is Trouble.GONE
    kept: dict[str, Any] = json.loads(store.read_text())
    query = kept.pop("query")
    assert set(kept) == {str(call(1).id), str(call(2).id)}
    assert "%1%7%1%3%9%2%0%0%0%3%" in json.dumps(query)
    values = kept[str(call(2).id)]["values"]
    assert values["subject"] == "Karte sperren"
    assert "„entsperrt“ & </fertig>" in values["description"]
    assert values["directioncode"] is False
    assert values["statecode"] == {"Value": 1}
    assert values["regardingobjectid"] == {"Id": ANNA.id, "LogicalName": "contact"}
    assert ANNA.id in json.dumps(values["from"])


def test_php_is_understood_by_our_demo_crm(php: str, url: str, records: Records) -> None:
    done = subprocess.run(
        [php, str(PHP / "client.php"), str(WSDL), url],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    told = json.loads(done.stdout)
    assert (told["again"], told["gone"]) == (-2147220937, -2147220969)
    entity = told["found"]["RetrieveMultipleResult"]["Entities"]["Entity"]
    assert entity["Id"] == ANNA.id
    assert "Anna" in json.dumps(entity)
    (noted,) = records.all("phonecall")
    assert told["created"] == str(noted.id)
    assert noted.text("subject") == "von PHP: „äöü“ <x>"
    assert noted.attributes["directioncode"] is True
    assert noted.attributes["regardingobjectid"] == Reference("contact", UUID(ANNA.id))
    anna = records.get("contact", UUID(ANNA.id))
    assert anna is not None
    assert anna.text("address1_city") == "Köln"
