"""The OpenAPI 3.1 document, drawn from the routes themselves: names, parameters, scopes, contract structs.

The framework's own generator is not used: it knows neither bodies that are taken as bytes nor the hot door before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from inspect import cleandoc
from typing import cast

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg, PathParameter, QueryParameter
from litestar.response.base import ASGIResponse
from litestar.routes import HTTPRoute
from litestar.typing import FieldDefinition

from crossdock.app.capabilities import CAPABILITIES, ENVELOPE_FIELDS, Capability
from crossdock.app.intake import MessageReceipt, Receipt
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.envelope import Envelope
from crossdock.kernel.errors import Bug
from crossdock.web.api.answers import (
    ALWAYS,
    ANSWERS,
    HEADERS,
    PROBLEM,
    WITH_BODY,
    WITH_KEY,
    answers,
    is_retired,
    problem_response,
)
from crossdock.web.api.guards import scopes_of
from crossdock.web.api.outcome import BatchReceipt
from crossdock.web.api.problems import ProblemBody
from crossdock.web.api.reasons import Reasoned

Json = dict[str, object]

REF = "#/components/schemas/{name}"
JSON = "application/json"
# On the handler: parameters of a standard's query, read by the handler itself, each with its schema.
ASKS = "asks"
MEDIA = "application/vnd.oai.openapi+json;version=3.1"

_encoder = msgspec.json.Encoder(order="sorted")


@get("/v1/openapi.json", opt={ANSWERS: MEDIA})
async def read(request: Request[object, object, State]) -> Response[bytes]:
    """The full description of this API (OpenAPI 3.1)."""
    return Response(cast("bytes", request.app.state.document), media_type=MEDIA)


def document(api: Litestar) -> bytes:
    """The document of these routes and the two hot ones."""
    handlers = list(_handlers(api))
    schemas = _Schemas([*_taken(handlers), *(_answer_type(handler) for _, _, handler in handlers)])
    paths: dict[str, Json] = {}
    for path, method, handler in handlers:
        paths.setdefault(path, {})[method] = _operation(path, handler, schemas)
    paths.update(_hot_paths(schemas))
    return _encoder.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Crossdock",
                "version": "1",
                "description": "One traceable truth between ERP, warehouses, TMS, carriers and customers.",
            },
            "servers": [{"url": "/"}],
            "paths": paths,
            "components": {
                "schemas": schemas.components,
                "responses": {"Problem": problem_response(schemas.ref(ProblemBody))},
                "headers": HEADERS,
                "securitySchemes": {
                    "key": {"type": "http", "scheme": "bearer", "description": "cdk_…, made by `crossdock key create`"},
                },
            },
        }
    )


def _taken(handlers: list[tuple[str, str, HTTPRouteHandler]]) -> list[type]:
    """Types of the bodies that are no facts."""
    return [taken for _, _, handler in handlers if isinstance(taken := handler.opt.get("takes"), type)]


class _Schemas:
    """JSON Schemas of every struct the document names, each once."""

    def __init__(self, answers: list[type]) -> None:
        payloads: list[type] = [EVENT_TYPES[one.fact].payload for one in CAPABILITIES]
        named: list[type] = [Receipt, MessageReceipt, BatchReceipt, ProblemBody, Reasoned, Envelope]
        types = list(dict.fromkeys([*named, *answers, *payloads]))
        found, components = msgspec.json.schema_components(types, schema_hook=_anything, ref_template=REF)
        self.components: dict[str, Json] = dict(components)
        self._refs: dict[type, Json] = dict(zip(types, found, strict=True))
        envelope = cast("Json", self.components["Envelope"]["properties"])
        for capability in CAPABILITIES:
            self._add_statement(capability, {name: envelope[name] for name in ENVELOPE_FIELDS})
        # A payload is taken as the statement that holds it; by itself nobody hands it in.
        for payload in payloads:
            self.components.pop(payload.__name__, None)

    def ref(self, kind: type) -> Json:
        return self._refs[kind]

    def statement(self, capability: Capability) -> Json:
        return {"$ref": REF.format(name=_statement_name(capability))}

    def _add_statement(self, capability: Capability, extra: Json) -> None:
        payload = self.components[EVENT_TYPES[capability.fact].payload.__name__]
        properties = {**cast("Json", payload["properties"]), **extra}
        self.components[_statement_name(capability)] = {**payload, "properties": properties}


def _anything(kind: type) -> Json:
    """States of process managers are shown as they are; their shape is theirs."""
    if kind is object:
        return {"description": "As the process manager keeps it"}
    raise Bug(f"no schema for {kind}: say here what it looks like")


def _statement_name(capability: Capability) -> str:
    return f"{EVENT_TYPES[capability.fact].payload.__name__}Statement"


def _handlers(api: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in api.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"HEAD", "OPTIONS"}):
                yield route.path_format, method.lower(), handler


def _answer_type(handler: HTTPRouteHandler) -> type:
    if isinstance(handler.opt.get("accepts"), Capability):
        return Receipt
    if isinstance(given := handler.opt.get("gives"), type):
        return given
    annotation = handler.parsed_fn_signature.return_type
    return cast("type", dict if annotation.is_subclass_of((Response, ASGIResponse)) else annotation.annotation)


def _operation(path: str, handler: HTTPRouteHandler, schemas: _Schemas) -> Json:
    scopes = scopes_of(handler)
    operation: Json = {
        "operationId": handler.handler_name,
        "summary": cleandoc(handler.fn.__doc__ or "").partition("\n")[0],
        "tags": [path.split("/")[2]],
        "parameters": list(_parameters(path, handler)),
        "responses": answers(path, handler, schemas.ref(_answer_type(handler))),
    }
    if is_retired(path, handler):
        operation["deprecated"] = True
    if scopes:
        operation["security"] = [{"key": []}]
        operation["description"] = f"Needs a key with the scope {' or '.join(f'`{scope}`' for scope in scopes)}."
    capability = handler.opt.get("accepts")
    if isinstance(capability, Capability):
        operation["requestBody"] = {"required": True, "content": {JSON: _of(schemas.statement(capability))}}
    elif isinstance(media := handler.opt.get("bodies"), tuple):
        operation["requestBody"] = {"required": True, "content": {str(one): {} for one in media}}
    elif isinstance(taken := handler.opt.get("takes"), type):
        operation["requestBody"] = {"required": True, "content": {JSON: _of(schemas.ref(taken))}}
    elif "reasoned" in handler.parsed_fn_signature.parameters:
        operation["requestBody"] = {"required": True, "content": {JSON: _of(schemas.ref(Reasoned))}}
    return operation


def _parameters(path: str, handler: HTTPRouteHandler) -> Iterator[Json]:
    for name, field in _given(handler):
        rule = field.kwarg_definition
        # What is injected (ports, the caller) is a parameter of the function, not of the call.
        if isinstance(rule, QueryParameter | PathParameter):
            in_path = f"{{{name}}}" in path
            yield {
                "name": rule.name or name,
                "in": "path" if in_path else "query",
                "required": in_path,
                "description": rule.description or name,
                "schema": _parameter_schema(field, rule),
            }
    for name, schema in cast("dict[str, Json]", handler.opt.get(ASKS, {})).items():
        yield {"name": name, "in": "query", "required": False, "description": name, "schema": schema}
    if "POST" in handler.http_methods:
        yield _IDEMPOTENCY_KEY


def _given(handler: HTTPRouteHandler) -> Iterator[tuple[str, FieldDefinition]]:
    """Parameters of a handler, and of what is made of parameters for it."""
    yield from handler.parsed_fn_signature.parameters.items()
    for made in (handler.dependencies or {}).values():
        if isinstance(made, Provide):
            yield from made.parsed_fn_signature.parameters.items()


def _parameter_schema(field: FieldDefinition, rule: ParameterKwarg) -> Json:
    bounds: Json = {
        "minimum": rule.ge,
        "maximum": rule.le,
        "minLength": rule.min_length,
        "maxLength": rule.max_length,
        "default": field.default if field.has_default else None,
    }
    kind = _TYPES.get(field.annotation, {"type": "string"})
    return {**kind, **{name: value for name, value in bounds.items() if value is not None}}


_TYPES: dict[object, Json] = {
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime | None: {"type": "string", "format": "date-time"},
}


def _content(description: str, schema: Json, media_type: str = JSON) -> Json:
    return {"description": description, "content": {media_type: _of(schema)}}


def _of(schema: Json) -> Json:
    return {"schema": schema}


_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request gives the same answer, and nothing happens twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def _hot_paths(schemas: _Schemas) -> dict[str, Json]:
    single = "Hand in one message in the partner's own dialect, of any media type; the bytes are taken as they are."
    batch = "Hand in up to 1,000 canonical messages, as a JSON array or NDJSON; each is its own message."
    receipt: Json = {"anyOf": [schemas.ref(MessageReceipt), schemas.ref(Receipt)]}
    items: Json = {"type": "array", "maxItems": 1000, "items": schemas.ref(Envelope)}
    return {
        "/v1/partners/{partner}/messages": {"post": _hot("post_message", single, {"*/*": {}}, receipt)},
        "/v1/partners/{partner}/messages:batch": {
            "post": _hot("post_batch", batch, {JSON: _of(items), "application/x-ndjson": {}}, schemas.ref(BatchReceipt))
        },
    }


def _hot(name: str, summary: str, content: Json, answer: Json) -> Json:
    mode = {"type": "string", "enum": ["sync", "queued"]}
    text = {"type": "string"}
    return {
        "operationId": name,
        "summary": summary,
        "description": "Needs a key of that partner with the scope `facts:write`, or the partner's webhook signature.",
        "tags": ["partners"],
        "security": [{"key": []}, {}],
        "parameters": [
            {"name": "partner", "in": "path", "required": True, "schema": text},
            {"name": "mode", "in": "query", "required": False, "schema": mode},
            _IDEMPOTENCY_KEY,
        ],
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": _content("Committed; what became of it", answer),
            "202": _content("Durable in the log, to be worked on", answer),
            **{str(status): PROBLEM for status in sorted({*ALWAYS, *WITH_KEY, *WITH_BODY})},
            "default": PROBLEM,
        },
    }
