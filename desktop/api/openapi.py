"""The OpenAPI document, out of the declarations that check what is asked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from desktop.api.operations import AGENT, DESK, KEY, Operation
from desktop.api.shapes import Error

_REFERENCE: Final = "#/components/schemas/{name}"
_KEY: Final = {"type": "string", "pattern": KEY}
_PLAIN: Final = {
    "400": "It isn't as this document says",
    "401": "The token is missing or wrong",
    "403": "The token may not do this",
    "429": "Too many wrong tokens, or sockets; try again later",
    "503": "The database is out of reach; try again",
}
_NAMED: Final = {"404": "There is none, or the token may not know of it"}
_DONE: Final = {"409": "It doesn't fit the moment or the rules"}
_BODY: Final = {"413": "The body is too long", "415": "The body isn't JSON"}
_SOCKET: Final = {
    "410": "That is too long ago, or of another log; begin anew",
    "426": "It isn't asked as a WebSocket",
}


def document(operations: Sequence[Operation]) -> Mapping[str, Any]:
    """OpenAPI 3.1."""
    shapes = [one.given for one in operations if one.has_body]
    shapes += [one.answer for one in operations] + [Error]
    schemas, components = msgspec.json.schema_components(shapes, ref_template=_REFERENCE)
    for component in components.values():
        if "description" in component:
            component["description"] = " ".join(component["description"].replace("``", "`").split())
    of_shape = dict(zip(map(repr, shapes), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, of_shape)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rufwerk",
            "version": "1",
            "description": "What people do at the desk, for other programs. See docs/api.md.",
        },
        "servers": [{"url": "/api"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary.replace("``", "`"),
        "description": f"Roles: {', '.join(sorted(one.roles))}.",
        "parameters": [*_variables(one.variables), *_header(one), *_query(one)],
        "responses": _responses(one, schemas),
    }
    if one.has_body:
        content = {"application/json": {"schema": schemas[repr(one.given)]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _variables(names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": _KEY} for name in names]


def _header(one: Operation) -> list[dict[str, Any]]:
    if not one.acts:
        return []
    about = "The id of the agent whom it is done for."
    return [{"name": AGENT, "in": "header", "required": True, "schema": _KEY, "description": about}]


def _query(one: Operation) -> list[dict[str, Any]]:
    if one.has_body or one.given is None:
        return []
    _, components = msgspec.json.schema_components([one.given])
    shape = components[one.given.__name__]
    required = shape.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _given_or_not(schema)}
        for name, schema in shape["properties"].items()
    ]


def _given_or_not(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter is left out, never null."""
    ways = [way for way in schema.get("anyOf", ()) if way != {"type": "null"}]
    return ways[0] if len(ways) == 1 else schema


def _responses(one: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    refused = dict(_PLAIN)
    refused |= _NAMED if one.variables or one.acts else {}
    refused |= _DONE if one.method != "GET" or one.roles == DESK else {}
    refused |= _BODY if one.method != "GET" else {}
    refused |= _SOCKET if one.handle is None else {}
    content = {"application/json": {"schema": schemas[repr(one.answer)]}}
    if one.handle is None:
        answered: dict[str, Any] = {
            "101": {"description": "Each message of the WebSocket is an Event"}
        }
    else:
        answered = {"200": {"description": "Done", "content": content}}
    return answered | {status: _error(words) for status, words in sorted(refused.items())}


def _error(words: str) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(name=Error.__name__)}
    return {"description": words, "content": {"application/json": {"schema": schema}}}
