"""SOAP bodies read and written by hand, each request checked against the schema; it shares no code with our client."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final
from uuid import UUID

from lxml import etree

from crm_bridge.entities import (
    Condition,
    Operator,
    Option,
    Query,
    Record,
    Reference,
    ServiceFault,
    Value,
)

_SCHEMA: Final = Path(__file__).parents[1] / "wsdl" / "services.xsd"

_one_at_a_time = Lock()
"""A schema keeps the errors of the last document it saw."""

_SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
_SERVICES: Final = "{http://schemas.microsoft.com/xrm/2011/Contracts/Services}"
_C: Final = "{http://schemas.microsoft.com/xrm/2011/Contracts}"
_PAIR: Final = "{http://schemas.datacontract.org/2004/07/System.Collections.Generic}"
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}"
_PREFIXES: Final = {
    "s": "http://schemas.xmlsoap.org/soap/envelope/",
    "a": "http://schemas.microsoft.com/xrm/2011/Contracts",
    "b": "http://schemas.datacontract.org/2004/07/System.Collections.Generic",
    "c": "http://www.w3.org/2001/XMLSchema",
    "e": "http://schemas.microsoft.com/2003/10/Serialization/",
    "i": "http://www.w3.org/2001/XMLSchema-instance",
}

Request = Query | tuple[str, Record]
"""A query, or ``Create`` or ``Update`` with the record."""


class NotUnderstood(Exception):
    """No SOAP request of this service; the text says why, and quotes nothing."""


def read(body: bytes) -> Request:
    """Raises NotUnderstood."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise NotUnderstood(f"no XML: {type(error).__name__}") from None
    document: Any = envelope.getroottree().docinfo
    if document.doctype:
        raise NotUnderstood("a DTD, which SOAP forbids")
    request = envelope.find(f"{_SOAP}Body/*")
    if envelope.tag != f"{_SOAP}Envelope" or request is None:
        raise NotUnderstood("no SOAP 1.1 envelope with a body")
    _check(request)
    match str(request.tag).removeprefix(_SERVICES):
        case "RetrieveMultiple":
            return _query(_only(request, f"{_SERVICES}query"))
        case ("Create" | "Update") as operation:
            return operation, _record(_only(request, f"{_SERVICES}entity"))
        case _:
            raise NotUnderstood("no operation of this service")


def created(key: UUID) -> bytes:
    answer = etree.Element(f"{_SERVICES}CreateResponse")
    etree.SubElement(answer, f"{_SERVICES}CreateResult").text = str(key)
    return _envelope(answer)


def updated() -> bytes:
    return _envelope(etree.Element(f"{_SERVICES}UpdateResponse"))


def retrieved(entity: str, records: Sequence[Record]) -> bytes:
    answer = etree.Element(f"{_SERVICES}RetrieveMultipleResponse", nsmap=_PREFIXES)
    result = etree.SubElement(answer, f"{_SERVICES}RetrieveMultipleResult")
    listed = etree.SubElement(result, f"{_C}Entities")
    for record in records:
        _write_record(etree.SubElement(listed, f"{_C}Entity"), record)
    for name, text in (
        ("EntityName", entity),
        ("MinActiveRowVersion", "-1"),
        ("MoreRecords", "false"),
        ("PagingCookie", None),
        ("TotalRecordCount", "-1"),
        ("TotalRecordCountLimitExceeded", "false"),
    ):
        _write_text(result, f"{_C}{name}", text)
    return _envelope(answer)


def fault(what: ServiceFault, at: datetime) -> bytes:
    answer = etree.Element(f"{_SOAP}Fault", nsmap=_PREFIXES)
    etree.SubElement(answer, "faultcode").text = "s:Client"
    etree.SubElement(answer, "faultstring").text = what.message
    detail = etree.SubElement(etree.SubElement(answer, "detail"), f"{_C}OrganizationServiceFault")
    etree.SubElement(detail, f"{_C}ErrorCode").text = str(what.code)
    etree.SubElement(detail, f"{_C}ErrorDetails")
    etree.SubElement(detail, f"{_C}Message").text = what.message
    etree.SubElement(detail, f"{_C}Timestamp").text = _time(at)
    for name in ("InnerFault", "TraceText"):
        _write_text(detail, f"{_C}{name}", None)
    return _envelope(answer)


def _check(request: etree._Element) -> None:
    with _one_at_a_time:
        schema: Any = _schema()
        if not schema.validate(request):
            first = schema.error_log[0]
            raise NotUnderstood(f"not as the schema has it: {first.type_name} at {first.path}")


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_SCHEMA)))


def _only(parent: etree._Element, tag: str) -> etree._Element:
    found = parent.find(tag)
    if found is None or found.get(f"{_XSI}nil") == "true":
        raise NotUnderstood(f"nothing at {tag.rpartition('}')[2]}")
    return found


def _query(element: etree._Element) -> Query:
    if _type(element) != "QueryExpression":
        raise NotUnderstood("a query that is no QueryExpression")
    columns = element.find(f"{_C}ColumnSet/{_C}Columns")
    count = element.findtext(f"{_C}PageInfo/{_C}Count")
    criteria = _only(element, f"{_C}Criteria")
    some: list[Condition] = []
    for inner in criteria.iterfind(f"{_C}Filters/{_C}FilterExpression"):
        if some or inner.findtext(f"{_C}FilterOperator") != "Or":
            raise NotUnderstood("filters other than one with Or")
        some += _conditions(inner)
    return Query(
        element.findtext(f"{_C}EntityName") or "",
        [one.text or "" for one in columns] if columns is not None else [],
        list(_conditions(criteria)),
        some,
        int(count) if count else 5000,
    )


def _conditions(element: etree._Element) -> Iterator[Condition]:
    for one in element.iterfind(f"{_C}Conditions/{_C}ConditionExpression"):
        values = [_value(inner) for inner in one.iterfind(f"{_C}Values/*")]
        if len(values) != 1 or not isinstance(values[0], str | int):
            raise NotUnderstood("a condition that isn't about one text or number")
        operator = Operator(one.findtext(f"{_C}Operator") or "")
        yield Condition(one.findtext(f"{_C}AttributeName") or "", operator, values[0])


def _record(element: etree._Element) -> Record:
    pairs = element.iterfind(f"{_C}Attributes/{_C}KeyValuePairOfstringanyType")
    attributes = {
        one.findtext(f"{_PAIR}key") or "": _value(_child(one, f"{_PAIR}value")) for one in pairs
    }
    key = element.findtext(f"{_C}Id")
    known = UUID(key) if key else None
    name = element.findtext(f"{_C}LogicalName") or ""
    return Record(name, known if known and known.int else None, attributes)


def _child(element: etree._Element, tag: str) -> etree._Element:
    found = element.find(tag)
    assert found is not None, "the schema has seen to it"
    return found


def _type(element: etree._Element) -> str:
    return element.get(f"{_XSI}type", "").rpartition(":")[2]


def _value(element: etree._Element) -> Value:
    if element.get(f"{_XSI}nil") == "true":
        return None
    text = element.text or ""
    match _type(element):
        case "string":
            return text
        case "int":
            return int(text)
        case "boolean":
            return text in {"true", "1"}
        case "dateTime":
            return datetime.fromisoformat(text).astimezone(UTC)
        case "guid":
            return UUID(text)
        case "OptionSetValue":
            return Option(int(element.findtext(f"{_C}Value") or "0"))
        case "EntityReference":
            name = element.findtext(f"{_C}LogicalName") or ""
            return Reference(name, UUID(element.findtext(f"{_C}Id")))
        case "ArrayOfEntity":
            return tuple(_record(one) for one in element.iterfind(f"{_C}Entity"))
        case other:
            raise NotUnderstood(f"a value of type {other or 'none'}")


def _envelope(content: etree._Element) -> bytes:
    envelope = etree.Element(f"{_SOAP}Envelope", nsmap=_PREFIXES)
    etree.SubElement(envelope, f"{_SOAP}Body").append(content)
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def _write_record(element: etree._Element, record: Record) -> None:
    attributes = etree.SubElement(element, f"{_C}Attributes")
    for key, value in record.attributes.items():
        pair = etree.SubElement(attributes, f"{_C}KeyValuePairOfstringanyType")
        etree.SubElement(pair, f"{_PAIR}key").text = key
        _write_value(etree.SubElement(pair, f"{_PAIR}value"), value)
    _write_text(element, f"{_C}EntityState", None)
    etree.SubElement(element, f"{_C}FormattedValues")
    etree.SubElement(element, f"{_C}Id").text = str(record.id or UUID(int=0))
    etree.SubElement(element, f"{_C}LogicalName").text = record.entity
    etree.SubElement(element, f"{_C}RelatedEntities")


def _write_value(element: etree._Element, value: Value) -> None:
    kind, text = "", None
    match value:
        case None:
            element.set(f"{_XSI}nil", "true")
            return
        case bool():
            kind, text = "c:boolean", str(value).lower()
        case int():
            kind, text = "c:int", str(value)
        case str():
            kind, text = "c:string", value
        case datetime():
            kind, text = "c:dateTime", _time(value)
        case UUID():
            kind, text = "e:guid", str(value)
        case Option():
            kind = "a:OptionSetValue"
            etree.SubElement(element, f"{_C}Value").text = str(value.value)
        case Reference():
            kind = "a:EntityReference"
            etree.SubElement(element, f"{_C}Id").text = str(value.id)
            etree.SubElement(element, f"{_C}LogicalName").text = value.entity
            _write_text(element, f"{_C}Name", None)
        case tuple():
            kind = "a:ArrayOfEntity"
            for one in value:
                _write_record(etree.SubElement(element, f"{_C}Entity"), one)
    element.set(f"{_XSI}type", kind)
    element.text = text


def _write_text(parent: etree._Element, tag: str, text: str | None) -> None:
    element = etree.SubElement(parent, tag)
    if text is None:
        element.set(f"{_XSI}nil", "true")
    element.text = text


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
