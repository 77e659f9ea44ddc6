"""A typed Python client, written from the OpenAPI document: models as typed dictionaries, a method an operation.

`python -m crossdock.cli.client --write clients/python` writes it; a test compares it with what stands there. What moves
bytes (`transport.py` beside it) is written by hand and knows no operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from keyword import iskeyword
from typing import cast

import msgspec

Json = dict[str, object]

MADE = "# Made from the OpenAPI document by `make docs`: change the API, not this file."
JSON_MEDIA = "application/json"
STREAM_MEDIA = "text/event-stream"
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def client_files(document: bytes) -> dict[str, str]:
    """The generated modules by name."""
    spec = msgspec.json.decode(document, type=dict[str, object])
    return {"models.py": "\n".join(_models(spec)) + "\n", "client.py": "\n".join(_client(spec)) + "\n"}


# ---------------------------------------------------------------- models


def _models(spec: Json) -> Iterator[str]:
    schemas = cast("dict[str, Json]", cast("Json", spec["components"])["schemas"])
    yield '"""What the Crossdock API takes and gives, as typed dictionaries."""'
    yield f"\n{MADE}\n"
    yield "from __future__ import annotations\n"
    yield "from typing import Any, Literal, NotRequired, Required, TypedDict, Union\n"
    # Words first: a dictionary names them at once, and other dictionaries by their name only.
    for told, schema in sorted(schemas.items(), key=lambda one: ("enum" not in one[1], one[0])):
        name = _named(told)
        if "enum" in schema:
            yield f"{name} = {_type(schema)}"
        else:
            yield from _dictionary(name, schema)


def _dictionary(name: str, schema: Json) -> Iterator[str]:
    required = cast("list[str]", schema.get("required", []))
    # The functional form, because a field may be called `class`.
    yield f'{name} = TypedDict("{name}", {{'
    for field, one in sorted(cast("dict[str, Json]", schema.get("properties", {})).items()):
        kind = "Required" if field in required else "NotRequired"
        yield f'    "{field}": {kind}[{_type(one)}],'
    yield "})"


def _named(name: str) -> str:
    """A name of the document as one of Python: where two of ours are equal, they have their rooms before them."""
    *rooms, last = name.split(".")
    return "".join(room.title().replace("_", "") for room in rooms[2:]) + last


def _type(schema: Json, prefix: str = "") -> str:
    """A schema as a Python type; names stand in quotes, so that the order of definitions does not matter."""
    if "$ref" in schema:
        name = _named(str(schema["$ref"]).rpartition("/")[2])
        return f"{prefix}{name}" if prefix else f'"{name}"'
    if "enum" in schema:
        return f"Literal[{', '.join(repr(one) for one in cast('list[object]', schema['enum']))}]"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            kinds = dict.fromkeys(_type(one, prefix) for one in cast("list[Json]", schema[several]))
            return f"Union[{', '.join(kinds)}]"
    return _plain(schema, prefix)


def _plain(schema: Json, prefix: str) -> str:
    kind = schema.get("type")
    if kind == "array":
        return f"list[{_type(cast('Json', schema.get('items', {})), prefix)}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"dict[str, {_type(cast('Json', inner), prefix) if isinstance(inner, dict) else 'Any'}]"
    return SCALARS.get(str(kind), "Any")


# ---------------------------------------------------------------- client


def _client(spec: Json) -> Iterator[str]:
    yield '"""The Crossdock API, a method an operation. Refusals are raised as `Problem`."""'
    yield f"\n{MADE}\n"
    yield "from __future__ import annotations\n"
    yield "from collections.abc import Iterator"
    yield "from typing import Any, Literal, Union, cast\n"
    yield "from crossdock_client import models"
    yield "from crossdock_client.transport import ServerEvent, Transport, path_of\n\n"
    yield "class Client:"
    yield '    """Calls of one key. `base_url` is where the hub answers."""\n'
    yield "    def __init__(self, base_url: str, key: str, *, timeout_s: float = 30.0) -> None:"
    yield "        self._transport = Transport(base_url, key, timeout_s=timeout_s)"
    for path, methods in sorted(cast("dict[str, dict[str, Json]]", spec["paths"]).items()):
        for method, operation in sorted(methods.items()):
            yield ""
            yield from _method(path, method, operation)


def _method(path: str, method: str, operation: Json) -> Iterator[str]:
    parameters = cast("list[Json]", operation["parameters"])
    named = [(str(one["name"]), _argument(str(one["name"]))) for one in parameters if one["in"] == "path"]
    asked = [(one, _argument(str(one["name"]))) for one in parameters if one["in"] == "query"]
    body = _body(operation)
    answer = _answer(operation)
    yield f"    def {operation['operationId']}("
    yield "        self,"
    yield from (f"        {argument}: str," for _, argument in named)
    if body or asked or method == "post":
        yield "        *,"
    if body:
        yield f"        body: {body},"
    for one, argument in asked:
        yield f"        {argument}: Union[{_type(cast('Json', one['schema']), 'models.')}, None] = None,"
    if method == "post":
        yield "        idempotency_key: Union[str, None] = None,"
    yield f"    ) -> {answer}:"
    yield f'        """{_line(str(operation["summary"]))}"""'
    told = ", ".join(f'"{name}": {argument}' for name, argument in named)
    yield f'        path = path_of("{path}", {{{told}}})'
    query = ", ".join(f'"{one["name"]}": {argument}' for one, argument in asked)
    yield f"        query: dict[str, Any] = {{{query}}}"
    yield from _call(method, body, answer)


def _call(method: str, body: str, answer: str) -> Iterator[str]:
    if answer.startswith("Iterator"):
        yield "        return self._transport.stream(path, query)"
        return
    given = ["query=query"]
    if body:
        given.append("body=body")
    if method == "post":
        given.append("idempotency_key=idempotency_key")
    how = "raw" if answer == "bytes" else "call"
    call = f'self._transport.{how}("{method.upper()}", path, {", ".join(given)})'
    yield f"        return {call}" if how == "raw" else f'        return cast("{answer}", {call})'


def _body(operation: Json) -> str:
    if "requestBody" not in operation:
        return ""
    content = cast("dict[str, Json]", cast("Json", operation["requestBody"])["content"])
    schema = content.get(JSON_MEDIA, {}).get("schema")
    return _type(cast("Json", schema), "models.") if schema is not None else "bytes"


def _answer(operation: Json) -> str:
    responses = cast("dict[str, Json]", operation["responses"])
    done = next(responses[status] for status in ("200", "201", "202") if status in responses)
    content = cast("dict[str, Json]", done["content"])
    if STREAM_MEDIA in content:
        return "Iterator[ServerEvent]"
    schema = content.get(JSON_MEDIA, {}).get("schema")
    return _type(cast("Json", schema), "models.") if schema is not None else "bytes"


def _argument(name: str) -> str:
    plain = re.sub(r"\W", "_", name)
    return f"{plain}_" if iskeyword(plain) else plain


def _line(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''")
