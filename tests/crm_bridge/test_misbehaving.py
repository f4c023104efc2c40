"""A CRM that hangs, breaks off or talks nonsense: told in time, and read within bounds."""

import socket
import tracemalloc
from collections.abc import Callable

import pytest

from crm_bridge.account import Account
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.session import LONGEST_ANSWER
from crm_bridge.soap import SoapOrganization
from domain.crm import CrmDown, CrmRefused, CrmTrouble, Trouble
from tests.crm_bridge.behaviours import (
    BOMB,
    EXTERNAL,
    HTML,
    SOAP,
    XML,
    answer,
    broken_off,
    dribbling,
    reset,
    silent,
    streaming,
    zipped,
)
from tests.crm_bridge.people import NUMBER_FIELD, call
from tests.crm_bridge.servers import Behave, behaving

ENTITY = (
    '<RetrieveMultipleResponse xmlns="http://schemas.microsoft.com/xrm/2011/Contracts/Services">'
    '<RetrieveMultipleResult xmlns:a="http://schemas.microsoft.com/xrm/2011/Contracts"'
    ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><a:Entities><a:Entity>{}</a:Entity></a:Entities>'
    "</RetrieveMultipleResult></RetrieveMultipleResponse>"
)
NEWER = (
    "<a:Attributes/><a:Id>00000000-0000-0000-0000-000000000001</a:Id>"
    '<a:KeyAttributes xmlns:k="http://schemas.microsoft.com/xrm/7.1/Contracts"/>'
    "<a:LogicalName>contact</a:LogicalName><a:RelatedEntities/><a:RowVersion>7</a:RowVersion>"
)


def fault(code: object) -> Behave:
    detail = (
        '<detail><a:OrganizationServiceFault xmlns:a="http://schemas.microsoft.com/xrm/2011/Contracts">'
        f"<a:ErrorCode>{code}</a:ErrorCode></a:OrganizationServiceFault></detail>"
    )
    body = (
        f"<s:Fault><faultcode>s:Client</faultcode><faultstring>No.</faultstring>{detail}</s:Fault>"
    )
    return answer(500, XML, SOAP.format(body))


def trouble_with(
    behave: Behave, ask: Callable[[DynamicsCrm], object], deadline_s: float = 10.0
) -> CrmTrouble:
    with behaving(behave) as url:
        crm = DynamicsCrm(SoapOrganization(url, Account(), deadline_s), NUMBER_FIELD)
        with pytest.raises(CrmTrouble) as caught:
            ask(crm)
        return caught.value


def find(crm: DynamicsCrm) -> object:
    return crm.contacts_by_number("10000001")


def note(crm: DynamicsCrm) -> object:
    return crm.note_call(call(1))  # type: ignore[func-returns-value]  # None is as good as any


@pytest.mark.parametrize("ask", [find, note])
@pytest.mark.parametrize(
    ("behave", "trouble"),
    [
        (reset, Trouble.UNREACHABLE),
        (broken_off, Trouble.UNREACHABLE),
        (answer(500, "text/html", HTML), Trouble.BROKEN),
        (answer(503, "text/plain", "busy"), Trouble.BROKEN),
        (answer(200, "text/html", HTML), Trouble.GARBLED),
        (answer(404, "text/html", HTML), Trouble.GARBLED),
        (answer(302, "text/html", HTML, "Location: https://adfs.example/ls"), Trouble.SIGN_IN),
        (answer(401, "text/html", HTML), Trouble.SIGN_IN),
        (answer(403, "text/html", HTML), Trouble.SIGN_IN),
        (answer(200, XML, ""), Trouble.GARBLED),
        (answer(200, XML, HTML), Trouble.GARBLED),
        (answer(200, XML, "<a/>"), Trouble.GARBLED),
        (answer(200, XML, SOAP.format("")), Trouble.GARBLED),
        (answer(200, XML, SOAP.format("<a><b/></a>")), Trouble.GARBLED),
        (answer(200, XML, SOAP.format(ENTITY.format("<a:Id>7</a:Id>"))), Trouble.GARBLED),
        (answer(200, XML, SOAP.format(ENTITY.format("<a:Colour/>"))), Trouble.GARBLED),
        (answer(500, XML, "<a/>"), Trouble.GARBLED),
        (answer(500, XML, SOAP.format("<s:Fault><faultcode/></s:Fault>")), Trouble.BROKEN),
        (answer(200, XML, BOMB), Trouble.GARBLED),
        (answer(500, XML, BOMB), Trouble.GARBLED),
        (answer(200, XML, EXTERNAL), Trouble.GARBLED),
        (streaming, Trouble.GARBLED),
        (zipped, Trouble.GARBLED),
        (fault("seven"), Trouble.GARBLED),
        (fault(-2147204783), Trouble.BROKEN),
    ],
)
def test_what_may_pass_is_down(
    behave: Behave, trouble: Trouble, ask: Callable[[DynamicsCrm], object]
) -> None:
    told = trouble_with(behave, ask)
    assert isinstance(told, CrmDown), told
    assert told.trouble is trouble, told.detail


@pytest.mark.parametrize("behave", [silent, dribbling])
def test_who_is_slow_is_given_up(behave: Behave) -> None:
    told = trouble_with(behave, find, deadline_s=0.2)
    assert isinstance(told, CrmDown)
    assert told.trouble is Trouble.SLOW


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (-2147220960, Trouble.NOT_ALLOWED),
        (-2147220969, Trouble.GONE),
        (-2147217149, Trouble.INVALID),
    ],
)
def test_what_will_never_do_is_refused(code: int, trouble: Trouble) -> None:
    told = trouble_with(fault(code), find)
    assert isinstance(told, CrmRefused)
    assert told.trouble is trouble


def test_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    crm = DynamicsCrm(SoapOrganization(f"http://127.0.0.1:{port}/", Account(), 2), NUMBER_FIELD)
    with pytest.raises(CrmDown) as caught:
        find(crm)
    assert caught.value.trouble is Trouble.UNREACHABLE


def test_much_too_much_is_never_in_memory() -> None:
    tracemalloc.start()
    try:
        trouble_with(zipped, find)
        trouble_with(streaming, find)
        sent = 50 << 20  # `zipped` makes its body beforehand, in one piece
        assert tracemalloc.get_traced_memory()[1] < sent + 4 * LONGEST_ANSWER
    finally:
        tracemalloc.stop()


def test_a_newer_server_says_more_and_is_understood() -> None:
    body = SOAP.format(ENTITY.format(NEWER))
    with behaving(answer(200, XML, body)) as url:
        crm = DynamicsCrm(SoapOrganization(url, Account(), 10), NUMBER_FIELD)
        (found,) = crm.contacts_by_number("10000001")
    assert found.id == "00000000-0000-0000-0000-000000000001"
