"""Personal data without the right to it: no GET, no stream, no export, no log line and no span ever holds it.

One order hears every fact that may be about persons, each with a marker of its own in every field about one. Then every
address of the OpenAPI document is asked by a key with every scope but `personal:read`, and by one that has it too.
"""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import httpx2
import msgspec
import pytest
import pytest_asyncio
import structlog

from crossdock.app.access import PORTAL, Scope, for_customer, make_key
from crossdock.bootstrap.hooks import SUBSCRIPTIONS, webhook_chores
from crossdock.bootstrap.logging import configure_logging
from crossdock.bootstrap.portal import following
from crossdock.bootstrap.settings import LogSettings
from crossdock.canonical.catalogue import EVENT_TYPES
from crossdock.canonical.personal import Path as Place
from crossdock.canonical.personal import paths_of
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.codec import encode_json
from crossdock.ports.feed import Position
from crossdock.ports.sheets import Window
from crossdock.ports.subscriptions import Filter
from crossdock.ports.traces import Span
from crossdock.postgres.sheets import sheets
from crossdock.runtime.watching import Watch
from crossdock.testing.assembled import Assembled, assembled, write_project
from crossdock.testing.samples import sample
from crossdock.web.api.app import build_api
from crossdock.web.api.stream import LogReader
from tests.unit.runtime.test_watching import Kept

MARK = "ZQXMARK"
# As the samples number them.
ORDER, CUSTOMER = "SO-100234", "10"
LATITUDE = "47.113399"
RAW = f"neither JSON nor anything: {MARK} Mia Kraus"
SAYING_MAX = 200
Said = dict[str, object]


def marked(name: str) -> Said:
    """A fact of that type about the order, with a marker in every personal field."""
    fact = cast("Said", msgspec.json.decode(sample(name)))
    payload, source = cast("Said", fact["payload"]), cast("Said", fact["source"])
    source["instance"] = str(source["system"]).lower()
    # Nobody registered the sample's: the fact would go to quarantine and nowhere else.
    payload.pop("ext", None)
    for path in paths_of(EVENT_TYPES[name].payload):
        put({"payload": payload}, path, f"{MARK}.{'.'.join(path)}")
    if name == "order.approved":
        payload["order_no"] = ORDER
    return fact


def put(value: object, path: Place, mark: str) -> None:
    """Put the marker wherever this path ends."""
    if isinstance(value, list):
        for one in value:
            put(one, path, mark)
    elif isinstance(value, dict):
        for one in value.values():
            put(one, path, mark)
        _put_below(value, path, mark)


def _put_below(value: object, path: Place, mark: str) -> None:
    if isinstance(value, list):
        for one in value:
            _put_below(one, path, mark)
    elif isinstance(value, dict) and path[0] in value:
        if path[1:]:
            _put_below(value[path[0]], path[1:], mark)
        else:
            value[path[0]] = _mark_of(value[path[0]], mark)


def _mark_of(value: object, mark: str) -> object:
    match value:
        case list():
            return [_mark_of(one, mark) for one in value]
        case dict() if "lat" in value:
            return value | {"lat": LATITUDE}
        case dict():
            return {key: mark if key == "name" else one for key, one in value.items()}
        case _:
            return mark


def marks_in(text: str) -> set[str]:
    """The markers in an answer, also in what stands there in base64."""
    found = set(re.findall(rf"{MARK}[.\w]*", text)) | set(re.findall(LATITUDE, text))
    for coded in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text):
        with contextlib.suppress(ValueError):
            found |= marks_in_bytes(base64.b64decode(coded, validate=True))
    return found


def marks_in_bytes(data: bytes) -> set[str]:
    return set(re.findall(rf"{MARK}[.\w]*", data.decode("utf-8", "replace")))


class Street:
    """A hub that has heard all of it, and whoever asks."""

    def __init__(self, hub: Assembled, spans: list[Span], log: io.StringIO) -> None:
        self.hub, self.spans, self.log = hub, spans, log
        limits = msgspec.structs.replace(hub.deps.limits, stream_life_s=0.05)
        self.api = build_api(replace(hub.deps, limits=limits))
        transport = httpx2.ASGITransport(app=self.api)  # type: ignore[arg-type]
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://hub")
        self.names: dict[str, list[str]] = {}

    async def hear(self) -> None:
        """Every fact about persons, one nobody is known for, one from the future, bytes that are none."""
        for role, names in itertools.groupby(sorted(filter(about_persons, EVENT_TYPES), key=_speaker), _speaker):
            if role is not Role.SYNC:
                said = sorted(names, key=lambda name: (name != "order.approved", name))
                key = await self.hub.key(role.value.lower(), Scope.FACTS_WRITE)
                path = f"/v1/partners/{role.value.lower()}/messages:batch"
                answer = await self.http.post(path, json=[marked(name) for name in said], headers=key)
                assert answer.status_code in (200, 207), answer.text
        early = marked("pod.captured") | {"subject": {"type": "shipment", "id": "SHP-NOBODY"}, "refs": []}
        future = marked("order.approved") | {"occurred": {"instant": "2099-01-01T00:00:00Z"}}
        for partner, fact in (("lmd", early), ("erp", future)):
            assert (await self.hub.post(partner, encode_json(fact))).status_code < 500
        refused = await self.hub.post("erp", RAW.encode(), "text/plain")
        while await following(self.hub.hub)():
            pass
        await self._learn(refused.json().get("message_id", "none"))

    async def _learn(self, message: str) -> None:
        key = await self.hub.key("erp")
        cases = (await self.http.get("/v1/cases?limit=50", headers=key)).json()["items"]
        wish = {"url": "https://example.com/in", "start": "beginning"}
        made = (await self.http.post("/v1/subscriptions", json=wish, headers=key)).json()
        self.names = {
            "order_no": [ORDER],
            "shipment": ["SHP-88001"],
            "scheme": ["order"],
            "identifier": [ORDER],
            "message": [message],
            "capture": [message],
            "partner": ["erp"],
            "system": ["erp"],
            "case": [str(one["id"]) for one in cases],
            "warehouse": ["WH-NL1"],
            "item": ["IT-501"],
            "subscription": [made["subscription"]["id"]],
            "slug": ["bug"],
        }

    async def key(self, *scopes: Scope, customer: str = "") -> dict[str, str]:
        """A key with these scopes; a customer's where one is named."""
        random = self.hub.hub.dice.bits(200).to_bytes(25, "big")
        made = self.hub.hub.clock.now()
        partner = "" if customer else "erp"
        secret, row = make_key(random, self.hub.deps.pepper, partner=partner, scopes=scopes, label="", created=made)
        await self.hub.deps.keys.add(for_customer(row, customer))
        return {"authorization": f"Bearer {secret.reveal()}"}

    async def walk(self, key: dict[str, str], *, portal: bool) -> AsyncIterator[tuple[str, httpx2.Response]]:
        """Every GET of the document, with every name we know in its path."""
        document = (await self.http.get("/v1/openapi.json")).json()
        for path, operations in document["paths"].items():
            if "get" not in operations or path.startswith("/v1/portal/") != portal:
                continue
            limited = "limit" in {one.get("name") for one in operations["get"].get("parameters", ())}
            for address in self.addresses(path):
                answer = await self.http.get(address, headers=key, params={"limit": "200"} if limited else None)
                yield address, answer

    def addresses(self, path: str) -> Iterator[str]:
        """The address with the names put in."""
        wanted = re.findall(r"{(\w+)}", path)
        for names in itertools.product(*(self.names.get(one, ["1"]) for one in wanted)):
            address = path
            for one, name in zip(wanted, names, strict=True):
                address = address.replace(f"{{{one}}}", name)
            yield address


def about_persons(name: str) -> bool:
    """Whether facts of this type have a personal field."""
    return bool(paths_of(EVENT_TYPES[name].payload))


def _speaker(name: str) -> Role:
    return min(EVENT_TYPES[name].owners)


@pytest_asyncio.fixture
async def street(durable_url: str, tmp_path: Path) -> AsyncIterator[Street]:
    roles = {
        role.value.lower(): {"role": role.value, "connector": "canonical_json"}
        for role in Role
        if role is not Role.SYNC
    }
    write_project(tmp_path, roles)
    traces, log = Kept(), io.StringIO()
    with contextlib.redirect_stderr(log):
        configure_logging(LogSettings(format="json", level="debug"))
        try:
            async with assembled(tmp_path, durable_url, watch=Watch(traces=traces)) as hub:
                street = Street(hub, traces.spans, log)
                await street.hear()
                yield street
        finally:
            structlog.reset_defaults()


@pytest.mark.proves("Z-02", "Y-34")
async def test_no_answer_log_line_span_or_export_holds_personal_data_without_the_right_to_it(street: Street) -> None:
    blind = await street.key(*(set(Scope) - PORTAL - {Scope.PERSONAL_READ}))
    seeing = await street.key(*(set(Scope) - PORTAL))
    own_blind = await street.key(Scope.PORTAL_READ, customer=CUSTOMER)
    own_seeing = await street.key(Scope.PORTAL_READ, Scope.PERSONAL_READ, customer=CUSTOMER)
    answered, found = 0, set[str]()
    for key, portal in ((blind, False), (own_blind, True)):
        async for address, answer in street.walk(key, portal=portal):
            assert marks_in(answer.text) == set(), address
            assert answer.status_code < 500, (address, answer.text)
            answered += answer.status_code == 200
    for address in (f"/v1/orders/{ORDER}/timeline", "/v1/quarantine", f"/v1/messages/{street.names['message'][0]}"):
        found |= marks_in((await street.http.get(address, headers=seeing)).text)
    own = marks_in((await street.http.get(f"/v1/portal/orders/{ORDER}", headers=own_seeing)).text)
    assert {f"{MARK}.ship_to.name", f"{MARK}.payload.text"} <= own
    assert answered > 30
    wanted = {"ship_to.name", "customer.name", "address.lines", "address.postal", "contacts.value", "payload.receiver"}
    assert {f"{MARK}.{one}" for one in wanted} | {LATITUDE, MARK} <= found
    assert marks_in(street.log.getvalue()) == set()
    assert "request.answered" in street.log.getvalue()
    assert street.spans
    assert marks_in(repr(street.spans)) == set()
    await nothing_in_exports(street.hub)
    await bytes_are_refused(street)
    await streams_and_webhooks_are_masked(street, blind)


async def nothing_in_exports(hub: Assembled) -> None:
    """Neither the views for business intelligence nor the sheets of the export hold a marker."""
    views = await hub.rows("select table_name from information_schema.views where table_schema = 'analytics'")
    assert len(views) > 5
    for (name,) in views:
        assert marks_in(str(await hub.rows(f"select * from analytics.{name}"))) == set(), name
    window = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    rows = 0
    for source in sheets(hub.hub.pool):
        page = await source.page(window, "")
        rows += len(page.rows)
        assert marks_in(str(page.rows)) == set(), source.sheet.name
    assert rows > 10


async def streams_and_webhooks_are_masked(street: Street, blind: dict[str, str]) -> None:
    """What is sent to who listens, and to a subscription by who may be shown what when it was made."""
    assert street.hub.deps.events is not None
    for personal in (False, True):
        chunk, _ = await LogReader(street.hub.deps.events, Position(), Filter(), personal=personal).read()
        assert bool(marks_in(chunk.decode())) == personal
    wish = {"url": "https://example.com/blind", "start": "beginning"}
    made = (await street.http.post("/v1/subscriptions", json=wish, headers=blind)).json()["subscription"]
    assert made["personal"] is False
    put_once, _ = webhook_chores(street.hub.hub)[SUBSCRIPTIONS]
    while await put_once():
        pass
    bodies = "select convert_from(body, 'UTF8') from subscription_event where subscription = %s"
    for subscription, personal in ((made["id"], False), (street.names["subscription"][0], True)):
        told = await street.hub.rows(bodies, subscription)
        assert told
        assert bool(marks_in(str(told))) == personal


async def bytes_are_refused(street: Street) -> None:
    """Bytes as received are evidence: all of them, or none."""
    message = street.names["message"][0]
    blind = await street.key(Scope.OPERATIONS_READ, Scope.FACTS_WRITE)
    refused = await street.http.get(f"/v1/messages/{message}", headers=blind)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    assert refused.json()["type"] == "/v1/problems/scope-missing"
    assert "personal:read" in refused.json()["detail"]
    seeing = await street.key(Scope.OPERATIONS_READ, Scope.PERSONAL_READ)
    kept = await street.http.get(f"/v1/messages/{message}", headers=seeing)
    assert base64.b64decode(kept.json()["body"]) == RAW.encode()
