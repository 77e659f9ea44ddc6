"""The hot door: `POST /v1/partners/{partner}/messages` and `…/messages:batch`.

Plain ASGI on raw bytes, in front of the framework's router: one event a request is the dearest way to deliver events,
so nothing is done here a second time. The order is fixed: credential, body, signature over the raw bytes, intake.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs

import msgspec
from litestar.types import Receive

from crossdock.app.access import Scope
from crossdock.app.evidence import BODY_KEPT_BYTES, Refused
from crossdock.app.intake import Intake
from crossdock.app.signatures import Scheme, scheme_of, verify
from crossdock.kernel.errors import CrossdockError, Permanent, Rejected
from crossdock.ports.connector import Finding
from crossdock.ports.described import described
from crossdock.ports.directory import Partner
from crossdock.web.api.batch import split
from crossdock.web.api.deps import ApiDeps
from crossdock.web.api.gate import Caller, Gate
from crossdock.web.api.outcome import Reply, reply_to_batch, reply_to_fact, reply_to_message
from crossdock.web.api.problems import Problem
from crossdock.web.api.wire import TooLarge, read_body, text

PATH = "/v1/partners/"
HEAD_BYTES = 64
MESSAGES, BATCH = "messages", "messages:batch"
# Connector kinds whose dialect is the contract itself: their facts need no decoder.
CANONICAL = frozenset(("canonical", "canonical_json"))

# Refusals whose bytes are kept here, because no decoder ever sees them; what intake refuses it keeps itself.
KEPT = frozenset(
    (
        "credential-missing",
        "credential-unknown",
        "credential-ended",
        "signature-wrong",
        "scope-missing",
        "partner-not-yours",
        "body-too-large",
        "malformed",
        "media-type-unknown",
        "batch-too-long",
    )
)


class Door(msgspec.Struct, frozen=True):
    """How one partner comes in. `scheme` absent means by API key; `canonical` that a JSON object of its is a fact."""

    partner: Partner
    scheme: Scheme | None
    canonical: bool


class Call(msgspec.Struct, gc=False):
    """One request on its way through. `body` is what has been read of it so far, `caller` who has proved to be it."""

    partner: str
    batch: bool
    headers: Mapping[bytes, bytes]
    query: bytes
    trace: str
    now: datetime
    receive: Receive
    body: bytes | None = None
    caller: Caller | None = None


def match(path: str) -> tuple[str, bool] | None:
    """Partner and whether it is a batch; `None` when the path is not a hot one."""
    if not path.startswith(PATH):
        return None
    partner, _, tail = path[len(PATH) :].partition("/")
    if tail == MESSAGES:
        return partner, False
    return (partner, True) if tail == BATCH else None


class Ingress:
    """One per process; partners do not change while it runs."""

    def __init__(self, deps: ApiDeps, gate: Gate) -> None:
        self._deps = deps
        self._gate = gate
        self._doors = doors_of(deps)

    async def take(self, call: Call) -> tuple[Reply, Caller]:
        """Do what the request asks.

        Raises:
            Problem: refused; where the bytes are kept, it names the message.
        """
        door = self._doors.get(call.partner)
        try:
            caller = await self._admit(call, door)
            if door is None:
                raise Problem("not-found", f"no partner {call.partner} is connected: check the address")
            return await self._hand_in(call, door), caller
        except Problem as problem:
            if isinstance(problem, TooLarge):
                call.body = problem.head
            if door is not None and problem.slug in KEPT:
                raise await self._kept(call, door, problem) from problem
            raise

    async def _admit(self, call: Call, door: Door | None) -> Caller:
        if door is not None and door.scheme is not None:
            return await self._admit_signed(call, door.partner, door.scheme)
        caller = call.caller = await self._gate.caller(call.headers, call.now)
        if caller.partner != call.partner:
            raise Problem("partner-not-yours", f"this key does not write as {call.partner}: use that partner's own key")
        caller.need(Scope.FACTS_WRITE)
        call.body = await self._read(call)
        return caller

    async def _admit_signed(self, call: Call, partner: Partner, scheme: Scheme) -> Caller:
        call.body = await self._read(call)
        try:
            verify(scheme, {text(name): text(value) for name, value in call.headers.items()}, call.body, call.now)
        except Rejected as error:
            self._gate.stranger()
            findings = (Finding("signature", error.detail, error.where),)
            raise Problem("signature-wrong", error.detail, findings=findings) from error
        caller = call.caller = self._gate.door(partner.id)
        self._gate.count(caller)
        return caller

    async def _read(self, call: Call) -> bytes:
        limits = self._deps.limits
        return await read_body(call.receive, call.headers, bytes_max=limits.body_bytes_max, wait_s=limits.body_wait_s)

    async def _hand_in(self, call: Call, door: Door) -> Reply:
        body = call.body or b""
        intake = self._intake(call.query)
        if call.batch:
            items = split(body, call.headers.get(b"content-type", b""), self._deps.limits.batch_items_max)
            return reply_to_batch(await intake.facts(door.partner, items, traceparent=call.trace))
        if door.canonical and body[:HEAD_BYTES].lstrip()[:1] == b"{":
            receipts = await intake.facts(door.partner, (body,), traceparent=call.trace)
            return reply_to_fact(receipts[0])
        channel = "http" if door.scheme is None else "webhook"
        headers = {text(name): text(value) for name, value in call.headers.items()}
        content_type = described(headers.get("content-type", ""), headers)
        return reply_to_message(
            await intake.message(door.partner, body, content_type, channel=channel, traceparent=call.trace)
        )

    def _intake(self, query: bytes) -> Intake:
        if not query:
            return self._deps.intake
        asked = parse_qs(text(query), keep_blank_values=True, max_num_fields=20).get("mode", [""])[-1]
        if asked not in ("sync", "queued", ""):
            raise Problem("parameter-wrong", "mode is sync or queued: leave it away for the hub's own")
        if asked == "queued":
            if self._deps.queued is None:
                raise Problem("mode-not-offered", "this hub has no log to queue in: leave the parameter mode away")
            return self._deps.queued
        if asked == "sync" and self._deps.intake is self._deps.queued:
            raise Problem("mode-not-offered", "this hub queues everything: leave the parameter mode away")
        return self._deps.intake

    async def _kept(self, call: Call, door: Door, problem: Problem) -> Problem:
        """The same problem, naming the message its bytes are kept as, unless the door's measure of refusals is full."""
        findings = problem.body.findings or (Finding(problem.slug, problem.body.detail),)
        try:
            if call.body is None:
                call.body = await self._head(call)
            content_type = text(call.headers.get(b"content-type", b""))
            refused = Refused(door.partner.id, "http", content_type, call.body, findings)
            message_id = await self._deps.evidence.keep(refused, call.now)
        except (CrossdockError, Problem):
            # The refusal stands whether or not its bytes could be kept; an empty message_id says that they were not.
            message_id = ""
        return Problem(
            problem.slug, problem.body.detail, headers=problem.headers, message_id=message_id, findings=findings
        )

    async def _head(self, call: Call) -> bytes:
        # Whatever the headers claim about the body, its first bytes are kept as they came.
        try:
            return await read_body(call.receive, {}, bytes_max=BODY_KEPT_BYTES, wait_s=self._deps.limits.body_wait_s)
        except TooLarge as cut:
            return cut.head


def doors_of(deps: ApiDeps) -> dict[str, Door]:
    """The door of every partner.

    Raises:
        Permanent: settings or secrets of partners cannot be used; all of them are named.
    """
    doors: dict[str, Door] = {}
    wrong: list[str] = []
    for partner in deps.directory.partners():
        try:
            scheme = scheme_of(partner, deps.webhook_secrets.get(partner.id, ()))
        except Permanent as error:
            wrong.append(error.detail)
            continue
        doors[partner.id] = Door(partner, scheme, partner.connector in CANONICAL)
    if wrong:
        raise Permanent("; ".join(wrong))
    return doors
