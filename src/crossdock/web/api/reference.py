"""The contracts for people and for tools: AsyncAPI, and a page to browse the API by, made from the OpenAPI document.

The page needs nothing from outside and no script: its policy (CSP) allows its own style sheet and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import cast

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State

from crossdock.canonical.schema import asyncapi
from crossdock.web.api.answers import ANSWERS

Json = dict[str, object]

PAGE, STYLE, ASYNC = "/v1/reference", "/v1/reference/style.css", "/v1/asyncapi.json"
ASYNC_MEDIA = "application/vnd.aai.asyncapi+json;version=3.0.0"
POLICY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
}
CSS = b"""
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem; }
code, .path { font-family: ui-monospace, monospace; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .25rem .5rem; text-align: left; vertical-align: top; }
summary { cursor: pointer; padding: .35rem 0; }
.method { display: inline-block; font-weight: 700; min-width: 4.5rem; }
.retired { text-decoration: line-through; }
nav ul { columns: 14rem; padding-left: 1rem; }
"""

_events = msgspec.json.encode(asyncapi(), order="sorted")


@get(ASYNC, opt={ANSWERS: ASYNC_MEDIA})
async def read_events() -> Response[bytes]:
    """The events partners state and subscribers get (AsyncAPI 3.0)."""
    return Response(_events, media_type=ASYNC_MEDIA)


@get(PAGE, opt={ANSWERS: "text/html"})
async def read_page(request: Request[object, object, State]) -> Response[bytes]:
    """This API as a page for people."""
    return Response(cast("bytes", request.app.state.page), media_type="text/html; charset=utf-8", headers=POLICY)


@get(STYLE, opt={ANSWERS: "text/css"})
async def read_style() -> Response[bytes]:
    """How the page for people looks."""
    return Response(CSS, media_type="text/css; charset=utf-8")


HANDLERS = (read_events, read_page, read_style)


def page(document: bytes) -> bytes:
    """The page of an OpenAPI document."""
    return "\n".join(_page(msgspec.json.decode(document, type=dict[str, object]))).encode()


def _page(spec: Json) -> Iterator[str]:
    info = cast("dict[str, str]", spec["info"])
    title = f"{escape(info['title'])} API {escape(info['version'])}"
    tags = _by_tag(spec)
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    yield f'<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="{STYLE}"></head><body>'
    yield f"<header><h1>{title}</h1><p>{escape(info['description'])}</p>"
    yield f'<p><a href="/v1/openapi.json">OpenAPI 3.1</a> · <a href="{ASYNC}">AsyncAPI 3.0</a></p></header><nav><ul>'
    yield from (f'<li><a href="#tag-{escape(tag)}">{escape(tag)}</a></li>' for tag in tags)
    yield "</ul></nav><main>"
    for tag, operations in tags.items():
        yield f'<section id="tag-{escape(tag)}"><h2>{escape(tag)}</h2>'
        for path, method, operation in operations:
            yield from _operation(path, method, operation)
        yield "</section>"
    yield '<section id="schemas"><h2>Schemas</h2>'
    components = cast("dict[str, Json]", spec["components"])
    for name, schema in sorted(components["schemas"].items()):
        yield from _schema(name, cast("Json", schema))
    yield "</section></main></body></html>"


def _by_tag(spec: Json) -> dict[str, list[tuple[str, str, Json]]]:
    found: dict[str, list[tuple[str, str, Json]]] = {}
    for path, methods in sorted(cast("dict[str, dict[str, Json]]", spec["paths"]).items()):
        for method, operation in methods.items():
            tag = cast("list[str]", operation["tags"])[0]
            found.setdefault(tag, []).append((path, method, operation))
    return found


def _operation(path: str, method: str, operation: Json) -> Iterator[str]:
    retired = ' class="retired"' if operation.get("deprecated") else ""
    yield f'<details id="{escape(str(operation["operationId"]))}"><summary><span class="method">{method.upper()}</span>'
    purpose = escape(str(operation["summary"]))
    yield f'<span class="path"><span{retired}>{escape(path)}</span></span> {purpose}</summary>'
    if "description" in operation:
        yield f"<p>{escape(str(operation['description']))}</p>"
    parameters = cast("list[Json]", operation["parameters"])
    if parameters:
        yield "<table><tr><th>parameter</th><th>in</th><th>schema</th><th></th></tr>"
        for one in parameters:
            name, place, about = (escape(str(one.get(field, ""))) for field in ("name", "in", "description"))
            schema = _told(cast("Json", one["schema"]))
            yield f"<tr><td>{name}</td><td>{place}</td><td>{schema}</td><td>{about}</td></tr>"
        yield "</table>"
    if "requestBody" in operation:
        yield f"<p>Body: {_content(cast('Json', operation['requestBody']))}</p>"
    yield "<table><tr><th>answer</th><th></th><th>body</th></tr>"
    for status, answer in cast("dict[str, Json]", operation["responses"]).items():
        described = answer.get("description", "A problem (RFC 9457)")
        body = _content(answer) if "content" in answer else ""
        yield f"<tr><td>{escape(status)}</td><td>{escape(str(described))}</td><td>{body}</td></tr>"
    yield "</table></details>"


def _content(told: Json) -> str:
    content = cast("dict[str, Json]", told["content"])
    return "; ".join(
        f"{escape(media)} {_told(cast('Json', one['schema'])) if 'schema' in one else ''}"
        for media, one in content.items()
    )


def _schema(name: str, schema: Json) -> Iterator[str]:
    yield f'<details id="schema-{escape(name)}"><summary><code>{escape(name)}</code></summary>'
    yield f"<p>{escape(str(schema.get('description', '')))}</p><table>"
    required = cast("list[str]", schema.get("required", []))
    for field, one in cast("dict[str, Json]", schema.get("properties", {})).items():
        mark = "required" if field in required else ""
        yield f"<tr><td><code>{escape(field)}</code></td><td>{mark}</td><td>{_told(one)}</td></tr>"
    if "enum" in schema:
        yield f"<tr><td>{_told(schema)}</td></tr>"
    yield "</table></details>"


def _told(schema: Json) -> str:
    """A schema in a few words, with links to those that have a name."""
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rpartition("/")[2])
        return f'<a href="#schema-{name}">{name}</a>'
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(_told(one) for one in cast("list[Json]", schema[several]))
    if "enum" in schema:
        return escape(", ".join(str(one) for one in cast("list[object]", schema["enum"])))
    if schema.get("type") == "array" and isinstance(schema.get("items"), dict):
        return f"list of {_told(cast('Json', schema['items']))}"
    return escape(
        " ".join(str(schema[name]) for name in ("type", "format", "contentEncoding") if name in schema) or "any"
    )
