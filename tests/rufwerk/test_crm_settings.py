"""The settings of the link to a CRM, and its outbox on the command line."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from domain.ids import CallId, ContactId
from domain.outbox import Message
from rufwerk import crm_wiring, wiring
from rufwerk.asterisk_runtime import taken_ports
from rufwerk.settings import SettingsError
from rufwerk.settings_reading import load
from tests.rufwerk.command_line import Run

URL = "https://crm.firma.example/Firma/XRMServices/2011/Organization.svc/web"
LINKED = {
    "RUFWERK_CRM__URL": URL,
    "RUFWERK_CRM__USER": "FIRMA\\rufwerk",
    "RUFWERK_CRM__SECRET": "secret-7",
}


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"RUFWERK_CRM__AUTH": "basic"}, "crm.auth is 'basic'. Give one of ntlm, bearer, none"),
        ({"RUFWERK_CRM__URL": "crm.firma.example"}, "crm.url is no http"),
        ({"RUFWERK_CRM__URL": "http://[::1"}, "crm.url is no http"),
        ({"RUFWERK_CRM__CONTACT_URL": "javascript:alert({id})"}, "crm.contact_url .* Write an"),
        ({"RUFWERK_CRM__PHONE_CALL_URL": "https://crm/"}, "crm.phone_call_url .* with {id} in it"),
        ({"RUFWERK_CRM__CUSTOMER_NUMBER": ""}, "crm.customer_number is empty"),
        ({"RUFWERK_CRM__URL": URL}, "crm.user or crm.secret is empty"),
        (LINKED | {"RUFWERK_CRM__SECRET": ""}, "crm.user or crm.secret is empty"),
        (
            {"RUFWERK_CRM__URL": URL, "RUFWERK_CRM__AUTH": "bearer"},
            "crm.secret is empty. Give the token",
        ),
        (
            LINKED | {"RUFWERK_CRM__AUTH": "bearer", "RUFWERK_CRM__URL": "http://crm/"},
            "crm.url is not https",
        ),
        ({"RUFWERK_CRM__PORT": "8080"}, "Give each a port of its own"),
    ],
)
def test_mistakes_are_told_with_their_remedy(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        load(None, environ)
    assert "secret-7" not in str(caught.value)


def test_the_demo_has_a_crm_of_its_own_unless_another_is_named(tmp_path: Path) -> None:
    demo = load(None, {})
    assert demo.has_demo_crm
    assert demo.crm.demo_url == "http://127.0.0.1:8081/XRMServices/2011/Organization.svc/web"
    urls = crm_wiring.record_urls(demo)
    assert urls.of_call(CallId("a")) is not None
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    environ = {key: value for key, value in LINKED.items() if not key.endswith("SECRET")}
    linked = load(
        None,
        environ
        | {
            "RUFWERK_CRM__SECRET_FILE": str(secret),
            "RUFWERK_CRM__CONTACT_URL": "https://crm.firma.example/main.aspx?etn=contact&id={id}",
        },
    )
    assert not linked.has_demo_crm
    assert linked.crm.secret == "from a file"
    urls = crm_wiring.record_urls(linked)
    at = "https://crm.firma.example/main.aspx?etn=contact&id=7"
    assert (urls.of_contact(ContactId("7")), urls.of_call(CallId("a"))) == (at, None)
    for auth in ("ntlm", "bearer", "none"):
        assert crm_wiring.crm(load(None, LINKED | {"RUFWERK_CRM__AUTH": auth}), 1) is not None
    assert not any("crm.port" in one for one in taken_ports(linked))


def test_the_demos_contacts_are_its_participants() -> None:
    contacts = crm_wiring.demo_contacts(load(None, {}))
    anna = contacts[0]
    assert len(contacts) == 7
    texts = [anna.text(key) for key in ("firstname", "lastname", "mobilephone")]
    assert texts == ["Anna", "Keller", "+49 171 3920001"]
    assert anna.text("externaluseridentifier") == "10000001"


@pytest.fixture
def shown(run: Run) -> Callable[..., str]:
    """What a command that does its work says."""

    def shown(*arguments: str) -> str:
        status, said, _ = run(*arguments)
        assert status == 0
        return said

    return shown


def test_the_outbox_is_shown_and_sent_again(shown: Callable[..., str]) -> None:
    shown("db", "upgrade")
    assert json.loads(shown("outbox", "--json")) == {
        "waiting": 0,
        "oldest": None,
        "refused": 0,
        "last_error": None,
    }
    with closing(wiring.transactions(load(None))) as transactions:
        now = wiring.utc_now()
        with transactions.write() as uow:
            for lane in ("a", "b"):
                uow.outbox.add(Message("crm", lane, "x"), now)
            entry = uow.outbox.take("crm", now, now)
            assert entry is not None
            uow.outbox.refuse(entry.id, now, "The CRM doesn't allow this.")
            uow.commit()
    said = shown("outbox")
    assert "Waiting: 1, the oldest since 20" in said
    assert "Refused: 1\nThe last that failed: The CRM doesn't allow this." in said
    assert json.loads(shown("outbox", "--retry", "--json"))["waiting"] == 2
