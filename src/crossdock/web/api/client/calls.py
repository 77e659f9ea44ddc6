"""The calls: a class an API resource, a method an operation; `Client` is all of them. Also the whole set of files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import cast

import msgspec

from crossdock.web.api.client.models import model_files
from crossdock.web.api.client.types import MADE, Json, argument_of, class_of, type_of

JSON_MEDIA = "application/json"
STREAM_MEDIA = "text/event-stream"
# Path, method, and what the document says of it.
Operation = tuple[str, str, Json]


def client_files(document: bytes) -> dict[str, str]:
    """The generated modules by their path in the package."""
    spec = msgspec.json.decode(document, type=dict[str, object])
    resources = _resources(cast("dict[str, dict[str, Json]]", spec["paths"]))
    schemas = cast("dict[str, Json]", cast("Json", spec["components"])["schemas"])
    told = {resource: [operation for _, _, operation in ours] for resource, ours in resources.items()}
    files = {f"models/{name}": text for name, text in model_files(schemas, told)}
    for resource, ours in resources.items():
        files[f"calls/{argument_of(resource)}.py"] = "\n".join(_calls(resource, ours)) + "\n"
    files["calls/__init__.py"] = f'"""The operations, a module an API resource."""\n\n{MADE}\n'
    files["client.py"] = "\n".join(_client(resources)) + "\n"
    return files


def _resources(paths: Mapping[str, Mapping[str, Json]]) -> dict[str, list[Operation]]:
    """The operations of each resource, in the order of their paths."""
    found: dict[str, list[Operation]] = defaultdict(list)
    for path, methods in sorted(paths.items()):
        for method, operation in sorted(methods.items()):
            found[cast("list[str]", operation["tags"])[0]].append((path, method, operation))
    return dict(sorted(found.items()))


def _client(resources: Mapping[str, object]) -> Iterator[str]:
    yield '"""The Crossdock API, a method an operation. Refusals are raised as `Problem`."""'
    yield f"\n{MADE}\n"
    yield "from __future__ import annotations\n"
    yield from (
        f"from crossdock_client.calls.{argument_of(resource)} import {class_of(resource)}" for resource in resources
    )
    yield "from crossdock_client.transport import Transport\n\n"
    yield f"class Client({', '.join(class_of(resource) for resource in resources)}):"
    yield '    """Calls of one key. `base_url` is where the hub answers."""\n'
    yield "    def __init__(self, base_url: str, key: str, *, timeout_s: float = 30.0) -> None:"
    yield "        super().__init__(Transport(base_url, key, timeout_s=timeout_s))"


def _calls(resource: str, operations: list[Operation]) -> Iterator[str]:
    yield f'"""The operations of `{resource}` of the Crossdock API."""'
    yield f"\n{MADE}\n"
    yield "from __future__ import annotations\n"
    yield "from collections.abc import Iterator"
    yield "from typing import Any, Literal, Union, cast\n"
    yield "from crossdock_client import models"
    yield "from crossdock_client.transport import Calls, ServerEvent, path_of\n\n"
    yield f"class {class_of(resource)}(Calls):"
    yield f'    """Calls of `{resource}`."""'
    for path, method, operation in operations:
        yield ""
        yield from _method(path, method, operation)


def _method(path: str, method: str, operation: Json) -> Iterator[str]:
    parameters = cast("list[Json]", operation["parameters"])
    named = [(str(one["name"]), argument_of(str(one["name"]))) for one in parameters if one["in"] == "path"]
    asked = [(one, argument_of(str(one["name"]))) for one in parameters if one["in"] == "query"]
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
        yield f"        {argument}: Union[{type_of(cast('Json', one['schema']), 'models.')}, None] = None,"
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
    return type_of(cast("Json", schema), "models.") if schema is not None else "bytes"


def _answer(operation: Json) -> str:
    responses = cast("dict[str, Json]", operation["responses"])
    done = next(responses[status] for status in ("200", "201", "202") if status in responses)
    content = cast("dict[str, Json]", done["content"])
    if STREAM_MEDIA in content:
        return "Iterator[ServerEvent]"
    schema = content.get(JSON_MEDIA, {}).get("schema")
    return type_of(cast("Json", schema), "models.") if schema is not None else "bytes"


def _line(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''")
