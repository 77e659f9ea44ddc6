"""Every operation of the assembled API, asked with generated requests over a real socket (schemathesis).

No answer is a 5xx, and none is one the OpenAPI document does not describe: status, media type, headers, body.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec
import pytest
import schemathesis
from crossdock_client import Client, Problem, models
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.core.failures import FailureGroup

from crossdock.app.access import Scope, make_key
from crossdock.bootstrap.connectors import MANIFESTS
from crossdock.bootstrap.hub import open_hub
from crossdock.bootstrap.presence import pepper_of
from crossdock.bootstrap.project import Project, read_project
from crossdock.bootstrap.roles import api_deps, feeding
from crossdock.postgres.keys import PostgresKeys
from crossdock.web.api.app import build_api
from crossdock.web.serve import serve
from tests.house.sources import ROOT
from tests.unit.web.bench import order

EXAMPLES = 4
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Served:
    """A running hub and a key for everything."""

    url: str
    headers: dict[str, str]


class Serving(threading.Thread):
    """A hub in a thread of its own, because schemathesis calls it synchronously."""

    def __init__(self, project: Project, url: str) -> None:
        super().__init__(daemon=True)
        self._project, self._url = project, url
        self.ready = threading.Event()
        self.served: Served | None = None

    def run(self) -> None:
        asyncio.run(self._serve())

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self.join(timeout=30)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with open_hub(self._project, self._url) as hub, feeding(hub):
            pepper = pepper_of(self._project.settings, self._project.data)
            made = hub.clock.now()
            partner = next(one.id for one in hub.parts.directory.partners())
            random = hub.dice.bits(200).to_bytes(25, "big")
            secret, row = make_key(random, pepper, partner=partner, scopes=tuple(Scope), label="", created=made)
            await PostgresKeys(hub.pool).add(row)

            def listening(port: int) -> None:
                headers = {"authorization": f"Bearer {secret.reveal()}"}
                self.served = Served(f"http://127.0.0.1:{port}", headers)
                self.ready.set()

            await serve(build_api(api_deps(hub, None)), "127.0.0.1", 0, self._over, listening=listening)


@pytest.fixture
def served(tmp_path: Path, durable_url: str) -> Iterator[Served]:
    """The first project, served; streams of events end at once."""
    project = read_project(Path(shutil.copytree(ROOT / "docs" / "start" / "first", tmp_path / "first")), MANIFESTS, {})
    project.data.mkdir(parents=True, exist_ok=True)
    limits = msgspec.structs.replace(project.settings.limits, stream_life_s=0.01)
    given_settings = msgspec.structs.replace(project.settings, limits=limits)
    serving = Serving(msgspec.structs.replace(project, settings=given_settings), durable_url)
    serving.start()
    assert serving.ready.wait(60), "the hub did not come up"
    assert serving.served is not None
    yield serving.served
    serving.end()


@pytest.mark.slow
def test_no_operation_answers_5xx_or_what_it_does_not_document(served: Served) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/v1/openapi.json")
    wrong: list[str] = []
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:

        @BOUNDED
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=served.headers, checks=CHECKS)

        try:
            ask()
        except FailureGroup as failures:
            wrong += [f"{operation.label}: {one}" for one in failures.exceptions]
    assert wrong == []
    assert len(operations) > 90


@pytest.mark.slow
def test_without_a_key_no_operation_tells_anything_but_what_is_public(served: Served) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/v1/openapi.json")
    for found in schema.get_all_operations():
        operation = found.ok()
        if not operation.definition.raw.get("security"):
            continue

        @settings(BOUNDED, max_examples=1)
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            answer = case.call()
            assert answer.status_code in (400, 401, 404, 405, 413, 415, 429), f"{case.method} {case.path}"

        ask()


def test_the_typed_client_does_against_a_running_hub_what_its_methods_say(served: Served) -> None:
    hub = Client(served.url, served.headers["authorization"].removeprefix("Bearer "))
    body = cast("models.OrderApprovedStatement", order("SO-7"))
    told = hub.release_order(body=body, idempotency_key="one")
    assert told["status"] == "accepted"
    assert hub.release_order(body=body, idempotency_key="one") == told
    assert hub.read_order("SO-7")["order_no"] == "SO-7"
    assert [one["ident"] for one in hub.list_orders(limit=1)["items"]] == ["order||SO-7"]
    events = hub.list_events(type="order.*", limit=10)["items"]
    assert "order/SO-7" in {one["subject"] for one in events}
    with pytest.raises(Problem) as missing:
        hub.read_order("SO-8")
    assert (missing.value.status, missing.value.type) == (404, "/v1/problems/not-found")
    with pytest.raises(Problem, match="malformed"):
        hub.create_subscription(body={"url": "http://127.0.0.1/in"})
