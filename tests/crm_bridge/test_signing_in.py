"""How we sign in at a CRM: NTLM with a real handshake, a token, nobody."""

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import spnego
from spnego.exceptions import SpnegoError
from typing_extensions import override

from crm_bridge.account import Account, Auth
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.soap import SoapOrganization
from domain.crm import CrmDown, Trouble
from tests.crm_bridge.people import NUMBER_FIELD

NOBODY_FOUND = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    b'<RetrieveMultipleResponse xmlns="http://schemas.microsoft.com/xrm/2011/Contracts/Services">'
    b"<RetrieveMultipleResult/></RetrieveMultipleResponse></s:Body></s:Envelope>"
)
SECRET = "grüße-7"


class Guarded(BaseHTTPRequestHandler):
    """Lets in who shows a right password by NTLM, which holds for the connection, or the right token."""

    protocol_version = "HTTP/1.1"
    offers = "NTLM"

    @override
    def setup(self) -> None:
        super().setup()
        self.handshake: spnego.ContextProxy | None = None
        self.inside = False

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        challenge = self._ntlm(token) if kind == "NTLM" else None
        if self.inside or (kind, token) == ("Bearer", "token-7"):
            self._say(200, NOBODY_FOUND)
        else:
            self._say(401, b"<html>no</html>", challenge)

    def _ntlm(self, token: str) -> bytes | None:
        if self.handshake is None:
            self.handshake = spnego.server(protocol="ntlm")
        try:
            said = self.handshake.step(base64.b64decode(token))
        except SpnegoError:
            return None
        self.inside = self.handshake.complete
        return said

    def _say(self, status: int, body: bytes, challenge: bytes | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml" if status == 200 else "text/html")
        self.send_header("Content-Length", str(len(body)))
        if status == 401 and self.offers:
            more = f" {base64.b64encode(challenge).decode()}" if challenge else ""
            self.send_header("WWW-Authenticate", self.offers + more)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, *_: object) -> None: ...


@contextmanager
def guarded(
    offers: str = "NTLM", by: type[Guarded] = Guarded
) -> Iterator[Callable[[Account], DynamicsCrm]]:
    handler = type("Handler", (by,), {"offers": offers})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        try:
            yield lambda account: DynamicsCrm(SoapOrganization(url, account, 10), NUMBER_FIELD)
        finally:
            server.shutdown()
            thread.join(10)


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "users"
    file.write_text(f"FIRMA:rufwerk:{SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(file))


def refused(crm: DynamicsCrm) -> Trouble:
    with pytest.raises(CrmDown) as caught:
        crm.contacts_by_number("1")
    return caught.value.trouble


def test_ntlm(users: None) -> None:
    with guarded() as crm:
        ours = crm(Account(Auth.NTLM, "FIRMA\\rufwerk", SECRET))
        assert ours.contacts_by_number("1") == []
        assert ours.contacts_by_number("2") == []
        wrong = crm(Account(Auth.NTLM, "FIRMA\\rufwerk", "guessed"))
        assert refused(wrong) is Trouble.SIGN_IN
        assert refused(crm(Account())) is Trouble.SIGN_IN


@pytest.mark.parametrize("offers", ["", "Basic realm=crm", "Negotiate"])
def test_where_no_ntlm_is_offered(users: None, offers: str) -> None:
    with guarded(offers) as crm:
        assert refused(crm(Account(Auth.NTLM, "FIRMA\\rufwerk", SECRET))) is Trouble.SIGN_IN


def test_a_token() -> None:
    with guarded() as crm:
        assert crm(Account(Auth.BEARER, secret="token-7")).contacts_by_number("1") == []
        assert refused(crm(Account(Auth.BEARER, secret="token-8"))) is Trouble.SIGN_IN


def test_a_secret_is_never_shown() -> None:
    assert SECRET not in repr(Account(Auth.NTLM, "FIRMA\\rufwerk", SECRET))


def test_nobody_is_not_somebody_of_the_machines_own_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login root password secret\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    seen: list[str | None] = []

    class Listens(Guarded):
        @override
        def do_POST(self) -> None:
            seen.append(self.headers.get("Authorization"))
            self.inside = True
            super().do_POST()

    with guarded(by=Listens) as crm:
        assert crm(Account()).contacts_by_number("1") == []
    assert seen == [None]
