"""HTTP sessions that wait and read within bounds, signed in by NTLM or a token; the only module that knows requests."""

import binascii
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests_ntlm import HttpNtlmAuth
from spnego.exceptions import SpnegoError
from typing_extensions import override
from urllib3.exceptions import HTTPError, ReadTimeoutError

from crm_bridge.account import Account, Auth
from domain.crm import CrmDown, CrmTrouble, Trouble

LONGEST_ANSWER: Final = 4 << 20
"""Octets, after any compression: 50 contacts are some 100 KiB."""

_PIECE: Final = 1 << 16
_LEAST_S: Final = 0.01


class Session:
    """For one thread. It follows no redirects, and takes its trust from the environment (``REQUESTS_CA_BUNDLE``)."""

    def __init__(self, account: Account, deadline_s: float) -> None:
        self.requests = requests.Session()
        self.requests.auth = _auth(account)
        self._deadline_s = deadline_s
        self._adapter = _BoundedAdapter()
        for scheme in ("http://", "https://"):
            self.requests.mount(scheme, self._adapter)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> requests.Response:
        """An answer in XML, read to its end. Raises CrmDown."""
        give_up_at = time.monotonic() + self._deadline_s
        self._adapter.give_up_at = give_up_at
        try:
            response = self.requests.post(url, body, headers=headers, allow_redirects=False)
        except requests.RequestException as error:
            if time.monotonic() >= give_up_at or isinstance(error, requests.Timeout):
                raise _slow() from None
            raise CrmDown(Trouble.UNREACHABLE, type(error).__name__) from None
        trouble = _trouble(response)
        if trouble:
            raise trouble
        return response


class _BoundedAdapter(HTTPAdapter):
    """All of a request, its handshakes too, ends by ``give_up_at``; only who dribbles its headers can draw that out."""

    give_up_at = 0.0

    @override
    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        left = max(_LEAST_S, self.give_up_at - time.monotonic())
        return super().send(request, *args, **more | {"timeout": left})

    @override
    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        bounded = _BoundedResponse()
        bounded.__dict__.update(super().build_response(req, resp).__dict__)
        bounded.give_up_at = self.give_up_at
        return bounded


class _BoundedResponse(requests.Response):
    """Whoever reads its body, our own sign-in too, reads no more than is good for us, and piece by piece as it comes:
    requests would wait for a whole block, however slowly that dribbles in.
    """

    give_up_at = 0.0

    @override
    def iter_content(
        self, chunk_size: int | None = 1, decode_unicode: bool = False
    ) -> Iterator[Any]:
        """Raises CrmDown."""
        length = 0
        while piece := self._next_piece():
            length += len(piece)
            if length > LONGEST_ANSWER:
                self.close()
                raise CrmDown(Trouble.GARBLED, f"an answer of more than {LONGEST_ANSWER} octets")
            if time.monotonic() >= self.give_up_at:
                self.close()
                raise _slow()
            yield piece

    def _next_piece(self) -> bytes:
        try:
            piece: bytes = self.raw.read1(_PIECE, decode_content=True)
        except ReadTimeoutError:
            raise _slow() from None
        except HTTPError as error:
            raise CrmDown(Trouble.UNREACHABLE, type(error).__name__) from None
        return piece


class _Ntlm(HttpNtlmAuth):  # type: ignore[misc, unused-ignore]
    """As it comes, but what goes wrong within is told as ours."""

    @override
    def response_hook(self, r: requests.Response, **kwargs: Any) -> requests.Response:
        try:
            return super().response_hook(r, **kwargs)
        except (PermissionError, KeyError, SpnegoError, binascii.Error) as error:
            detail = f"no NTLM handshake: {type(error).__name__}"
            raise CrmDown(Trouble.SIGN_IN, detail) from None


class _Token(requests.auth.AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    @override
    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r


class _Nobody(requests.auth.AuthBase):
    """Without it a ``.netrc`` would be asked."""

    @override
    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


def _auth(account: Account) -> requests.auth.AuthBase:
    match account.auth:
        case Auth.NTLM:
            return _Ntlm(account.user, account.secret)
        case Auth.BEARER:
            return _Token(account.secret)
        case Auth.NONE:
            return _Nobody()


def _slow() -> CrmDown:
    return CrmDown(Trouble.SLOW, "the deadline is over")


def _trouble(response: requests.Response) -> CrmTrouble | None:
    """What is wrong with an answer before it is read as SOAP. A fault comes with status 500, and is XML."""
    status = response.status_code
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    detail = f"HTTP {status}, {kind or 'no content type'}"
    if status in {401, 403}:
        return CrmDown(Trouble.SIGN_IN, detail)
    if 300 <= status < 400:
        return CrmDown(Trouble.SIGN_IN, f"{detail}: sent elsewhere, as to a page to sign in at")
    if status in {200, 500} and kind == "text/xml":
        return None
    if status >= 500:
        return CrmDown(Trouble.BROKEN, detail)
    return CrmDown(Trouble.GARBLED, detail)
