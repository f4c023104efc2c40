"""Our WSDL and what goes over the wire, against the published contract, where that is at hand."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from lxml import etree

from crm_bridge.account import Account
from crm_bridge.demo_crm.records import Records
from crm_bridge.demo_crm.server import application
from crm_bridge.dynamics import DynamicsCrm
from crm_bridge.soap import WSDL, SoapOrganization
from domain.crm import ContactChange, CrmRefused
from tests.crm_bridge.people import ANNA, NOW, NUMBER_FIELD, call, contact
from tests.crm_bridge.servers import serving

PUBLISHED = Path(__file__).parents[3] / "shared" / "dynamics"
XS = "{http://www.w3.org/2001/XMLSchema}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
WSDL_NS = "{http://schemas.xmlsoap.org/wsdl/}"
BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"

LATER = {"KeyAttributes", "RowVersion"}
"""Of servers of version 8 and later: read, never sent."""

pytestmark = pytest.mark.skipif(
    not PUBLISHED.exists(), reason=f"the published contract isn't at {PUBLISHED}"
)


@pytest.fixture(scope="module")
def published() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(PUBLISHED / "xsd" / "all.xsd")))


def test_all_that_is_said_is_valid_by_the_published_schemas(
    records: Records, published: Any
) -> None:
    said: list[bytes] = []

    @web.middleware
    async def listens(request: web.Request, handler: Handler) -> web.StreamResponse:
        said.append(await request.read())
        response = await handler(request)
        assert isinstance(response, web.Response)
        assert isinstance(response.body, bytes)
        said.append(response.body)
        return response

    demo = application(records, lambda: NOW)
    demo.middlewares.append(listens)
    with serving(demo) as url:
        crm = DynamicsCrm(SoapOrganization(url, Account(), 10), NUMBER_FIELD)
        crm.contacts_by_phone("+491713920001")
        crm.contacts_by_number("none")
        for activity in (call(1), call(2), call(2), call(3, None)):
            crm.note_call(activity)
        crm.change_contact(ContactChange(ANNA.id, city="Köln", mobile=""))
        with pytest.raises(CrmRefused):
            crm.change_contact(ContactChange(contact(77).id, city="Köln"))
    assert len(said) == 2 * 12
    for text in said:
        told = etree.fromstring(text).find(f"{BODY}/*")
        assert told is not None
        if told.tag.endswith("Fault"):
            told = told.find("detail/*")
        assert published.validate(told), (published.error_log, text)


def test_our_operations_are_the_published_ones() -> None:
    theirs = PUBLISHED / "wsdl" / "derived.Organization.svc.web.soap11.wsdl"
    ours = dict(_actions(WSDL))
    assert len(ours) == 3
    assert ours.items() <= dict(_actions(theirs)).items()


def test_our_types_are_the_published_ones() -> None:
    theirs = _types(PUBLISHED / "xsd")
    for name, ours in _types(WSDL.parent).items():
        kept = {key: shape for key, shape in ours.items() if key not in LATER}
        if name.endswith(("}ConditionOperator", "}QueryExpression")):  # we use a part of these
            kept.pop("LinkEntities", None)
            assert kept.items() <= theirs[name].items(), name
        else:
            assert kept == theirs[name], name
        order = [key for key in theirs[name] if key in kept]
        assert list(kept) == order, name


def _actions(file: Path) -> Iterator[tuple[str, str]]:
    for one in etree.parse(str(file)).iterfind(f".//{WSDL_NS}binding/{WSDL_NS}operation"):
        action = one.find(f"{SOAP}operation")
        assert action is not None
        yield str(one.get("name")), str(action.get("soapAction"))


def _types(folder: Path) -> Mapping[str, Mapping[str, object]]:
    """By name the elements or values of each type and of each element that has its own, in order."""
    found: dict[str, dict[str, object]] = {}
    for file in sorted(folder.glob("*.xsd")):
        schema = etree.parse(str(file)).getroot()
        for one in schema:
            if one.tag in {f"{XS}complexType", f"{XS}simpleType"} or one.find(f"{XS}*") is not None:
                found[f"{{{schema.get('targetNamespace')}}}{one.get('name')}"] = dict(_parts(one))
    return found


def _parts(one: etree._Element) -> Iterator[tuple[str, object]]:
    for base in one.iter(f"{XS}extension", f"{XS}restriction"):
        yield "(base)", _qualified(base, base.get("base", ""))
    for part in one.iter(f"{XS}element"):
        bounds = (part.get("minOccurs"), part.get("maxOccurs"), part.get("nillable"))
        yield str(part.get("name")), (_qualified(part, part.get("type", "")), bounds)
    for part in one.iter(f"{XS}enumeration", f"{XS}pattern"):
        yield f"(value) {part.get('value')}", None


def _qualified(element: etree._Element, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{element.nsmap.get(prefix or None)}}}{local}"
