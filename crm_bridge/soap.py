"""The Organization service over SOAP; the only module that knows zeep."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import local
from typing import Any, Final
from uuid import UUID

import zeep
import zeep.exceptions
import zeep.transports
from lxml import etree
from typing_extensions import override
from zeep import xsd
from zeep.wsdl import Document

from crm_bridge.account import Account
from crm_bridge.entities import (
    Condition,
    Option,
    Query,
    Record,
    Reference,
    ServiceFault,
    Value,
)
from crm_bridge.session import Session
from domain.crm import CrmDown, Trouble

WSDL: Final = Path(__file__).parent / "wsdl" / "organization.wsdl"

_SERVICES: Final = "http://schemas.microsoft.com/xrm/2011/Contracts/Services"
_CONTRACTS: Final = "http://schemas.microsoft.com/xrm/2011/Contracts"
_PAIRS: Final = "http://schemas.datacontract.org/2004/07/System.Collections.Generic"
_ARRAYS: Final = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
_GUID: Final = "{http://schemas.microsoft.com/2003/10/Serialization/}guid"


class SoapOrganization:
    """``entities.Organization`` for any number of threads, each with a connection of its own.

    An answer with a DTD, an entity or anything else than the contract's XML is CrmDown.
    """

    def __init__(self, url: str, account: Account, deadline_s: float) -> None:
        """``deadline_s`` bounds each request."""
        self._url = url
        self._account = account
        self._deadline_s = deadline_s
        self._settings = zeep.Settings(
            forbid_dtd=True, forbid_entities=True, forbid_external=True, xml_huge_tree=False
        )
        nothing_fetched = zeep.transports.Transport()
        self._document = Document(
            str(WSDL),
            nothing_fetched,  # type: ignore[arg-type]  # zeep names a class where it wants an object
            settings=self._settings,
        )
        self._own = local()

    def create(self, record: Record) -> UUID:
        made = self._call("Create", lambda types: {"entity": types.record(record)})
        try:
            return UUID(made)
        except (TypeError, ValueError, AttributeError):
            raise _garbled("an id that is none") from None

    def update(self, record: Record) -> None:
        self._call("Update", lambda types: {"entity": types.record(record)})

    def retrieve(self, query: Query) -> Sequence[Record]:
        found = self._call("RetrieveMultiple", lambda types: {"query": types.query(query)})
        entities = getattr(getattr(found, "Entities", None), "Entity", None) or []
        return [_record(query.entity, one) for one in entities if one is not None]

    def _call(self, operation: str, body: Callable[["_Types"], Mapping[str, object]]) -> Any:
        client = self._client()
        service = client.create_service(
            f"{{{_SERVICES}}}CustomBinding_IOrganizationService", self._url
        )
        try:
            return service[operation](**body(_Types(client)))
        except zeep.exceptions.Fault as fault:
            raise _fault(fault) from None
        except (
            zeep.exceptions.Error,
            etree.LxmlError,
            LookupError,
            ValueError,
            TypeError,
        ) as error:
            raise _garbled(type(error).__name__) from None

    def _client(self) -> zeep.Client:
        if not hasattr(self._own, "client"):
            transport = _Transport(Session(self._account, self._deadline_s))
            self._own.client = zeep.Client(
                self._document, transport=transport, settings=self._settings
            )
        client: zeep.Client = self._own.client
        return client


class _Transport(zeep.transports.Transport):
    def __init__(self, session: Session) -> None:
        super().__init__(session=session.requests)  # type: ignore[no-untyped-call]
        self._bounded = session

    @override
    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        return self._bounded.post(address, message, headers)


class _Types:
    """Our values as the contract's types."""

    def __init__(self, client: zeep.Client) -> None:
        self._client = client

    def record(self, record: Record) -> Any:
        pairs = self._make(_CONTRACTS, "AttributeCollection")(
            [self._pair(key, value) for key, value in record.attributes.items()]
        )
        values = {"Attributes": pairs, "LogicalName": record.entity}
        if record.id is not None:
            values["Id"] = str(record.id)
        return self._make(_CONTRACTS, "Entity")(**values)

    def query(self, query: Query) -> Any:
        criteria = self._filter(
            "And", query.every, [self._filter("Or", query.some)] if query.some else []
        )
        columns = self._make(_ARRAYS, "ArrayOfstring")(list(query.columns))
        return self._make(_CONTRACTS, "QueryExpression")(
            ColumnSet=self._make(_CONTRACTS, "ColumnSet")(AllColumns=False, Columns=columns),
            Criteria=criteria,
            Distinct=False,
            EntityName=query.entity,
            PageInfo=self._make(_CONTRACTS, "PagingInfo")(
                Count=query.most, PageNumber=1, ReturnTotalRecordCount=False
            ),
            NoLock=True,  # who waits for a pop doesn't wait for those who write
        )

    def _filter(
        self, how: str, conditions: Iterable[Condition], filters: Sequence[Any] = ()
    ) -> Any:
        values = {
            "Conditions": self._make(_CONTRACTS, "ArrayOfConditionExpression")(
                [self._condition(one) for one in conditions]
            ),
            "FilterOperator": how,
        }
        if filters:
            values["Filters"] = self._make(_CONTRACTS, "ArrayOfFilterExpression")(list(filters))
        return self._make(_CONTRACTS, "FilterExpression")(**values)

    def _condition(self, condition: Condition) -> Any:
        return self._make(_CONTRACTS, "ConditionExpression")(
            AttributeName=condition.attribute,
            Operator=condition.operator.value,
            Values=self._make(_ARRAYS, "ArrayOfanyType")([self._value(condition.value)]),
        )

    def _pair(self, key: str, value: Value) -> Any:
        return self._make(_PAIRS, "KeyValuePairOfstringanyType")(key=key, value=self._value(value))

    def _value(self, value: Value) -> Any:
        """With its ``xsi:type``, without which the service takes nothing."""
        match value:
            case None:
                return None
            case bool():
                return xsd.AnyObject(xsd.Boolean(), value)
            case int():
                return xsd.AnyObject(xsd.Int(), value)
            case str():
                return xsd.AnyObject(xsd.String(), _without_controls(value))
            case datetime():
                return xsd.AnyObject(xsd.DateTime(), value.astimezone(UTC))
            case UUID():
                return xsd.AnyObject(self._client.get_type(_GUID), str(value))
            case Option():
                kind = self._make(_CONTRACTS, "OptionSetValue")
                return xsd.AnyObject(kind, kind(Value=value.value))
            case Reference():
                kind = self._make(_CONTRACTS, "EntityReference")
                return xsd.AnyObject(kind, kind(Id=str(value.id), LogicalName=value.entity))
            case tuple():
                kind = self._make(_CONTRACTS, "ArrayOfEntity")
                return xsd.AnyObject(kind, kind([self.record(one) for one in value]))

    def _make(self, namespace: str, name: str) -> Any:
        return self._client.get_type(f"{{{namespace}}}{name}")


def _without_controls(text: str) -> str:
    """XML 1.0 has no place for them, nor for halves of characters."""
    return "".join(
        one
        for one in text
        if one in "\t\n\r"
        or (one >= " " and one not in "\ufffe\uffff" and not "\ud800" <= one <= "\udfff")
    )


def _record(entity: str, found: Any) -> Record:
    """The texts of a record, which are all that we ask for."""
    try:
        pairs = found.Attributes.KeyValuePairOfstringanyType if found.Attributes else []
        texts = {pair.key: pair.value for pair in pairs if isinstance(pair.value, str)}
        return Record(found.LogicalName or entity, UUID(found.Id), texts)
    except (AttributeError, TypeError, ValueError):
        raise _garbled("a record without an id") from None


def _fault(fault: zeep.exceptions.Fault) -> ServiceFault | CrmDown:
    detail = fault.detail
    if isinstance(
        detail, bytes
    ):  # the whole answer: it came with status 500, but has no fault in it
        return _garbled("status 500 without a fault")
    code = None if detail is None else detail.findtext(f".//{{{_CONTRACTS}}}ErrorCode")
    if code is None:  # as a proxy's or a gateway's
        return CrmDown(Trouble.BROKEN, f"a fault without a code: {fault.message}")
    try:
        return ServiceFault(int(code), str(fault.message))
    except ValueError:
        return _garbled("a fault with a code that is none")


def _garbled(detail: str) -> CrmDown:
    return CrmDown(Trouble.GARBLED, detail)
