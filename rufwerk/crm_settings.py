"""The settings of the link to a CRM, and what may be wrong with them."""

from typing import Final
from urllib.parse import urlsplit

import msgspec

from crm_bridge.account import Auth
from crm_bridge.demo_crm import ENDPOINT, RECORD
from domain.crm import RecordUrls


class Crm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The Organization service at ``url``; empty is none, and in the demo our own at ``port``.

    ``contact_url`` and ``phone_call_url`` open a record in the browser, ``{id}`` is the record's. ``customer_number``
    is the attribute of a contact that holds our customer number.
    """

    url: str = ""
    auth: str = "ntlm"
    user: str = ""
    secret: str = ""
    customer_number: str = "externaluseridentifier"
    contact_url: str = ""
    phone_call_url: str = ""
    port: int = 8081

    @property
    def demo_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{ENDPOINT}"

    @property
    def record_urls(self) -> RecordUrls:
        return RecordUrls(self.contact_url, self.phone_call_url)

    @property
    def demo_record_urls(self) -> RecordUrls:
        place = f"http://127.0.0.1:{self.port}"
        contact, call = (RECORD.format(entity=one, id="{id}") for one in ("contact", "phonecall"))
        return RecordUrls(place + contact, place + call)


_WEB: Final = {"http", "https"}


def mistake(crm: Crm) -> str | None:
    """What is wrong, with its remedy."""
    if crm.auth not in set(Auth):
        return f"crm.auth is {crm.auth!r}. Give one of {', '.join(Auth)}."
    if crm.url and not _is_web(crm.url):
        return "crm.url is no http:// or https:// address. Give that of .../XRMServices/2011/Organization.svc/web."
    for key, template in (("contact_url", crm.contact_url), ("phone_call_url", crm.phone_call_url)):
        if template and not (_is_web(template) and "{id}" in template):
            return f"crm.{key} is {template!r}. Write an http:// or https:// address with {{id}} in it."
    if not crm.customer_number:
        return "crm.customer_number is empty. Name the contact's attribute that holds the customer number."
    return _without_account(crm) if crm.url else None


def _without_account(crm: Crm) -> str | None:
    if crm.auth == Auth.NTLM and not (crm.user and crm.secret):
        return (
            "crm.user or crm.secret is empty. Give DOMAIN\\user and the password, or set crm.auth."
        )
    if crm.auth == Auth.BEARER and not crm.secret:
        return "crm.secret is empty. Give the token, or set crm.auth."
    if crm.auth == Auth.BEARER and urlsplit(crm.url).scheme != "https":
        return "crm.url is not https://, and the token would be open to read on its way. Give an https:// address."
    return None


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in _WEB and bool(parts.hostname)
